"""Saved runs that answer: what they remember of their data, alone and together."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import strict_json
from core.data.dataset import Dataset
from core.data.fitted import fit
from core.data.fitting import PictureFitting
from core.data.policy import DataPolicy
from core.data.saved_fitting import fitting_from_json, fitting_to_json
from core.data.sources import Digits, Fashion, ShapesWithBoxes, open_source
from core.data.sources.arrays import dataset_from_arrays
from core.data.values_fitting import ValuesFitting
from core.design import DataChoice, Design
from core.graph import chain
from core.layers import Flatten, Input, Linear, Output
from core.losses import BinaryCrossEntropy, SquaredError
from core.network_errors import NetworkError
from core.plan import Plan
from core.project import design_to_json
from core.training.events import EpochDone
from core.training.exam import examine
from core.training.jury import Jury
from core.training.runs import RunFolder
from core.training.saved import Saved, open_run
from core.training.train import train
from tests.support.training import few_digits, small_graph

PLAN = Plan(epochs=1, batch_size=16, device="cpu")


def learned(
    folder: Path, design: Design, dataset: Dataset | None = None
) -> tuple[Saved, EpochDone]:
    """A run of one epoch, opened again, and what its validation said."""
    run = RunFolder.at(folder, design_to_json(design))
    events = list(train(design, dataset=dataset, run=run))
    (done,) = [event for event in events if isinstance(event, EpochDone)]
    return open_run(RunFolder(folder), device="cpu"), done


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return few_digits()


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, digits: Dataset) -> list[Saved]:
    """Two networks with values of mean 0, other seeds and so other weights."""
    place = tmp_path_factory.mktemp("runs")
    data = DataChoice(policy=DataPolicy(scaling="standardize"))
    designs = [Design(small_graph(), plan=PLAN.replace(seed=seed), data=data) for seed in (0, 1)]
    return [learned(place / str(seed), designs[seed], digits)[0] for seed in (0, 1)]


# ---- what a run remembers ---------------------------------------------------------------


def test_a_run_remembers_its_classes_and_its_fitting(runs: list[Saved], digits: Dataset) -> None:
    saved = runs[0]
    data = fit(digits, (1, 28, 28), DataPolicy(scaling="standardize"))
    assert saved.classes == tuple("0123456789")
    assert saved.fitting == data.fitting
    assert saved.fitting.offset[0] > 10  # not the scaling of every other run


def test_an_older_run_asks_its_data(runs: list[Saved], tmp_path: Path) -> None:
    """Without what newer versions write down the data set is opened: all digits, not a few."""
    shutil.copytree(runs[0].run.path, tmp_path / "old")
    path = tmp_path / "old" / "run.json"
    about: dict[str, Any] = strict_json.parse(path.read_bytes())
    del about["fitting"], about["classes"]
    path.write_bytes(strict_json.lay_out(about))
    data = fit(open_source(Digits()), (1, 28, 28), DataPolicy(scaling="standardize"))
    saved = open_run(RunFolder(tmp_path / "old"), device="cpu")
    assert saved.fitting == data.fitting
    assert saved.classes == tuple("0123456789")


@pytest.mark.parametrize(
    "fitting",
    [
        PictureFitting((3, 8, 9), (3, 8, 9), (1.5, 0.0, 2.0), (255.0, 0.1, 3.0), "crop"),
        PictureFitting((72,), (1, 8, 9), (0.0,), (255.0,), "fit"),
        ValuesFitting((2, 50), (2, 50), (0.0, 0.5), (1.0, 2.0)),
    ],
)
def test_a_fitting_comes_back_from_json(fitting: Any) -> None:
    text = strict_json.lay_out(fitting_to_json(fitting))
    assert fitting_from_json(strict_json.parse(text), fitting.input_shape) == fitting


@pytest.mark.parametrize(
    "change",
    [
        {"of": "sounds"}, {"kept_shape": [1, 8]}, {"kept_shape": [72]}, {"kept_shape": "1"},
        {"kept_shape": [-1, -8, 9]}, {"offset": [0.0, 1.0]}, {"scale": [0]}, {"scale": [None]},
        {"size": "squeeze"}, {"kept_shape": [1, 8.5, 9]}, {"offset": None}, {"kept_shape": []},
    ],
)  # fmt: skip
def test_what_is_no_fitting_is_none(change: dict[str, Any]) -> None:
    good = fitting_to_json(PictureFitting((72,), (1, 8, 9), (0.0,), (255.0,), "fit"))
    assert fitting_from_json(good, (72,)) is not None
    assert fitting_from_json({**good, **change}, (72,)) is None
    assert fitting_from_json([good], (72,)) is None


# ---- the jury ---------------------------------------------------------------------------


def test_one_run_says_what_its_network_says(runs: list[Saved], digits: Dataset) -> None:
    jury = Jury(runs[:1])
    pictures = digits.validation.items(range(7))
    data = fit(digits, (1, 28, 28), DataPolicy(scaling="standardize"))
    expected = runs[0].network.predict(data.validation.batch(range(7))[0])
    assert np.array_equal(jury.hear(jury.seen(pictures)).mean, expected)
    assert jury.is_one
    assert jury.names == tuple("0123456789")


def test_mirror_images_and_runs_are_averaged(runs: list[Saved], digits: Dataset) -> None:
    jury = Jury(runs, "flips")
    pictures = np.asarray(digits.validation.items(range(5)))
    votes = jury.hear(jury.seen(pictures))
    assert votes.single.shape == (2, 2, 5, 10)
    total = np.zeros((5, 10))
    for saved in runs:
        for some in (pictures, pictures[..., ::-1]):
            total += saved.network.predict(saved.fitting.values(some))
    assert np.allclose(votes.mean, total / 4, atol=1e-7)
    assert jury.views == ("whole", "whole, mirrored")


def test_ten_patches_are_cut_from_a_wider_picture(runs: list[Saved], digits: Dataset) -> None:
    """28 becomes 32: a digit with two black cells around it, of which patches see 28."""
    jury = Jury(runs[:1], "ten")
    pictures = np.asarray(digits.validation.items(range(3)))
    votes = jury.hear(jury.seen(pictures))
    wide = np.pad(pictures, [(0, 0), (0, 0), (2, 2), (2, 2)])
    saved = runs[0]
    for view, place in [("top right", wide[..., :28, 4:]), ("center", pictures)]:
        said = saved.network.predict(saved.fitting.values(place))
        assert np.array_equal(votes.single[0, jury.views.index(view)], said)
    mirrored = wide[..., 4:, :28][..., ::-1]
    said = saved.network.predict(saved.fitting.values(mirrored))
    assert np.allclose(votes.single[0, jury.views.index("bottom left, mirrored")], said, atol=1e-7)


def test_networks_of_other_sizes_see_the_same_pictures(
    runs: list[Saved], digits: Dataset, tmp_path: Path
) -> None:
    graph = chain(Input((3, 20, 20)), Flatten(), Linear(10), Output())
    other, _ = learned(tmp_path / "other", Design(graph, plan=PLAN), digits)
    jury = Jury([runs[0], other])
    pictures = digits.validation.items(range(4))
    votes = jury.hear(jury.seen(pictures))
    x, _ = fit(digits, (3, 20, 20), DataPolicy()).validation.batch(range(4))
    assert np.array_equal(votes.single[1, 0], other.network.predict(x))


def test_pictures_of_any_size_one_after_the_other(runs: list[Saved]) -> None:
    taken: list[int] = []

    def pictures() -> Any:
        for side in (10, 300, 57):
            taken.append(side)
            yield np.full((1, side, side), side % 250, np.uint8)

    jury = Jury(runs[:1], "flips")
    (seen,) = jury.seen(pictures())
    assert seen.shape == (3, 1, 28, 28)
    assert taken == [10, 300, 57]
    assert jury.seen([]) == []


def test_many_views_of_large_pictures_are_heard_in_small_numbers(runs: list[Saved]) -> None:
    assert Jury(runs[:1]).items_at_once == 64
    large = replace(runs[0], network=_Large())  # type: ignore[arg-type]
    assert Jury([large]).items_at_once == 64
    assert Jury([large], "ten").items_at_once == 10  # 64 MB for ten views of 224 × 224 × 3


class _Large:
    """What is asked of a network before it computes."""

    input_shape = (3, 224, 224)
    outputs = ("out",)

    def __init__(self) -> None:
        from types import SimpleNamespace

        from core.losses import CrossEntropy

        self.inference = SimpleNamespace(nodes={"out": SimpleNamespace(output=(10,))})
        self.output = lambda _: SimpleNamespace(loss=CrossEntropy())


def test_who_cannot_vote_together(runs: list[Saved], digits: Dataset, tmp_path: Path) -> None:
    clothes = replace(runs[1], classes=("shirt", "shoe"))
    with pytest.raises(NetworkError, match="Run 1 tells other classes apart than run 0"):
        Jury([runs[0], clothes])
    sounds = replace(runs[0], fitting=ValuesFitting((784,), (784,), (0.0,), (1.0,)))
    with pytest.raises(NetworkError, match="Run 0 does not look at pictures"):
        Jury([sounds], "flips")
    graph = chain(Input((3, 8, 8)), Flatten(), Linear(8), Output(SquaredError(), target="box"))
    boxes = open_source(ShapesWithBoxes(train=20, validation=20, size=(8, 8)))
    saved, _ = learned(tmp_path / "boxes", Design(graph, plan=PLAN), boxes)
    with pytest.raises(NetworkError, match="Run boxes answers with values"):
        Jury([saved], "flips")
    assert Jury([saved]).names == ()


# ---- the exam ---------------------------------------------------------------------------


def test_an_exam_repeats_the_validation(digits: Dataset, tmp_path: Path) -> None:
    saved, done = learned(tmp_path / "run", Design(small_graph(), plan=PLAN), digits)
    found = examine(Jury([saved]), digits)
    assert (found.loss, found.accuracy, found.count) == (done.loss, done.accuracy, 40)
    assert found.more == done.more


def test_values_are_examined_by_all_outputs(tmp_path: Path) -> None:
    graph = chain(Input((3, 8, 8)), Flatten(), Linear(8), Output(SquaredError(), target="box"))
    boxes = open_source(ShapesWithBoxes(train=20, validation=20, size=(8, 8)))
    saved, done = learned(tmp_path / "boxes", Design(graph, plan=PLAN), boxes)
    found = examine(Jury([saved]), boxes)
    assert (found.loss, found.more) == (done.loss, done.more)


def test_a_vote_is_examined_by_its_average(runs: list[Saved], digits: Dataset) -> None:
    """Against −log of the averaged probability and a count by hand."""
    jury = Jury(runs, "flips")
    found = examine(jury, digits)
    pictures, labels = digits.validation.items(range(40)), digits.validation.labels(range(40))
    mean = jury.hear(jury.seen(pictures)).mean
    assert found.loss == pytest.approx(-np.log(mean[np.arange(40), labels]).mean(), rel=1e-5)
    assert found.accuracy == (mean.argmax(axis=1) == labels).mean()
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, mean.argmax(axis=1)), 1)
    assert np.array_equal(found.confusion, counts)


def test_a_vote_of_yes_or_no(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    pictures, labels = random.integers(0, 255, (40, 6, 6)).astype(np.uint8), np.arange(40) % 2
    data = dataset_from_arrays(pictures, labels, classes=("no", "yes"))
    graph = chain(Input((1, 6, 6)), Flatten(), Linear(1), Output(BinaryCrossEntropy()))
    saved, _ = learned(tmp_path / "run", Design(graph, plan=PLAN), data)
    jury = Jury([saved], "flips")
    found = examine(jury, data)
    numbers = range(len(data.validation))
    p = jury.hear(jury.seen(data.validation.items(numbers))).mean[:, 0]
    right = np.where(data.validation.labels(numbers) == 1, p, 1 - p)
    assert found.loss == pytest.approx(-np.log(right).mean(), rel=1e-5)
    assert found.accuracy == (right > 0.5).mean()


def test_classes_in_another_order_are_put_in_order(runs: list[Saved], digits: Dataset) -> None:
    """The same pictures, whose classes are numbered from behind, or of which some are missing."""
    pictures = np.asarray(digits.validation.items(range(40)))
    labels = digits.validation.labels(range(40))
    turned = dataset_from_arrays(
        pictures, 9 - labels, classes=tuple("9876543210"), validation=(pictures, 9 - labels)
    )
    for jury in (Jury(runs[:1]), Jury(runs)):
        here, there = examine(jury, digits), examine(jury, turned)
        assert np.array_equal(here.confusion, there.confusion)
        assert here.loss == pytest.approx(there.loss, rel=1e-6)
    low = labels < 5
    some = dataset_from_arrays(
        pictures[low], labels[low], classes=tuple("01234"), validation=(pictures[low], labels[low])
    )
    found = examine(Jury(runs[:1]), some)
    assert found.count == low.sum()
    assert found.confusion is not None
    assert found.confusion.shape == (10, 10)


def test_a_whole_data_set_is_examined(runs: list[Saved], digits: Dataset) -> None:
    for jury in (Jury(runs[:1]), Jury(runs)):
        assert examine(jury, digits, whole=True).count == 136


def test_classes_that_nobody_knows_are_refused(runs: list[Saved]) -> None:
    with pytest.raises(NetworkError, match="fashion has classes that run 0 does not know: T-shirt"):
        examine(Jury(runs[:1]), open_source(Fashion()))
