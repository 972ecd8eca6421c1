"""A design as plain JSON data and back: what a project file, a run and the clipboard hold.

Reading says which node and which setting is to blame where data make no design.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from core.comments import LONGEST, Comment, free_id
from core.design import DataChoice, Design, Position
from core.files import FileError
from core.flow import Direction
from core.graph import Graph, GraphError, Node, Wire
from core.groups import Group, Groups
from core.kinds import Text
from core.layers import CATALOGUE, Layer
from core.plan import Plan
from core.settings import Declared, OneOf, SettingError, Several, from_json, settings_of, to_json
from core.tongue import tr

FURTHEST = 10_000_000  # canvas units from the origin

NEEDED = ("data", "plan", "nodes", "wires")  # the fields of a design
ALSO = ("flow", "groups", "comments")  # and those it may have

Trail = tuple[str, ...]

_D = TypeVar("_D", bound=Declared)


# ---- writing ----------------------------------------------------------------------------


def design_to_data(design: Design, folder: Path | None) -> dict[str, Any]:
    """A design as JSON data; paths below `folder` are written relative to it."""
    graph = design.graph
    source = _with_paths(design.data.source, lambda path: _relative(path, folder))
    data: dict[str, Any] = {
        "data": _plain(design.data.replace(source=source)),
        "plan": _plain(design.plan),
        "nodes": [_node_data(graph[id], design) for id in sorted(graph.nodes)],
        "wires": [
            {"source": wire.source, "target": wire.target, "slot": wire.slot}
            for wire in sorted(graph.wires)
        ],
    }
    if design.flow is not Direction.DOWN:
        data["flow"] = design.flow.value
    if design.groups:
        groups = design.groups.by_id
        data["groups"] = [_group_data(groups[id], design) for id in sorted(groups)]
    if design.comments:
        data["comments"] = [_comment_data(design.comments[id]) for id in sorted(design.comments)]
    return data


def _node_data(node: Node, design: Design) -> dict[str, Any]:
    data: dict[str, Any] = {"id": node.id}
    if node.name:
        data["name"] = text_in(node.name, tr("{id}: name", id=node.id))
    if node.bypassed:
        data["bypassed"] = True
    data["layer"] = to_json(node.layer)
    if node.id in design.groups.homes:
        data["group"] = design.groups.homes[node.id]
    dismissed = sorted(kind for id, kind in design.dismissed if id == node.id)
    if dismissed:
        data["dismissed"] = dismissed
    return data | _place_data(design.positions.get(node.id))


def _group_data(group: Group, design: Design) -> dict[str, Any]:
    data: dict[str, Any] = {"id": group.id}
    if group.name:
        data["name"] = text_in(group.name, tr("{id}: name", id=group.id))
    if group.parent:
        data["group"] = group.parent
    data["collapsed"] = group.collapsed
    return data | _place_data(design.positions.get(group.id))


def _comment_data(comment: Comment) -> dict[str, Any]:
    data: dict[str, Any] = {"id": comment.id, "text": text_in(comment.text, comment.id)}
    if comment.inside:
        data["group"] = comment.inside
    return data | _place_data(comment.at)


def _place_data(at: Position | None) -> dict[str, Any]:
    if at is None:
        return {}
    return {"position": [min(max(round(place), -FURTHEST), FURTHEST) for place in at]}


def _plain(value: Declared) -> dict[str, Any]:
    """The settings of a value whose type needs no telling."""
    data = to_json(value)
    del data["type"]
    return data


def put_back(data: dict[str, Any], trail: Trail, value: Any) -> None:
    """A field of a newer version in its place again, unless that place is gone."""
    place: Any = data
    for step in trail[:-1]:
        if isinstance(place, list):
            marks = [_mark(item, number) for number, item in enumerate(place)]
            place = place[marks.index(step)] if step in marks else None
        else:
            place = place.get(step)
        if not isinstance(place, dict | list):
            return
    if isinstance(place, dict):
        place.setdefault(trail[-1], value)


def _mark(item: Mapping[str, Any], number: int = 0) -> str:
    """What tells a node or a wire from all others; other things are told by their number."""
    if "id" in item:
        return str(item["id"])
    if "slot" in item:
        return f"{item['source']} {item['target']} {item['slot']}"
    return str(number)


# ---- reading ----------------------------------------------------------------------------


class Reader:
    """Turns data into a design; says which node and setting is to blame where it cannot."""

    def __init__(self, *, keeps_unknown: bool, folder: Path | None) -> None:
        self.unknown: dict[Trail, Any] = {}
        self._keeps_unknown, self._folder = keeps_unknown, folder

    def design(self, data: Mapping[str, Any]) -> Design:
        """The design in data that hold a design's fields and nothing else."""
        fields = self.fields(data, (), tr("the design"), needed=NEEDED, also=ALSO)
        positions: dict[str, Position] = {}
        homes: dict[str, str] = {}
        listed = _list(fields["nodes"], "nodes")
        nodes = [
            self._node(item, number, positions, homes)
            for number, item in enumerate(listed, start=1)
        ]
        groups = [
            self._group(item, number, positions)
            for number, item in enumerate(_list(fields.get("groups", []), "groups"), start=1)
        ]
        wires = [
            self._wire(item, number)
            for number, item in enumerate(_list(fields["wires"], "wires"), start=1)
        ]
        plan = self._value(fields["plan"], Plan, ("plan",))
        choice = self._value(fields["data"], DataChoice, ("data",))
        source = _with_paths(choice.source, lambda path: _absolute(path, self._folder))
        try:
            graph = Graph.assembled(nodes, wires)
            grouped = Groups.assembled(groups, homes, graph)
        except GraphError as error:
            raise FileError(error.sentence) from None
        dismissed = frozenset(pair for item in listed for pair in _dismissed(item))
        told: dict[str, Comment] = {}
        for number, item in enumerate(_list(fields.get("comments", []), "comments"), start=1):
            one = self._comment(item, number)
            clash = one.id in graph.nodes  # as only a file written by hand has it
            one = replace(one, id=free_id({*graph.nodes, *told})) if clash else one
            told[one.id] = one
        flow = _direction(fields.get("flow", Direction.DOWN.value))
        choice = choice.replace(source=source)
        return Design(graph, positions, plan, choice, grouped, dismissed, told, flow)

    def _node(
        self, data: Any, number: int, positions: dict[str, Position], homes: dict[str, str]
    ) -> Node:
        id = _id(data, tr("node {number}", number=number))
        trail, also = ("nodes", id), ("name", "position", "bypassed", "group", "dismissed")
        fields = self.fields(data, trail, id, needed=("id", "layer"), also=also)
        name = text_in(fields.get("name", ""), tr("{id}: name", id=id))
        if "position" in fields:
            positions[id] = _position(fields["position"], tr("{id}: position", id=id))
        if "group" in fields:
            homes[id] = text_in(fields["group"], tr("{id}: group", id=id))
        bypassed = _yes_or_no(fields.get("bypassed", False), tr("{id}: bypassed", id=id))
        layer = self._declared(fields["layer"], CATALOGUE, (*trail, "layer"), id)
        assert isinstance(layer, Layer)
        return Node(id, layer, name, bypassed)

    def _group(self, data: Any, number: int, positions: dict[str, Position]) -> Group:
        id = _id(data, tr("group {number}", number=number))
        also = ("name", "group", "position")
        fields = self.fields(data, ("groups", id), id, needed=("id", "collapsed"), also=also)
        if "position" in fields:
            positions[id] = _position(fields["position"], tr("{id}: position", id=id))
        name, parent = (text_in(fields.get(one, ""), f"{id}: {one}") for one in ("name", "group"))
        return Group(
            id, name, parent, _yes_or_no(fields["collapsed"], tr("{id}: collapsed", id=id))
        )

    def _comment(self, data: Any, number: int) -> Comment:
        id = _id(data, tr("comment {number}", number=number))
        needed = ("id", "text", "position")
        fields = self.fields(data, ("comments", id), id, needed=needed, also=("group",))
        text, inside = (text_in(fields.get(one, ""), f"{id}: {one}") for one in ("text", "group"))
        if len(text) > LONGEST:
            raise FileError(
                tr("{id}: text: at most {longest} characters are expected.", id=id, longest=LONGEST)
            )
        return Comment(id, text, _position(fields["position"], tr("{id}: position", id=id)), inside)

    def _wire(self, data: Any, number: int) -> Wire:
        where, needed = tr("wire {number}", number=number), ("source", "target", "slot")
        complete = isinstance(data, dict) and data.keys() >= set(needed)
        trail = ("wires", _mark(data) if complete else where)
        fields = self.fields(data, trail, where, needed=needed)
        source, target = (text_in(fields[end], f"{where}: {end}") for end in ("source", "target"))
        return Wire(
            source, target, _whole(fields["slot"], tr("{where}: slot", where=where), 0, 10_000)
        )

    def _value(self, data: Any, cls: type[_D], trail: Trail) -> _D:
        """The value of a place that only one class can fill."""
        if not isinstance(data, dict) or "type" in data:
            raise FileError(tr("{trail}: an object with settings is expected.", trail=trail[-1]))
        made = self._declared({"type": cls.__name__, **data}, (cls,), trail, trail[-1])
        assert isinstance(made, cls)
        return made

    def _declared(
        self, data: Any, classes: tuple[type[Declared], ...], trail: Trail, where: str
    ) -> Declared:
        if not isinstance(data, dict):
            raise FileError(tr('{where}: an object with a "type" is expected.', where=where))
        if self._keeps_unknown:
            data = self._known(data, classes, trail)
        try:
            return from_json(data, classes)
        except SettingError as error:
            raise FileError(f"{where}: {error.setting}: {error.sentence}.") from None

    def _known(self, data: Any, classes: Iterable[type[Declared]], trail: Trail) -> Any:
        """The settings we know, within nested values too; the others are put aside."""
        by_name = {cls.__name__: cls for cls in classes}
        if not isinstance(data, dict) or data.get("type") not in by_name:
            return data
        kinds = {item.name: item.kind for item in settings_of(by_name[data["type"]])}
        known = {}
        for name, value in data.items():
            kind = kinds.get(name)
            if kind is None and name != "type":
                self.unknown[(*trail, name)] = value
            elif isinstance(kind, OneOf):
                known[name] = self._known(value, kind.classes, (*trail, name))
            elif isinstance(kind, Several) and isinstance(value, list):
                known[name] = [
                    self._known(item, kind.classes, (*trail, name, str(number)))
                    for number, item in enumerate(value)
                ]
            else:
                known[name] = value
        return known

    def fields(
        self, data: Any, trail: Trail, where: str, *, needed: Trail, also: Trail = ()
    ) -> dict[str, Any]:
        """The object's fields, none missing and none that we do not know."""
        if not isinstance(data, Mapping):
            raise FileError(tr("{where}: an object is expected.", where=where))
        for name in needed:
            if name not in data:
                raise FileError(
                    tr('{where}: the field "{name}" is missing.', where=where, name=name)
                )
        for name in data:
            if name in needed or name in also:
                continue
            if not self._keeps_unknown:
                raise FileError(
                    tr("{where}: there is no field {name!r}.", where=where, name=name[:60])
                )
            self.unknown[(*trail, name)] = data[name]
        return {name: value for name, value in data.items() if name in needed or name in also}


