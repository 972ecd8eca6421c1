"""What the Edit menu and the palette do to the document: each method is one undo step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from core.design import Design, Position
from core.graph import Graph
from core.layers import BY_NAME, Input, Layer, NeoC, NeoS
from designer.canvas.places import with_places
from designer.document import clipboard, edits
from designer.document.clip import clip_of
from designer.document.document import Document


class Editing(QObject):
    """Edits of the selection.

    `pinned` gives the design with a place for every node as the canvas shows it; `middle` is the
    middle of what the canvas shows.

    Signals: `told(sentence)` where what was done needs words; `laid_out()` when everything has
    another place.
    """

    told = Signal(str)
    laid_out = Signal()

    def __init__(
        self,
        document: Document,
        *,
        pinned: Callable[[Design], Design],
        middle: Callable[[], Position],
    ) -> None:
        super().__init__(document)
        self._document = document
        self._pinned = pinned
        self._middle = middle

    # ---- history ------------------------------------------------------------------------

    def undo(self) -> None:
        """Take the last step back."""
        self._document.history.undo()

    def redo(self) -> None:
        """Do it again."""
        self._document.history.redo()

    # ---- clipboard ----------------------------------------------------------------------

    def copy(self) -> None:
        """Copy the selected layers."""
        clip = clip_of(self._pinned(self._document.design), self._document.selection)
        if clip.nodes:
            clipboard.put(clip)

    def cut(self) -> None:
        """Copy and delete the selected layers."""
        if self._document.selection:
            self.copy()
            self._delete("Cut")

    def paste(self) -> None:
        """Paste what was copied."""
        self._paste(keep_wires=False)

    def paste_wired(self) -> None:
        """Paste what was copied, with the wires that led into it."""
        self._paste(keep_wires=True)

    def _paste(self, *, keep_wires: bool) -> None:
        clip = clipboard.take()
        if clip is None:
            self._document.refused.emit("The clipboard holds no layers. Copy some first.")
            return

        def edit(design: Design) -> edits.Pasted:
            pinned = self._pinned(design)
            return edits.paste(pinned, clip, edits.nudged(pinned, clip), keep_wires=keep_wires)

        self._document.attempt("Paste", edit)

    def duplicate(self) -> None:
        """The selected layers once more."""
        nodes = self._document.selection
        self._document.attempt(
            "Duplicate", lambda design: edits.duplicate(self._pinned(design), nodes)
        )

    # ---- selection ----------------------------------------------------------------------

    def delete(self) -> None:
        """Delete what is selected, and close the chain again."""
        if self._document.selection or self._document.selected_wires:
            self._delete("Delete")

    def _delete(self, text: str) -> None:
        nodes, wires = self._document.selection, self._document.selected_wires
        if len(nodes) == 1:
            what = self._document.design.graph[nodes[0]].title
        else:
            what = f"{len(nodes)} layers" if nodes else "wire"
        self._document.attempt(
            f"{text} {what}", lambda design: edits.delete(self._pinned(design), nodes, wires)
        )

    def select_all(self) -> None:
        """Select every layer."""
        self._document.select(self._document.design.graph.order)

    def select_none(self) -> None:
        """Select nothing."""
        self._document.select(())

    # ---- layers -------------------------------------------------------------------------

    def add_layer(self, type_name: str) -> None:
        """Add a layer of this type where it makes most sense.

        Behind the one selected layer, into the selected wire, joining several selected layers
        where it can take them, else in the middle of the canvas.
        """
        layer = BY_NAME[type_name]()
        self._document.attempt(
            f"Add {type_name}", lambda design: self._added(self._pinned(design), layer)
        )

    def add_layer_at(self, type_name: str, at: Position, *, after: str | None = None) -> None:
        """Add a layer of this type at a place, wired behind `after` if it is named."""
        layer = BY_NAME[type_name]()
        self._document.attempt(
            f"Add {type_name}",
            lambda design: edits.add(self._pinned(design), layer, at, after=after),
        )

    def convert(self) -> None:
        """A neocognitron in today's layers: convolutions, ReLUs and max pooling, laid out anew."""
        graph = self._document.design.graph
        found = len(graph.of_type(NeoS)), len(graph.of_type(NeoC))

        def edit(design: Design) -> Design:
            return with_places(replace(edits.to_convolutions(design), positions={}))

        if self._document.attempt("Convert to convolutions", edit):
            self.laid_out.emit()
            self.told.emit(
                f"Converted: {found[0]} × NeoS to Conv2d and ReLU, {found[1]} × NeoC to MaxPool2d."
                " Inhibition has no place in a convolution and is left out."
            )

    def _added(self, design: Design, layer: Layer) -> tuple[Design, str]:
        nodes, wires = self._document.selection, self._document.selected_wires
        if layer.many_slots and len(nodes) > 1:
            return edits.join(design, layer, nodes, _below(design, nodes))
        if nodes and not isinstance(layer, Input):
            return _behind(design, layer, nodes[-1])
        if len(wires) == 1 and layer.slots:
            return edits.insert_on_wire(design, wires[0], layer)
        return edits.add(design, layer, edits.clear_of(design, self._middle()))


def _behind(design: Design, layer: Layer, node: str) -> tuple[Design, str]:
    """Into the one wire that leads on from the node, else at its end as a new branch."""
    onward = design.graph.outgoing(node)
    passes = bool(layer.slots) and _goes_on(layer)
    if len(onward) == 1 and passes and not _merges(design.graph, onward[0].target):
        return edits.insert_on_wire(design, onward[0], layer)
    at = edits.clear_of(design, _below(design, [node]))
    return edits.add(design, layer, at, after=node)


def _goes_on(layer: Layer) -> bool:
    return type(layer).__name__ != "Output"


def _merges(graph: Graph, node: str) -> bool:
    return graph[node].layer.many_slots


def _below(design: Design, nodes: tuple[str, ...] | list[str]) -> Position:
    """The place below the lowest of these nodes."""
    x, y = max((design.positions[node] for node in nodes), key=lambda place: place[1])
    return x, y + edits.ROW
