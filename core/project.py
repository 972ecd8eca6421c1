"""The project file `name.striate`: one JSON text with the graph, its layout, the plan and the data.

It holds no weights, no times and no window: two people can compare and merge it line by line.
Weights lie beside it, in `name.runs`.
"""

from __future__ import annotations

import os
import re
import uuid as uuids
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from core import files, strict_json
from core.design import DataChoice, Design, Position
from core.files import FileError
from core.graph import Graph, GraphError, Node, Wire
from core.layers import CATALOGUE, Layer
from core.plan import Plan
from core.settings import (
    Declared,
    OneOf,
    SettingError,
    Several,
    Text,
    from_json,
    settings_of,
    to_json,
)
from core.zoo import find

FORMAT = "striate.project"
VERSION = (1, 1)
SUFFIX = ".striate"
MOST_BYTES = 16 * 2**20
FURTHEST = 10_000_000  # canvas units from the origin

Trail = tuple[str, ...]
# From each older version the next one is made by a function from data to data.
MIGRATIONS: dict[tuple[int, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    # 1.1 only added settings, whose defaults are what 1.0 did.
    (1, 0): lambda data: {**data, "version": [1, 1]},
}

_D = TypeVar("_D", bound=Declared)


@dataclass(frozen=True)
class Project:
    """A design and what else its file holds.

    Attributes:
        design: the graph, its layout, the plan and the data.
        uuid: stays with the project through every save; a copy gets its own.
        version: the format's version, newer than ours if a newer Striate wrote the file.
        unknown: fields that the newer version added, by where they stand; they are written back.
    """

    design: Design
    uuid: str = field(default_factory=lambda: str(uuids.uuid4()))
    version: tuple[int, int] = VERSION
    unknown: Mapping[Trail, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def warning(self) -> str:
        """What to tell a person who opens the file, or ""."""
        if self.version <= VERSION:
            return ""
        return (
            f"A newer Striate wrote this project (format {_dotted(self.version)}, this one knows"
            f" {_dotted(VERSION)}). What it added is kept but has no effect here."
        )


def load(path: str | Path) -> Project:
    """Open a project file; FileError with one sentence where it cannot be. The file stays as is."""
    path = Path(path)
    raw = files.read(path, limit=MOST_BYTES)
    try:
        return _from_data(strict_json.parse(raw), _folder(path))
    except strict_json.JsonError as error:
        raise FileError(f"{path.name}: this is not a Striate project: {error}") from None
    except FileError as error:
        raise FileError(f"{path.name}: {error}") from None


def save(path: str | Path, project: Project) -> None:
    """Write a project file, whole or not at all; the version before it is kept beside it."""
    path = Path(path)
    raw = strict_json.lay_out(_to_data(project, _folder(path)))
    if len(raw) > MOST_BYTES:
        raise FileError(
            f"{path.name}: the project takes {len(raw) / 2**20:.1f} MiB, at most"
            f" {MOST_BYTES // 2**20} can be saved."
        )
    files.write(path, raw, keep_previous=True)


def read_template_or_project(name_or_path: str) -> Project:
    """The project of a template's id (lenet5, vgg-d/8) or of a project file's path."""
    try:
        template = find(name_or_path)
    except ValueError as error:
        raise FileError(str(error)) from None
    if template is not None:
        return Project(template.design())
    if not Path(name_or_path).exists():
        raise FileError(
            f"{name_or_path}: there is no such project file or template; `striate templates` lists"
            " those that there are."
        )
    return load(name_or_path)


def design_to_json(design: Design) -> dict[str, Any]:
    """A design as plain JSON data; `design_from_json` reads it back."""
    return _design_to_data(design, None)


def design_from_json(data: Mapping[str, Any]) -> Design:
    """The design that `design_to_json` wrote; FileError names the node and setting to blame."""
    return _Reader(keeps_unknown=False, folder=None).design(data)


# ---- writing ----------------------------------------------------------------------------


def _to_data(project: Project, folder: Path) -> dict[str, Any]:
    head = {"format": FORMAT, "version": list(project.version), "uuid": project.uuid}
    data = {**head, **_design_to_data(project.design, folder)}
    for trail, value in project.unknown.items():
        _put_back(data, trail, value)
    return data


def _design_to_data(design: Design, folder: Path | None) -> dict[str, Any]:
    graph = design.graph
    source = _with_paths(design.data.source, lambda path: _relative(path, folder))
    return {
        "data": _plain(design.data.replace(source=source)),
        "plan": _plain(design.plan),
        "nodes": [_node_data(graph[id], design.positions.get(id)) for id in sorted(graph.nodes)],
        "wires": [
            {"source": wire.source, "target": wire.target, "slot": wire.slot}
            for wire in sorted(graph.wires)
        ],
    }


def _node_data(node: Node, at: Position | None) -> dict[str, Any]:
    data: dict[str, Any] = {"id": node.id}
    if node.name:
        data["name"] = _text(node.name, f"{node.id}: name")
    data["layer"] = to_json(node.layer)
    if at is not None:
        data["position"] = [min(max(round(place), -FURTHEST), FURTHEST) for place in at]
    return data


def _plain(value: Declared) -> dict[str, Any]:
    """The settings of a value whose type needs no telling."""
    data = to_json(value)
    del data["type"]
    return data


def _put_back(data: dict[str, Any], trail: Trail, value: Any) -> None:
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


def _from_data(data: Any, folder: Path) -> Project:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise FileError(f'this is not a Striate project: it does not say "format": "{FORMAT}".')
    version = _version(data.get("version"))
    if version[0] > VERSION[0]:
        raise FileError(
            f"a newer Striate wrote this project: its format is {_dotted(version)}, this one reads"
            f" up to {VERSION[0]}. Update Striate to open it."
        )
    data, version = _migrated(data, version)
    reader = _Reader(keeps_unknown=version > VERSION, folder=folder)
    known = ("format", "version", "uuid", "data", "plan", "nodes", "wires")
    fields = reader.fields(data, (), "the project", needed=known)
    uuid = _text(fields["uuid"], "uuid")
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", uuid):
        raise FileError("uuid: 32 digits in five groups are expected.")
    design = reader.design({name: fields[name] for name in known[3:]})
    return Project(design, uuid, version, MappingProxyType(reader.unknown))


def _version(value: Any) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2 and all(type(n) is int for n in value):
        return (value[0], value[1])
    raise FileError("version: two whole numbers are expected, such as [1, 0].")


def _migrated(
    data: dict[str, Any], version: tuple[int, int]
) -> tuple[dict[str, Any], tuple[int, int]]:
    """The data of an older version brought up to ours, step by step."""
    while version < VERSION:
        if version not in MIGRATIONS:
            raise FileError(f"version: there never was a format {_dotted(version)}.")
        data = MIGRATIONS[version](data)
        version = _version(data["version"])
    return data, version


class _Reader:
    """Turns data into a design; says which node and setting is to blame where it cannot."""

    def __init__(self, *, keeps_unknown: bool, folder: Path | None) -> None:
        self.unknown: dict[Trail, Any] = {}
        self._keeps_unknown, self._folder = keeps_unknown, folder

    def design(self, data: Mapping[str, Any]) -> Design:
        fields = self.fields(data, (), "the design", needed=("data", "plan", "nodes", "wires"))
        positions: dict[str, Position] = {}
        nodes = [
            self._node(item, number, positions)
            for number, item in enumerate(_list(fields["nodes"], "nodes"), start=1)
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
        except GraphError as error:
            raise FileError(error.sentence) from None
        return Design(graph, positions, plan, choice.replace(source=source))

    def _node(self, data: Any, number: int, positions: dict[str, Position]) -> Node:
        where = f"node {number}"
        id = _text(data.get("id"), f"{where}: id") if isinstance(data, dict) else where
        trail = ("nodes", id)
        fields = self.fields(data, trail, id, needed=("id", "layer"), also=("name", "position"))
        name = _text(fields.get("name", ""), f"{id}: name")
        if "position" in fields:
            positions[id] = _position(fields["position"], f"{id}: position")
        layer = self._declared(fields["layer"], CATALOGUE, (*trail, "layer"), id)
        assert isinstance(layer, Layer)
        return Node(id, layer, name)

    def _wire(self, data: Any, number: int) -> Wire:
        where, needed = f"wire {number}", ("source", "target", "slot")
        complete = isinstance(data, dict) and data.keys() >= set(needed)
        trail = ("wires", _mark(data) if complete else where)
        fields = self.fields(data, trail, where, needed=needed)
        source, target = (_text(fields[end], f"{where}: {end}") for end in ("source", "target"))
        return Wire(source, target, _whole(fields["slot"], f"{where}: slot", 0, 10_000))

    def _value(self, data: Any, cls: type[_D], trail: Trail) -> _D:
        """The value of a place that only one class can fill."""
        if not isinstance(data, dict) or "type" in data:
            raise FileError(f"{trail[-1]}: an object with settings is expected.")
        made = self._declared({"type": cls.__name__, **data}, (cls,), trail, trail[-1])
        assert isinstance(made, cls)
        return made

    def _declared(
        self, data: Any, classes: tuple[type[Declared], ...], trail: Trail, where: str
    ) -> Declared:
        if not isinstance(data, dict):
            raise FileError(f'{where}: an object with a "type" is expected.')
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
            raise FileError(f"{where}: an object is expected.")
        for name in needed:
            if name not in data:
                raise FileError(f'{where}: the field "{name}" is missing.')
        for name in data:
            if name in needed or name in also:
                continue
            if not self._keeps_unknown:
                raise FileError(f"{where}: there is no field {name[:60]!r}.")
            self.unknown[(*trail, name)] = data[name]
        return {name: value for name, value in data.items() if name in needed or name in also}


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise FileError(f"{where}: a list is expected.")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise FileError(f"{where}: text is expected.")
    if len(value) > 2**16:
        raise FileError(f"{where}: at most 65536 characters are expected, {len(value)} came.")
    return value


def _whole(value: Any, where: str, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise FileError(f"{where}: a whole number from {low} to {high} is expected.")
    return value


def _position(value: Any, where: str) -> Position:
    if not isinstance(value, list) or len(value) != 2:
        raise FileError(f"{where}: two whole numbers are expected, x and y.")
    x, y = (_whole(number, where, -FURTHEST, FURTHEST) for number in value)
    return (x, y)


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


# ---- paths of data sources: relative below the project's folder, so that it can be moved ----


def _folder(path: Path) -> Path:
    return Path(os.path.abspath(path)).parent


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
