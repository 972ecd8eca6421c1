"""The project file `name.striate`: one JSON text with the graph, its layout, the plan and the data.

It holds no weights, no times and no window: two people can compare and merge it line by line.
Weights lie beside it, in `name.runs`.
"""

from __future__ import annotations

import os
import re
import uuid as uuids
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core import carried, files, strict_json
from core.design import Design
from core.design_data import ALSO, NEEDED, Reader, Trail, design_to_data, put_back, text_in
from core.files import FileError
from core.flow import Direction
from core.tongue import tr
from core.zoo import find

FORMAT = "striate.project"
VERSION = (1, 3)
SUFFIX = ".striate"
MOST_BYTES = 16 * 2**20

# From each older version the next one is made by a function from data to data.
MIGRATIONS: dict[tuple[int, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    # 1.1 only added settings, whose defaults are what 1.0 did.
    (1, 0): lambda data: {**data, "version": [1, 1]},
    # 1.2 added groups, bypassed nodes, comments and dismissed advice; without them there are none.
    (1, 1): lambda data: {**data, "version": [1, 2]},
    # 1.3 added the flow to the right; without it data run down.
    (1, 2): lambda data: {**data, "version": [1, 3]},
}


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
        return tr(
            "A newer Striate wrote this project (format {version}, this one knows {version2})."
            " What it added is kept but has no effect here.",
            version=_dotted(self.version),
            version2=_dotted(VERSION),
        )


def load(path: str | Path) -> Project:
    """Open a project file, or a picture that carries a project; the file stays as it is.

    What a picture carries is a copy with a uuid of its own. FileError with one sentence where
    there is nothing to open.
    """
    path = Path(path)
    picture = carried.is_picture(path)
    raw = files.read(path, limit=carried.MOST_PICTURE if picture else MOST_BYTES)
    try:
        if picture:
            raw = carried.taken(raw, limit=MOST_BYTES)
        found = _from_data(strict_json.parse(raw), _folder(path))
        return replace(found, uuid=Project(found.design).uuid) if picture else found
    except strict_json.JsonError as error:
        raise FileError(
            tr("{name}: this is not a Striate project: {error}", name=path.name, error=error)
        ) from None
    except FileError as error:
        raise FileError(f"{path.name}: {error}") from None


def save(path: str | Path, project: Project) -> None:
    """Write a project file, whole or not at all; the version before it is kept beside it.

    A file that says all this already stays as it is, and so does the version before it.
    """
    path = Path(path)
    if _says(path, project):
        return
    raw = text_of(path, project)
    if len(raw) > MOST_BYTES:
        raise FileError(
            tr(
                "{name}: the project takes {count:.1f} MiB, at most {most_bytes} can be saved.",
                name=path.name,
                count=len(raw) / 2**20,
                most_bytes=MOST_BYTES // 2**20,
            )
        )
    files.write(path, raw, keep_previous=True)


def _says(path: Path, project: Project) -> bool:
    """Whether a file holds this project, however it is written."""
    try:
        return path.exists() and not carried.is_picture(path) and load(path) == project
    except FileError:
        return False


def text_of(path: str | Path, project: Project) -> bytes:
    """The project as the text of a file at `path`, to whose folder its own paths are relative."""
    return strict_json.lay_out(_to_data(project, _folder(Path(path))))


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
            tr(
                "{name_or_path}: there is no such project file or template; `striate templates`"
                " lists those that there are.",
                name_or_path=name_or_path,
            )
        )
    return load(name_or_path)


def design_to_json(design: Design) -> dict[str, Any]:
    """A design as plain JSON data; `design_from_json` reads it back."""
    return design_to_data(design, None)


def design_from_json(data: Mapping[str, Any]) -> Design:
    """The design that `design_to_json` wrote; FileError names the node and setting to blame."""
    return Reader(keeps_unknown=False, folder=None).design(data)


# ---- writing ----------------------------------------------------------------------------


def _to_data(project: Project, folder: Path) -> dict[str, Any]:
    head = {"format": FORMAT, "version": list(_needed(project)), "uuid": project.uuid}
    data = {**head, **design_to_data(project.design, folder)}
    for trail, value in project.unknown.items():
        put_back(data, trail, value)
    return data


def _needed(project: Project) -> tuple[int, int]:
    """The version to write: the oldest that has all of this, so that an older Striate opens it."""
    if project.version > VERSION:
        return project.version
    return VERSION if project.design.flow is not Direction.DOWN else (1, 2)


# ---- reading ----------------------------------------------------------------------------


def _from_data(data: Any, folder: Path) -> Project:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise FileError(
            tr(
                'this is not a Striate project: it does not say "format": "{format}".',
                format=FORMAT,
            )
        )
    version = _version(data.get("version"))
    if version[0] > VERSION[0]:
        raise FileError(
            tr(
                "a newer Striate wrote this project: its format is {version}, this one reads up to"
                " {version2}. Update Striate to open it.",
                version=_dotted(version),
                version2=VERSION[0],
            )
        )
    data, version = _migrated(data, version)
    reader = Reader(keeps_unknown=version > VERSION, folder=folder)
    head = ("format", "version", "uuid")
    fields = reader.fields(data, (), tr("the project"), needed=(*head, *NEEDED), also=ALSO)
    uuid = text_in(fields["uuid"], "uuid")
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", uuid):
        raise FileError(tr("uuid: 32 digits in five groups are expected."))
    design = reader.design({name: fields[name] for name in fields if name not in head})
    return Project(design, uuid, version, MappingProxyType(reader.unknown))


def _version(value: Any) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2 and all(type(n) is int for n in value):
        return (value[0], value[1])
    raise FileError(tr("version: two whole numbers are expected, such as [1, 0]."))


def _migrated(
    data: dict[str, Any], version: tuple[int, int]
) -> tuple[dict[str, Any], tuple[int, int]]:
    """The data of an older version brought up to ours, step by step."""
    while version < VERSION:
        if version not in MIGRATIONS:
            raise FileError(
                tr("version: there never was a format {version}.", version=_dotted(version))
            )
        data = MIGRATIONS[version](data)
        version = _version(data["version"])
    return data, version


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def _folder(path: Path) -> Path:
    return Path(os.path.abspath(path)).parent
