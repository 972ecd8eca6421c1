"""What one value of a layer sees of a picture: its receptive field, drawn over a real item."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.explain.effective import ALL_MAPS, held_within
from core.explain.reach import seen_by
from core.infer import Field
from core.layers import Input
from core.questions.exploring import Explored, ReachShown, ShowReach
from core.questions.viewing import MapsShown
from core.tongue import tr
from core.training.events import EpochDone, Event, Finished, Started
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.choice import Choice
from designer.viewers.errand import Errand
from designer.viewers.explorer import framed, number_field
from designer.viewers.field_picture import FieldPicture, Frame
from designer.viewers.field_profile import FieldProfile
from designer.viewers.field_words import effective_words, field_words
from designer.viewers.looker import Looker
from designer.viewers.selection import Selection
from designer.viewers.tools import ViewTools
from designer.widgets.color_legend import ColorLegend
from designer.widgets.elided_label import ElidedLabel

_HINT = tr(
    "Solid: what can reach the value. Dashed: with the padding. Thin: the layers before. Dotted:"
    " 95 % of what it uses. Click the picture to choose another value."
)
_HOW = tr(
    "Theory: size + (k − 1)·step layer by layer, the widest way through branches. Effective: the"
    " mean of Σ_c |∂u/∂x_c| of the value u, by one backward pass for each of the items, as after"
    " training. The dotted square is the smallest around the middle of the field that holds 95 % of"
    " it; σ is the deviation of it along rows and columns. The curves are the shares of its rows"
    " and columns; a bell would have 95 % between the marks at ±2σ. Random: the same with weights"
    " that were drawn anew."
)


class FieldView(Looker):
    """The item, and around what the chosen value sees a frame; a click chooses another value.

    Thin frames are those of the layers before, for the value in the middle of the same place. On
    top lies how much of each cell the value really uses.
    """

    kind = "maps"
    watches = ("node", "channel", "row", "column", "sample", "own")

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            picture="field",
            sentence=tr("Select a layer to see how much of a picture one of its values sees."),
        )
        self._reach: ReachShown | None = None
        self._item: NDArray[Any] | None = None
        self.picture = FieldPicture()
        self.title = ElidedLabel()
        self.title.setProperty("role", "heading")
        self.words, self.used = QLabel(), QLabel()
        for label in (self.words, self.used):
            label.setWordWrap(True)
        self.picture.setToolTip(_HINT)
        self.effective = QCheckBox(tr("Effective"))
        self.effective.setChecked(True)
        self.effective.setToolTip(tr("How much of each cell the value really uses"))
        self.random = QCheckBox(tr("Random weights"))
        self.random.setToolTip(tr("Beside it, dashed, what is used where nothing was learned"))
        self.maps = Choice(tr("Maps"), tr("Whose value is looked at"))
        self.maps.offer([(tr("Selected map"), 0), (tr("All maps"), ALL_MAPS)], 0)
        self.items = number_field("Items", 32, "How many items are averaged", high=1024)
        self.legend, self.profile = ColorLegend(), FieldProfile()
        self.errand = Errand(self.engine, ShowReach.kind, tr("Looking back"))
        self.setAccessibleName(tr("Receptive field"))
        self.set_content(self._content(), self.errand)
        self._connect()
        self.follow()

    def _connect(self) -> None:
        self.picture.clicked.connect(self._choose)
        for box in (self.effective, self.random):
            box.toggled.connect(self._ask_back)
        self.maps.chosen.connect(self._ask_back)
        self.items.valueChanged.connect(self._ask_back)
        self.engine.maps_received.connect(self._take)
        self.engine.explored.connect(self._take_reach)

    def _content(self) -> QWidget:
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, Tokens.TIGHT)
        row.setSpacing(Tokens.MEDIUM)
        row.addWidget(self.picture, 3)
        row.addWidget(self._beside(), 2)
        self.tools = ViewTools(tr("Field"), "field", picture=body, numbers=self.numbers)
        self.tools.set_how(_HOW)
        controls = (self.effective, self.maps, self.items, self.random)
        return framed(controls, self.tools, body)

    def _beside(self) -> QWidget:
        """Words and curves, which scroll where they are higher than the picture."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, Tokens.TIGHT, 0)
        column.setSpacing(Tokens.SMALL)
        for widget in (self.title, self.words, self.used, self.legend):
            column.addWidget(widget)
        column.addWidget(self.profile, 1)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setWidget(holder)
        return scroll

    # ---- questions and answers ----------------------------------------------------------

    def fits(self, node: str) -> bool:
        inputs = self.document.design.graph.of_type(Input)
        seen = seen_by(self.document.design.graph, self.document.inference, node, (0, 0))
        return len(inputs) == 1 and (seen is not None or self._field(node) is not None)

    def lack(self, node: str) -> str:
        return tr("{node} sees no picture: what comes in are no maps.", node=self.title_of(node))

    def ask(self, node: str) -> None:
        """The item as it enters the network; what is seen of it needs no engine."""
        spot = self.selection.spot
        self.engine.request_maps(self._input, spot.sample, item=spot.item)

    @property
    def _input(self) -> str:
        return self.document.design.graph.of_type(Input)[0].id

    def _field(self, node: str) -> Field | None:
        return self.document.inference.nodes[node].receptive

    def _take(self, shown: MapsShown) -> None:
        if not self.document.inference.ok or shown.node != self._input:
            return
        is_ours = self.asking.waiting
        self.asking.answered()
        shape = self.document.inference.nodes[shown.node].output
        if shape is None or not self.node or not self.fits(self.node):
            return
        flat = (shape[0], 1, shape[1]) if len(shape) == 2 else shape
        self._item = shown.maps.reshape(flat)
        self.picture.show_item(self._item)
        self._draw()
        self.show_content()
        if is_ours:  # not one that another view has asked for
            self._ask_back()

    def _question(self) -> ShowReach:
        spot = self.selection.spot
        channel = ALL_MAPS if self.maps.currentData() == ALL_MAPS else spot.channel
        cell = (spot.row, spot.column)
        return ShowReach(self.node, channel, cell, self.items.value(), self.random.isChecked())

    def _ask_back(self) -> None:
        """Ask how much of each cell the value uses, in place of what is still on its way."""
        for widget in (self.maps, self.items, self.random):
            widget.setEnabled(self.effective.isChecked())
        self.errand.give_up()
        if self.effective.isChecked() and self._can_ask():
            self.engine.explore(self._question())
        self._draw_effective()

    def _take_reach(self, shown: Explored) -> None:
        if isinstance(shown, ReachShown):
            self.errand.hide()
            self._reach = shown
            self._draw_effective()

    def _take_event(self, event: Event) -> None:
        """After each epoch: between them hardly anything changes here."""
        if isinstance(event, Started | EpochDone | Finished):
            super()._take_event(event)

    # ---- drawing ------------------------------------------------------------------------

    def _draw(self) -> None:
        """Frames and words of the value that is chosen."""
        graph, known, spot = (
            self.document.design.graph,
            self.document.inference,
            self.selection.spot,
        )
        seen = seen_by(graph, known, self.node, (spot.row, spot.column))
        field = self._field(self.node)
        real = None if seen is None else Frame.of_cells(seen.rows, seen.columns)
        whole = None if field is None else Frame.around(field, (spot.row, spot.column))
        before = [] if whole is None else self._before(whole)
        self.picture.show_frames(real, whole, before)
        self.title.setText(self.title_of(self.node))
        self.words.setText(field_words(spot, known.nodes[self.node].output, real, whole))
        self._draw_effective()

    def _draw_effective(self) -> None:
        """How much of each cell is used, where that is known of the value that is chosen."""
        shown, shape = self._reach, self.picture.shape
        is_known = (
            self.effective.isChecked()
            and shown is not None
            and replace(shown.asked, when=None) == self._question()
            and shown.found.weights.shape == shape
        )
        self.used.setVisible(self.effective.isChecked())
        self.legend.setVisible(is_known)
        self.profile.setVisible(is_known and shown is not None and not shown.found.is_silent)
        if not is_known or shown is None:
            self.picture.show_weights(None, None)
            self.used.setText(tr("The network is asked what it uses."))
            return
        weights = shown.found.weights
        side = held_within(weights, self._middle())
        square = Frame(0, 0, 1, 1).moved_to(self._middle()).with_size((side, side))
        self.picture.show_weights(weights, None if shown.found.is_silent else square)
        self.legend.set_limits(0.0, float(weights.max()), signed=False)
        self.title.setText(f"{self.title_of(self.node)} · {self.moment.words(shown.step)}")
        self.used.setText(effective_words(shown, side))
        self.profile.show_field(shown.found, shown.random)

    def _middle(self) -> tuple[float, float]:
        """The row and column of the input in the middle of what the value sees."""
        frame = self.picture.whole or self.picture.real
        height, width = self.picture.shape
        return frame.middle if frame is not None else ((height - 1) / 2, (width - 1) / 2)

    def _before(self, whole: Frame) -> list[Frame]:
        """The fields of the layers that lead here, around the same middle."""
        graph, found, node = self.document.design.graph, [], self.node
        while sources := graph.inputs_of(node):
            node = sources[0]
            field = self._field(node)
            if field is not None and max(field.size) > 1:
                found.append(whole.with_size(field.size))
        return found

    def _choose(self, row: float, column: float) -> None:
        """The value whose field has its middle nearest to a point of the picture."""
        field = self._field(self.node)
        if field is None:
            return
        at = (
            round((point - 0.5 - start) / step)
            for point, start, step in zip((row, column), field.start, field.step, strict=True)
        )
        self.selection.set(row=next(at), column=next(at))
        self._draw()

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The item, the frames (top, left, height, width), and how much each cell is used."""
        found = {} if self._item is None else {"item": self._item}
        for name in ("real", "whole", "square"):
            frame = getattr(self.picture, name)
            if frame is not None:
                found[name] = np.array([frame.top, frame.left, frame.height, frame.width])
        if self.picture.weights is not None:
            found["effective"] = self.picture.weights
            if self._reach is not None and self._reach.random is not None:
                found["random"] = self._reach.random.weights
        return found
