"""The data panel: where the items come from, how they are made to fit, and how they look."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.design import DataChoice
from core.layers import Input
from core.messages import DataShown, Refused
from core.settings import settings_of
from core.shapes import Shape
from core.tongue import tr
from designer.document import edits
from designer.document.document import Document
from designer.engine.client import Engine
from designer.forms.form import Form
from designer.panels.finder import Finder
from designer.theme import font, theme
from designer.widgets.empty_state import EmptyState
from designer.widgets.numbers import count, localized
from designer.widgets.seen import Seen

SAMPLES = 8  # pictures shown of each class
_LINES = 3  # of text that there is room for from the start, so that nothing moves later
_SIDE = 28  # pixels a picture is high
_ROW = 34
Question = tuple[DataChoice, Shape]

_NAME, _COUNTS = 88, 124  # widths of the columns before the pictures


class DataPanel(QWidget):
    """The choice of data on the left, what comes of it on the right.

    The engine is asked while the panel is seen and the choice is one it has not answered yet.

    Attributes: `finder` looks for data that are gone, `find` is its button.
    """

    def __init__(self, document: Document, engine: Engine) -> None:
        super().__init__()
        self._document = document
        self._engine = engine
        self._asked: Question | None = None
        self._waiting = False  # for an answer; answers do not say what was asked
        self._next: Question | None = None  # to be asked after that
        self.form = Form()
        self.form.edited.connect(self._edited)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.samples = SamplesView()
        self.finder = Finder(document, self)
        self.find = QPushButton(tr("Find it …"))
        self.find.setToolTip(tr("Choose where the pictures are now"))
        self.find.hide()
        self.empty = EmptyState("data", tr("Add an Input: the data are made to fit its shape."))
        self._stack = QStackedWidget()
        self._fill()
        self.seen = Seen(self)
        self.seen.changed.connect(self.refresh)
        document.design_changed.connect(self.refresh)
        engine.data_received.connect(self._show)
        engine.request_refused.connect(self._refuse)
        engine.forgot.connect(self._forget)
        self.find.clicked.connect(self.finder.ask)
        self.finder.wanted.connect(self._try)
        self.finder.ended.connect(self._look_again)
        self.refresh()

    def refresh(self) -> None:
        """Show the choice, and ask for what comes of it if anybody looks."""
        self.form.show_value(self._document.design.data)
        shape = self._input_shape()
        self._stack.setCurrentIndex(0 if shape is None else 1)
        wanted = (self._document.design.data, shape) if shape is not None else None
        if wanted is None or wanted == self._asked or not self.seen.is_seen or self.finder.trying:
            return
        if self._asked is None or self._asked[0].source != wanted[0].source:
            self._announce(wanted[0])
        self._asked = wanted
        self._ask(wanted)

    def _fill(self) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        self.sentence.setMinimumHeight(_LINES * self.sentence.fontMetrics().lineSpacing())
        column.addWidget(self.sentence)
        column.addWidget(self.find, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.samples)
        column.addStretch(1)
        scroll.setWidget(shown)
        left = QScrollArea()
        left.setWidgetResizable(True)
        left.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        left.setFixedWidth(320)
        self.form.setContentsMargins(12, 12, 12, 12)
        left.setWidget(self.form)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(scroll)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(self._stack, 1)

    def _input_shape(self) -> Shape | None:
        inputs = self._document.design.graph.of_type(Input)
        layer = inputs[0].layer if inputs else None
        return layer.shape if isinstance(layer, Input) else None

    def _announce(self, choice: DataChoice) -> None:
        """What the document itself knows, until the engine has opened the data."""
        self._say([tr("{label}. Looking at the data …", label=choice.source.label)], wrong=False)
        self.samples.show_data(None)

    def _try(self, choice: DataChoice) -> None:
        """Have the engine look at a choice that is not the design's yet."""
        shape = self._input_shape()
        if shape is None:
            self.finder.refuse(tr("There is no Input that the data could be made to fit."))
            return
        self._announce(choice)
        self._ask((choice, shape))

    def _ask(self, question: Question) -> None:
        """Ask the engine, once it has answered what it was asked before."""
        if self._waiting:
            self._next = question
            return
        self._waiting = True
        self._engine.request_data(*question, count=SAMPLES)

    def _is_newest(self) -> bool:
        """Whether the answer that is here is to the newest question; if not, that is asked now."""
        self._waiting = False
        question, self._next = self._next, None
        if question is not None:
            self._ask(question)
        return question is None

    def _look_again(self, taken: bool) -> None:
        """What was tried was not taken: say again how things are."""
        if not taken:
            self._asked = None
            self.refresh()

    def _show(self, data: DataShown) -> None:
        if not self._is_newest():
            return
        if self.finder.trying:
            self.finder.take(data)
            return
        self._say([f"{data.title}. {data.sentence}", *data.notes], wrong=False)
        self.samples.show_data(data)

    def _refuse(self, refused: Refused) -> None:
        if refused.asked != "data" or not self._is_newest():
            return
        if self.finder.trying:
            self.finder.refuse(refused.sentence)
        else:
            self._say([refused.sentence], wrong=True)
            self.samples.show_data(None)

    def _forget(self) -> None:
        """The engine is gone with the question; it may be put again."""
        self._asked = self._next = None
        self._waiting = False
        self.finder.forget()

    def _say(self, lines: list[str], *, wrong: bool) -> None:
        self.find.setVisible(wrong and bool(self.finder.missing))
        self.sentence.setText(localized("\n".join(lines)))
        self.sentence.setProperty("role", "problem" if wrong else "")
        self.sentence.style().polish(self.sentence)

    def _edited(self, name: str, new: object, path: str) -> None:
        label = next(one.label for one in settings_of(DataChoice) if one.name == name)
        self._document.attempt(
            label,
            lambda design: edits.set_data(design, design.data.replace(**{name: new})),
            merge=f"data.{path}" if path else "",
        )


