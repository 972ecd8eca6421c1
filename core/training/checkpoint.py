"""A checkpoint: everything a run needs to go on exactly where it was, in one file.

Its parts (see `core.training.weight_files`) are `model`, `ema` (averaged weights, trained ones
alone), `best` and the optimizer's vectors, `optim/<slot>`; the metadata hold the rest.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from core.files import FileError
from core.graph import Graph
from core.network import Network
from core.settings import to_json
from core.tongue import tr
from core.training import weight_files
from core.training.tally import Tally
from core.training.weight_files import TYPES, Header, Types, named, part_of

Host = NDArray[Any]

SNAPSHOT_TYPES: Types = ("F16", "F32")


@dataclass(frozen=True)
class Checkpoint:
    """A moment of a run.

    Attributes:
        model: weights by name, such as "conv1.weight".
        optimizer: the optimizer's flat vectors by slot.
        best: weights of the best epoch by name; empty where none are kept.
        best_steps: steps that were done then, 0 where that is not known.
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
    best_steps: int = 0
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
        **named("model", checkpoint.model),
        **{f"optim/{slot}": values for slot, values in checkpoint.optimizer.items()},
        **named("best", checkpoint.best),
        **named("ema", checkpoint.ema),
    }
    about = {
        "tally": {item.name: getattr(checkpoint.tally, item.name) for item in fields(Tally)},
        "steps": checkpoint.steps,
        "best_steps": checkpoint.best_steps,
        "lr": checkpoint.lr,
        "batch_size": checkpoint.batch_size,
        "rate": dict(checkpoint.rate),
        "history": list(checkpoint.history),
    }
    weight_files.write(path, tensors, {"graph": graph_digest(graph), **about})


def write_weights(path: str | Path, weights: Mapping[str, Host], graph: Graph, steps: int) -> None:
    """Write weights alone, as they were after so many steps, in the same format."""
    about = {"graph": graph_digest(graph), "steps": steps}
    weight_files.write(path, named("model", weights), about)


# ---- reading ----------------------------------------------------------------------------


def read(path: str | Path, network: Network, slots: tuple[str, ...] = ()) -> Checkpoint:
    """The checkpoint in a file, for a network of the same weights; FileError says what is wrong.

    `slots` are those of the optimizer that goes on; where the file lacks one, none are given.
    """
    tensors, about = _read(Path(path), network, slots)
    try:
        return Checkpoint(
            model=part_of(tensors, "model"),
            optimizer={name[6:]: tensors[name] for name in tensors if name.startswith("optim/")},
            best=part_of(tensors, "best"),
            best_steps=_count(about.get("best_steps", 0)),  # older files have none
            tally=_tally(about["tally"]),
            steps=_count(about["steps"]),
            lr=_number(about["lr"]),
            batch_size=_count(about["batch_size"]),
            rate=dict(about["rate"]),
            history=tuple(dict(one) for one in about["history"]),
            ema=part_of(tensors, "ema"),
        )
    except (KeyError, TypeError, ValueError):
        raise FileError(
            tr("{name} does not say where its run was.", name=Path(path).name)
        ) from None


def load_weights(path: str | Path, network: Network) -> None:
    """Put the weights of a checkpoint or a weights file into a network; FileError as in `read`.

    They are the averaged ones where there are any; those of a snapshot may have half the digits.
    """
    tensors, _ = _read(Path(path), network, (), more=SNAPSHOT_TYPES)
    network.set_weights({**part_of(tensors, "model"), **part_of(tensors, "ema")})


def read_matching(path: str | Path, network: Network) -> dict[str, Host]:
    """The weights in a file that a network has under the same name, in the same shape.

    The file may be of quite another network; FileError only where it cannot be read.
    """
    path = Path(path)
    header, size = weight_files.header(path)
    about, types = weight_files.facts(path, header), (TYPES[network.dtype.name],)
    fitting = {
        name
        for name, shape in _expected({}, network, ()).items()
        if not weight_files.misfit(name, header.get(name), shape, types)
    }
    return part_of(weight_files.tensors(path, size, about, frozenset(fitting)), "model")


def _read(
    path: Path, network: Network, slots: tuple[str, ...], *, more: Types = ()
) -> tuple[dict[str, Host], dict[str, Any]]:
    """The tensors that belong to the network, checked, and the metadata.

    They have the network's type of number, or one of `more`.
    """
    header, size = weight_files.header(path)
    about = weight_files.facts(path, header)
    expected = _expected(header, network, slots)
    weight_files.check(path, header, expected, (TYPES[network.dtype.name], *more))
    return weight_files.tensors(path, size, about, frozenset(expected)), about


def _expected(
    header: Header, network: Network, slots: tuple[str, ...]
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
