"""The welcome page: one click, and a network that works is open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.tongue import tr
from designer.gallery import Gallery
from designer.preferences import Preferences
from designer.resources import application_icon
from designer.tokens import Tokens
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.icon_label import IconLabel

_SIDE = 248  # width of the column with the recent projects
_TOP = 40


class WelcomePage(QWidget):
    """Templates with their pictures, worked examples, an empty network, and recent projects.

    Signals: `template_chosen(id)`, "" for an empty network; `example_chosen(id)`;
    `project_chosen(path)`; `open_wanted()`.
    """

    template_chosen = Signal(str)
    example_chosen = Signal(str)
    project_chosen = Signal(object)
    open_wanted = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self.gallery = Gallery()
        self.gallery.template_chosen.connect(self.template_chosen)
        self.gallery.example_chosen.connect(self.example_chosen)
        self.cards = self.gallery.cards
        self.empty = QPushButton(tr("Empty network"))
        self.empty.setToolTip(tr("Add layer by layer."))
        self.empty.clicked.connect(lambda: self.template_chosen.emit(""))
        self.opener = QPushButton(tr("Open a project …"))
        self.opener.clicked.connect(self.open_wanted)
        self.examples = QPushButton(tr("Worked examples"))
        self.examples.setToolTip(tr("The calculations of the lectures, step by step."))
        self.examples.clicked.connect(self.gallery.show_examples)
        self._recent = QVBoxLayout()
        self._recent_heading = QLabel(tr("Recent"))
        self._recent_heading.setProperty("role", "heading")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side())
        row.addWidget(self.gallery, 1)
        self.refresh()

    def refresh(self) -> None:
        """Show the recent projects anew."""
        while (item := self._recent.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().deleteLater()
        paths = self._preferences.recent
        self._recent_heading.setVisible(bool(paths))
        for path in paths:
            self._recent.addWidget(self._recent_project(path))

    def _side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(_SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(Tokens.HUGE, _TOP, 0, Tokens.HUGE)
        column.setSpacing(Tokens.SMALL)
        column.addLayout(_title())
        line = QLabel(tr("Design, train and look inside convolutional networks."))
        line.setProperty("role", "muted")
        line.setWordWrap(True)
        column.addWidget(line)
        column.addSpacing(Tokens.LARGE)
        column.addWidget(self.empty)
        column.addWidget(self.opener)
        column.addWidget(self.examples)
        column.addSpacing(Tokens.LARGE)
        column.addWidget(self._recent_heading)
        self._recent.setSpacing(2)
        column.addLayout(self._recent)
        column.addStretch(1)
        return side

    def _recent_project(self, path: Path) -> QWidget:
        """The project's name as a button, its folder below."""
        entry = QWidget()
        column = QVBoxLayout(entry)
        column.setContentsMargins(0, 0, 0, Tokens.TIGHT)
        column.setSpacing(0)
        button = QPushButton()
        width = _SIDE - Tokens.HUGE - 2 * Tokens.MEDIUM
        middle = Qt.TextElideMode.ElideMiddle
        button.setText(button.fontMetrics().elidedText(path.stem, middle, width))
        button.setProperty("quiet", True)
        button.setToolTip(
            str(path) if path.exists() else tr("{path} is no longer there.", path=path)
        )
        button.setEnabled(path.exists())
        button.clicked.connect(lambda: self.project_chosen.emit(path))
        folder = ElidedLabel(_shortened(path.parent), mode=middle)
        folder.setProperty("role", "caption")
        folder.setContentsMargins(Tokens.SMALL + 1, 0, 0, 0)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(folder)
        return entry

    # ---- Qt -----------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


def _title() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(Tokens.MEDIUM)
    name = QLabel("Striate")
    name.setProperty("role", "title")
    row.addWidget(IconLabel(application_icon(), 44))
    row.addWidget(name)
    row.addStretch(1)
    return row


def _shortened(folder: Path) -> str:
    """A folder as people write it: below home with ~."""
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
