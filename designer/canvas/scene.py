"""The scene mirrors the document: it applies each Change to its items, and never the other way.

Gestures may show places and wires that are not in the document yet; the next Change, or
`restore()`, puts the truth back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtWidgets import QGraphicsScene

from core.design import Design, Position
from core.flow import Direction
from core.graph import Wire
from designer.canvas import rooms
from designer.canvas.arrange import Layout
from designer.canvas.fences import Fences
from designer.canvas.geometry import HEIGHT, WIDTH, Box, Point
from designer.canvas.group_look import group_look
from designer.canvas.highlight import Highlight
from designer.canvas.hit import GroundHit, Picture
from designer.canvas.ink import Ink
from designer.canvas.leads import Leads, input_spot, output_spot
from designer.canvas.marks import rect_of
from designer.canvas.node_item import NodeItem
from designer.canvas.node_look import NodeLook, look_of
from designer.canvas.places import places_of
from designer.canvas.wire_item import WireItem
from designer.document.change import Change
from designer.document.document import Document
from designer.notation import notation, shape_text
from designer.theme import Theme

FARTHEST = 100_000.0  # half a side of the scene: room to pan however large a network is


class CanvasScene(QGraphicsScene):
    """Items by id.

    Attributes: `seen` (what of the design is in sight), `nodes` and `wires` (the items; a collapsed
    group is one of the nodes, a wire goes by the first of those it stands for), `places` (top left
    corner of each node as shown), `fences` (frames and border of groups), `highlight` (what is
    lit), `ink` (the colors in use).
    Signals: `whole_changed` after another document came in place of the old one, `inside_changed`
    after a group was opened by itself or left.
    """

    whole_changed = Signal()
    inside_changed = Signal()

    def __init__(self, document: Document, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setSceneRect(-FARTHEST, -FARTHEST, 2 * FARTHEST, 2 * FARTHEST)
        self.document = document
        self._theme = theme
        self.ink = Ink(theme.tokens, theme.family)
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[Wire, WireItem] = {}
        self.fences = Fences(self)
        self.highlight = Highlight(self)
        self.places: dict[str, Position] = {}
        self.seen = document.shown
        self._floating: dict[str, Position] = {}  # where nodes without a position are shown
        self._avoided: set[Box] = set()  # the frames when wires were last led around them
        self._leads = Leads(self.flow)
        self._verdicts: dict[str, str] = {}
        document.design_changed.connect(self.apply)
        document.selection_changed.connect(self._show_selection)
        document.inside_changed.connect(self._go_inside)
        theme.theme_changed.connect(self._wear)
        notation.notation_changed.connect(self._write_anew)
        self._rebuild()

    # ---- what others ask ----------------------------------------------------------------

    @property
    def picture(self) -> Picture:
        """What lies where now, for hit tests."""
        return Picture(self.seen, self.places, self._leads.ways, self.fences.boxes, self.flow)

    @property
    def flow(self) -> Direction:
        """Which way data run."""
        return self.document.design.flow

    def pinned(self, design: Design) -> Design:
        """A design in which everything that is in sight has the place where it is shown."""
        known = (design.graph.nodes.keys() | design.groups.by_id.keys()) - design.positions.keys()
        return design.placed({item: self.places[item] for item in known if item in self.places})

    def places_of(self, nodes: Iterable[str]) -> dict[str, Position]:
        """The places of what stands for these nodes."""
        return {item: self.places[item] for item in self.seen.items_of(nodes)}

    def slot_spot(self, node: str, slot: int | None) -> Point:
        """Where a slot of a node is in sight, None being its output."""
        place = self.places[self.seen.item_of[node]]
        if slot is None:
            return output_spot(self.seen, place, node, self.flow)
        return input_spot(self.seen, place, node, slot, self.flow)

    def extent(self, nodes: Iterable[str] | None = None) -> QRectF:
        """The rectangle around some nodes, or around everything with its wires and sentences."""
        found = QRectF()
        for item in self.places if nodes is None else self.seen.items_of(nodes):
            found |= QRectF(*self.places[item], WIDTH, HEIGHT)
            found |= self.nodes[item].sentence_box.translated(*self.places[item])
        if nodes is None:
            fences = self.fences
            for line in (*self.wires.values(), *fences.frames.values(), *fences.borders):
                found |= line.line_box
        return found

    def carried(self, wire: Wire) -> str:
        """The shape that a wire carries; "" where it is not known."""
        info = self.document.inference.nodes.get(wire.source)
        return shape_text(info.output) if info and info.output else ""

    def show_differences(self, words: Mapping[str, str]) -> None:
        """Write on these nodes and collapsed groups what a comparison says, and on no others."""
        for item, node in self.nodes.items():
            node.set_difference(words.get(item, ""))

    def tell(self, verdicts: Mapping[str, str]) -> None:
        """Let these nodes say what is wrong with them while they learn, and no others."""
        if verdicts == self._verdicts:
            return
        near = self.seen.items_of((*self._verdicts, *verdicts))
        self._verdicts = dict(verdicts)
        self._dress(near)
        self._label(wire for item in near for wire in self.seen.outgoing(item))

    # ---- what gestures show -------------------------------------------------------------

    def preview(self, places: Mapping[str, Position]) -> None:
        """Show nodes elsewhere, with their wires and the frames around them."""
        touched: set[Wire] = set()
        for item, place in places.items():
            self.places[item] = place
            self.nodes[item].setPos(*place)
            touched.update(self.seen.incoming(item), self.seen.outgoing(item))
        self._route(touched)
        self.fences.show()

    def restore(self) -> None:
        """Show everything where the document has it, every wire, and no glow."""
        self.highlight.light(())
        for wire in self.wires.values():
            wire.setVisible(True)
        places = self._true_places()
        moved = {item: place for item, place in places.items() if self.places[item] != place}
        if moved:
            self.preview(moved)

    def show_wire(self, wire: Wire, on: bool) -> None:
        """Show a wire, or hide it while its end is taken elsewhere."""
        if wire in self.wires:
            self.wires[wire].setVisible(on)

    def use_layout(self, layout: Layout) -> None:
        """Lead wires as this layout does, wherever its nodes lie as it says."""
        self._leads.layout = layout

    def reroute(self) -> None:
        """Lead every wire anew."""
        self._route(self.wires)

    # ---- the document -> the items ------------------------------------------------------

    def apply(self, change: Change) -> None:
        """Bring the items in line with the document, touching only what changed."""
        self.highlight.hover(GroundHit())
        old, self.seen = self.seen, self.document.shown
        if change.whole or old.inside != self.seen.inside:
            self._rebuild()
            (self.whole_changed if change.whole else self.inside_changed).emit()
            return
        gone = old.wires.keys() - self.seen.wires.keys()
        self._drop(set(old.items) - set(self.seen.items), gone)
        before = {item: self.places[item] for item in change.moved if item in self.places}
        if change.flow or old.frames != self.seen.frames:
            self._leads.flow = self.flow
            self._leads.layout = rooms.tidy(self.seen, self.flow)
        self.places = self._true_places()
        fresh = self.seen.wires.keys() - old.wires.keys()
        for item in self.seen.items:
            if item not in self.nodes:
                self._add(item)
        for item in change.moved & self.nodes.keys():
            self.nodes[item].setPos(*self.places[item])
        for wire in fresh:
            self._add_wire(wire)
        wires = change.wires_added | change.wires_removed
        ends = {node for wire in wires for node in (wire.source, wire.target)}
        near = change.changed | ends
        everything = change.groups or change.flow
        dressed = self.nodes if everything else self.seen.items_of(near | change.inferred)
        self._dress(dressed)
        self._route(self.wires if everything else self._affected(change, near, before))
        self._label(wire for item in dressed for wire in self.seen.outgoing(item))
        self.fences.show()
        self._avoided = set(self.fences.boxes.values())
        self._show_selection()

    def _go_inside(self) -> None:
        if self.seen.inside != self.document.inside:
            self.seen = self.document.shown
            self._rebuild()
            self.inside_changed.emit()

    def _rebuild(self) -> None:
        for item in self.items():  # not clear(): Python would keep a husk of every item
            self.removeItem(item)
        self.nodes, self.wires, self._floating = {}, {}, {}
        self._leads = Leads(self.flow)
        self.fences.forget()
        self.highlight.forget()
        self.seen = self.document.shown
        self._leads.layout = rooms.tidy(self.seen, self.flow)
        self.places = {}
        self.places = self._true_places()
        for item in self.places:
            self._add(item)
        for wire in self.seen.wires:
            self._add_wire(wire)
        self._route(self.wires)
        self.fences.show()
        self._avoided = set(self.fences.boxes.values())
        self._show_selection()

    def _true_places(self) -> dict[str, Position]:
        """Where everything lies; what has no position stays where it was first shown."""
        positions, items = self.document.design.positions, self.seen.items
        known = {item: positions[item] for item in items if item in positions}
        if len(known) < len(items):
            floating = {item: at for item, at in self._floating.items() if item in items}
            layout = self._leads.layout
            if not floating and not known and layout and layout.places.keys() == set(items):
                known = dict(layout.places)
            else:
                known = places_of(self.seen, {**floating, **known}, self.flow)
        self._floating = {item: at for item, at in known.items() if item not in positions}
        return {item: known[item] for item in items}

    def _add(self, item: str) -> None:
        made = NodeItem(self._look(item), self.ink)
        made.setPos(*self.places[item])
        self.addItem(made)
        self.nodes[item] = made

    def _add_wire(self, wire: Wire) -> None:
        item = WireItem(self.ink, ((0.0, 0.0), (0.0, 1.0)), self.flow)
        self.addItem(item)
        self.wires[wire] = item

    def _drop(self, nodes: Collection[str], wires: Collection[Wire]) -> None:
        for wire in wires:
            self.removeItem(self.wires.pop(wire))
            self._leads.ways.pop(wire, None)
        for node in nodes:
            self.removeItem(self.nodes.pop(node))

    def _dress(self, items: Iterable[str]) -> None:
        for item in items:
            self.nodes[item].show_look(self._look(item), self.ink)

    def _look(self, item: str) -> NodeLook:
        if self.seen.is_group(item):
            look = group_look(self.seen, self.document.inference, item, self.flow)
        else:
            look = look_of(self.seen.graph, self.document.inference, item, self.flow)
        if look.sentence or not self._verdicts:
            return look
        said = (self._verdicts.get(node, "") for node in self.seen.nodes_of(item))
        sentence = next((one for one in said if one), "")
        return replace(look, sentence=sentence, severity="warning" if sentence else "")

    def _affected(
        self, change: Change, near: Iterable[str], old: Mapping[str, Position]
    ) -> set[Wire]:
        """The wires to lead anew: of changed nodes, and those that run where nodes came or went."""
        if change.removed:
            return set(self.wires)
        seen = self.seen
        items = seen.items_of((*near, *change.moved, *change.added))
        found = {w for item in items for w in (*seen.incoming(item), *seen.outgoing(item))}
        moved = seen.items_of((*change.moved, *change.added))
        spots = [self.places[item] for item in moved] + list(old.values())
        areas = [QRectF(x, y, WIDTH, HEIGHT) for x, y in spots]
        frames = rooms.frame_boxes(seen, self.places) if seen.frames else {}
        areas += map(rect_of, {*frames.values()} ^ self._avoided)
        if areas:
            lines = ((wire, line.boundingRect()) for wire, line in self.wires.items())
            found |= {wire for wire, box in lines if any(map(box.intersects, areas))}
        return found

    def _route(self, wires: Iterable[Wire]) -> None:
        """Lead wires around the nodes, then place their labels by what runs beside them."""
        ways = self._leads.lead(self.seen, self.places, set(wires))
        for wire, way in ways.items():
            side = self._leads.side(self.seen, wire)
            self.wires[wire].lay(way, flow=self.flow, label=self._words_on(wire), side=side)

    def _label(self, wires: Iterable[Wire]) -> None:
        """Let wires say what they carry now; they run as they ran."""
        for wire in wires:
            self.wires[wire].set_label(self._words_on(wire))

    def _words_on(self, wire: Wire) -> str:
        """The shape it carries; nothing where the sentence of its source stands."""
        sentence = self.nodes[self.seen.item_of[wire.source]].look.sentence
        if sentence or not self._leads.tells(self.seen, wire):
            return ""
        return self.carried(wire)

    # ---- looks --------------------------------------------------------------------------

    def _show_selection(self) -> None:
        chosen, lines = set(self.document.selection), set(self.document.selected_wires)
        whole = {id for id, inside in self.seen.groups.members.items() if inside <= chosen}
        for id, item in (*self.nodes.items(), *self.fences.frames.items()):
            item.set_selected(id in chosen or id in whole)
        for wire, line in self.wires.items():
            line.set_selected(wire in lines)

    def _write_anew(self) -> None:
        """Shapes are written another way now, on nodes and on wires."""
        self._dress(self.nodes)
        self._label(self.wires)

    def _wear(self) -> None:
        self.ink = Ink(self._theme.tokens, self._theme.family)
        self._dress(self.nodes)
        self.fences.show()
        for item in self.wires.values():
            item.wear(self.ink)
        self.update()
