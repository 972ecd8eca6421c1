"""Where a step's time goes: each layer's calls, counted by a clock that ticks when looked at."""

from __future__ import annotations

import itertools

import pytest

from core.backend import Backend
from core.bench import profile
from core.bench.conditions import Conditions
from core.bench.ours import step_of
from core.bench.profile import Part, Profile, as_markdown, as_text, measured, watched
from core.bench.workloads import Workload
from core.layers import BatchNorm2d, Conv2d, MaxPool2d

VGG = Workload("vgg-small", 2)


def test_every_call_of_a_layer_is_counted_once() -> None:
    network = VGG.network(Backend())
    step, ticks = step_of(VGG, network), itertools.count()
    with watched(network, lambda: next(ticks)) as seconds:
        step()
        step()
    assert {id: seconds["forward", id] for id in network.graph.order} == dict.fromkeys(
        network.graph.order, 2.0
    )
    # The Input hands nothing back.
    assert seconds["backward", network.graph.order[0]] == 0
    assert seconds["backward", network.graph.order[1]] == 2


def test_layers_are_as_before_afterwards() -> None:
    before = [dict(kind.__dict__) for kind in (Conv2d, BatchNorm2d, MaxPool2d)]
    with (
        pytest.raises(RuntimeError, match="stop"),
        watched(VGG.network(Backend()), lambda: 0.0),
    ):
        raise RuntimeError("stop")
    assert [dict(kind.__dict__) for kind in (Conv2d, BatchNorm2d, MaxPool2d)] == before


def test_other_networks_are_left_alone() -> None:
    other = VGG.network(Backend())
    with watched(VGG.network(Backend()), lambda: 0.0) as seconds:
        step_of(VGG, other)()
    assert not seconds


def test_a_profile_of_a_real_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "LEAST_SECONDS", 0.01)
    found = measured(Workload("lenet5", 32), Conditions(plain=True))
    conv = next(part for part in found.parts if part.node == "conv2")
    assert conv.layer == "Conv2d"
    assert conv.forward > 0
    assert conv.backward > 0
    assert 0 < found.rest < found.step


def test_the_most_expensive_node_comes_first() -> None:
    parts = (Part("a", "ReLU", 1.0, 0.5), Part("b", "Conv2d", 2.0, 4.0), Part("c", "ReLU", 1.0, 0))
    found = Profile(parts, 10.0)
    rows = [" ".join(line.split()) for line in as_text(found).splitlines()]
    assert rows[1:] == [
        "b Conv2d 2.000 4.000 60.0%",
        "a ReLU 1.000 0.500 15.0%",
        "c ReLU 1.000 0.000 10.0%",
        "everything else 1.500 15.0%",
        "the whole step 10.000 100.0%",
        "Of 10.000 ms: Conv2d 60%, ReLU 25%, everything else 15%.",
    ]
    assert "| b | Conv2d | 2.000 | 4.000 | 60.0% |" in as_markdown(found)