class SamplesView(QWidget):
    """A row for each class: its name, how many items it has, and its first pictures."""

    def __init__(self) -> None:
        super().__init__()
        self._data: DataShown | None = None
        self._pictures: list[list[QImage]] = []
        self.setAccessibleName(tr("Classes and sample pictures"))

    def show_data(self, data: DataShown | None) -> None:
        """Show these data, or nothing."""
        self._data = data
        self._pictures = [] if data is None else _pictures(data)
        if data is not None:
            names = ", ".join(data.classes)
            self.setAccessibleDescription(
                tr("{count} classes: {names}", count=len(data.classes), names=names)
            )
        self.updateGeometry()
        self.update()

    # ---- Qt -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(_NAME + _COUNTS + SAMPLES * (_SIDE + 6), (len(self._pictures) + 1) * _ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(_NAME + _COUNTS, (len(self._pictures) + 1) * _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        data = self._data
        if data is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(font(11))
        painter.setPen(theme.color("muted"))
        self._line(painter, 0, ("class", "training", "validation"))
        for row, pictures in enumerate(self._pictures, start=1):
            numbers = (data.train_counts[row - 1], data.validation_counts[row - 1])
            painter.setPen(theme.color("text"))
            self._line(painter, row, (data.classes[row - 1], *(count(n) for n in numbers)))
            left = _NAME + _COUNTS + 12.0
            for picture in pictures:
                wide = _SIDE * picture.width() / max(picture.height(), 1)
                if left + wide > self.width():
                    break
                painter.drawImage(QRectF(left, row * _ROW + 3, wide, _SIDE), picture)
                left += max(wide, _SIDE) + 6

    def _line(self, painter: QPainter, row: int, words: tuple[str, ...]) -> None:
        """The words of a row: the name to the left, figures to the right of their columns."""
        top, half = row * _ROW, _COUNTS / 2
        middle = Qt.AlignmentFlag.AlignVCenter
        name = painter.fontMetrics().elidedText(words[0], Qt.TextElideMode.ElideRight, _NAME - 8)
        painter.drawText(QRectF(0, top, _NAME, _ROW), middle, name)
        for place, word in enumerate(words[1:]):
            cell = QRectF(_NAME + place * half, top, half, _ROW)
            painter.drawText(cell, middle | Qt.AlignmentFlag.AlignRight, word)


def _pictures(data: DataShown) -> list[list[QImage]]:
    """The sample pictures of each class."""
    return [
        [_image(data, number) for number in range(len(data.labels)) if data.labels[number] == label]
        for label in range(len(data.classes))
    ]


def _image(data: DataShown, number: int) -> QImage:
    """One picture, uint8 (C, H, W), as an image; one channel is gray, three are colors."""
    picture = data.pictures[number]
    channels, high, wide = picture.shape
    gray = channels != 3
    bytes_ = (picture[0] if gray else picture.transpose(1, 2, 0)).tobytes()
    kind = QImage.Format.Format_Grayscale8 if gray else QImage.Format.Format_RGB888
    return QImage(bytes_, wide, high, wide * (1 if gray else 3), kind).copy()
