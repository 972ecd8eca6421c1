"""Checkpoint files: they come back whole, and nothing in them is taken on trust."""

from __future__ import annotations

import json
import struct
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from core.files import FileError
from core.layers import Linear
from core.network import Network
from core.training import checkpoint, weight_files
from core.training.checkpoint import Checkpoint
from core.training.tally import Tally
from tests.support.training import small_graph

SLOTS = ("velocity",)


@pytest.fixture
def network() -> Network:
    return Network(small_graph(), seed=4)


def averaged(network: Network) -> dict[str, np.ndarray]:
    """Something to tell from the weights: only trained ones are averaged."""
    return {
        name: values / 2
        for name, values in network.weights().items()
        if not name.endswith(("running_mean", "running_var"))
    }


def moment(network: Network) -> Checkpoint:
    velocity = np.linspace(-1, 1, network.parameters.size, dtype=np.float32)
    return Checkpoint(
        model=network.weights(),
        optimizer={"velocity": velocity},
        best={name: values + 1 for name, values in network.weights().items()},
        tally=Tally(
            epoch=3, step=5, count=80, loss=0.1 + 0.2, right=70, each=(0.1, 2 / 3),
            best_accuracy=1 / 3,
        ),
        steps=41,
        lr=0.07,
        batch_size=16,
        rate={"plan": {"lr": 0.05}, "turn": None},
        history=({"event": "epoch", "epoch": 2, "loss": 0.1},),
    )  # fmt: skip


@pytest.fixture
def file(network: Network, tmp_path: Path) -> Path:
    """A checkpoint with averaged weights."""
    path = tmp_path / "ckpt-000001.safetensors"
    checkpoint.write(path, replace(moment(network), ema=averaged(network)), network.graph)
    return path


def test_comes_back_as_it_was(network: Network, file: Path) -> None:
    found = checkpoint.read(file, network, SLOTS)
    wrote = replace(moment(network), ema=averaged(network))
    for part in ("model", "optimizer", "best", "ema"):
        one, other = getattr(found, part), getattr(wrote, part)
        assert one.keys() == other.keys()
        assert all(np.array_equal(one[name], other[name]) for name in one)
    plain = ("tally", "steps", "lr", "batch_size", "rate", "history")
    assert all(getattr(found, name) == getattr(wrote, name) for name in plain)


def test_tensors_are_named_by_node(file: Path) -> None:
    names = set(load(file.read_bytes()))
    assert {"model/conv1/weight", "best/linear1/bias", "optim/velocity", "ema/conv1/bias"} <= names
    assert "ema/batchnorm1/running_mean" not in names


def test_other_slots_are_not_read(network: Network, file: Path) -> None:
    assert checkpoint.read(file, network, ("mean", "square")).optimizer == {}


def test_weights_can_be_read_alone(network: Network, tmp_path: Path) -> None:
    other, path = Network(small_graph(), seed=5), tmp_path / "plain"
    checkpoint.write(path, moment(network), network.graph)
    checkpoint.load_weights(path, other)
    assert np.array_equal(other.parameters, network.parameters)


def test_averaged_weights_are_those_that_predict(network: Network, file: Path) -> None:
    other = Network(small_graph(), seed=5)
    checkpoint.load_weights(file, other)
    assert np.array_equal(other.parameters, network.parameters / 2)
    assert np.array_equal(other.kept, network.kept)


def test_digest_knows_layers_but_not_names() -> None:
    graph = small_graph()
    assert checkpoint.graph_digest(graph.renamed("conv1", "Eyes")) == checkpoint.graph_digest(graph)
    other = graph.with_layer("linear1", Linear(11))
    assert checkpoint.graph_digest(other) != checkpoint.graph_digest(graph)


def change_metadata(change: Callable[[dict[str, Any]], Any]) -> Callable[[bytes], bytes]:
    """A change of the JSON text in the metadata."""

    def changed(raw: bytes) -> bytes:
        (length,) = struct.unpack("<Q", raw[:8])
        header = json.loads(raw[8 : 8 + length])
        about = json.loads(header["__metadata__"]["striate"])
        change(about)
        header["__metadata__"]["striate"] = json.dumps(about)
        text = json.dumps(header).encode()
        return struct.pack("<Q", len(text)) + text + raw[8 + length :]

    return changed


def flip(raw: bytes) -> bytes:
    return raw[:-3] + bytes([raw[-3] ^ 1]) + raw[-2:]


