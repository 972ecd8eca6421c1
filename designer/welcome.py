"""The welcome page: one click, and a network that works is open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.graph import Graph
from core.infer import infer
from core.zoo import TEMPLATES, Template
from designer.preferences import Preferences
from designer.resources import application_icon
from designer.theme import theme
from designer.thumbnail import thumbnail
from designer.widgets.card import Card
from designer.widgets.icon_label import IconLabel
from designer.widgets.numbers import count

PICTURE = QSize(200, 112)
_GAP = 16
_WIDEST = 5  # cards in a row


class WelcomePage(QScrollArea):
    """Templates with their pictures, an empty network, and recent projects.

    Signals: `template_chosen(id)`, "" for an empty network; `project_chosen(path)`;
    `open_wanted()`.
    """

    template_chosen = Signal(str)
    project_chosen = Signal(object)
    open_wanted = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.cards = [self._card(template) for template in TEMPLATES]
        self.empty = Card("Empty network", "Add layer by layer")
        self.empty.clicked.connect(lambda: self.template_chosen.emit(""))
        self._grid = QGridLayout()
        self._recent = QVBoxLayout()
        self._recent_heading = _heading("Recent")
        self.setWidget(self._page())
        self._columns = 0
        theme.theme_changed.connect(self._draw)
        self._draw()
        self.refresh()

    def refresh(self) -> None:
        """Show the recent projects anew."""
        while (item := self._recent.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().deleteLater()
        paths = self._preferences.recent
        self._recent_heading.setVisible(bool(paths))
        for path in paths:
            self._recent.addWidget(self._recent_button(path), 0, Qt.AlignmentFlag.AlignLeft)

    def _page(self) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.addStretch(1)
        column = QVBoxLayout()
        row.addLayout(column)
        row.addStretch(1)
        column.setContentsMargins(24, 48, 24, 24)
        column.setSpacing(12)
        column.addLayout(_title())
        column.addSpacing(20)
        column.addWidget(_heading("Start from a network"))
        self._grid.setSpacing(_GAP)
        column.addLayout(self._grid)
        column.addSpacing(12)
        self.opener = QPushButton("Open a project …")
        self.opener.clicked.connect(self.open_wanted)
        column.addWidget(self.opener, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(8)
        column.addWidget(self._recent_heading)
        self._recent.setSpacing(2)
        column.addLayout(self._recent)
        column.addStretch(1)
        return page

    def _card(self, template: Template) -> Card:
        parameters = infer(template.build()).parameters
        card = Card(template.title, f"{count(parameters)} parameters")
        card.setObjectName(template.id)
        card.setToolTip(f"<p>{template.sentence}</p>")
        card.clicked.connect(lambda: self.template_chosen.emit(template.id))
        return card

    def _recent_button(self, path: Path) -> QPushButton:
        button = QPushButton(f"{path.stem}   {_shortened(path.parent)}")
        button.setProperty("quiet", True)
        button.setToolTip(str(path))
        button.setEnabled(path.exists())
        if not button.isEnabled():
            button.setToolTip(f"{path} is no longer there.")
        button.clicked.connect(lambda: self.project_chosen.emit(path))
        return button

    def _draw(self) -> None:
        """The pictures, in the colors that are on."""
        ratio = self.devicePixelRatioF()
        for template, card in zip(TEMPLATES, self.cards, strict=True):
            card.set_picture(thumbnail(template.build(), PICTURE, ratio=ratio))
        self.empty.set_picture(thumbnail(Graph(), PICTURE, ratio=ratio))

    def _arrange(self) -> None:
        """As many cards in a row as there is room for."""
        cards: Sequence[Card] = (*self.cards, self.empty)
        room = self.viewport().width() - 48
        columns = max(1, min(_WIDEST, len(cards), (room + _GAP) // (cards[0].width() + _GAP)))
        if columns == self._columns:
            return
        self._columns = columns
        for place, card in enumerate(cards):
            self._grid.addWidget(card, place // columns, place % columns)

    # ---- Qt -----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


def _title() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    words = QVBoxLayout()
    words.setSpacing(2)
    name, line = QLabel("Striate"), QLabel("Design, train and look inside convolutional networks.")
    name.setProperty("role", "title")
    line.setProperty("role", "muted")
    words.addWidget(name)
    words.addWidget(line)
    row.addWidget(IconLabel(application_icon(), 44))
    row.addLayout(words)
    row.addStretch(1)
    return row


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label


def _shortened(folder: Path) -> str:
    """A folder as people write it: below home with ~."""
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
