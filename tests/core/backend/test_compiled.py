"""The compiled kernels against plain loops and the reference, at the edges that layers seldom meet.

`tests/core/test_every_layer.py` runs every layer's cases on them; here are shapes that do not fill
lanes, panels, bands or threads, and the blocks of several layers.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.backend import backend
from core.backend.compiled import convolving, keeping
from core.backend.compiled.backend import CompiledBackend
from core.backend.compiled.lanes import LANES, PANEL, ROWS
from core.backend.compiled.rehearsal import is_rehearsed
from core.backend.numpy import BLOCKED, Backend
from core.graph import Graph
from core.layers import Add, BatchNorm2d, Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.network import Network
from core.shapes import Window
from core.steps import ConvBlock, NormBlock, fused_steps
from tests.support.gradients import error

SIDES = sorted({1, 2, ROWS - 1, ROWS, ROWS + 1, 2 * ROWS + 1})
WIDTHS = sorted({1, LANES - 1, LANES, LANES + 1, PANEL, PANEL + 1})


def numbers(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def loops(x: Any, w: Any, window: Window) -> Any:
    """The convolution by its definition, in float64."""
    top, bottom, left, right = window.padding
    x = np.pad(x.astype(np.float64), ((0, 0), (0, 0), (top, bottom), (left, right)))
    (kh, kw), (sh, sw), (dh, dw) = window.kernel, window.stride, window.dilation
    p, q = Window(window.kernel, window.stride, dilation=window.dilation).output(x.shape[2:])
    y = np.zeros((len(x), len(w), p, q))
    for i in range(kh):
        for j in range(kw):
            cells = x[:, :, i * dh : i * dh + sh * p : sh, j * dw : j * dw + sw * q : sw]
            y += np.einsum("nchw,oc->nohw", cells[:, :, :p, :q], w[:, :, i, j])
    return y


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("filters", WIDTHS)
def test_rows_and_lanes_that_are_not_full(side: int, filters: int) -> None:
    x, w, window = (
        numbers(2, 3, side, side),
        numbers(filters, 3, 2, 2),
        Window((2, 2), padding=(1, 0, 0, 1)),
    )
    y = np.empty((2, filters, *window.output((side, side))), np.float32)
    backend("cpu").conv2d(x, w, None, window=window, groups=1, out=y)
    assert error(y, loops(x, w, window)) <= 1e-6


@pytest.mark.parametrize("threads", [1, 3, 5])
@pytest.mark.parametrize("band", [1, 200, 1 << 16])
def test_bands_and_threads_do_not_show(
    threads: int, band: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(convolving, "BAND", band)
    monkeypatch.setattr("numba.get_num_threads", lambda: threads)
    ours, reference = CompiledBackend(), Backend()
    assert ours.threads == threads
    x, w = numbers(2, 20, 9, 8), numbers(18, 20, 3, 3, seed=1)
    for stride in (1, 2, 3):
        window = Window((3, 3), (stride, stride), (1, 2, 0, 1))
        dy = numbers(2, 18, *window.output((9, 8)), seed=2)
        for got, wanted in zip(
            all_three(ours, x, w, dy, window), all_three(reference, x, w, dy, window), strict=True
        ):
            assert error(got, wanted) <= 2e-6


def all_three(on: Backend, x: Any, w: Any, dy: Any, window: Window) -> tuple[Any, Any, Any]:
    y, dx, dw = np.empty_like(dy), np.empty_like(x), np.empty_like(w)
    on.conv2d(x, w, None, window=window, groups=1, out=y)
    on.conv2d_data(dy, w, window=window, groups=1, out=dx)
    on.conv2d_filter(x, dy, window=window, groups=1, out=dw)
    return y, dx, dw


def test_the_first_of_equals_wins_and_nothing_wins_below_zero() -> None:
    x = np.array([[0, 2, 3, 1], [2, 2, 1, 3], [-1, -2, 0, 0], [-3, -1, 0, 0]], np.float32)
    y = np.empty((1, 1, 2, 2), np.float32)
    for on in (CompiledBackend(), Backend()):
        index = on.conv_block(
            x[None, None], np.ones((1, 1, 1, 1), np.float32), None,
            window=Window((1, 1)), groups=1, pool=(2, 2), out=y,
        )  # fmt: skip
        assert y.reshape(4).tolist() == [2, 3, 0, 0]
        assert index.reshape(4).tolist() == [1, 0, BLOCKED, BLOCKED]


def test_what_is_no_number_shows() -> None:
    x = numbers(1, 4, 4, 4)
    x[0, 2, 1, 1] = np.nan
    y, half = np.empty_like(x), np.empty((1, 4, 2, 2), np.float32)
    on = backend("cpu")
    assert np.isnan(on.relu(x, out=y)[0, 2, 1, 1])
    assert np.isnan(on.max_pool2d(x, window=Window((2, 2), (2, 2)), out=half)[0][0, 2, 0, 0])
    on.conv_block(
        x, numbers(4, 4, 1, 1), None, window=Window((1, 1)), groups=1, pool=(2, 2), out=half
    )
    assert np.isnan(half[0, :, 0, 0]).all()
    assert np.isfinite(half[0, :, 1, 1]).all()


def test_sums_of_large_batches_keep_their_digits() -> None:
    x = numbers(64, 3, 40, 40) + 1000
    mean, var = backend("cpu").moments(x)
    assert np.abs(mean - x.mean(axis=(0, 2, 3), dtype=np.float64)).max() <= 1e-5
    assert error(var, x.astype(np.float64).var(axis=(0, 2, 3))) <= 1e-5


def branching() -> Graph:
    """Both kinds of block, a skip connection with a projection, an output read twice."""
    graph = Graph.assembled((), ())
    wires = {
        "input": (Input((3, 13, 13)), ()),
        "conv1": (Conv2d(18, 3, padding=1), ("input",)),
        "relu1": (ReLU(), ("conv1",)),
        "pool1": (MaxPool2d(2, 2), ("relu1",)),
        "conv2": (Conv2d(18, 3, padding=1, bias=False), ("pool1",)),
        "norm2": (BatchNorm2d(), ("conv2",)),
        "relu2": (ReLU(), ("norm2",)),
        "conv3": (Conv2d(18, 3, padding=1, bias=False), ("relu2",)),
        "norm3": (BatchNorm2d(), ("conv3",)),
        "side": (Conv2d(18, 1, bias=False), ("pool1",)),
        "norm4": (BatchNorm2d(), ("side",)),
        "add": (Add(), ("norm3", "norm4")),
        "relu3": (ReLU(), ("add",)),
        "add2": (Add(), ("relu3", "pool1")),
        "flatten": (Flatten(), ("add2",)),
        "linear": (Linear(5), ("flatten",)),
        "output": (Output(), ("linear",)),
    }
    for id, (layer, sources) in wires.items():
        graph = graph.with_node(layer, id=id)
        for source in sources:
            graph = graph.with_wire(source, id)
    return graph


def test_blocks_are_found_where_nothing_looks_between() -> None:
    blocks = [step for step in fused_steps(branching()) if isinstance(step, ConvBlock | NormBlock)]
    assert [step.ids for step in blocks] == [
        ("conv1", "relu1", "pool1"),
        ("norm2", "relu2"),
        ("norm4", "add", "relu3"),
    ]
    assert blocks[-1].sources == ("side", "norm3")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blocks_give_what_their_layers_give(dtype: Any) -> None:
    x, labels = numbers(6, 3, 13, 13), np.arange(6) % 5
    ours = Network(branching(), dtype=dtype)
    assert any(isinstance(step, ConvBlock) for step in fused_steps(ours.graph))
    plain = Network(branching(), device=Backend(), dtype=np.float64)
    losses = [network.loss_and_gradients(x, labels) for network in (ours, plain)]
    limit = 1e-5 if dtype == np.float32 else 1e-12
    assert abs(losses[0] - losses[1]) <= limit
    for name in plain.weight_names:
        assert error(ours.weight(name), plain.weight(name)) <= limit, name
        if "running" not in name:
            assert error(ours.gradient(name), plain.gradient(name)) <= limit, name


def test_every_value_can_still_be_asked_for() -> None:
    network = Network(branching())
    x = network.upload(numbers(2, 3, 13, 13))
    every = network.run_forward(x)
    assert list(every) == list(network.graph.order)
    few = network.run_forward(x, every=False)
    assert "relu1" not in few
    assert error(few["output"], every["output"]) <= 1e-6


def test_two_networks_may_compute_in_two_threads() -> None:
    x, results = numbers(16, 3, 13, 13), []
    networks = [Network(branching()) for _ in range(2)]

    def compute(network: Network) -> None:
        results.append([network.forward(x) for _ in range(20)])

    workers = [threading.Thread(target=compute, args=(network,)) for network in networks]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(results) == 2
    assert all(np.array_equal(one, results[0][0]) for found in results for one in found)


def test_preparing_uses_every_kernel_and_is_done_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("core.backend.compiled.rehearsal.folder", lambda: tmp_path)
    assert not is_rehearsed()
    done = list(backend("cpu").prepare())
    assert done == [(number, len(done)) for number in range(len(done))]
    assert is_rehearsed()
    assert list(backend("cpu").prepare()) == []


def test_a_changed_source_has_a_folder_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(keeping, "SOURCES", tmp_path)
    source = tmp_path / "sums.py"
    found = []
    for text in ("x = 1", "x = 2"):
        source.write_text(text, encoding="utf-8")
        keeping.folder.cache_clear()
        found.append(keeping.folder())
    keeping.folder.cache_clear()
    assert found[0] != found[1]
    assert {place.parent for place in found} == {tmp_path / "__pycache__"}


def test_a_read_only_installation_keeps_kernels_in_the_cache_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path))
    monkeypatch.setattr("os.access", lambda *_: False)
    keeping.folder.cache_clear()
    assert keeping.folder().parent == tmp_path
    keeping.folder.cache_clear()
