"""A checkpoint: everything a run needs to go on exactly where it was, in one safetensors file.

Tensors are named `model/<node>/<weight>`, `ema/<node>/<weight>` (averaged weights, trained ones
alone), `best/<node>/<weight>` and `optim/<slot>`; the metadata hold one JSON text with the rest and
a CRC-32 of every tensor. A file is read only after its header has been compared with the network:
no name, shape or type is taken on trust.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import files, strict_json
from core.files import FileError
from core.graph import Graph
from core.network import Network
from core.settings import to_json

Host = NDArray[Any]

FORMAT, VERSION = "striate.checkpoint", 1
MOST_HEADER = 8 << 20  # bytes
_TYPES = {"float32": "F32", "float64": "F64"}
_KEY = "striate"


@dataclass
class Tally:
    """What an epoch has summed up so far, and what is remembered across epochs.

    Attributes:
        epoch, step: the epoch in progress, from 1, and its steps done.
        count, loss, right: items seen in this epoch, their summed loss, right answers.
        each: their summed loss at each of several outputs, without its weight.
        seconds, begun: time spent in the run, pauses not counted; the same when the epoch began.
        best_epoch, best_accuracy, best_loss: the best validation so far.
        lowest_loss, waited: the lowest validation loss, and epochs since.
    """

    epoch: int = 1
    step: int = 0
    count: int = 0
    loss: float = 0.0
    right: int = 0
    each: tuple[float, ...] = ()
    seconds: float = 0.0
    begun: float = 0.0
    best_epoch: int = 0
    best_accuracy: float | None = None
    best_loss: float | None = None
    lowest_loss: float | None = None
    waited: int = 0

    def epoch_again(self) -> Tally:
        """The same from the start of the epoch in progress."""
        return replace(self, step=0, count=0, loss=0.0, right=0, each=(), begun=self.seconds)

    def next_epoch(self) -> Tally:
        """The same with the epoch in progress done."""
        return replace(self.epoch_again(), epoch=self.epoch + 1)


@dataclass(frozen=True)
class Checkpoint:
    """A moment of a run.

    Attributes:
        model: weights by name, such as "conv1.weight".
        optimizer: the optimizer's flat vectors by slot.
        best: weights of the best epoch by name; empty where none are kept.
        tally: where the run is.
        steps: steps taken in the whole run.
        lr: the learning rate in use.
        batch_size: that of the plan.
        rate: the state of the schedule, as `core.training.rate` gives it.
        history: the last finished epochs, as events in JSON.
        ema: averaged weights by name; empty where none are averaged.
    """

    model: Mapping[str, Host]
    optimizer: Mapping[str, Host]
    best: Mapping[str, Host]
    tally: Tally
    steps: int
    lr: float
    batch_size: int
    rate: Mapping[str, Any]
    history: tuple[dict[str, Any], ...] = field(default_factory=tuple)
    ema: Mapping[str, Host] = field(default_factory=dict)

    @property
    def weights(self) -> dict[str, Host]:
        """The weights that are validated and predict: averaged ones where there are any."""
        return {**self.model, **self.ema}


def graph_digest(graph: Graph) -> str:
    """SHA-256 of a graph's nodes, layers and wires; names for people do not count."""
    data = {
        "nodes": {id: to_json(graph[id].layer) for id in sorted(graph.nodes)},
        "wires": [[wire.source, wire.target, wire.slot] for wire in sorted(graph.wires)],
    }
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


# ---- writing ----------------------------------------------------------------------------


def write(path: str | Path, checkpoint: Checkpoint, graph: Graph) -> None:
    """Write a checkpoint, whole or not at all; FileError where the disk does not take it."""
    tensors = {
        **_named("model", checkpoint.model),
        **{f"optim/{slot}": values for slot, values in checkpoint.optimizer.items()},
        **_named("best", checkpoint.best),
        **_named("ema", checkpoint.ema),
    }
    about = {
        "tally": {item.name: getattr(checkpoint.tally, item.name) for item in fields(Tally)},
        "steps": checkpoint.steps,
        "lr": checkpoint.lr,
        "batch_size": checkpoint.batch_size,
        "rate": dict(checkpoint.rate),
        "history": list(checkpoint.history),
    }
    _write(path, tensors, {"graph": graph_digest(graph), **about})


