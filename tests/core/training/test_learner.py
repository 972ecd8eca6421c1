"""A learner's extras: limited gradients and averaged weights, as PyTorch does them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.graph import chain
from core.layers import Flatten, Input, Linear, Output, ReLU
from core.network import Network
from core.optimizers import SGD, Adam
from core.training.learner import Learner

RANDOM = np.random.default_rng(7)
X, LABELS = RANDOM.normal(size=(12, 2, 3, 3)), RANDOM.integers(0, 4, 12)


def network() -> Network:
    layers = Flatten(), Linear(7), ReLU(), Linear(4)
    return Network(chain(Input((2, 3, 3)), *layers, Output()), seed=3, dtype=np.float64)


def pytorch_network(start: Network) -> Any:
    """The same network with the same weights."""
    import torch

    made = torch.nn.Sequential(
        torch.nn.Flatten(), torch.nn.Linear(18, 7), torch.nn.ReLU(), torch.nn.Linear(7, 4)
    ).double()
    with torch.no_grad():
        for weight, name in zip(made.parameters(), start.weight_names, strict=True):
            weight.copy_(torch.tensor(start.weight(name)))
    return made


@pytest.mark.oracle
@pytest.mark.parametrize(
    "limits",
    [{"clip_norm": 0.1}, {"clip_norm": 100.0}, {"clip_value": 0.01}, {"ema_decay": 0.9}, {}],
    ids=repr,
)
def test_pytorch_learns_the_same(limits: dict[str, float]) -> None:
    import torch
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    learner = Learner(network(), SGD(lr=0.1), **limits)
    theirs = pytorch_network(network())
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.9)
    decay = limits.get("ema_decay", 0.5)
    average = AveragedModel(theirs, multi_avg_fn=get_ema_multi_avg_fn(decay))
    for _ in range(20):
        loss = torch.nn.functional.cross_entropy(theirs(torch.tensor(X)), torch.tensor(LABELS))
        optimizer.zero_grad()
        loss.backward()
        if "clip_norm" in limits:
            torch.nn.utils.clip_grad_norm_(theirs.parameters(), limits["clip_norm"])
        if "clip_value" in limits:
            torch.nn.utils.clip_grad_value_(theirs.parameters(), limits["clip_value"])
        optimizer.step()
        average.update_parameters(theirs)
        assert float(learner.step(X, LABELS)) == pytest.approx(loss.item(), rel=1e-10)
    wanted = average.module if "ema_decay" in limits else theirs
    with learner.averaged():
        for weight, name in zip(wanted.parameters(), learner.network.weight_names, strict=True):
            assert_allclose(learner.network.weight(name), weight.detach().numpy(), rtol=1e-9)


def test_the_gradient_is_no_longer_than_asked_for() -> None:
    learner = Learner(network(), SGD(), clip_norm=0.05)
    learner.step(X, LABELS)
    assert np.linalg.norm(learner.network.gradients) == pytest.approx(0.05, rel=1e-4)


def test_averaged_weights_are_there_for_a_while_only() -> None:
    learner = Learner(network(), Adam(), ema_decay=0.9)
    for _ in range(3):
        learner.step(X, LABELS)
    before = learner.network.parameters.copy()
    with learner.averaged():
        assert not np.array_equal(learner.network.parameters, before)
        averaged = learner.network.parameters.copy()
    assert_array_equal(learner.network.parameters, before)
    learner.settle()
    assert_array_equal(learner.network.parameters, averaged)


def test_without_an_average_nothing_changes() -> None:
    learner = Learner(network(), Adam())
    learner.step(X, LABELS)
    before = learner.network.parameters.copy()
    with learner.averaged():
        assert_array_equal(learner.network.parameters, before)
    learner.settle()
    assert learner.averaged_weights() == {}
    assert_array_equal(learner.network.parameters, before)
