"""Voting: views, ensembles of networks, and networks of saved runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.fitted import fit
from core.data.policy import DataPolicy
from core.data.testtime import flips, ten_patches
from core.files import FileError
from core.graph import chain
from core.layers import Flatten, Input, Linear, Output
from core.network import Network
from core.network_errors import NetworkError
from core.project import design_to_json
from core.training.runs import RunFolder
from core.training.train import train
from core.training.vote import trained, vote
from tests.support.training import few_digits, small_design, small_graph


def small(seed: int) -> Network:
    return Network(small_graph(), seed=seed)


def digits(size: int = 28, count: int = 20) -> np.ndarray:
    data = fit(few_digits(), (1, size, size), DataPolicy())
    x: np.ndarray = data.validation.batch(range(count))[0]
    return x


def test_one_view_of_one_network_is_its_prediction() -> None:
    network, x = small(0), digits()
    votes = vote(network, x[None])
    assert votes.single.shape == (1, 1, 20, 10)
    assert np.array_equal(votes.mean, network.predict(x))


def test_views_are_averaged() -> None:
    network, x = small(0), digits()
    expected = (network.predict(x) + network.predict(x[..., ::-1])) / 2
    assert np.allclose(vote(network, flips(x)).mean, expected, atol=1e-7)


def test_networks_are_averaged() -> None:
    first, second, x = small(0), small(1), digits()
    votes = vote([first, second], x[None])
    assert np.allclose(votes.mean, (first.predict(x) + second.predict(x)) / 2, atol=1e-7)
    assert np.allclose(votes.mean.sum(axis=1), 1, atol=1e-5)


def test_the_table_of_ten_votes() -> None:
    """Pictures that are 2 wider on every side, as patches of the size of the Input."""
    votes = vote([small(0), small(1)], ten_patches(digits(32), (28, 28)))
    assert votes.single.shape == (2, 10, 20, 10)
    assert np.array_equal(votes.single[1, 4], small(1).predict(digits(28)))  # the center


def test_many_items_go_in_batches() -> None:
    network, x = small(0), np.repeat(digits(), 20, axis=0)
    assert np.allclose(vote(network, x[None]).mean[::20], network.predict(x[::20]), atol=1e-6)


def test_only_equal_answers_are_averaged() -> None:
    other = Network(chain(Input((1, 28, 28)), Flatten(), Linear(3), Output()))
    with pytest.raises(NetworkError, match="The networks give 3 and 10 values"):
        vote([small(0), other], digits()[None])
    with pytest.raises(NetworkError, match="At least one network"):
        vote([], digits()[None])


def test_saved_runs_vote(tmp_path: Path) -> None:
    homes = []
    for seed in (0, 1):
        design = small_design(epochs=1, seed=seed)
        run = RunFolder.at(tmp_path / str(seed), design_to_json(design))
        list(train(design, dataset=few_digits(), run=run))
        homes.append(run.path)
    networks = [trained(home) for home in homes]
    assert not np.array_equal(*(one.parameters for one in networks))
    votes = vote(networks, digits()[None])
    assert np.allclose(votes.mean, votes.single[:, 0].mean(axis=0))
    assert (votes.mean.argmax(axis=1) >= 0).all()


def test_a_run_without_weights_says_so(tmp_path: Path) -> None:
    RunFolder.at(tmp_path / "new", design_to_json(small_design()))
    with pytest.raises(FileError, match="new holds no weights yet"):
        trained(tmp_path / "new")
