"""A layer step by step: each number of its output and of its gradients as the sum that it is."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.explain.steps import MODES, parts, steps
from core.explain.walk import Walk
from core.explain.wiring import is_wired
from core.layers import RBF, Layer, Linear, Output
from core.questions.viewing import TensorsShown
from core.tongue import tr
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.looker import Looker
from designer.viewers.loss_page import LossPage
from designer.viewers.loss_sheet import has_sheet
from designer.viewers.selection import Selection, Spot
from designer.viewers.step_page import StepPage
from designer.viewers.tools import ViewTools
from designer.widgets.elided_label import ElidedLabel

_ITEMS = 100_000  # more are not counted
_ACTIVE = ("x", "y", "dx", "dy", "z", "dz", "v", "target")


class StepperView(Looker):
    """Forward, data gradient and filter gradient of the selected layer, on the engine's tensors.

    A value that is typed is tried here alone: weights belong to the run, which goes on with its
    own; the network is changed by training, or for good in its design.
    """

    kind = "tensors"
    watches = ("node", "sample", "own")

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            picture="steps",
            sentence=tr(
                "Select a convolution, a pooling or a dense layer to see each of its numbers"
                " come about."
            ),
        )
        self._shown: TensorsShown | None = None
        self._part = ""
        self.title = ElidedLabel()
        self.title.setProperty("role", "caption")
        self.page, self.loss = StepPage(), LossPage()
        self._pages = QStackedWidget()
        for page in (self.page, self.loss):
            self._pages.addWidget(page)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.SMALL, Tokens.TIGHT)
        column.setSpacing(Tokens.TIGHT)
        self.tools = ViewTools(
            tr("Step by step"), "stepper", picture=self._pages, numbers=self.numbers
        )
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.tools)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        column.addWidget(self.tools.how)
        self.page.told.connect(self.tools.set_how)
        self.set_content(content)
        self.setAccessibleName(tr("Step by step"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.page.moved.connect(self._moved)
        self.page.bar.part_chosen.connect(self._choose_part)
        self.page.bar.sample_chosen.connect(lambda number: self.selection.set(sample=number))
        self.engine.tensors_received.connect(self._take)
        self.follow()

    # ---- questions ----------------------------------------------------------------------

    def fits(self, node: str) -> bool:
        layer = self._layer(node)
        return layer is not None and (is_wired(layer) or isinstance(layer, Output))

    def lack(self, node: str) -> str:
        return tr(
            "{node} has no steps to show: it is no convolution, no pooling, no dense layer and no"
            " cell of a neocognitron.",
            node=self.title_of(node),
        )

    def ask(self, node: str) -> None:
        weights = self.document.inference.nodes[node].weights
        wants = (*_ACTIVE, *weights, *(f"d{name}" for name in weights))
        spot = self.selection.spot
        self.engine.request_tensors(node, spot.sample, wants, item=spot.item)

    def _layer(self, node: str) -> Layer | None:
        graph, info = self.document.design.graph, self.document.inference.nodes.get(node)
        if info is None or info.output is None or graph[node].bypassed:
            return None
        return graph[node].layer

    # ---- answers ------------------------------------------------------------------------

    def _take(self, shown: TensorsShown) -> None:
        waited = self.asking.waiting
        self.asking.answered()
        layer = self._layer(self.node) if self.fits(self.node) else None
        if layer is None:
            return
        if shown.node != self.node or self._is_old(shown):
            # What another view asked for is no reason to ask again.
            if waited or shown.node == self.node:
                self.asking.want(soon=True)
            return
        if shown.sample != self.selection.spot.sample:  # beyond the last they start again
            self.selection.set(sample=shown.sample)
        another = self._shown is None or self._shown.node != shown.node
        self._shown = shown
        self.page.bar.sample.offer(_ITEMS, shown.sample)
        if isinstance(layer, Output):
            if not has_sheet(layer, shown):
                self.say(tr("An item of your own has no target: choose one of the data."))
                return
            self._pages.setCurrentWidget(self.loss)
            self.tools.set_how(self.loss.show_loss(layer, shown))
        else:
            self._show_steps(layer, anew=another)
        self._tell()
        self.show_content()

    def _is_old(self, shown: TensorsShown) -> bool:
        """Whether an answer is of a design in which this node had other shapes."""
        info = self.document.inference.nodes[shown.node]
        shapes = {name: weight.shape for name, weight in info.weights.items()}
        shapes |= {"x": info.inputs[0] if info.inputs else (), "y": info.output}
        return any(
            name in shown.tensors and shown.tensors[name].shape != shape
            for name, shape in shapes.items()
        )

    def _show_steps(self, layer: Layer, *, anew: bool) -> None:
        """The steps of the part that is chosen, at the place that is selected."""
        assert self._shown is not None
        offered = parts(layer)
        self._part = self._part if self._part in offered else (offered or ("",))[0]
        modes = steps(layer, self._shown.tensors, part=self._part)
        walk = Walk({mode: modes[mode] for mode in MODES if mode in modes})
        if anew:
            walk.follow(**self._place())
        rate = getattr(self.document.design.plan.optimizer, "lr", 0.0)
        self._pages.setCurrentWidget(self.page)
        self.page.bar.parts.offer([(name, name.capitalize()) for name in offered], self._part)
        self.page.show_walk(walk, anew=anew, rate=rate, dense=isinstance(layer, Linear | RBF))

    def _place(self) -> dict[str, int]:
        spot = self.selection.spot
        return {"channel": spot.channel, "row": spot.row, "column": spot.column}

    def _choose_part(self, name: str) -> None:
        layer = self._layer(self.node)
        self._part = name
        if self._shown is not None and self._shown.node == self.node and layer is not None:
            self._show_steps(layer, anew=True)
            self._tell()

    def _tell(self) -> None:
        """Which layer, which item, which moment."""
        shown = self._shown
        assert shown is not None
        item = (
            tr("item {sample}, class {label}", sample=shown.sample, label=shown.label)
            if shown.label
            else tr("your own item")
        )
        words = [self.title_of(shown.node), item]
        self.title.setText(" · ".join([*words, self.moment.words(shown.step)]))

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The tensors behind the picture, by name."""
        return dict(self._shown.tensors) if self._shown is not None else {}

    # ---- the one selection --------------------------------------------------------------

    def _moved(self) -> None:
        """The walk went on: its output value is what all views look at."""
        walk = self.page.walk
        if walk is not None and walk.mode == "forward" and self.shown_node == self.node:
            channel, row, column = walk.target
            self.selection.set(channel=channel, row=row, column=column)

    def _spot_changed(self, before: Spot) -> None:
        super()._spot_changed(before)
        spot, walk = self.selection.spot, self.page.walk
        if spot.node == before.node == self.shown_node and spot.value != before.value:
            self.page.go_to(**self._place()) if walk is not None else None

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._pages.currentWidget() is self.loss:
            taken = self.loss.take_key(event)
        else:
            taken = self.page.take_key(event)
        if not taken:
            super().keyPressEvent(event)
