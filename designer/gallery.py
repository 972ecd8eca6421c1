"""Templates and worked examples as cards in sections, drawn when somebody can see them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.graph import Graph
from core.lessons import EXAMPLES, Example
from core.tongue import tr
from core.zoo import GROUPS, TEMPLATES, Template
from designer.theme import theme
from designer.thumbnail import thumbnail
from designer.tokens import Tokens
from designer.widgets.card import Card
from designer.widgets.numbers import count, localized

PICTURE = QSize(200, 112)
NARROW = 8
_GAP = Tokens.LARGE
_PAUSE = 10  # milliseconds between two pictures: the page answers while they are drawn


class NetworkCard(Card):
    """A card with the picture of a network, which is drawn when it is needed."""

    is_drawn = False

    @abstractmethod
    def graph(self) -> Graph:
        """The network."""

    def draw(self) -> None:
        """The picture, in the look that is on."""
        self.set_picture(thumbnail(self.graph(), PICTURE, ratio=self.devicePixelRatioF()))
        self.is_drawn = True


class ExampleCard(NetworkCard):
    """A card that opens a worked example."""

    def __init__(self, example: Example) -> None:
        lecture = tr(
            "Lecture {lecture} · {count} stages",
            lecture=example.lecture,
            count=count(len(example.stages)),
        )
        super().__init__(example.title, lecture)
        self.example = example
        self.setObjectName(example.id)
        self.setToolTip(f"<p>{localized(example.sentence)}</p>")

    def graph(self) -> Graph:
        return self.example.make().graph


class TemplateCard(NetworkCard):
    """A card that opens a template, or its narrow version while that is wanted."""

    def __init__(self, template: Template) -> None:
        super().__init__(template.title)
        self._whole = self.template = template
        self._tell()

    def make_narrow(self, narrow: bool) -> None:
        """Offer an eighth of the channels, or all of them again."""
        if self._whole.small is None:
            return
        self.template = self._whole.narrow(NARROW) if narrow else self._whole
        self._tell()

    def graph(self) -> Graph:
        return self.template.build()

    def _tell(self) -> None:
        one = self.template
        self.setObjectName(one.id)
        self.tell(one.title, tr("{parameters} parameters", parameters=count(one.parameters)))
        origin = f"<p>{one.source}</p>" if one.source else ""
        self.setToolTip(f"<p>{one.sentence}</p>{origin}")
        self.is_drawn = False


class Gallery(QScrollArea):
    """All templates, and all worked examples. Signals: `template_chosen`, `example_chosen` (id)."""

    template_chosen = Signal(str)
    example_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.sections = [
            _Templates(group, [TemplateCard(one) for one in TEMPLATES if one.group == group])
            for group in GROUPS
        ]
        self.cards = [card for section in self.sections for card in section.cards]
        self.examples = _Section(tr("Worked examples"), [ExampleCard(one) for one in EXAMPLES])
        self._timer = QTimer(self, interval=_PAUSE)
        self._timer.timeout.connect(self._draw_next)
        self._place()
        for card in self._all_cards():
            card.clicked.connect(self._choose)
        for section in self.sections:
            section.narrow_chosen.connect(self._draw_later)
        self.verticalScrollBar().valueChanged.connect(self._draw_later)
        theme.theme_changed.connect(self._draw_anew)

    def _place(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(Tokens.HUGE, 40, Tokens.HUGE, Tokens.HUGE)
        column.setSpacing(Tokens.HUGE + Tokens.SMALL)
        for section in (*self.sections, self.examples):
            column.addWidget(section)
        column.addStretch(1)
        self.setWidget(page)

    def show_examples(self) -> None:
        """Scroll to the worked examples."""
        self.verticalScrollBar().setValue(self.examples.y() - Tokens.HUGE)
        self.examples.cards[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self._draw_later()

    def _all_cards(self) -> list[NetworkCard]:
        return [*self.cards, *self.examples.cards]

    def _choose(self) -> None:
        card = self.sender()
        if isinstance(card, ExampleCard):
            self.example_chosen.emit(card.example.id)
        elif isinstance(card, TemplateCard):
            self.template_chosen.emit(card.template.id)

    # ---- pictures -----------------------------------------------------------------------

    def _draw_anew(self) -> None:
        for card in self._all_cards():
            card.is_drawn = False
        self._draw_later()

    def _draw_later(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _draw_next(self) -> None:
        """One picture that is seen and not there yet; the timer rests when there is none."""
        for card in self._all_cards():
            if not card.is_drawn and not card.visibleRegion().isEmpty():
                card.draw()
                return
        self._timer.stop()

    # ---- Qt -----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport().width() - 2 * Tokens.HUGE
        for section in (*self.sections, self.examples):
            section.arrange(room)
        self._draw_later()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw_later()


class _Section(QWidget):
    """A heading and its cards."""

    def __init__(self, title: str, cards: Sequence[NetworkCard]) -> None:
        super().__init__()
        self.cards = cards
        self._columns = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Tokens.MEDIUM)
        self.head = QHBoxLayout()
        heading = QLabel(title)
        heading.setProperty("role", "heading")
        self.head.addWidget(heading)
        self.head.addStretch(1)
        column.addLayout(self.head)
        self._grid = QGridLayout()
        self._grid.setSpacing(_GAP)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        column.addLayout(self._grid)

    def arrange(self, room: int) -> None:
        """As many cards in a row as there is room for."""
        columns = max(1, (room + _GAP) // (self.cards[0].width() + _GAP))
        if columns == self._columns:
            return
        self._columns = columns
        for place, card in enumerate(self.cards):
            self._grid.addWidget(card, place // columns, place % columns)


class _Templates(_Section):
    """Templates, with a switch where they have narrow versions."""

    narrow_chosen = Signal()

    def __init__(self, title: str, cards: Sequence[TemplateCard]) -> None:
        super().__init__(title, cards)
        self.cards: Sequence[TemplateCard] = cards
        self.narrow = QCheckBox(tr("÷ {narrow}, small enough to train here", narrow=NARROW))
        self.narrow.setToolTip(
            tr(
                "<p>The same networks with 1/{narrow} of the channels, for small pictures of 10"
                " classes.</p>",
                narrow=NARROW,
            )
        )
        self.narrow.toggled.connect(self._make_narrow)
        self.head.insertSpacing(1, Tokens.LARGE)
        self.head.insertWidget(2, self.narrow)
        self.narrow.setVisible(any(card.template.small for card in cards))

    def _make_narrow(self, narrow: bool) -> None:
        for card in self.cards:
            card.make_narrow(narrow)
        self.narrow_chosen.emit()
