"""Draw and predict: an own picture, and at once what the network says to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QInputDialog,
    QPushButton,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.explain.centering import centered
from core.files import FileError
from core.layers import Input, Output
from core.messages import Refused
from core.questions.viewing import CanvasShown, DrawnShown
from core.tongue import tr
from designer.document.change import Change
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.bars import ClassBars, Skyline
from designer.viewers.choice import Choice
from designer.viewers.looker import Looker
from designer.viewers.moves import Moves
from designer.viewers.own_image import KINDS, keep_sample
from designer.viewers.pad import Pad
from designer.viewers.selection import Own, Selection, Spot
from designer.viewers.tools import ViewTools
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.icon_button import icon_button

_HOW = tr(
    "The pad is fitted to the Input as the data are and goes through the network once, as after"
    " training (1 sample); bars are shares of 1 where an Output tells classes apart, else values."
    " Shifting, turning and scaling are about the middle, with dark at the border. Centered, the"
    " network gets the pad shifted by whole pixels until its brightness has its middle in the"
    " middle, as the digits of MNIST were."
)


class DrawingView(Looker):
    """A pad, its tools, and the answer; while somebody draws, every other view looks at it too."""

    kind = "canvas"
    watches = ("sample",)

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection, engine, picture="brush", sentence=tr("Add an Input to draw what it takes.")
        )
        self._base: CanvasShown | None = None
        self._drawn: DrawnShown | None = None
        self._touched = False  # whether the pad is no longer the item itself
        self._output = self._folder = ""
        self.pad, self.moves = Pad(), Moves()
        self.bars, self.skyline = ClassBars(), Skyline(name=tr("Values"))
        self.title = ElidedLabel()
        self.title.setProperty("role", "caption")
        self.outputs = Choice(tr("Output"), tr("Whose answer is shown"))
        self.width_ = QSlider(Qt.Orientation.Horizontal)
        self._make_tools()
        self.set_content(self._content())
        self.setAccessibleName(tr("Draw"))
        self._connect()
        self.follow()

    # ---- parts --------------------------------------------------------------------------

    def _make_tools(self) -> None:
        self.draws = icon_button("brush", tr("Draw"))
        self.erases = icon_button("eraser", tr("Erase"))
        self._kinds = QButtonGroup(self)
        for button in (self.draws, self.erases):
            button.setCheckable(True)
            self._kinds.addButton(button)
        self.draws.setChecked(True)
        self.clear = icon_button("new", tr("Empty pad"))
        self.again = icon_button("undo", tr("Back to the item of the data set"))
        self.invert = icon_button("theme", tr("Swap light and dark"))
        self.paste = icon_button("paste", tr("Paste an image (Ctrl+V while the pad has the focus)"))
        self.open = icon_button("open", tr("Open an image, or drop one on the pad"))
        self.center = QCheckBox(tr("Center"))
        self.center.setToolTip(
            tr("Give the network the drawing in the middle, wherever it was drawn")
        )
        self.keep = QPushButton(tr("Keep …"))
        self.keep.setToolTip(tr("Keep the drawing as a sample, in a folder of its class"))
        self.width_.setRange(1, 12)
        self.width_.setValue(2)
        self.width_.setAccessibleName(tr("Brush width"))
        self.width_.setToolTip(tr("Width of the brush, in pixels"))

    def _connect(self) -> None:
        for signal, slot in self._wiring():
            signal.connect(slot)
        key = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self.pad)
        key.setContext(Qt.ShortcutContext.WidgetShortcut)
        key.activated.connect(self._paste)

    def _wiring(self) -> list[tuple[Any, Callable[..., None]]]:
        return [
            (self.erases.toggled, lambda on: setattr(self.pad, "erases", on)),
            (self.width_.valueChanged, lambda width: setattr(self.pad, "brush", float(width))),
            (self.clear.clicked, self._empty),
            (self.again.clicked, self._begin_again),
            (self.invert.clicked, self.pad.invert),
            (self.center.toggled, lambda on: self._changed()),
            (self.keep.clicked, self._keep),
            (self.paste.clicked, self._paste),
            (self.open.clicked, self._open),
            (self.pad.changed, self._changed),
            (self.pad.told, self.title.setText),
            (self.moves.changed, self._moved),
            (self.outputs.chosen, self._set_output),
            (self.engine.canvas_received, self._take),
            (self.engine.drawn_received, self._take_drawn),
        ]

    def _content(self) -> QWidget:
        body, content = QWidget(), QWidget()
        self._answers = QStackedWidget()
        for page in (self.bars, self.skyline):
            self._answers.addWidget(page)
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, Tokens.TIGHT)
        row.setSpacing(Tokens.MEDIUM)
        row.addWidget(self.pad, 3)
        row.addLayout(self._controls(), 2)
        row.addWidget(self._answers, 4)
        self.tools = ViewTools(tr("Draw"), "drawing", picture=body, numbers=self.numbers)
        self.tools.set_how(_HOW)
        head = QHBoxLayout()
        head.setSpacing(Tokens.SMALL)
        head.addWidget(self.title, 1)
        head.addWidget(self.outputs)
        head.addWidget(self.tools)
        column = QVBoxLayout(content)
        column.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.TIGHT, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addLayout(head)
        column.addWidget(body, 1)
        column.addWidget(self.tools.how)
        return content

    def _controls(self) -> QVBoxLayout:
        """Tools in two rows, the brush's width, and the sliders."""
        buttons = QGridLayout()
        buttons.setSpacing(2)
        row = (self.draws, self.erases, self.clear, self.again, self.invert, self.paste, self.open)
        for at, button in enumerate(row):
            buttons.addWidget(button, 0, at)
        buttons.setColumnStretch(len(row), 1)
        column = QVBoxLayout()
        column.setSpacing(Tokens.TIGHT)
        column.addLayout(buttons)
        column.addWidget(self.width_)
        column.addWidget(self.moves)
        row_of = QHBoxLayout()
        row_of.addWidget(self.center)
        row_of.addWidget(self.keep)
        row_of.addStretch(1)
        column.addLayout(row_of)
        column.addStretch(1)
        return column

    # ---- what is asked ------------------------------------------------------------------

    @property
    def node(self) -> str:
        """The Input, which takes the drawing."""
        inputs = self.document.design.graph.of_type(Input)
        return inputs[0].id if inputs else ""

    def fits(self, node: str) -> bool:
        return True

    def lack(self, node: str) -> str:
        return tr("{node} cannot be drawn on.", node=self.title_of(node))

    def ask(self, node: str) -> None:
        """The item of the data set first; then what is said to the pad as it is."""
        sample = self.selection.spot.sample
        if self._base is None or self._base.sample != sample:
            self.engine.request_canvas(sample)
        else:
            self._predict()

    def _predict(self) -> None:
        if not self.pad.is_empty:
            self.engine.request_drawn(self._picture())

    def _picture(self) -> NDArray[np.uint8]:
        """The pad, in the middle where that is wanted."""
        picture = self.pad.picture()
        return centered(picture) if self.center.isChecked() else picture

    # ---- the hand -----------------------------------------------------------------------

    def _changed(self) -> None:
        """The pad is a picture of its own from now on."""
        if self.pad.is_empty:
            return
        self._touched = True
        self._predict()

    def _moved(self) -> None:
        self.pad.set_move(*self.moves.values())
        self._changed()

    def _straighten(self) -> None:
        self.moves.reset()
        self.pad.set_move(*self.moves.values())

    def _empty(self) -> None:
        self._straighten()
        self.pad.clear()

    def _begin_again(self) -> None:
        """The item of the data set, which all views look at again."""
        if self._base is None:
            return
        self._show_base(self._base)
        self.selection.set(own=None)

    def _paste(self) -> None:
        mime = QGuiApplication.clipboard().mimeData()  # None where nothing was ever copied
        if mime is None or not self.pad.take_mime(mime):
            self.title.setText(tr("There is no image to paste. Copy one first."))

    def _open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Open an image"), "", KINDS)
        if name:
            self.open_image(Path(name))

    def _keep(self) -> None:
        """Keep the drawing in a folder of its class, so that the folder is a data set."""
        if self._drawn is None or self.pad.is_empty:
            return
        names = next(iter(self._drawn.names.values()))
        best = int(np.argmax(next(iter(self._drawn.said.values()))))
        name, taken = QInputDialog.getItem(
            self, "Keep", tr("What is it?"), list(names), best, False
        )
        if taken and not self._folder:
            self._folder = QFileDialog.getExistingDirectory(self, tr("Where samples are kept"))
        if not (taken and self._folder):
            return
        try:
            path = keep_sample(self._picture(), Path(self._folder), name)
        except (FileError, OSError) as trouble:
            self._folder = ""
            self.title.setText(str(trouble))
            return
        self.title.setText(tr("Kept as {path}. A folder of such folders is a data set.", path=path))

    def open_image(self, path: Path) -> None:
        """Take an image file onto the pad."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        self.pad.take_mime(mime)

    def _set_output(self, output: str) -> None:
        self._output = output
        if self._drawn is not None:
            self._show_answer(self._drawn)

    # ---- answers ------------------------------------------------------------------------

    def _take(self, shown: CanvasShown) -> None:
        self.asking.answered()
        if self._base is not None and self._touched and self._base.sample == shown.sample:
            return
        self._base = shown
        if self.selection.spot.own is None:
            self.selection.set(sample=shown.sample)
        self._show_base(shown)
        self.show_content()

    def _show_base(self, base: CanvasShown) -> None:
        _, height, width = base.picture.shape
        self._touched = False
        self.pad.set_picture(base.picture)
        self.moves.set_size(width, height)
        self._straighten()
        self._predict()

    def _take_drawn(self, shown: DrawnShown) -> None:
        self.asking.answered()
        self._drawn = shown
        self._show_answer(shown)
        if self._touched and self.document.inference.ok:
            self.selection.set(own=Own(shown.item))
        if self._base is not None:
            self.show_content()

    def _show_answer(self, shown: DrawnShown) -> None:
        """Classes as bars with their names, values as a skyline."""
        graph = self.document.design.graph
        known = [id for id in shown.said if id in graph.nodes]
        if not known:
            return
        output = self._output if self._output in known else known[0]
        self.outputs.offer([(self.title_of(id), id) for id in known], output)
        self.outputs.setVisible(len(known) > 1)
        said, names, layer = shown.said[output], shown.names[output], graph[output].layer
        if isinstance(layer, Output) and layer.loss.classifies:
            self._answers.setCurrentWidget(self.bars)
            self.bars.set_answer(said, names, label=self._label(names))
        else:
            self._answers.setCurrentWidget(self.skyline)
            self.skyline.set_values(said)
        best = names[int(np.argmax(said))]
        base = self._base
        what = (
            tr("your drawing")
            if self._touched or base is None
            else tr("item {sample}", sample=base.sample)
        )
        self.title.setText(f"{what}: {best} · {self.moment.words(shown.step)}")

    def _label(self, names: tuple[str, ...]) -> int:
        """The right class of the item itself; what was drawn has none."""
        label = self._base.label if self._base is not None and not self._touched else ""
        return names.index(label) if label in names else -1

    # ---- what is told -------------------------------------------------------------------

    def _spot_changed(self, before: Spot) -> None:
        """Who chooses an item gets it, in place of what was drawn."""
        if before.own is not None and self.selection.spot.own is None and self._base is not None:
            self._show_base(self._base)
        super()._spot_changed(before)

    def _design_changed(self, change: Change) -> None:
        if change.data or change.whole:
            self._base, touched, self._touched = None, self._touched, False
            if touched:  # the pad will show an item of the data again
                self.selection.set(own=None)
        super()._design_changed(change)

    def _take_refusal(self, refused: Refused) -> None:
        """A drawing may be refused as well as the item."""
        if refused.asked == "drawn":
            self.asking.answered()
            self.say(refused.sentence)
        super()._take_refusal(refused)

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The drawing as the network takes it, and what each Output says, by name."""
        if self._drawn is None:
            return {}
        return {"item": self._drawn.item, **self._drawn.said}
