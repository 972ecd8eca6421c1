"""What the Edit menu and the palette do to the document: each method is one undo step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.design import Design, Position
from core.graph import Graph, Wire
from core.layers import Input, Layer, NeoC, NeoS
from core.tongue import tr
from designer.canvas.geometry import GRID
from designer.canvas.places import with_places
from designer.canvas.view import CanvasView
from designer.document import clipboard, commenting, edits, lineup, rework, spots
from designer.document.clip import clip_of
from designer.document.document import Document
from designer.document.removing import remove_selected
from designer.document.shown import Shown


class Editing(QObject):
    """Edits of the selection; the canvas knows where everything is shown.

    Signals: `told(sentence)` where what was done needs words; `laid_out()` when everything has
    another place.
    """

    told = Signal(str)
    laid_out = Signal()

    def __init__(self, document: Document, canvas: CanvasView) -> None:
        super().__init__(document)
        self._document = document
        self._canvas = canvas

    # ---- history ------------------------------------------------------------------------

    def undo(self) -> None:
        """Take the last step back."""
        self._document.history.undo()

    def redo(self) -> None:
        """Do it again."""
        self._document.history.redo()

    # ---- clipboard ----------------------------------------------------------------------

    def copy(self) -> None:
        """Copy the selected layers and comments."""
        document = self._document
        pinned = self._canvas.pinned(document.design)
        clip = clip_of(pinned, document.selection, document.selected_comments)
        if clip:
            clipboard.put(clip)

    def cut(self) -> None:
        """Copy and delete the selected layers and comments."""
        if self._document.selection or self._document.selected_comments:
            self.copy()
            remove_selected(self._document, self._canvas.pinned, cut=True)

    def paste(self) -> None:
        """Paste what was copied."""
        self._paste(keep_wires=False)

    def paste_wired(self) -> None:
        """Paste what was copied, with the wires that led into it."""
        self._paste(keep_wires=True)

    def _paste(self, *, keep_wires: bool) -> None:
        clip = clipboard.take()
        if clip is None:
            self._document.refused.emit(tr("The clipboard holds no layers. Copy some first."))
            return

        def edit(design: Design) -> edits.Pasted:
            pinned = self._canvas.pinned(design)
            return edits.paste(pinned, clip, spots.nudged(pinned, clip), keep_wires=keep_wires)

        self._document.attempt(tr("Paste"), edit)

    def duplicate(self) -> None:
        """The selected layers and comments once more."""
        nodes, notes = self._document.selection, self._document.selected_comments
        self._document.attempt(
            tr("Duplicate"),
            lambda design: edits.duplicate(self._canvas.pinned(design), nodes, notes),
        )

    # ---- selection ----------------------------------------------------------------------

    def delete(self) -> None:
        """Delete what is selected, and close the chain again."""
        remove_selected(self._document, self._canvas.pinned)

    def select_all(self) -> None:
        """Select every layer, and the comments that are in sight."""
        design = self._document.design
        notes = commenting.in_sight(design, self._document.inside)
        self._document.select(design.graph.order, comments=notes)

    def select_none(self) -> None:
        """Select nothing."""
        self._document.select(())

    # ---- layers -------------------------------------------------------------------------

    def add(self, layers: Sequence[Layer]) -> None:
        """Add layers one behind the other where they make most sense.

        Behind the one selected layer, into the selected wire, joining several selected layers
        where the first can take them, else in the middle of the canvas.
        """
        self._document.attempt(
            _adding(layers), lambda design: self._added(self._canvas.pinned(design), layers)
        )

    def add_at(self, layers: Sequence[Layer], at: Position, *, after: str | None = None) -> None:
        """Add layers one behind the other at a place, wired behind `after` if it is named."""

        def edit(design: Design) -> edits.Pasted:
            design, node = edits.add(self._canvas.pinned(design), layers[0], at, after=after)
            return _followed(design, node, layers[1:], self._document.shown)

        self._document.attempt(_adding(layers), edit)

    def connect(self, source: str, target: str) -> None:
        """Lay a wire from one layer to another, into its first free slot."""
        graph = self._document.design.graph
        text = tr(
            "Connect {title} to {title2}", title=graph[source].title, title2=graph[target].title
        )
        self._document.attempt(text, lambda design: edits.connect(design, source, target))

    def disconnect(self, wire: Wire) -> None:
        """Take one wire away."""
        self._document.attempt(tr("Remove wire"), lambda design: edits.disconnect(design, wire))

    def repeat(self, times: int) -> None:
        """The selected block `times` times, each copy behind the one before."""
        nodes = self._document.selection
        self._document.attempt(
            tr("Repeat × {times}", times=times),
            lambda design: rework.repeat(self._canvas.pinned(design), nodes, times),
        )

    def convert(self) -> None:
        """A neocognitron in today's layers: convolutions, ReLUs and max pooling, laid out anew."""
        graph = self._document.design.graph
        found = len(graph.of_type(NeoS)), len(graph.of_type(NeoC))

        def edit(design: Design) -> Design:
            return with_places(replace(edits.to_convolutions(design), positions={}))

        if self._document.attempt(tr("Convert to convolutions"), edit):
            self.laid_out.emit()
            self.told.emit(
                tr(
                    "Converted: {found} × NeoS to Conv2d and ReLU, {found2} × NeoC to MaxPool2d."
                    " Inhibition has no place in a convolution and is left out.",
                    found=found[0],
                    found2=found[1],
                )
            )

    # ---- places -------------------------------------------------------------------------

    def align_in_column(self) -> None:
        """What is selected below each other."""
        self._line_up(tr("Align in a column"), lineup.in_column)

    def align_in_row(self) -> None:
        """What is selected beside each other."""
        self._line_up(tr("Align in a row"), lineup.in_row)

    def spread_across(self) -> None:
        """What is selected at equal distances from left to right."""
        self._line_up(tr("Distribute across"), partial(lineup.spread, axis=lineup.ACROSS))

    def spread_down(self) -> None:
        """What is selected at equal distances from top to bottom."""
        self._line_up(tr("Distribute down"), partial(lineup.spread, axis=lineup.DOWN))

    def snap(self) -> None:
        """What is selected, or all, onto the grid."""
        self._line_up(tr("Snap to the grid"), lambda places, _: lineup.on_grid(places, GRID))

    def _line_up(
        self, text: str, lined: Callable[[lineup.Places, lineup.Sizes], lineup.Places]
    ) -> None:
        document = self._document
        nodes, notes = document.selection, document.selected_comments
        if not nodes and not notes:
            nodes = document.design.graph.order
            notes = tuple(commenting.in_sight(document.design, document.inside))
        items = document.shown.items_of(nodes)

        def edit(design: Design) -> Design:
            pinned = self._canvas.pinned(design)
            places = {item: pinned.positions[item] for item in items}
            places |= {id: pinned.comments[id].at for id in notes}
            return edits.move(pinned, lined(places, self._canvas.sizes_of(places)))

        document.attempt(text, edit)

    # ---- where a new layer goes ---------------------------------------------------------

    def _added(self, design: Design, layers: Sequence[Layer]) -> edits.Pasted:
        nodes, wires = self._document.selection, self._document.selected_wires
        first, seen = layers[0], self._document.shown
        items = seen.items_of(nodes)
        givers = [seen.giver(item) for item in items]
        if first.many_slots and len(items) > 1:
            design, node = edits.join(design, first, givers, spots.behind(design, items))
        elif items and not isinstance(first, Input):
            design, node = _behind(design, first, givers[-1], seen)
        elif seen.is_one(wires) and first.slots:
            design, node = edits.insert_on_wire(design, wires[0], first, also=wires)
        else:
            canvas = design.groups.canvas_in(self._document.inside)
            at = spots.clear_of(design, self._canvas.middle(), canvas)
            design, node = edits.add(design, first, at)
        return _followed(design, node, layers[1:], seen)


