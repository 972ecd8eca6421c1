"""The scene mirrors the document: it applies each Change to its items, and never the other way.

Gestures may show places and wires that are not in the document yet; the next Change, or
`restore()`, puts the truth back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtWidgets import QGraphicsScene

from core.design import Design, Position
from core.graph import Wire
from core.shapes import shape_text
from designer.canvas.arrange import Layout
from designer.canvas.geometry import HEIGHT, WIDTH, Box, Point, input_at, node_box, output_at
from designer.canvas.hit import GroundHit, Hit, NodeHit, Picture, SlotHit, WireHit
from designer.canvas.ink import Ink
from designer.canvas.node_item import NodeItem, look_of
from designer.canvas.places import layout_of, places_of
from designer.canvas.routing import Way, flat, route
from designer.canvas.wire_item import WireItem
from designer.document.change import Change
from designer.document.document import Document
from designer.theme import Theme

FARTHEST = 100_000.0  # half a side of the scene: room to pan however large a network is


class CanvasScene(QGraphicsScene):
    """Items by id.

    Attributes: `nodes` and `wires` (the items), `places` (top left corner of each node as shown),
    `ink` (the colors in use).
    Signals: `whole_changed` after another document came in place of the old one.
    """

    whole_changed = Signal()

    def __init__(self, document: Document, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setSceneRect(-FARTHEST, -FARTHEST, 2 * FARTHEST, 2 * FARTHEST)
        self.document = document
        self._theme = theme
        self.ink = Ink(theme.tokens)
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[Wire, WireItem] = {}
        self.places: dict[str, Position] = {}
        self._floating: dict[str, Position] = {}  # where nodes without a position are shown
        self._layout: Layout | None = None
        self._ways: dict[Wire, tuple[Point, ...]] = {}  # as short pieces, for hit tests
        self._hovered: Hit = GroundHit()
        document.design_changed.connect(self.apply)
        document.selection_changed.connect(self._show_selection)
        theme.theme_changed.connect(self._wear)
        self._rebuild()

    # ---- what others ask ----------------------------------------------------------------

    @property
    def picture(self) -> Picture:
        """What lies where now, for hit tests."""
        return Picture(self.document.design.graph.nodes, self.places, self._ways)

    def pinned(self, design: Design) -> Design:
        """A design in which every node that is shown has the place where it is shown."""
        known = design.graph.nodes.keys() - design.positions.keys()
        return design.placed({node: self.places[node] for node in known if node in self.places})

    def extent(self, nodes: Iterable[str] | None = None) -> QRectF:
        """The rectangle around some nodes, or around everything with its wires and sentences."""
        found = QRectF()
        for node in self.places if nodes is None else nodes:
            found |= QRectF(*self.places[node], WIDTH, HEIGHT)
            found |= self.nodes[node].sentence_box.translated(*self.places[node])
        if nodes is None:
            for item in self.wires.values():
                found |= item.line_box
        return found

    def set_badge(self, node: str, text: str) -> None:
        """Show a short live value on a node, such as "12 % dead"; "" takes it away."""
        if node in self.nodes:
            self.nodes[node].set_badge(text)

    def clear_badges(self) -> None:
        """Take every live value away."""
        for item in self.nodes.values():
            item.set_badge("")

    def words_for(self, hit: Hit) -> str:
        """All that a node or wire would say if it had the room; "" for the ground."""
        if isinstance(hit, NodeHit | SlotHit) and hit.node in self.nodes:
            look = self.nodes[hit.node].look
            size = f"Output {look.size}" if look.size else ""
            about = look.brief if look.brief == look.kind else f"{look.kind} · {look.brief}"
            return "\n".join(part for part in (look.title, about, size, look.sentence) if part)
        if isinstance(hit, WireHit) and hit.wire in self.wires:
            source, target = (self.nodes[n].look for n in (hit.wire.source, hit.wire.target))
            return f"{source.title} → {target.title}\n{source.size}".strip()
        return ""

    def hover(self, hit: Hit) -> None:
        """Mark what is under the mouse."""
        if hit == self._hovered:
            return
        self._mark(self._hovered, on=False)
        self._hovered = hit
        self._mark(hit, on=True)

    # ---- what gestures show -------------------------------------------------------------

    def preview(self, places: Mapping[str, Position]) -> None:
        """Show nodes elsewhere, with their wires."""
        graph = self.document.design.graph
        touched: set[Wire] = set()
        for node, place in places.items():
            self.places[node] = place
            self.nodes[node].setPos(*place)
            touched.update(graph.incoming(node), graph.outgoing(node))
        self._route(touched)

    def restore(self) -> None:
        """Show every node where the document has it, every wire, and no glow."""
        for item in self.nodes.values():
            item.set_glow(())
        for wire in self.wires.values():
            wire.setVisible(True)
        places = self._true_places()
        moved = {node: place for node, place in places.items() if self.places[node] != place}
        if moved:
            self.preview(moved)

    def use_layout(self, layout: Layout) -> None:
        """Lead wires as this layout does, wherever its nodes lie as it says."""
        self._layout = layout

    def reroute(self) -> None:
        """Lead every wire anew."""
        self._route(self.wires)

    # ---- the document -> the items ------------------------------------------------------

    def apply(self, change: Change) -> None:
        """Bring the items in line with the document, touching only what changed."""
        if change.whole:
            self._rebuild()
            self.whole_changed.emit()
            return
        self._drop(change.removed, change.wires_removed)
        old = {node: self.places[node] for node in change.moved if node in self.places}
        self.places = self._true_places()
        for node in change.added:
            self._add(node)
        for node in change.moved - change.added:
            self.nodes[node].setPos(*self.places[node])
        ends = {n for w in change.wires_added | change.wires_removed for n in (w.source, w.target)}
        self._dress((change.changed | change.inferred | ends) & self.nodes.keys())
        for wire in change.wires_added:
            self._add_wire(wire)
        self._route(self._affected(change, ends, old))
        self._show_selection()

    def _rebuild(self) -> None:
        for item in self.items():  # not clear(): Python would keep a husk of every item
            self.removeItem(item)
        self.nodes, self.wires, self._ways, self._floating = {}, {}, {}, {}
        self._hovered = GroundHit()
        graph = self.document.design.graph
        self._layout = layout_of(graph)
        self.places = {}
        self.places = self._true_places()
        for node in self.places:
            self._add(node)
        for wire in graph.wires:
            self._add_wire(wire)
        self._route(self.wires)
        self._show_selection()

    def _true_places(self) -> dict[str, Position]:
        """Where every node lies; those without a position stay where they were first shown."""
        design = self.document.design
        if len(design.positions) == len(design.graph.nodes):
            return dict(design.positions)
        floats = {n: p for n, p in self._floating.items() if n in design.graph.nodes}
        if not floats and not design.positions and self._layout:
            self._floating = dict(self._layout.places)
            if self._floating.keys() == design.graph.nodes.keys():
                return dict(self._floating)
        self._floating = places_of(design.graph, {**floats, **design.positions})
        return {**self._floating, **design.positions}

    def _add(self, node: str) -> None:
        look = look_of(self.document.design.graph, self.document.inference, node)
        item = NodeItem(look, self.ink)
        item.setPos(*self.places[node])
        self.addItem(item)
        self.nodes[node] = item

    def _add_wire(self, wire: Wire) -> None:
        item = WireItem(self.ink, ((0.0, 0.0), (0.0, 1.0)))
        self.addItem(item)
        self.wires[wire] = item

    def _drop(self, nodes: Collection[str], wires: Collection[Wire]) -> None:
        self.hover(GroundHit())
        for wire in wires:
            self.removeItem(self.wires.pop(wire))
            self._ways.pop(wire, None)
        for node in nodes:
            self.removeItem(self.nodes.pop(node))

    def _dress(self, nodes: Iterable[str]) -> None:
        for node in nodes:
            look = look_of(self.document.design.graph, self.document.inference, node)
            self.nodes[node].show_look(look, self.ink)

    def _affected(self, change: Change, ends: set[str], old: Mapping[str, Position]) -> set[Wire]:
        """The wires to lead anew: of changed nodes, and those that run where nodes came or went."""
        graph = self.document.design.graph
        near = change.moved | change.added | change.changed | change.inferred | ends
        found = {
            wire
            for node in near & self.nodes.keys()
            for wire in (*graph.incoming(node), *graph.outgoing(node))
        }
        spots = [self.places[node] for node in change.moved | change.added] + list(old.values())
        areas = [QRectF(x, y, WIDTH, HEIGHT) for x, y in spots]
        if change.removed:
            return set(self.wires)
        for wire, item in self.wires.items():
            if wire not in found and any(item.boundingRect().intersects(area) for area in areas):
                found.add(wire)
        return found

    # ---- wires --------------------------------------------------------------------------

    def _route(self, wires: Iterable[Wire]) -> None:
        """Lead wires around the nodes, then place their labels by what runs beside them."""
        wires = set(wires)
        boxes = {node: node_box(place) for node, place in self.places.items()}
        ways = {wire: self._way(wire, boxes) for wire in wires}
        for wire, way in ways.items():
            self._ways[wire] = tuple(flat(way))
        for wire, way in ways.items():
            self.wires[wire].lay(way, label=self._label(wire), side=self._side(wire))

    def _way(self, wire: Wire, boxes: Mapping[str, Box]) -> Way:
        graph = self.document.design.graph
        start = output_at(self.places[wire.source])
        end = input_at(self.places[wire.target], graph[wire.target].layer, wire.slot)
        top, bottom = min(start[1], end[1]) - 60, max(start[1], end[1]) + 60
        foreign = [
            box
            for node, box in boxes.items()
            if box.bottom > top and box.top < bottom and node not in (wire.source, wire.target)
        ]
        own = (boxes[wire.source], boxes[wire.target])
        return route(start, end, foreign, own=own, hint=self._hint(wire))

    def _hint(self, wire: Wire) -> Way:
        """The bends of the last tidy layout, where both ends still lie to each other as there."""
        layout = self._layout
        pair = (wire.source, wire.target)
        if layout is None or pair not in layout.bends or wire.target not in layout.places:
            return ()
        (ax, ay), (bx, by) = layout.places[wire.source], layout.places[wire.target]
        (cx, cy), (ex, ey) = self.places[wire.source], self.places[wire.target]
        dx, dy = cx - ax, cy - ay
        if (ex - bx, ey - by) != (dx, dy):
            return ()
        return tuple((x + dx, y + dy) for x, y in layout.bends[pair])

    def _label(self, wire: Wire) -> str:
        """The shape it carries; of several wires from one node only the first says it."""
        outgoing = self.document.design.graph.outgoing(wire.source)
        info = self.document.inference.nodes.get(wire.source)
        shortest = min(outgoing, key=lambda one: (len(self._ways.get(one, ())), one))
        if info is None or info.output is None or wire != shortest:
            return ""
        return "" if self.nodes[wire.source].look.sentence else shape_text(info.output)

    def _side(self, wire: Wire) -> int:
        """Where no other wire runs: 1 right, -1 left, 0 nowhere."""
        graph = self.document.design.graph
        mine = self._ways[wire]
        leaving = [w for w in graph.outgoing(wire.source) if w != wire and w in self._ways]
        coming = [w for w in graph.incoming(wire.target) if w != wire and w in self._ways]
        turns = {_leaning(mine)} if len(mine) > 2 else set()
        turns |= {_leaning(self._ways[w]) for w in leaving}
        turns |= {_leaning(self._ways[w][::-1]) for w in coming}
        return next((side for side in (1, -1) if side not in turns), 0)

    # ---- looks --------------------------------------------------------------------------

    def _mark(self, hit: Hit, *, on: bool) -> None:
        if isinstance(hit, SlotHit) and hit.node in self.nodes:
            self.nodes[hit.node].set_glow((hit.slot,) if on else ())
        elif isinstance(hit, NodeHit) and hit.node in self.nodes:
            self.nodes[hit.node].set_hovered(on)
        elif isinstance(hit, WireHit) and hit.wire in self.wires:
            self.wires[hit.wire].set_hovered(on)

    def _show_selection(self) -> None:
        chosen, lines = set(self.document.selection), set(self.document.selected_wires)
        for node, item in self.nodes.items():
            item.set_selected(node in chosen)
        for wire, line in self.wires.items():
            line.set_selected(wire in lines)

    def _wear(self) -> None:
        self.ink = Ink(self._theme.tokens)
        self._dress(self.nodes)
        for item in self.wires.values():
            item.wear(self.ink)
        self.update()


def _leaning(way: tuple[Point, ...]) -> int:
    """To which side a way leaves its start: 1 right, -1 left, 0 straight down."""
    for point in way[1:]:
        if abs(point[0] - way[0][0]) > 6:
            return 1 if point[0] > way[0][0] else -1
    return 0