def foreign(raw: bytes) -> bytes:
    return save(load(raw), metadata={"format": "pt"})


DAMAGE: list[tuple[str, Callable[[bytes], bytes], str]] = [
    ("empty", lambda raw: b"", "not a checkpoint"),
    ("text", lambda raw: b"hello, world", "not a checkpoint"),
    ("cut", lambda raw: raw[: len(raw) // 2], "damaged"),
    ("longer", lambda raw: raw + b"\0" * 9, "damaged"),
    ("flipped", flip, "have changed"),
    ("huge header", lambda raw: struct.pack("<Q", 1 << 60) + raw[8:], "header"),
    ("no json", lambda raw: raw[:8] + b"!" + raw[9:], "not JSON"),
    ("foreign", foreign, "that Striate wrote"),
    ("newer", change_metadata(lambda about: about.update(version=2)), "newer Striate"),
    ("no sums", change_metadata(lambda about: about.pop("crc32")), "check sums"),
    ("no tally", change_metadata(lambda about: about.pop("tally")), "where its run was"),
    ("odd lr", change_metadata(lambda about: about.update(lr="fast")), "where its run was"),
    ("no rate", change_metadata(lambda about: about.pop("rate")), "where its run was"),
    ("odd loss", change_metadata(lambda about: about["tally"].update(each=["x"])), "where its run"),
    ("odd best", change_metadata(lambda about: about.update(best_steps="x")), "where its run"),
    ("odd step", change_metadata(lambda about: about["tally"].update(step=-1)), "where its run"),
]


@pytest.mark.parametrize(("damage", "words"), [d[1:] for d in DAMAGE], ids=[d[0] for d in DAMAGE])
def test_damage_is_one_sentence(
    damage: Callable[[bytes], bytes], words: str, network: Network, file: Path
) -> None:
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(FileError, match=words) as caught:
        checkpoint.read(file, network, SLOTS)
    assert str(caught.value).endswith(".")


def test_a_file_from_before_the_losses_of_each_output_is_read(network: Network, file: Path) -> None:
    file.write_bytes(change_metadata(lambda about: about["tally"].pop("each"))(file.read_bytes()))
    file.write_bytes(change_metadata(lambda about: about.pop("best_steps"))(file.read_bytes()))
    found = checkpoint.read(file, network, SLOTS)
    assert found.tally == replace(moment(network).tally, each=())
    assert found.best_steps == 0


def test_a_tensor_of_a_type_that_nobody_here_reads_is_one_sentence(
    network: Network, file: Path
) -> None:
    raw = file.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header, data = json.loads(raw[8 : 8 + length]), raw[8 + length :]
    header["more"] = {"dtype": "BF16", "shape": [1], "data_offsets": [len(data), len(data) + 2]}
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + data + b"\0\0")
    with pytest.raises(FileError, match="numbers of the type BF16, which Striate does not read"):
        checkpoint.read(file, network, SLOTS)


def test_values_that_are_not_finite_are_refused(network: Network, tmp_path: Path) -> None:
    whole = moment(network)
    bad = {**whole.model, "linear1.bias": np.full(10, np.nan, np.float32)}
    checkpoint.write(tmp_path / "bad", replace(whole, model=bad), network.graph)
    with pytest.raises(FileError, match="not finite"):
        checkpoint.read(tmp_path / "bad", network, SLOTS)


def test_another_network_is_told_before_anything_is_read(file: Path) -> None:
    other = Network(small_graph().with_layer("linear1", Linear(7)))
    with pytest.raises(FileError, match=r"linear1\.weight is 10 × 144 there and 7 × 144 here"):
        checkpoint.read(file, other, SLOTS)


def test_a_claimed_giant_takes_no_memory(network: Network, tmp_path: Path) -> None:
    """A header that claims 4 TB of weights is refused from the header alone."""
    text = json.dumps(
        {
            "__metadata__": {"striate": json.dumps({
                "format": weight_files.FORMAT, "version": 1, "crc32": {},
            })},
            "model/conv1/weight": {
                "dtype": "F32", "shape": [10**6, 10**6], "data_offsets": [0, 4 * 10**12],
            },
        }
    ).encode()  # fmt: skip
    (tmp_path / "giant").write_bytes(struct.pack("<Q", len(text)) + text)
    tracemalloc.start()
    with pytest.raises(FileError, match="conv1"):
        checkpoint.read(tmp_path / "giant", network)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20