def _dismissed(node: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A node's advice that was waved away: its id and the kind."""
    where = tr("{node}: dismissed", node=node["id"])
    return [(node["id"], text_in(kind, where)) for kind in _list(node.get("dismissed", []), where)]


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise FileError(tr("{where}: a list is expected.", where=where))
    return value


def text_in(value: Any, where: str) -> str:
    """The text that stands at a place; FileError where it is none, or too long."""
    if not isinstance(value, str):
        raise FileError(tr("{where}: text is expected.", where=where))
    if len(value) > 2**16:
        raise FileError(
            tr(
                "{where}: at most 65536 characters are expected, {count} came.",
                where=where,
                count=len(value),
            )
        )
    return value


def _id(data: Any, where: str) -> str:
    """The id in a node's or group's data; where these are no object, the place they stand at."""
    return text_in(data.get("id"), f"{where}: id") if isinstance(data, dict) else where


def _yes_or_no(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise FileError(tr("{where}: true or false is expected.", where=where))
    return value


def _direction(value: Any) -> Direction:
    known = [one.value for one in Direction]
    if value not in known:
        raise FileError(tr("flow: {repr} is expected.", repr=tr(" or ").join(map(repr, known))))
    return Direction(value)


def _whole(value: Any, where: str, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise FileError(
            tr(
                "{where}: a whole number from {low} to {high} is expected.",
                where=where,
                low=low,
                high=high,
            )
        )
    return value


def _position(value: Any, where: str) -> Position:
    if not isinstance(value, list) or len(value) != 2:
        raise FileError(tr("{where}: two whole numbers are expected, x and y.", where=where))
    x, y = (_whole(number, where, -FURTHEST, FURTHEST) for number in value)
    return (x, y)


# ---- paths of data sources: relative below the project's folder, so that it can be moved ----


def _with_paths(source: Declared, change: Callable[[str], str]) -> Declared:
    """The data source with each setting that is a path passed through `change`."""
    for item in settings_of(type(source)):
        if isinstance(item.kind, Text) and item.kind.path and getattr(source, item.name):
            source = source.replace(**{item.name: change(getattr(source, item.name))})
    return source


def _relative(path: str, folder: Path | None) -> str:
    if folder is None or not Path(path).is_relative_to(folder):
        return path
    return Path(path).relative_to(folder).as_posix()


def _absolute(path: str, folder: Path | None) -> str:
    return path if folder is None else os.path.normpath(folder / path)
