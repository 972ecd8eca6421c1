"""Safetensors files of weights, written whole and read with nothing taken on trust.

Tensors are named `part/<node>/<weight>`; the metadata hold one JSON text with what else is to be
known and a CRC-32 of every tensor. The header is compared with the network before a tensor is read.
"""

from __future__ import annotations

import contextlib
import json
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import files, strict_json
from core.files import FileError
from core.tongue import tr

Host = NDArray[Any]
Header = dict[str, Any]
Types = tuple[str, ...]  # as safetensors call them

FORMAT, VERSION = "striate.checkpoint", 1
MOST_HEADER = 8 << 20  # bytes
TYPES = {"float32": "F32", "float64": "F64"}
_KEY = "striate"


# ---- writing ----------------------------------------------------------------------------


def named(part: str, weights: Mapping[str, Host]) -> dict[str, Host]:
    """Weights by name as tensors of a part: "conv1.weight" is `part/conv1/weight`."""
    return {f"{part}/{name.replace('.', '/')}": values for name, values in weights.items()}


def write(
    path: str | Path,
    tensors: Mapping[str, Host],
    about: Mapping[str, Any],
    *,
    lasting: bool = True,
) -> None:
    """Write tensors and facts, whole or not at all; FileError where the disk does not take it.

    `lasting` as in `core.files.write`.
    """
    from safetensors.numpy import save

    whole = {name: np.ascontiguousarray(values) for name, values in tensors.items()}
    head = {
        "format": FORMAT,
        "version": VERSION,
        "numpy": np.__version__,
        "crc32": {name: _crc32(values) for name, values in whole.items()},
    }
    text = json.dumps({**head, **about}, allow_nan=False)
    files.write(path, save(whole, metadata={_KEY: text}), lasting=lasting)


# ---- reading ----------------------------------------------------------------------------


def header(path: Path) -> tuple[Header, int]:
    """The file's header and its size in bytes, before any tensor is read."""
    try:
        with open(path, "rb") as file:
            size = path.stat().st_size
            start = file.read(8)
            length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
            if not 0 < length <= min(MOST_HEADER, size):
                raise FileError(
                    tr("{name} is not a checkpoint: its header cannot be read.", name=path.name)
                )
            found = strict_json.parse(file.read(length))
    except OSError as error:
        raise FileError(
            tr("{name} cannot be read: {strerror}.", name=path.name, strerror=error.strerror)
        ) from error
    except strict_json.JsonError as error:
        raise FileError(tr("{name} is damaged: {error}", name=path.name, error=error)) from None
    if not isinstance(found, dict):
        raise FileError(
            tr("{name} is not a checkpoint: its header cannot be read.", name=path.name)
        )
    return found, size


def facts(path: Path, header: Header) -> dict[str, Any]:
    """What a header tells beside its tensors, "crc32" at least; FileError for another format."""
    meta = header.get("__metadata__")
    text = meta.get(_KEY) if isinstance(meta, dict) else None
    if not isinstance(text, str):
        raise FileError(tr("{name} is not a checkpoint that Striate wrote.", name=path.name))
    try:
        about = strict_json.parse(text.encode())
    except strict_json.JsonError as error:
        raise FileError(tr("{name} is damaged: {error}", name=path.name, error=error)) from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise FileError(tr("{name} is not a checkpoint that Striate wrote.", name=path.name))
    if about.get("version") != VERSION:
        raise FileError(
            tr("A newer Striate wrote {name}. Update Striate to open it.", name=path.name)
        )
    if not isinstance(about.get("crc32"), dict):
        raise FileError(tr("{name} is damaged: its check sums are missing.", name=path.name))
    return about


def steps(path: Path) -> int:
    """The steps that were done when a file was written; −1 where it cannot be read, or has none."""
    with contextlib.suppress(FileError):
        found = facts(path, header(path)[0]).get("steps")
        if type(found) is int:
            return found
    return -1


def check(
    path: Path, header: Header, expected: Mapping[str, tuple[int, ...]], types: Types
) -> None:
    """FileError unless a file has every expected tensor, in its shape and one of these types."""
    trouble = tr("{name} does not fit this network", name=path.name)
    for name, shape in expected.items():
        reason = misfit(name, header.get(name), shape, types)
        if reason:
            raise FileError(f"{trouble}: {reason}.")
    for name in header:
        if name.startswith("model/") and name not in expected:
            raise FileError(
                tr("{trouble}, which has no {name}.", trouble=trouble, name=_title(name))
            )


def misfit(name: str, entry: Any, shape: tuple[int, ...], types: Types) -> str:
    """Why a header's entry is not the tensor that is wanted; "" where it is."""
    if not isinstance(entry, dict):
        return tr("it has no {name}", name=_title(name))
    if entry.get("dtype") not in types:
        return tr("{name} has another type of number", name=_title(name))
    if entry.get("shape") != list(shape):
        came, wanted = _shown(entry.get("shape")), _shown(list(shape))
        return tr(
            "{name} is {came} there and {wanted} here", name=_title(name), came=came, wanted=wanted
        )
    return ""


def tensors(
    path: Path, size: int, about: Mapping[str, Any], wanted: frozenset[str]
) -> dict[str, Host]:
    """These tensors of a file whose header was checked; FileError where their values are bad."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        found = load(files.read(path, limit=size))
    except (SafetensorError, ValueError) as error:
        raise FileError(tr("{name} is damaged: {error}.", name=path.name, error=error)) from None
    except KeyError as error:  # of a tensor beside those that are wanted
        raise FileError(
            tr(
                "{name} holds numbers of the type {type}, which Striate does not read.",
                name=path.name,
                type=error.args[0],
            )
        ) from None
    known = {name: values for name, values in found.items() if name in wanted}
    for name, values in known.items():
        if _crc32(values) != about["crc32"].get(name):
            raise FileError(
                tr(
                    "{name} is damaged: the values of {name2} have changed.",
                    name=path.name,
                    name2=name,
                )
            )
        if not np.isfinite(values).all():
            raise FileError(
                tr(
                    "{name} has values in {name2} that are not finite numbers.",
                    name=path.name,
                    name2=name,
                )
            )
    return known


def part_of(tensors: Mapping[str, Host], part: str) -> dict[str, Host]:
    """The tensors `part/<node>/<weight>` by their names in a network, `node.weight`."""
    start = f"{part}/"
    return {
        name[len(start) :].replace("/", "."): values
        for name, values in tensors.items()
        if name.startswith(start)
    }


def _title(name: str) -> str:
    """conv1.weight for model/conv1/weight."""
    return name.partition("/")[2].replace("/", ".")[:80]


def _crc32(values: Host) -> int:
    return zlib.crc32(np.ascontiguousarray(values).view(np.uint8).data)


def _shown(shape: Any) -> str:
    return " × ".join(str(size) for size in shape)[:60] if isinstance(shape, list) else "unknown"
