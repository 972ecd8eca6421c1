"""What one value of a layer sees of a picture: its receptive field, drawn over a real item."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.explain.reach import seen_by
from core.infer import Field
from core.layers import Input
from core.messages import MapsShown
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.field_picture import FieldPicture, Frame
from designer.viewers.looker import Looker
from designer.viewers.selection import Selection
from designer.widgets.elided_label import ElidedLabel


class FieldView(Looker):
    """The item, and around what the chosen value sees a frame; a click chooses another value.

    Thin frames are those of the layers before, for the value in the middle of the same place.
    """

    kind = "maps"
    watches = ("node", "row", "column", "sample", "own")

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            picture="field",
            sentence="Select a layer to see how much of a picture one of its values sees.",
        )
        self.picture = FieldPicture()
        self.title = ElidedLabel()
        self.title.setProperty("role", "heading")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.hint = QLabel("Click the picture to choose another value.")
        self.hint.setProperty("role", "caption")
        self.hint.setWordWrap(True)
        self.set_content(self._content())
        self.setAccessibleName("Receptive field")
        self.picture.clicked.connect(self._choose)
        engine.maps_received.connect(self._take)
        self.follow()

    def _content(self) -> QWidget:
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(*[Tokens.MEDIUM] * 4)
        row.setSpacing(Tokens.MEDIUM)
        row.addWidget(self.picture, 3)
        column = QVBoxLayout()
        column.setSpacing(Tokens.SMALL)
        for widget in (self.title, self.words, self.hint):
            column.addWidget(widget)
        column.addStretch(1)
        row.addLayout(column, 2)
        return content

    # ---- questions and answers ----------------------------------------------------------

    def fits(self, node: str) -> bool:
        inputs = self.document.design.graph.of_type(Input)
        seen = seen_by(self.document.design.graph, self.document.inference, node, (0, 0))
        return len(inputs) == 1 and (seen is not None or self._field(node) is not None)

    def lack(self, node: str) -> str:
        return f"{self.title_of(node)} sees no picture: what comes in are no maps."

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
        self.asking.answered()
        shape = self.document.inference.nodes[shown.node].output
        if shape is None or not self.node or not self.fits(self.node):
            return
        flat = (shape[0], 1, shape[1]) if len(shape) == 2 else shape
        self.picture.show_item(shown.maps.reshape(flat))
        self._draw()
        self.show_content()

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
        self.words.setText(self._words(real, whole))

    def _before(self, whole: Frame) -> list[Frame]:
        """The fields of the layers that lead here, around the same middle."""
        graph, found, node = self.document.design.graph, [], self.node
        while sources := graph.inputs_of(node):
            node = sources[0]
            field = self._field(node)
            if field is not None and max(field.size) > 1:
                found.append(whole.with_size(field.size))
        return found

    def _words(self, real: Frame | None, whole: Frame | None) -> str:
        spot, info = self.selection.spot, self.document.inference.nodes[self.node]
        vector = info.output is not None and len(info.output) == 1
        who = "Each value" if vector else f"The value at row {spot.row}, column {spot.column}"
        if real is None:
            return f"{who} sees padding alone."
        size = f"{real.height:g} × {real.width:g} cells of the picture"
        words = [f"{who} sees {size}."]
        if whole is not None and (whole.height, whole.width) != (real.height, real.width):
            full = f"{whole.height:g} × {whole.width:g}"
            words.append(f"Its field is {full}; the rest lies in the padding.")
        return " ".join(words)

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
