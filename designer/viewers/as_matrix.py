"""A convolution as a matrix: rows pull, columns push, and the same weight stands in many places."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from core.explain.toeplitz import MOST_SIDE
from core.layers import Conv2d
from core.questions.exploring import Exploration, MatrixShown, ShowMatrix
from core.tongue import tr
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.explorer import Explorer, number_field
from designer.viewers.selection import Selection
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import count, value

_HOW = tr(
    "y = M·x for one input map x and one output map y, cells counted row by row; the layer adds up"
    " such products over its input maps and adds the bias. A row of M is what an output cell"
    " takes, a column what an input cell gives. Mᵀ is the transposed convolution, and the way of"
    " the gradient back to the input. Of larger maps the {most_side}×{most_side} cells in the"
    " middle are taken as if they were the whole.",
    most_side=MOST_SIDE,
)


class AsMatrixView(Explorer):
    """The matrix of one pair of maps, what goes in and what comes out."""

    kind = ShowMatrix.kind
    page = "as-matrix"
    doing = tr("Writing the matrix")
    watches = ("node", "channel", "sample", "own")

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            name=tr("As a matrix"),
            picture="as-matrix",
            sentence=tr("Select a Conv2d layer to see it as a matrix."),
        )
        self.source = number_field("Input map", 0, "The map that goes in", low=0, high=65_535)
        self.shared = QCheckBox(tr("Color by weight"))
        self.shared.setToolTip(tr("Each weight has a color of its own, wherever it stands"))
        self.turned = QCheckBox(tr("Transpose"))
        self.turned.setToolTip(tr("The transposed convolution: the way of the gradient back"))
        self.matrix = Mosaic(name=tr("Matrix"))
        self.x, self.y = Mosaic(name=tr("In")), Mosaic(name=tr("Out"))
        for mosaic, name in ((self.matrix, "M"), (self.x, "x"), (self.y, "y")):
            mosaic.name_of = lambda tile, name=name: name
        self.lay(self._body(), (self.source, self.shared, self.turned), _HOW)
        self.source.valueChanged.connect(self.follow)
        for box in (self.shared, self.turned):
            box.toggled.connect(self._show)
        self.matrix.hovered.connect(self._tell)
        self.follow()

    def _body(self) -> QWidget:
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Tokens.MEDIUM)
        row.addWidget(self.matrix, 3)
        side = QVBoxLayout()
        side.setSpacing(2)
        side.addWidget(self.x, 1)
        side.addWidget(self.y, 1)
        row.addLayout(side, 1)
        return body

    # ---- questions ----------------------------------------------------------------------

    def fits(self, node: str) -> bool:
        info = self.document.inference.nodes.get(node)
        layer = self.document.design.graph[node].layer
        return isinstance(layer, Conv2d) and info is not None and info.output is not None

    def lack(self, node: str) -> str:
        return tr(
            "{node} is no Conv2d, which alone is shown as a matrix.", node=self.title_of(node)
        )

    def question(self, node: str) -> Exploration:
        spot = self.selection.spot
        return ShowMatrix(node, self._source(node), spot.channel, spot.sample, spot.item)

    def _source(self, node: str) -> int:
        """The input map that is chosen, within the group of the output map."""
        layer = self.document.design.graph[node].layer
        inputs = self.document.inference.nodes[node].inputs[0][0]
        assert isinstance(layer, Conv2d)
        size = inputs // layer.groups
        first = self.selection.spot.channel // (layer.out_channels // layer.groups) * size
        return min(max(self.source.value(), first), first + size - 1)

    # ---- answers ------------------------------------------------------------------------

    def draw(self, shown: MatrixShown) -> None:
        self.source.blockSignals(True)
        self.source.setMaximum(shown.sources - 1)
        self.source.setValue(shown.asked.source)
        self.source.blockSignals(False)
        self._show()

    def _show(self) -> None:
        """The matrix or its transpose, in the colors of its values or of its weights."""
        shown: MatrixShown | None = self.shown
        if shown is None:
            return
        found, turned = shown.found, self.turned.isChecked()
        matrix = found.matrix
        if self.shared.isChecked():
            matrix = np.where(found.taps < 0, np.nan, found.taps).astype(np.float64)
        whole = matrix.T if turned else matrix
        self.matrix.set_tiles(whole[None], signed=not self.shared.isChecked())
        into, out = (found.y, found.x) if turned else (found.x, found.y)
        self.x.set_tiles(into[None], signed=True, captions=[tr("input")])
        self.y.set_tiles(out[None], signed=True, captions=[tr("output")])
        self.title.setText(self._words(shown))

    def _words(self, shown: MatrixShown) -> str:
        found, asked = shown.found, shown.asked
        rows, columns = found.matrix.shape
        size = f"{rows} × {columns}" if not self.turned.isChecked() else f"{columns} × {rows}"
        words = [
            tr(
                "{node}, map {source} → map {channel}",
                node=self.title_of(asked.node),
                source=asked.source,
                channel=asked.channel,
            ),
            tr(
                "{size}: {weights_shared} of {size2} entries hold one of {size3} weights",
                size=size,
                weights_shared=count(found.weights_shared),
                size2=count(found.matrix.size),
                size3=found.kernel.size,
            ),
        ]
        if shown.size != found.x.shape:
            words.append(
                tr(
                    "the middle {shape}×{shape2} cells",
                    shape=found.x.shape[0],
                    shape2=found.x.shape[1],
                )
            )
        return " · ".join([*words, self.moment.words(shown.step)])

    def _tell(self, tile: int, row: int, column: int, number: object) -> None:
        """Which cells the entry under the mouse ties together."""
        shown: MatrixShown | None = self.shown
        if shown is None:
            return
        if tile < 0:
            self.title.setText(self._words(shown))
            return
        if self.turned.isChecked():
            row, column = column, row
        found = shown.found
        out, into = divmod(row, found.y.shape[1]), divmod(column, found.x.shape[1])
        tap = int(found.taps[row, column])
        who = tr(
            "input row {into}, column {into2} → output row {out}, column {out2}",
            into=into[0],
            into2=into[1],
            out=out[0],
            out2=out[1],
        )
        if tap < 0:
            self.title.setText(tr("{who}: do not meet", who=who))
            return
        at = divmod(tap, found.kernel.shape[1])
        weight = value(float(found.matrix[row, column]))
        self.title.setText(
            tr(
                "{who}: weight at row {at}, column {at2}, {weight}",
                who=who,
                at=at[0],
                at2=at[1],
                weight=weight,
            )
        )

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The matrix, the weight that each entry is, the maps and the filter, by name."""
        if self.shown is None:
            return {}
        found = self.shown.found
        return {
            "matrix": found.matrix,
            "taps": found.taps,
            "x": found.x,
            "y": found.y,
            "kernel": found.kernel,
        }
