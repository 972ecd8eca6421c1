"""A new run that begins with the weights of an earlier one, as far as they fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.convert import to_relu_and_max
from core.data.dataset import Dataset
from core.design import Design
from core.files import FileError
from core.graph import chain
from core.layers import Conv2d, Flatten, Input, Linear, NeoS, Output
from core.network import Network
from core.plan import Plan
from core.project import design_to_json
from core.training.events import Failed, Finished, Warned
from core.training.runs import RunFolder, list_runs
from core.training.train import train
from core.training.trainer import Trainer
from tests.support.training import StopAtOnce, few_digits, small_design, small_graph


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return few_digits()


@pytest.fixture
def older(tmp_path: Path, digits: Dataset) -> RunFolder:
    """A finished run of the small design."""
    run = RunFolder.create(tmp_path / "runs", {})
    *_, last = train(small_design(epochs=1), dataset=digits, run=run)
    assert isinstance(last, Finished)
    return run


def test_weights_that_fit_are_taken_and_the_others_are_fresh(
    older: RunFolder, digits: Dataset
) -> None:
    design = small_design(seed=5)
    wider = design.graph.with_layer("conv1", Conv2d(8, (5, 5), (2, 2)))
    changed = replace(design, graph=wider)
    trainer = Trainer(changed, dataset=digits, control=StopAtOnce(), inherit=older)
    told = [event.sentence for event in trainer.events() if isinstance(event, Warned)]
    network = trainer.network
    assert network is not None
    fresh = Network(wider, seed=5)
    np.testing.assert_array_equal(network.weight("conv1.weight"), fresh.weight("conv1.weight"))
    found = older.matching(network)
    assert set(found) == {"linear1.bias"}
    np.testing.assert_array_equal(network.weight("linear1.bias"), found["linear1.bias"])
    assert told[0].startswith(f"1 of {len(network.weights())} arrays")


def test_all_weights_are_taken_where_all_fit(older: RunFolder, digits: Dataset) -> None:
    trainer = Trainer(small_design(seed=5), dataset=digits, control=StopAtOnce(), inherit=older)
    list(trainer.events())
    assert trainer.network is not None
    for name, values in older.matching(Network(small_graph())).items():
        np.testing.assert_array_equal(trainer.network.weight(name), values)


@pytest.mark.parametrize("bias", [True, False])
def test_s_cells_that_became_convolutions_are_their_filters(
    tmp_path: Path, digits: Dataset, bias: bool
) -> None:
    """J6: r·a, whatever the sign of a, and no bias."""
    cells = NeoS(3, (5, 5), (4, 4), selectivity=2.5)
    before = chain(Input((1, 28, 28)), cells, Flatten(), Linear(10), Output())
    design = Design(before, plan=Plan(epochs=1, device="cpu"))
    run = RunFolder.create(tmp_path / "neo", design_to_json(design))
    trainer = Trainer(design, dataset=digits, run=run)
    list(trainer.events())
    assert trainer.network is not None
    after = to_relu_and_max(before).with_layer("neos1", Conv2d(3, (5, 5), (4, 4), bias=bias))
    network = Network(after, seed=9)
    found = run.matching(network)
    assert set(found) == set(network.weights())
    learned = trainer.network.weight("neos1.weight")
    np.testing.assert_array_equal(found["neos1.weight"], np.float32(2.5) * np.abs(learned))
    if bias:
        assert not found["neos1.bias"].any()
    np.testing.assert_array_equal(found["linear1.weight"], trainer.network.weight("linear1.weight"))


def test_a_run_without_weights_is_refused_in_words(tmp_path: Path, digits: Dataset) -> None:
    empty = RunFolder.create(tmp_path / "runs", {})
    with pytest.raises(FileError, match="kept no weights"):
        empty.matching(Network(small_graph()))
    *_, last = train_from(empty, digits)
    assert isinstance(last, Failed)
    assert "kept no weights" in last.sentence


def train_from(older: RunFolder, digits: Dataset) -> list[object]:
    return list(Trainer(small_design(), dataset=digits, inherit=older).events())


def test_a_damaged_file_is_passed_over_for_the_one_before(older: RunFolder) -> None:
    newest = older.checkpoints()[-1]
    before = older.matching(Network(small_graph()))
    newest.with_name("ckpt-000999.safetensors").write_bytes(newest.read_bytes()[:-9])
    after = older.matching(Network(small_graph()))
    assert before.keys() == after.keys()


def test_a_run_that_never_began_leaves_nothing_behind(tmp_path: Path, older: RunFolder) -> None:
    run = RunFolder.create(tmp_path / "runs", {})
    design = small_design().graph.with_layer("conv1", Conv2d(8, (99, 99)))
    *_, last = train(replace(small_design(), graph=design), run=run)
    assert isinstance(last, Failed)
    assert [one.path for one in list_runs(tmp_path / "runs")] == [older.path]
    assert not run.path.exists()


def test_a_run_remembers_whose_weights_it_began_with(
    older: RunFolder, digits: Dataset, tmp_path: Path
) -> None:
    for inherit, origin in ((older, older.path.name), (None, "")):
        run = RunFolder.create(tmp_path / "others", {})
        list(train(small_design(epochs=1), dataset=digits, run=run, inherit=inherit))
        assert run.about()["origin"] == origin
