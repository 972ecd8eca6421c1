"""How things are shown, as the user chose: look, language, shapes, what lies over the canvas."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.files import FileError
from designer.canvas.instruments import Instruments
from designer.canvas.overlays import Overlays
from designer.dialogs.language import LanguageDialog
from designer.notation import notation
from designer.preferences import Preferences
from designer.theme import Choice, theme


class Display(QObject):
    """Does what is chosen in a window and remembers it. Signals: `told(sentence)`."""

    told = Signal(str)

    def __init__(
        self,
        window: QWidget,
        preferences: Preferences,
        *,
        overlays: Overlays,
        instruments: Instruments,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._preferences = preferences
        self._overlays = overlays
        self._instruments = instruments

    def check(self, actions: Mapping[str, QAction]) -> None:
        """Let the actions say what was chosen, and do it."""
        actions["minimap"].setChecked(self._preferences.minimap)
        actions["instruments"].setChecked(self._preferences.instruments)
        actions["shapes"].setChecked(self._preferences.writing == "code")

    def show_minimap(self, shown: bool) -> None:
        """Show the minimap where the network is larger than the canvas, or never."""
        self._preferences.minimap = shown
        self._overlays.minimap.set_wanted(shown)

    def show_instruments(self, shown: bool) -> None:
        """Show live values of a training on the canvas, or never."""
        self._preferences.instruments = shown
        self._instruments.set_on(shown)

    def write_shapes_as_code(self, on: bool) -> None:
        """Shapes as (16, 28, 28) or as 28 × 28 × 16, in every window."""
        self._preferences.writing = "code" if on else "sizes"
        notation.use(self._preferences.writing)

    def choose_look(self, look: Choice) -> None:
        """Light, dark, or as the system has it."""
        self._preferences.look = look
        theme.apply(look)

    def choose_language(self) -> None:
        """Ask which language Striate shall speak from its next start on."""
        dialog = LanguageDialog(self._preferences.language, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.accepted.connect(lambda: self._keep_language(dialog.language))
        dialog.open()

    def _keep_language(self, language: str) -> None:
        try:
            self._preferences.language = language
        except FileError as error:
            self.told.emit(str(error))