def _followed(design: Design, node: str, layers: Sequence[Layer], seen: Shown) -> edits.Pasted:
    """More layers behind a node; the last one is given, to be selected."""
    for layer in layers:
        design, node = _behind(design, layer, node, seen)
    return design, (node,)


def _adding(layers: Sequence[Layer]) -> str:
    return tr("Add ") + ", ".join(type(layer).__name__ for layer in layers)


def _behind(design: Design, layer: Layer, node: str, seen: Shown) -> tuple[Design, str]:
    """Into the one wire that leads on from the node, else at its end as a new branch."""
    onward = design.graph.outgoing(node)
    passes = bool(layer.slots) and _goes_on(layer)
    one = len(onward) == 1 and not _merges(design.graph, onward[0].target)
    if passes and (one or (len(onward) > 1 and seen.is_one(onward))):
        return edits.insert_on_wire(design, onward[0], layer, also=onward)
    item = seen.item_of.get(node, node)
    canvas = design.groups.canvas(item)
    at = spots.clear_of(design, spots.behind(design, [item]), canvas)
    return edits.add(design, layer, at, after=node)


def _goes_on(layer: Layer) -> bool:
    return type(layer).__name__ != "Output"


def _merges(graph: Graph, node: str) -> bool:
    return graph[node].layer.many_slots
