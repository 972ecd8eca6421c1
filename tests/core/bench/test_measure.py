"""Both sides compute the same before they are timed; ratios are against the better one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.backend import Backend
from core.bench import measure
from core.bench.conditions import Conditions
from core.bench.floor import Rates
from core.bench.measure import FORMATS, peer_problem, ratio_to_better
from core.bench.sides import SideError
from core.bench.workloads import NETWORKS, WORKLOADS, Workload, chosen
from core.layers import Add, BatchNorm2d, Conv2d, DepthwiseConv2d, Input, Output, ReLU, Sigmoid
from core.zoo import Builder
from tests.core.bench.builders import RESULT

LENET = Workload("lenet5", 32)
ONE = Conditions(threads=1, plain=True)


# ---- workloads --------------------------------------------------------------------------


def test_every_network_trains_with_both_batches_and_sees_one_image() -> None:
    assert {load.id for load in WORKLOADS} == {
        f"{name}/{batch}" for name in NETWORKS for batch in (32, 128, 1)
    }
    assert [load.trains for load in chosen(["lenet5"])] == [True, True, False]


def test_workloads_are_chosen_by_name() -> None:
    assert chosen(["lenet5/32"]) == (LENET,)
    assert chosen(["lenet5", "lenet5/32"]) == chosen(["lenet5"])
    assert chosen([]) == WORKLOADS
    with pytest.raises(ValueError, match="no workload 'lenet'; choose from lenet5/32, lenet5/128"):
        chosen(["lenet"])


def test_a_workload_is_the_same_every_time() -> None:
    (x, labels), (again, _) = LENET.items(), LENET.items()
    assert x.shape == (32, 1, 28, 28)
    assert x.dtype == np.float32
    assert labels.shape == (32,)
    np.testing.assert_array_equal(x, again)


def test_the_depthwise_network_has_four_blocks() -> None:
    graph = Workload("depthwise", 32).graph()
    deep = [node.layer for node in graph.of_type(DepthwiseConv2d)]
    wide = [node.layer for node in graph.of_type(Conv2d)]
    assert [layer.stride for layer in deep if isinstance(layer, DepthwiseConv2d)] == [
        (1, 1), (2, 2), (1, 1), (2, 2),
    ]  # fmt: skip
    filters = [layer.out_channels for layer in wide if isinstance(layer, Conv2d)]
    assert filters == [32, 64, 128, 128, 256]
    assert len(graph.of_type(BatchNorm2d)) == len(graph.of_type(ReLU)) == 9


def test_for_one_image_the_running_statistics_are_not_trivial() -> None:
    network = Workload("resnet-small", 1).network(Backend())
    names = [name for name in network.weight_names if name.endswith("running_mean")]
    assert names
    for name in names:
        assert np.ptp(network.weight(name)) > 0.1
        assert network.weight(name.replace("mean", "var")).min() > 0.5


# ---- ratios -----------------------------------------------------------------------------


def test_a_ratio_is_against_the_better_side_of_each_round() -> None:
    # The best of 2, 4 and of 3, 2 is 2 both times: 2/1 and 2/2.
    found = ratio_to_better([1.0, 2.0], [[2.0, 3.0], [4.0, 2.0]])
    assert (found.low, found.median, found.high) == (1.0, 1.5, 2.0)
    many = ratio_to_better([1.0] * 8, [[float(n) for n in range(1, 9)]])
    assert (many.low, many.median, many.high) == (3.0, 4.5, 6.0)


def test_shares_of_the_bound_and_of_memory() -> None:
    assert RESULT.reached == pytest.approx(0.2)
    assert RESULT.memory == pytest.approx(0.3)
    assert replace(RESULT, floor=None, peers=()).reached is None
    assert replace(RESULT, peers=()).memory is None


# ---- both sides -------------------------------------------------------------------------


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds of ten milliseconds; the computer's rates are not measured."""
    monkeypatch.setattr(measure, "ROUND_SECONDS", 0.01)
    monkeypatch.setattr(measure, "rates", lambda _: Rates(gflops=1000.0, gigabytes=1000.0))


@pytest.mark.oracle
@pytest.mark.parametrize("batch", [8, 1])
@pytest.mark.parametrize("name", NETWORKS)
def test_both_sides_compute_the_same(name: str, batch: int) -> None:
    from core.bench.peer import check

    apart = check(Workload(name, batch), ONE)
    assert set(apart) == ({"loss", "step"} if batch > 1 else {"outputs"})
    for what, found in apart.items():
        assert found["ours"] < (5e-3 if what == "step" else 2e-6), what


@pytest.mark.oracle
def test_relu_overwrites_only_what_nobody_else_reads() -> None:
    from core.bench.counterparts import may_overwrite

    build = Builder()
    build(Input((2, 8, 8)))
    on_input = build(ReLU())
    shared = build(Conv2d(2, 3, padding=1))
    on_shared = build(ReLU())
    total = build(Add(), shared, on_shared)
    on_sum = build(ReLU(), total)
    build(Sigmoid())
    on_sigmoid = build(ReLU())
    build(BatchNorm2d())
    on_norm = build(ReLU())
    build(Output())
    graph = build.graph
    allowed = {id: may_overwrite(graph, id) for id in graph.order if id.startswith("relu")}
    assert allowed == {
        on_input: False, on_shared: False, on_sum: True, on_sigmoid: False, on_norm: True,
    }  # fmt: skip


@pytest.mark.usefixtures("hasty")
def test_our_side_is_timed_without_a_peer() -> None:
    (result,) = measure.measure([Workload("lenet5", 1)], ONE, rounds=2, peer=False)
    assert result.ours.name == "Striate, plain NumPy"
    assert result.ours.milliseconds > 0
    assert result.ours.peak is None or 10 < result.ours.peak < 2000
    assert result.peers == ()
    assert result.ratio is result.apart is None
    assert result.reached
    assert 0 < result.reached < 1


@pytest.mark.oracle
@pytest.mark.usefixtures("hasty")
def test_rounds_with_the_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert FORMATS == ("contiguous", "channels_last")
    monkeypatch.setattr(measure, "FORMATS", FORMATS[1:])  # a process less to start
    assert peer_problem(ONE) == ""
    (result,) = measure.measure([LENET], ONE, rounds=2)
    assert [peer.name.split()[-1] for peer in result.peers] == ["channels_last"]
    assert result.ratio
    assert 0.01 < result.ratio.low <= result.ratio.median <= result.ratio.high < 100
    assert result.apart
    assert result.apart["step"]["ours"] < 1e-2


def test_sides_that_differ_are_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    apart = {"step": {"ours": 0.04, "theirs": 0.02}}
    monkeypatch.setattr(measure, "answer", lambda *_, **__: apart)
    assert measure._compared(LENET, ONE) == apart  # PyTorch's own float32 is as far
    apart["step"]["theirs"] = 1e-4
    with pytest.raises(
        SideError, match=r"lenet5/32: the two sides do not .* step apart by 4.0e-02"
    ):
        next(measure.measure([LENET], ONE, rounds=1))


def test_without_pytorch_there_is_nothing_to_compare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure.importlib.util, "find_spec", lambda _: None)
    assert "pip install torch==2.13.0" in peer_problem(ONE)


@pytest.mark.oracle
def test_pytorch_without_a_gpu_says_so() -> None:
    import torch

    from core.bench.peer import device_problem

    if torch.cuda.is_available():
        pytest.skip("this PyTorch has a GPU")
    assert device_problem(ONE) == ""
    assert "sees no GPU, so Striate is measured alone" in device_problem(Conditions(device="gpu"))