def write_weights(path: str | Path, weights: Mapping[str, Host], graph: Graph) -> None:
    """Write weights alone, in the same format."""
    _write(path, _named("model", weights), {"graph": graph_digest(graph)})


def _named(part: str, weights: Mapping[str, Host]) -> dict[str, Host]:
    return {f"{part}/{name.replace('.', '/')}": values for name, values in weights.items()}


def _write(path: str | Path, tensors: Mapping[str, Host], about: dict[str, Any]) -> None:
    from safetensors.numpy import save

    whole = {name: np.ascontiguousarray(values) for name, values in tensors.items()}
    head = {
        "format": FORMAT,
        "version": VERSION,
        "numpy": np.__version__,
        "crc32": {name: _crc32(values) for name, values in whole.items()},
    }
    text = json.dumps({**head, **about}, allow_nan=False)
    files.write(path, save(whole, metadata={_KEY: text}))


# ---- reading ----------------------------------------------------------------------------


def read(path: str | Path, network: Network, slots: tuple[str, ...] = ()) -> Checkpoint:
    """The checkpoint in a file, for a network of the same weights; FileError says what is wrong.

    `slots` are those of the optimizer that goes on; where the file lacks one, none are given.
    """
    tensors, about = _read(Path(path), network, slots)
    try:
        return Checkpoint(
            model=_part(tensors, "model"),
            optimizer={name[6:]: tensors[name] for name in tensors if name.startswith("optim/")},
            best=_part(tensors, "best"),
            tally=_tally(about["tally"]),
            steps=_count(about["steps"]),
            lr=_number(about["lr"]),
            batch_size=_count(about["batch_size"]),
            rate=dict(about["rate"]),
            history=tuple(dict(one) for one in about["history"]),
            ema=_part(tensors, "ema"),
        )
    except (KeyError, TypeError, ValueError):
        raise FileError(f"{Path(path).name} does not say where its run was.") from None


def load_weights(path: str | Path, network: Network) -> None:
    """Put the weights of a checkpoint or a weights file into a network; FileError as in `read`.

    They are the averaged ones where there are any.
    """
    tensors, _ = _read(Path(path), network, ())
    network.set_weights({**_part(tensors, "model"), **_part(tensors, "ema")})


def read_matching(path: str | Path, network: Network) -> dict[str, Host]:
    """The weights in a file that a network has under the same name, in the same shape.

    The file may be of quite another network; FileError only where it cannot be read.
    """
    path = Path(path)
    header, size = _header(path)
    about = _about(path, header)
    fitting = {
        name
        for name, shape in _expected({}, network, ()).items()
        if not _misfit(name, header.get(name), shape, network)
    }
    return _part(_tensors(path, size, about, frozenset(fitting)), "model")


def _read(
    path: Path, network: Network, slots: tuple[str, ...]
) -> tuple[dict[str, Host], dict[str, Any]]:
    """The tensors that belong to the network, checked, and the metadata."""
    header, size = _header(path)
    about = _about(path, header)
    expected = _expected(header, network, slots)
    _check_header(path, header, expected, network)
    return _tensors(path, size, about, frozenset(expected)), about


def _tensors(
    path: Path, size: int, about: Mapping[str, Any], wanted: frozenset[str]
) -> dict[str, Host]:
    """These tensors of a file whose header was checked; FileError where their values are bad."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        tensors = load(files.read(path, limit=size))
    except (SafetensorError, ValueError) as error:
        raise FileError(f"{path.name} is damaged: {error}.") from None
    known = {name: values for name, values in tensors.items() if name in wanted}
    for name, values in known.items():
        if _crc32(values) != about["crc32"].get(name):
            raise FileError(f"{path.name} is damaged: the values of {name} have changed.")
        if not np.isfinite(values).all():
            raise FileError(f"{path.name} has values in {name} that are not finite numbers.")
    return known


def _header(path: Path) -> tuple[dict[str, Any], int]:
    """The file's header and its size in bytes, before any tensor is read."""
    try:
        with open(path, "rb") as file:
            size = path.stat().st_size
            start = file.read(8)
            length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
            if not 0 < length <= min(MOST_HEADER, size):
                raise FileError(f"{path.name} is not a checkpoint: its header cannot be read.")
            header = strict_json.parse(file.read(length))
    except OSError as error:
        raise FileError(f"{path.name} cannot be read: {error.strerror}.") from error
    except strict_json.JsonError as error:
        raise FileError(f"{path.name} is damaged: {error}") from None
    if not isinstance(header, dict):
        raise FileError(f"{path.name} is not a checkpoint: its header cannot be read.")
    return header, size


