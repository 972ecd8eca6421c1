"""What every view offers at its top right: what it is about, its picture, its numbers, a window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from core.tongue import tr
from designer.resources import help_page, icon
from designer.tokens import Tokens
from designer.widgets.icon_button import icon_button
from designer.widgets.numbers import localized
from designer.widgets.save_as import save_as
from designer.widgets.saved_view import write_csv, write_npz, write_png, write_svg

Arrays = Mapping[str, NDArray[Any]]
_LARGE = QSize(1080, 680)


class ViewTools(QWidget):
    """Three buttons: what the view answers and how it is computed, save, and open large.

    `page` names the text `resources/help/views/PAGE.md`; `picture` is what is saved as an image,
    `numbers` gives the arrays behind it by name. The view lays `how` at its bottom.
    """

    def __init__(
        self, name: str, page: str, *, picture: QWidget, numbers: Callable[[], Arrays]
    ) -> None:
        super().__init__()
        self._stem = name.lower().replace(" ", "-")
        self.picture, self._numbers = picture, numbers
        self._page = localized(help_page(f"views/{page}"))
        self.how = QLabel(self._page)
        self.how.setTextFormat(Qt.TextFormat.MarkdownText)
        self.how.setWordWrap(True)
        self.how.setContentsMargins(0, Tokens.TIGHT, Tokens.SMALL, Tokens.SMALL)
        self.how.hide()
        self.ask = _button("help", tr("What {name} shows, and how it is computed", name=name))
        self.ask.setCheckable(True)
        self.ask.toggled.connect(self.how.setVisible)
        self.save = _button("export", tr("Save what {name} shows", name=name))
        self.save.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.save.setMenu(self._menu())
        self.large = _button("popout", tr("Open {name} in a window of its own", name=name))
        self.large.clicked.connect(self._enlarge)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.ask)
        row.addWidget(self.save)
        row.addWidget(self.large)

    def set_how(self, words: str) -> None:
        """How what is shown now is computed, and of how many samples."""
        whole = f"{self._page}\n\n{words}"
        if self.how.text() != whole:
            self.how.setText(whole)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for words, glyph, suffix, write in (
            (tr("Picture as PNG …"), "image", "png", self._write_png),
            (tr("Drawing as SVG …"), "image", "svg", self._write_svg),
            (tr("Numbers as CSV …"), "data", "csv", self._write_csv),
            (tr("Numbers for NumPy …"), "data", "npz", self._write_npz),
        ):
            action = menu.addAction(icon(glyph), words)
            action.triggered.connect(partial(self._save, suffix, write))
        return menu

    def _save(self, suffix: str, write: Callable[[Path], None]) -> None:
        save_as(self, f"{self._stem}.{suffix}", write)

    def _write_png(self, path: Path) -> None:
        write_png(self.picture, path)

    def _write_svg(self, path: Path) -> None:
        write_svg(self.picture, path)

    def _write_csv(self, path: Path) -> None:
        write_csv(self._numbers(), path)

    def _write_npz(self, path: Path) -> None:
        write_npz(self._numbers(), path)

    def _enlarge(self) -> None:
        """Take the view out of its place, or put it back."""
        dock: QWidget | None = self
        while dock is not None and not isinstance(dock, QDockWidget):
            dock = dock.parentWidget()
        if dock is None:
            return
        if dock.isFloating():
            dock.setFloating(False)
            dock.raise_()
            return
        dock.setFloating(True)
        window = dock.parentWidget()
        dock.resize(_LARGE.boundedTo(window.size()) if window else _LARGE)
        if window is not None:
            dock.move(window.mapToGlobal(window.rect().center()) - dock.rect().center())


def more_button(tip: str) -> QToolButton:
    """A button that stays pressed while further settings are shown."""
    button = icon_button("settings", tip, name=tr("More settings"))
    button.setCheckable(True)
    return button


def _button(glyph: str, name: str) -> QToolButton:
    button = icon_button(glyph, name, size=14)
    button.setStyleSheet(
        "QToolButton { padding: 2px; } QToolButton::menu-indicator { image: none; }"
    )
    return button
