"""Whole trainings: fifty steps of every optimizer follow PyTorch's, to the last weight."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.support.store_oracle import STORED
from tests.support.trajectory import NETS, PLANS, Losses, Weights, our_training, pytorch_training

every_training = pytest.mark.parametrize(
    ("net", "plan"), [(net, plan) for net in NETS for plan in PLANS]
)


@pytest.fixture
def one_thread() -> Iterator[None]:
    """PyTorch computes on one thread: so little work takes longer on more."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


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
@pytest.mark.usefixtures("one_thread")
@every_training
def test_pytorch_goes_the_same_way(net: str, plan: str) -> None:
    losses, weights = pytorch_training(net, plan)
    ours = trained(net, plan)
    assert_allclose(ours[0], losses, rtol=1e-8)
    assert ours[1].keys() == weights.keys()
    for name, wanted in weights.items():
        assert np.abs(ours[1][name] - wanted).max() <= 1e-8 * np.abs(wanted).max(), name


@pytest.mark.oracle
@pytest.mark.usefixtures("one_thread")
@every_training
def test_in_float32_the_way_is_as_near_as_pytorchs_two_memory_formats(net: str, plan: str) -> None:
    ours = our_training(net, plan, dtype=np.float32)[0]
    theirs, other = (
        pytorch_training(net, plan, dtype=np.float32, layout=layout)[0]
        for layout in ("contiguous_format", "channels_last")
    )
    assert np.abs(ours - theirs)[:5].max() <= 1e-4
    spread = np.abs(theirs - other).max()
    digit = np.spacing(np.float32(theirs.max()))  # where both formats happen to give the same
    assert np.abs(ours - theirs).max() <= 3 * max(spread, digit)
