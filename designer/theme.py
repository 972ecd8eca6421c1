"""The look of the running application: palette, font and style sheet, light or dark, live.

`theme` is the one there is. A widget that paints reads `theme.tokens` in its paintEvent and
follows a switch by itself, because Qt repaints it; what keeps colors of its own connects to
`theme.theme_changed`.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from designer.stylesheet import style_sheet
from designer.tokens import DARK, LIGHT, OKABE_ITO, Tokens, contrast

__all__ = [
    "DARK",
    "LIGHT",
    "OKABE_ITO",
    "Choice",
    "Theme",
    "Tokens",
    "contrast",
    "fixed_font",
    "font",
    "palette",
    "theme",
]

Choice = Literal["light", "dark", "system"]
Role = QPalette.ColorRole


def palette(tokens: Tokens) -> QPalette:
    """Every role of a QPalette, the Disabled group included, in the colors of `tokens`."""
    roles = {
        Role.Window: tokens.ground,
        Role.WindowText: tokens.text,
        Role.Base: tokens.surface,
        Role.AlternateBase: tokens.ground,
        Role.Text: tokens.text,
        Role.Button: tokens.surface,
        Role.ButtonText: tokens.text,
        Role.BrightText: tokens.problem,
        Role.ToolTipBase: tokens.surface,
        Role.ToolTipText: tokens.text,
        Role.PlaceholderText: tokens.muted,
        Role.Link: tokens.accent,
        Role.LinkVisited: tokens.accent,
        Role.Highlight: tokens.selection,
        Role.HighlightedText: tokens.text,
        Role.Accent: tokens.accent,
        Role.Light: tokens.surface,
        Role.Midlight: tokens.hover,
        Role.Mid: tokens.line,
        Role.Dark: tokens.edge,
        Role.Shadow: tokens.shadow,
    }
    made = QPalette()
    for role, color in roles.items():
        made.setColor(role, QColor(color))
    disabled = QPalette.ColorGroup.Disabled
    for role in (Role.WindowText, Role.Text, Role.ButtonText, Role.HighlightedText):
        made.setColor(disabled, role, QColor(tokens.disabled))
    made.setColor(disabled, Role.Accent, QColor(tokens.disabled))
    return made


def font(pixels: int = Tokens.BODY, *, bold: bool = False, family: str = "") -> QFont:
    """The interface font, or another family, in this size; figures of equal width.

    The interface font is Inter where it is installed.
    """
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if family or "Inter" in QFontDatabase.families():
        made.setFamily(family or "Inter")
    return _finished(made, pixels, bold)


def fixed_font(pixels: int = Tokens.BODY, *, bold: bool = False) -> QFont:
    """The font for code and grids of numbers: JetBrains Mono, or the platform's fixed font."""
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    if "JetBrains Mono" in QFontDatabase.families():
        made.setFamily("JetBrains Mono")
    elif not QFontInfo(made).fixedPitch() and "DejaVu Sans Mono" in QFontDatabase.families():
        made.setFamily("DejaVu Sans Mono")  # the offscreen platform names no fixed font
    return _finished(made, pixels, bold)


def _finished(made: QFont, pixels: int, bold: bool) -> QFont:
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


class Theme(QObject):
    """Light or dark, chosen or as the system has it. `tokens` is the look that is on.

    `family` is the font of what is drawn with it, "" for the interface's own.
    """

    theme_changed = Signal()

    def __init__(self, tokens: Tokens = LIGHT, family: str = "") -> None:
        super().__init__()
        self.setObjectName("theme")
        self.family = family
        self._choice: Choice = "light"
        self._tokens = tokens
        self._listening = False

    @property
    def tokens(self) -> Tokens:
        """Colors and sizes that are on now."""
        return self._tokens

    @property
    def choice(self) -> Choice:
        """What was asked for: "light", "dark" or "system"."""
        return self._choice

    def apply(self, choice: Choice) -> None:
        """Wear this look from now on; needs a QApplication. "system" follows its switches too."""
        self._choice = choice
        application = _application()
        hints = application.styleHints()
        wanted = Qt.ColorScheme.Unknown
        if choice != "system":
            wanted = Qt.ColorScheme.Dark if choice == "dark" else Qt.ColorScheme.Light
        if not self._listening:
            hints.colorSchemeChanged.connect(self._follow_system)
            self._listening = True
        hints.setColorScheme(wanted)  # native title bars; Unknown gives the choice back to Qt
        dark = choice == "dark" or (
            choice == "system" and hints.colorScheme() == Qt.ColorScheme.Dark
        )
        self._wear(DARK if dark else LIGHT)

    def color(self, name: str) -> QColor:
        """A color of the look that is on, by token, family or "#rrggbb"."""
        return QColor(self._tokens.color(name))

    def _follow_system(self) -> None:
        if self._choice == "system":
            dark = _application().styleHints().colorScheme() == Qt.ColorScheme.Dark
            self._wear(DARK if dark else LIGHT)

    def _wear(self, tokens: Tokens) -> None:
        """Dress the application; nothing happens if it wears these already."""
        application = _application()
        if application.property("look") == tokens.name:
            return
        # First the tokens: setPalette and setStyleSheet repaint, and painting reads them.
        self._tokens = tokens
        if application.style().objectName() != "fusion":
            application.setStyle("Fusion")
        application.setFont(font())
        application.setPalette(palette(tokens))
        application.setStyleSheet(style_sheet(tokens))
        application.setProperty("look", tokens.name)
        self.theme_changed.emit()


def _application() -> QApplication:
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise RuntimeError("The theme dresses a QApplication, and there is none yet.")
    return application


theme = Theme()
