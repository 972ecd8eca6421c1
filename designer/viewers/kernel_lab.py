"""Kernel lab: a picture, a kernel whose numbers can be changed, and at once what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.explain.kernel_lab import (
    Stage,
    Way,
    as_start,
    divisor,
    filtered,
    first_weight,
    products,
    refusal,
    through,
)
from core.explain.still_life import still_life
from core.filterbank import TITLES, fitted, hand_made
from core.layers import Conv2d
from core.messages import Refused
from core.questions.viewing import FiltersShown
from core.tongue import tr
from designer.document import edits
from designer.document.change import Change
from designer.engine.client import Engine
from designer.engine.desk import Desk
from designer.tokens import Tokens
from designer.viewers.asking import Asking
from designer.viewers.choice import Choice
from designer.viewers.explorer import number_field
from designer.viewers.kernel_card import KernelCard
from designer.viewers.kernel_source import MOST_SIDE, KernelSource
from designer.viewers.selection import Selection, Spot
from designer.viewers.tools import ViewTools, more_button
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.flow_row import FlowRow
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import value
from designer.widgets.plot import Plot
from designer.widgets.seen import Seen

_PADDINGS = tuple((tr("Pad {word}", word=word), word) for word in ("same", "valid", "half", "full"))
_FILLS = ((tr("Zeros"), "zeros"), (tr("Edge repeated"), "replicate"), (tr("Mirrored"), "reflect"))
_MINE, _LEARNED = "mine", "learned"  # a kernel that was typed, a filter of the network
_SIZE_ROOM = 72  # pixels, so that all that is in sight stands in one row of a narrow dock
_BINS = 64  # of the histogram
_HOW = tr(
    "y[p, q] = Σ_ij k[i, j] · x[p·s + i·d − top, q·s + j·d − left] for each color by itself, not"
    " flipped, pixels from 0 to 1. Normalized, the kernel is divided by its sum, and by the sum of"
    " its positive numbers where that is 0. Signed colors show the mean of the colors about zero;"
    " as a picture, values below 0 are black and above 1 white. Own images are made at most"
    " {most_side} pixels long. In a chain each kernel goes over what the one before has made."
    " Under the mouse: what each number of the kernel adds there, of the mean of the colors,"
    " before ReLU.",
    most_side=MOST_SIDE,
)


class KernelLab(QWidget):
    """Picture, kernel and result side by side; a kernel can become a filter of the network."""

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__()
        self.selection, self.document = selection, selection.document
        self.engine = Desk(engine, self)
        self.setAccessibleName(tr("Kernel lab"))
        self.picture: NDArray[np.float64] = still_life() / 255.0  # (C, H, W) from 0 to 1
        self.kernel = hand_made("sobel_vertical")
        self.way = Way(fill="replicate")
        self.chain: tuple[Stage, ...] = ()  # the kernels before this one
        self._seen = self.picture  # what the kernel goes over
        self._result: NDArray[np.float64] | None = None
        self._make_controls()
        self.before, self.after = Mosaic(name=tr("Picture")), Mosaic(name=tr("Result"))
        self.before.name_of = lambda tile: (
            tr("after {count}", count=len(self.chain)) if self.chain else tr("picture")
        )
        self.after.name_of = lambda tile: tr("result")
        self.card, self.histogram = KernelCard(), Plot(name=tr("Histogram"))
        self.grid, self.sum, self.use = self.card.grid, self.card.sum, self.card.use
        self.histogram.set_labels(tr("value"), tr("cells in %"))
        self.histogram.set_log_y(True)  # most cells have one value
        self.histogram.hide()
        self.told = ElidedLabel()
        self.told.setProperty("role", "caption")
        self.asking, self.seen = Asking(self._ask_filter, self, selection.ration), Seen(self)
        self._lay()
        self._connect()
        self._choose_kernel("sobel_vertical")
        self._show_target()

    # ---- parts --------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.sources = KernelSource(self.selection, self.engine)
        self.kernels = Choice(tr("Kernel"), tr("A kernel made by hand; change its numbers below"))
        self._offer_kernels("sobel_vertical")
        self.size = number_field("Size", 3, "Height and width of the kernel", high=11)
        self.size.setMaximumWidth(_SIZE_ROOM)
        self.angle = number_field("Angle", 0, "Direction of Gabor's lines", low=-180, high=180,
                                  unit="°")  # fmt: skip
        self.stride = number_field("Stride", 1, "Cells between two results", high=8)
        self.dilation = number_field("Dilation", 1, "Distance of the kernel's cells", high=8)
        self.padding = Choice(tr("Padding"), tr("How many cells are put around the picture"))
        self.padding.offer(_PADDINGS, "same")
        self.fill = Choice(tr("Padding of"), tr("What the cells around the picture hold"))
        self.fill.offer(_FILLS, "replicate")
        self.normalize = _box(
            tr("Normalize"),
            tr("Divide by the sum of the kernel, or of its positive numbers where that is 0"),
        )
        self.relu = _box(tr("ReLU"), tr("Negative results become 0"))
        self.signed = _box(tr("Signed colors"), tr("Colors about zero, as in the feature maps"))
        self.counts = _box(
            tr("Histogram"), tr("How often each value is in the picture and in the result")
        )
        self.then, self.back = QPushButton(tr("Then another")), QPushButton(tr("One back"))
        self.then.setToolTip(tr("Let another kernel go over what this one makes of the picture"))
        self.back.setToolTip(tr("Return to the kernel before"))
        self.plane = number_field("Input map", 0, "The input map of the filter", low=0, high=0)
        self.plane.hide()
        self.more = more_button(tr("Stride, dilation, padding, and how the result is shown"))

    def _offer_kernels(self, chosen: str) -> None:
        offered = [(title, name) for name, title in TITLES.items()]
        more = [(tr("Filter of the network"), _LEARNED), (tr("Your own"), _MINE)]
        self.kernels.offer([*offered, *more], chosen)

    def _lay(self) -> None:
        body, controls, self._further = QWidget(), QWidget(), QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Tokens.MEDIUM)
        parts = ((self.before, 4), (self.card, 3), (self.after, 4), (self.histogram, 3))
        for widget, share in parts:
            row.addWidget(widget, share)
        first, second = self._controls()
        for row_of, widgets in ((controls, first), (self._further, second)):
            flow = FlowRow(row_of)
            for one in widgets:
                flow.addWidget(one)
        self._further.hide()
        self.tools = ViewTools(tr("Kernel lab"), "kernel-lab", picture=body, numbers=self.numbers)
        self.tools.set_how(_HOW)
        head = QHBoxLayout()
        head.setSpacing(Tokens.SMALL)
        head.addWidget(controls, 1)
        head.addWidget(self.tools, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.TIGHT, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addLayout(head)
        column.addWidget(self._further)
        column.addWidget(body, 1)
        column.addWidget(self.told)
        column.addWidget(self.tools.how)

    def _controls(self) -> tuple[Sequence[QWidget], Sequence[QWidget]]:
        """Those in sight, and those that come when they are asked for."""
        return (self.sources, self.kernels, self.angle, self.plane, self.size, self.more), (
            self.stride, self.dilation, self.padding, self.fill, self.normalize, self.relu,
            self.signed, self.counts, self.then, self.back,
        )  # fmt: skip

    def _connect(self) -> None:
        self.more.toggled.connect(self._further.setVisible)
        self.sources.brought.connect(self._set_picture)
        self.sources.told.connect(self.told.setText)
        self.kernels.chosen.connect(self._choose_kernel)
        self.size.valueChanged.connect(self._resize)
        self.angle.valueChanged.connect(lambda: self._choose_kernel("gabor"))
        for field in (self.stride, self.dilation):
            field.valueChanged.connect(self._set_way)
        for choice in (self.padding, self.fill):
            choice.chosen.connect(self._set_way)
        for box in (self.normalize, self.relu, self.signed):
            box.toggled.connect(self._set_way)
        self.counts.toggled.connect(self.histogram.setVisible)
        self.counts.toggled.connect(self._draw)
        self.plane.valueChanged.connect(self._ask_anew)
        self.card.value_typed.connect(self._type)
        self.card.used.connect(self._use)
        self.then.clicked.connect(self._go_on)
        self.back.clicked.connect(self._go_back)
        self.after.hovered.connect(self._tell_products)
        self.seen.changed.connect(self.asking.set_seen)
        self.engine.filters_received.connect(self._take_filter)
        self.engine.request_refused.connect(self._take_refusal)
        self.engine.forgot.connect(self.asking.lost)
        self.selection.changed.connect(self._spot_changed)
        self.document.design_changed.connect(self._design_changed)

    # ---- the kernel ---------------------------------------------------------------------

    def _choose_kernel(self, name: str) -> None:
        """Take a kernel made by hand, in its own size; edges are shown signed."""
        if name not in (_MINE, _LEARNED):
            self.kernel = hand_made(name, angle=float(self.angle.value()))
            _quietly(self.size, self.kernel.shape[0])
            self._show_edges()
        self._offer_kernels(name)
        self.angle.setVisible(name == "gabor")
        self.plane.setVisible(name == _LEARNED)
        self._draw()
        if name == _LEARNED:
            self._ask_anew()

    def _ask_anew(self) -> None:
        self.asking.want(soon=True)

    def _ask_filter(self) -> bool:
        """Ask for the filter of the network that is selected."""
        if self.kernels.currentData() != _LEARNED:
            return False
        if not (self._target and self.document.inference.ok):
            self.told.setText(tr("Select a Conv2d layer, and in its filters the one to look at."))
            return False
        self.engine.request_filters(self._target)
        return True

    def _take_refusal(self, refused: Refused) -> None:
        if refused.asked == "filters":
            self.asking.answered()
            self.told.setText(refused.sentence)

    def _take_filter(self, shown: FiltersShown) -> None:
        """The filter that is selected becomes the kernel."""
        self.asking.answered()
        if self.kernels.currentData() != _LEARNED or shown.node != self._target:
            return
        found, unit = shown.filters, self.selection.spot.channel
        if unit not in found.order:
            known = len(found.order)
            self.told.setText(
                tr(
                    "Filter {unit} is beyond the first {known}: choose one of those.",
                    unit=unit,
                    known=known,
                )
            )
            return
        tiles = found.tiles[found.order.index(unit)]
        if found.rgb:  # colors, in which half is zero
            tiles = (tiles[0].transpose(2, 0, 1) - 0.5) * 2 * found.limit
        self.plane.setMaximum(len(tiles) - 1)
        self.kernel = tiles[min(self.plane.value(), len(tiles) - 1)].astype(np.float64)
        _quietly(self.size, self.kernel.shape[0])
        self._show_edges(bool(self.kernel.min() < 0))
        self._draw()

    # ---- the chain ----------------------------------------------------------------------

    def _go_on(self) -> None:
        """Another kernel goes over what this one makes of the picture."""
        if self._result is not None:
            self._set_chain((*self.chain, Stage(self.kernel, self.way)))
            self._choose_kernel("identity")

    def _go_back(self) -> None:
        *before, last = self.chain
        self._set_chain(tuple(before))
        self.kernel = last.kernel
        _quietly(self.size, self.kernel.shape[0])
        self._show_edges()
        self._choose_kernel(_MINE)

    def _set_chain(self, chain: tuple[Stage, ...]) -> None:
        self.chain = chain
        self._seen = through(self.picture, chain)

    def _show_edges(self, signed: bool | None = None) -> None:
        """Kernels whose numbers add up to 0 find edges, of either sign."""
        self.signed.blockSignals(True)
        finds = bool(abs(self.kernel.sum()) < 1e-9)
        self.signed.setChecked(finds if signed is None else signed)
        self.signed.blockSignals(False)

    def _resize(self, side: int) -> None:
        """The same kernel in the middle of more cells, or its middle alone."""
        self.kernel = fitted(self.kernel, (side, side))
        self._choose_kernel(_MINE)

    def _type(self, row: int, column: int, number: float) -> None:
        self.kernel = self.kernel.copy()
        self.kernel[row, column] = number
        self._choose_kernel(_MINE)

    def _set_way(self) -> None:
        self.way = replace(
            self.way,
            stride=self.stride.value(),
            dilation=self.dilation.value(),
            padding=self.padding.currentData(),
            fill=self.fill.currentData(),
            normalized=self.normalize.isChecked(),
            rectified=self.relu.isChecked(),
        )
        self._draw()

    # ---- the picture --------------------------------------------------------------------

    def _set_picture(self, pixels: NDArray[Any]) -> None:
        self.picture = pixels / 255.0
        size = (self.picture.shape[1], self.picture.shape[2])
        if any(refusal(one.kernel, size, one.way) for one in self.chain):
            self.chain = ()
        self._set_chain(self.chain)
        self._draw()

    def _spot_changed(self, before: Spot) -> None:
        spot = self.selection.spot
        moved = (spot.node, spot.channel) != (before.node, before.channel)
        if moved:
            self._ask_anew()
        self._show_target()

    def _design_changed(self, change: Change) -> None:
        """The engine hears of another network in a moment; only then its filter is asked for."""
        if change.graph or change.problems or change.whole:
            self.asking.settle()
        self._show_target()

    # ---- drawing ------------------------------------------------------------------------

    def _draw(self) -> None:
        """The kernel, the picture, and what comes of it or why nothing does."""
        parts = f"Σ = {value(float(self.kernel.sum()), figures=3)}"
        if self.way.normalized:
            parts += tr(" · divided by {kernel}", kernel=value(divisor(self.kernel), figures=3))
        self.card.show_kernel(self.kernel, parts)
        self.back.setEnabled(bool(self.chain))
        self.card.products.hide()
        if self.chain and self._seen.min() < 0:
            self.before.set_tiles(self._seen.mean(axis=0, keepdims=True), signed=True)
        else:
            self._show_colors(self.before, self._seen)
        trouble = refusal(self.kernel, self._seen.shape[1:], self.way)
        self.told.setText(trouble)
        self._result = None if trouble else filtered(self._seen, self.kernel, self.way)
        if self._result is None:
            self.after.clear(trouble)
        elif self.signed.isChecked():
            self.after.set_tiles(self._result.mean(axis=0, keepdims=True), signed=True)
        else:
            self._show_colors(self.after, self._result)
        if self._result is not None:
            self._tell()

    def _tell(self) -> None:
        result = self._result
        assert result is not None
        (_, h, w), (_, p, q) = self._seen.shape, result.shape
        is_mean = self.signed.isChecked() and len(result) > 1
        seen = result.mean(axis=0) if is_mean else result  # as the colors show it
        low, high = value(float(seen.min()), figures=3), value(float(seen.max()), figures=3)
        number = len(self.chain) + 1
        place = tr("kernel {number} of the chain · ", number=number) if self.chain else ""
        values = (
            tr("mean of the colors from {low} to {high}", low=low, high=high)
            if is_mean
            else tr("values from {low} to {high}", low=low, high=high)
        )
        self.told.setText(f"{place}{h}×{w} → {p}×{q} · {values}")
        if self.counts.isChecked():
            self._show_histogram(result)

    def _show_histogram(self, result: NDArray[np.float64]) -> None:
        """How often each value is there, of all colors."""
        for name, values, color in (
            ("picture", self._seen, "muted"),
            ("result", result, "accent"),
        ):
            found, edges = np.histogram(values, _BINS)
            middles = (edges[:-1] + edges[1:]) / 2
            self.histogram.set_curve(name, middles, 100 * found / values.size, color=color)
        self.histogram.fit()

    def _tell_products(self, tile: int, row: int, column: int) -> None:
        """What the kernel's numbers add to the cell under the mouse."""
        if tile < 0 or self._result is None:
            self.card.products.hide()
            return
        found = products(self._seen, Stage(self.kernel, self.way), (row, column))
        self.card.show_products(found, (row, column))

    @staticmethod
    def _show_colors(mosaic: Mosaic, values: NDArray[np.float64]) -> None:
        colors = np.broadcast_to(values, (3, *values.shape[1:])).transpose(1, 2, 0)
        mosaic.set_tiles(colors[None].clip(0, 1), signed=False)

    # ---- a filter of the network --------------------------------------------------------

    @property
    def _target(self) -> str:
        """The convolution that is selected, or ""."""
        node, known = self.selection.spot.node, self.document.inference.nodes
        graph = self.document.design.graph
        is_convolution = node in graph.nodes and isinstance(graph[node].layer, Conv2d)
        return node if is_convolution and "weight" in known[node].weights else ""

    def _show_target(self) -> None:
        """Say which filter the button is about."""
        node, spot = self._target, self.selection.spot
        self.use.setEnabled(bool(node))
        if node:
            title = self.document.design.graph[node].title
            self.use.setToolTip(
                tr(
                    "Filter {channel} of {title} starts as this kernel, the others as they would"
                    " have; the next training learns from there.",
                    channel=spot.channel,
                    title=title,
                )
            )
        else:
            self.use.setToolTip(tr("Select a Conv2d layer, and in its filters the one to replace."))

    def _use(self) -> None:
        node, design = self._target, self.document.design
        if not node:
            return
        weight = first_weight(self.document.inference, node, design.plan.seed)
        title, unit = design.graph[node].title, self.selection.spot.channel
        used = self.kernel / divisor(self.kernel) if self.way.normalized else self.kernel
        try:
            start = as_start(used, weight, unit)
        except ValueError as trouble:
            self.told.setText(str(trouble))
            return
        self.document.attempt(
            tr("Kernel as filter of {title}", title=title),
            lambda one: edits.set_settings(one, [node], {"weight_init": start}),
        )
        self.told.setText(
            tr(
                "Filter {unit} of {title} starts as this kernel. Train anew to use it.",
                unit=unit,
                title=title,
            )
        )

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The picture (C, H, W), the kernel as it is typed, and the result, by name."""
        found: dict[str, NDArray[Any]] = {"picture": self.picture, "kernel": self.kernel}
        if self._result is not None:
            found["result"] = self._result
        return found


def _box(name: str, tip: str) -> QCheckBox:
    box = QCheckBox(name)
    box.setToolTip(tip)
    return box


def _quietly(field: Any, number: int) -> None:
    field.blockSignals(True)
    field.setValue(number)
    field.blockSignals(False)
