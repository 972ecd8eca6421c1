"""Adding by typing: what the searches for layers and for wires' ends do to the canvas."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF

from core.shapes import Shape
from core.tongue import tr
from designer.canvas.geometry import fed_at
from designer.canvas.view import CanvasView
from designer.dialogs.repeat import RepeatDialog
from designer.document.document import Document
from designer.document.rework import MOST_TIMES
from designer.editing import Editing
from designer.search import Layers, Search


class Adding(QObject):
    """Asks for layers and adds them: behind the selection, at a place, at a wire's end."""

    def __init__(
        self, document: Document, *, canvas: CanvasView, editing: Editing, search: Search
    ) -> None:
        super().__init__(document)
        self._document = document
        self._canvas = canvas
        self._editing = editing
        self._search = search

    def add(self, layers: Layers) -> None:
        """Add layers where they make most sense, and bring the last one into sight."""
        self._editing.add(layers)
        for node in self._document.selection[:1]:
            self._canvas.reveal(node)

    def ask(self) -> None:
        """Ask for layers to add behind what is selected, or in the middle of the canvas."""
        self._search.layers(self._hint(), self.add, before=self._shape_here())

    def ask_at(self, at: QPointF) -> None:
        """Ask for layers to add at a place of the canvas."""
        self._search.layers(
            tr("Add a layer here"), lambda layers: self._editing.add_at(layers, self._place(at))
        )

    def ask_behind(self, node: str, at: QPointF) -> None:
        """Ask for layers to add at the end of a new wire: only what can take what it carries."""
        title = self._document.design.graph[node].title
        self._search.layers(
            tr("Add a layer behind {title}", title=title),
            lambda layers: self._editing.add_at(layers, self._place(at), after=node),
            before=self._shape_of(node),
            fitting=True,
        )

    def connect(self) -> None:
        """Wire the first of two selected layers to the second, or ask where a wire goes."""
        chosen = self._document.selection
        if len(chosen) == 2:
            self._editing.connect(*chosen)
        elif len(chosen) == 1:
            source = chosen[0]
            self._search.targets(source, lambda target: self._editing.connect(source, target))
        else:
            self._document.refused.emit(tr("Select the layer that the wire comes from first."))

    def disconnect(self) -> None:
        """Ask which wire of the selected layer goes."""
        if len(self._document.selection) != 1:
            self._document.refused.emit(tr("Select the one layer whose wire shall go first."))
            return
        self._search.wires(self._document.selection[0], self._editing.disconnect)

    def repeat(self) -> None:
        """Ask how many times the selected block shall stand there."""
        if not self._document.selection:
            self._document.refused.emit(tr("Select the layers to repeat first."))
            return
        count = len(self._document.selection)
        dialog = RepeatDialog(count, MOST_TIMES, self._canvas.window())
        dialog.accepted.connect(lambda: self._editing.repeat(dialog.times.value()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _hint(self) -> str:
        chosen, wires = self._document.selection, self._document.selected_wires
        if chosen:
            return tr(
                "Add a layer behind {title}", title=self._document.design.graph[chosen[-1]].title
            )
        return tr("Insert a layer into the wire") if len(wires) == 1 else tr("Add a layer")

    def _shape_here(self) -> Shape | None:
        """What a layer added behind the selection would get."""
        chosen, wires = self._document.selection, self._document.selected_wires
        if len(chosen) == 1:
            return self._shape_of(chosen[0])
        return self._shape_of(wires[0].source) if len(wires) == 1 else None

    def _shape_of(self, node: str) -> Shape | None:
        return self._document.inference.nodes[node].output

    def _place(self, at: QPointF) -> tuple[int, int]:
        """The place of a node whose input is at a point of the scene."""
        return fed_at((at.x(), at.y()), self._document.design.flow)
