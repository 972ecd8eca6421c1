"""Whole trainings: fifty steps of every optimizer follow PyTorch's, to the last weight."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.support.store_oracle import STORED
from tests.support.trajectory import NETS, PLANS, Losses, Weights, our_training, pytorch_training

every_training = pytest.mark.parametrize(
    ("net", "plan"), [(net, plan) for net in NETS for plan in PLANS]
)


@cache
def trained(net: str, plan: str) -> tuple[Losses, Weights]:
    return our_training(net, plan)


@every_training
def test_the_stored_losses_are_followed(net: str, plan: str) -> None:
    losses = trained(net, plan)[0]
    with np.load(STORED / "trajectories.npz", allow_pickle=False) as stored:
        assert_allclose(losses, stored[f"{net}/{plan}"], rtol=1e-8)
    assert losses[-5:].mean() < 0.9 * losses[:5].mean()


@pytest.mark.oracle
@every_training
def test_pytorch_goes_the_same_way(net: str, plan: str) -> None:
    losses, weights = pytorch_training(net, plan)
    ours = trained(net, plan)
    assert_allclose(ours[0], losses, rtol=1e-8)
    assert ours[1].keys() == weights.keys()
    for name, wanted in weights.items():
        assert np.abs(ours[1][name] - wanted).max() <= 1e-8 * np.abs(wanted).max(), name


@pytest.mark.oracle
@every_training
def test_the_first_steps_agree_in_float32(net: str, plan: str) -> None:
    ours, theirs = (
        training(net, plan, dtype=np.float32, steps=5)[0]
        for training in (our_training, pytorch_training)
    )
    assert np.abs(ours - theirs).max() <= 1e-4