def _about(path: Path, header: dict[str, Any]) -> dict[str, Any]:
    meta = header.get("__metadata__")
    text = meta.get(_KEY) if isinstance(meta, dict) else None
    if not isinstance(text, str):
        raise FileError(f"{path.name} is not a checkpoint that Striate wrote.")
    try:
        about = strict_json.parse(text.encode())
    except strict_json.JsonError as error:
        raise FileError(f"{path.name} is damaged: {error}") from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise FileError(f"{path.name} is not a checkpoint that Striate wrote.")
    if about.get("version") != VERSION:
        raise FileError(f"A newer Striate wrote {path.name}. Update Striate to open it.")
    if not isinstance(about.get("crc32"), dict):
        raise FileError(f"{path.name} is damaged: its check sums are missing.")
    return about


def _expected(
    header: Mapping[str, Any], network: Network, slots: tuple[str, ...]
) -> dict[str, tuple[int, ...]]:
    """The shape of every tensor that is to be read; all but the model only where there are any."""
    weights = {
        f"{id}/{name}": weight
        for id, info in network.inference.nodes.items()
        for name, weight in info.weights.items()
    }
    expected = {f"model/{name}": weight.shape for name, weight in weights.items()}
    if any(name.startswith("best/") for name in header):
        expected |= {f"best/{name}": weight.shape for name, weight in weights.items()}
    if any(name.startswith("ema/") for name in header):
        expected |= {f"ema/{name}": one.shape for name, one in weights.items() if one.trained}
    if all(f"optim/{slot}" in header for slot in slots):
        expected |= {f"optim/{slot}": network.parameters.shape for slot in slots}
    return expected


def _check_header(
    path: Path, header: dict[str, Any], expected: Mapping[str, tuple[int, ...]], network: Network
) -> None:
    """FileError unless the file has every weight of the network, in its shape and type."""
    misfit = f"{path.name} does not fit this network"
    for name, shape in expected.items():
        reason = _misfit(name, header.get(name), shape, network)
        if reason:
            raise FileError(f"{misfit}: {reason}.")
    for name in header:
        if name.startswith("model/") and name not in expected:
            raise FileError(f"{misfit}, which has no {_title(name)}.")


def _misfit(name: str, entry: Any, shape: tuple[int, ...], network: Network) -> str:
    """Why a header's entry is not the weight that the network wants; "" where it is."""
    if not isinstance(entry, dict):
        return f"it has no {_title(name)}"
    if entry.get("dtype") != _TYPES[network.dtype.name]:
        return f"{_title(name)} has another type of number"
    if entry.get("shape") != list(shape):
        came, wanted = _shown(entry.get("shape")), _shown(list(shape))
        return f"{_title(name)} is {came} there and {wanted} here"
    return ""


def _title(name: str) -> str:
    """conv1.weight for model/conv1/weight."""
    return name.partition("/")[2].replace("/", ".")[:80]


def _crc32(values: Host) -> int:
    return zlib.crc32(np.ascontiguousarray(values).view(np.uint8).data)


def _shown(shape: Any) -> str:
    return " × ".join(str(size) for size in shape)[:60] if isinstance(shape, list) else "unknown"


def _part(tensors: Mapping[str, Host], part: str) -> dict[str, Host]:
    """The weights `part/<node>/<weight>` by their names in a network, `node.weight`."""
    start = f"{part}/"
    return {
        name[len(start) :].replace("/", "."): values
        for name, values in tensors.items()
        if name.startswith(start)
    }


def _tally(data: Any) -> Tally:
    """The tally in JSON data, each field of the type it is declared with."""
    each = dict(data).get("each", ())  # older files have none
    values: dict[str, Any] = {"each": tuple(_number(one) for one in each)}
    for item in fields(Tally):
        if item.name in values:
            continue
        value = data[item.name]
        if value is None and item.default is not None:
            raise ValueError(item.name)
        check = _count if type(item.default) is int else _number
        values[item.name] = None if value is None else check(value)
    return Tally(**values)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("a count of 0 or more is expected")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError("a finite number is expected")
    return float(value)
