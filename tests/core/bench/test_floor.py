"""The bound: work counted by hand, and rates that are measured."""

from __future__ import annotations

import pytest

from core.bench import floor
from core.bench.conditions import Conditions
from core.bench.floor import Floor, Rates, Work, work, work_of
from core.bench.workloads import Workload
from core.graph import Graph
from core.layers import Add, Conv2d, Flatten, Input, Linear, Output, ReLU
from core.zoo import Builder

# LeNet-5 by hand. MACs: conv1 28·28·6·25, conv2 10·10·16·150, dense 400·120, 120·84, 84·10.
CONV1 = 117_600
MACS = CONV1 + 240_000 + 48_000 + 10_080 + 840
# What the layers with weights take, behind the first: 6·14·14, 16·5·5, 120, 84.
PICTURE, BETWEEN, WEIGHTS = 784, 1176 + 400 + 120 + 84, 61_706


def test_a_step_of_lenet5() -> None:
    found = work(Workload("lenet5", 32))
    assert found.flops == 2 * 32 * (3 * MACS - CONV1)
    assert found.bytes == 4 * (32 * (2 * PICTURE + 5 * BETWEEN) + 8 * WEIGHTS)


def test_an_image_through_lenet5() -> None:
    found = work(Workload("lenet5", 1))
    assert found == Work(2 * MACS, 4 * (PICTURE + 2 * BETWEEN + WEIGHTS))


def test_every_branch_counts() -> None:
    # Two dense layers on one vector of 3 and their sum; the third learns behind both.
    build = Builder()
    start = build(Input((3,)))
    first = build(Linear(4, bias=False), start)
    build(Add(), build(Linear(4, bias=False), start), first)
    build(ReLU())
    build(Linear(2, bias=False))
    build(Output())
    found = work_of(build.graph, 10, trains=True)
    assert found.flops == 2 * 10 * (2 * 12 + 2 * 12 + 3 * 8)
    assert found.bytes == 4 * (10 * (2 * 3 + 2 * 3 + 5 * 4) + 8 * (12 + 12 + 8))


def test_a_layer_behind_layers_without_weights_is_the_first() -> None:
    def net(*before: ReLU) -> Graph:
        build = Builder()
        for layer in (Input((1, 6, 6)), *before, Conv2d(2, 3), Flatten(), Linear(2), Output()):
            build(layer)
        return build.graph

    assert work_of(net(ReLU()), 1, trains=True) == work_of(net(), 1, trains=True)


def test_the_longer_of_arithmetic_and_traffic_bounds() -> None:
    rates = Rates(gflops=200.0, gigabytes=20.0)
    busy = Floor(Work(2_000_000_000, 40_000_000), rates)
    assert (busy.arithmetic, busy.traffic) == (pytest.approx(10.0), pytest.approx(2.0))
    assert (busy.milliseconds, busy.limit) == (busy.arithmetic, "arithmetic")
    wide = Floor(Work(2_000_000_000, 400_000_000), rates)
    assert (wide.milliseconds, wide.limit) == (pytest.approx(20.0), "memory")


def test_rates_come_from_a_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    # A clock that goes on by a tenth of a second whenever it is looked at: 2·100³ FLOP and
    # 3·4·1000 bytes in a tenth of a second each.
    ticks = iter(range(1000))
    monkeypatch.setattr(floor, "clock_of", lambda _: lambda: next(ticks) / 10)
    monkeypatch.setitem(floor.SIDE, "cpu", 100)
    monkeypatch.setitem(floor.LONG, "cpu", 1000)
    found = floor.measured(Conditions(threads=3))
    assert found.gflops == pytest.approx(0.02)
    assert found.gigabytes == pytest.approx(0.00012)
