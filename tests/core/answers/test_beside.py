"""Several runs laid side by side by the engine: each answers with its own weights and design."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from core.answers import samples
from core.answers.studio import Studio
from core.answers.views import ViewAnswers
from core.data.fitted import FittedData
from core.data.sources.synthetic.bars import Bars
from core.design import DataChoice, Design
from core.layers import Conv2d
from core.messages import Going
from core.network import Network
from core.project import design_to_json
from core.questions.exploring import BesideShown, OfRun, ShowBeside
from core.questions.viewing import (
    FiltersShown,
    MapsShown,
    MistakesShown,
    SaliencyShown,
    ShowSaliency,
)
from core.training.evaluate import evaluate
from core.training.events import Finished, Started
from core.training.runs import RunFolder
from core.training.train import trainer_of
from core.when import When
from tests.support.training import few_digits, small_design


def train(home: Path, name: str, design: Design) -> RunFolder:
    """One epoch of a design on a few digits, in a folder of this name."""
    run = RunFolder.at(home / name, design_to_json(design))
    events = list(trainer_of(design, run=run, dataset=few_digits()).events())
    assert isinstance(events[-1], Finished)
    return run


def wider(design: Design) -> Design:
    """The same with seven filters in place of four."""
    return replace(design, graph=design.graph.with_layer("conv1", Conv2d(7, (5, 5), (2, 2))))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    home = tmp_path_factory.mktemp("runs")
    designs = (small_design(epochs=1), small_design(epochs=1, seed=5))
    made = [train(home, f"2026010{at}-000000", one) for at, one in enumerate(designs)]
    made.append(train(home, "20260105-000000", wider(small_design(epochs=1))))
    return [str(run.path) for run in made]


@pytest.fixture
def studio() -> Studio:
    made = Studio()
    made.show(small_design())
    return made


def asked(studio: Studio, request: ShowBeside) -> tuple[OfRun, ...]:
    pieces = list(ViewAnswers(studio).explore(None, request))
    assert all(isinstance(one, Going) for one in pieces[:-1])
    last: Any = pieces[-1]
    assert isinstance(last, BesideShown)
    assert last.asked == request
    return last.found


def weights(run: str) -> dict[str, np.ndarray]:
    """The newest checkpoint of a run, read by the library that owns the format."""
    return load_file(max(Path(run).glob("ckpt-*.safetensors")))


def test_filters_are_those_of_each_run(studio: Studio, runs: list[str]) -> None:
    found = asked(studio, ShowBeside(tuple(runs), "filters", "conv1"))
    assert [one.filters.of[0] for one in found if isinstance(one, FiltersShown)] == [4, 4, 7]
    for run, shown in zip(runs, found, strict=True):
        assert isinstance(shown, FiltersShown)
        np.testing.assert_array_equal(shown.filters.tiles, weights(run)["model/conv1/weight"])


def test_maps_are_of_the_same_item(studio: Studio, runs: list[str]) -> None:
    found = asked(studio, ShowBeside(tuple(runs), "maps", "conv1", sample=3))
    assert all(isinstance(one, MapsShown) and one.sample == 3 for one in found)
    first, second, third = found
    assert isinstance(first, MapsShown)
    assert isinstance(second, MapsShown)
    assert isinstance(third, MapsShown)
    assert third.maps.shape[0] == 7
    assert not np.array_equal(first.maps, second.maps)


def test_mistakes_are_counted_for_each(studio: Studio, runs: list[str]) -> None:
    found = asked(studio, ShowBeside(tuple(runs), "mistakes"))
    for run, shown in zip(runs, found, strict=True):
        assert isinstance(shown, MistakesShown)
        design = small_design() if "5-0000" not in run else wider(small_design())
        network = Network(design.graph, device="cpu")
        loaded = {
            name.partition("/")[2].replace("/", "."): values
            for name, values in weights(run).items()
            if name.startswith("model/")
        }
        network.set_weights(loaded)
        split = studio.data_of(network).validation
        expected = evaluate(network, [split.batch(range(len(split)))])
        np.testing.assert_array_equal(shown.counts, next(iter(expected.outputs.values())).confusion)


def test_what_one_run_lacks_stops_no_other(studio: Studio, runs: list[str], tmp_path: Path) -> None:
    bare = RunFolder.at(tmp_path / "20260107-000000", design_to_json(small_design()))
    bare.record(Started(1, 1, 1, 6, "cpu", 1, 1, 1, ""))
    broken = RunFolder.at(tmp_path / "20260108-000000", {})
    (broken.path / "run.json").write_text("{")
    gone = tmp_path / "20260109-000000"
    folders = (str(bare.path), str(broken.path), str(gone), runs[0])
    found = asked(studio, ShowBeside(folders, "filters", "conv1"))
    assert found[0] == "Run 20260107-000000 has kept no weights."
    assert all(isinstance(one, str) and one.endswith(".") for one in found[:3])
    assert isinstance(found[3], FiltersShown)


def test_a_layer_that_a_run_does_not_have(studio: Studio, runs: list[str]) -> None:
    found = asked(studio, ShowBeside((runs[0],), "maps", "conv9"))
    assert found == ("The design of this run has no conv9.",)
    found = asked(studio, ShowBeside((runs[0],), "maps"))
    assert found == ("Select a layer to see it in every column.",)
    found = asked(studio, ShowBeside((runs[0],), "filters", "relu1"))
    assert found == ("relu1 has no filters.",)


def test_a_past_step_is_one_of_each_run(studio: Studio, runs: list[str]) -> None:
    found = asked(studio, ShowBeside(tuple(runs), "filters", "conv1", when=When(step=0)))
    for run, shown in zip(runs, found, strict=True):
        assert isinstance(shown, FiltersShown)
        assert shown.step == 0
        design = wider(small_design()) if "5-0000" in run else small_design()
        seed = 5 if "1-0000" in run else 0
        fresh = Network(design.graph, seed=seed, device="cpu").weight("conv1.weight")
        np.testing.assert_allclose(shown.filters.tiles, fresh, atol=1e-3)


def test_the_run_in_training_answers_as_it_is_now(studio: Studio, tmp_path: Path) -> None:
    design = small_design(epochs=2)
    run = RunFolder.at(tmp_path / "20260110-000000", design_to_json(design))
    trainer = trainer_of(design, run=run, dataset=few_digits())
    request = ShowBeside((str(run.path),), "filters", "conv1")
    for event in trainer.events():
        studio.follow(trainer)
        if event.name == "epoch":
            (shown,) = asked(studio, request)
            assert isinstance(shown, FiltersShown)
            assert trainer.network is not None
            np.testing.assert_array_equal(
                shown.filters.tiles, trainer.network.weight("conv1.weight")
            )


def test_other_data_in_the_design_are_none_of_the_training_s(
    studio: Studio, tmp_path: Path
) -> None:
    """The data of the open design were changed meanwhile: the network goes on with its own."""
    design, digits = small_design(epochs=1), few_digits()
    run = RunFolder.at(tmp_path / "20260111-000000", design_to_json(design))
    trainer = trainer_of(design, run=run, dataset=digits)
    events = trainer.events()
    while not isinstance(next(events), Started):
        pass
    studio.follow(trainer)
    bars = DataChoice(Bars(train=20, validation=20, size=(28, 28)), design.data.policy)
    studio.show(replace(design, data=bars), str(run.path))
    item = digits.validation.items(np.array([3]))[0] / np.float32(255)
    *_, looks = ViewAnswers(studio).saliency(trainer.network, ShowSaliency("conv1", sample=3))
    assert isinstance(looks, SaliencyShown)
    np.testing.assert_allclose(looks.item, item, rtol=1e-6)
    (maps,) = asked(studio, ShowBeside((str(run.path),), "maps", "input1", sample=3))
    assert isinstance(maps, MapsShown)
    np.testing.assert_allclose(maps.maps, item, rtol=1e-6)
    assert looks.label == maps.label == str(digits.validation.labels(np.array([3]))[0])


def test_data_are_opened_once_while_several_runs_are_looked_at(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the training and of two more runs have room, whatever order they are asked in."""
    homes = []
    for at in (1, 2):
        bars = DataChoice(Bars(train=20, validation=20, size=(28, 28), noise=at / 10))
        design = replace(small_design(), data=bars)
        run = RunFolder.at(tmp_path / f"2026010{at}-000000", design_to_json(design))
        run.save_best(Network(design.graph).weights(), design.graph, 1)
        homes.append(str(run.path))
    trainer = trainer_of(small_design(epochs=1), dataset=few_digits())
    events = trainer.events()
    while not isinstance(next(events), Started):
        pass
    opened = []

    def count(choice: DataChoice, *rest: Any, **more: Any) -> FittedData:
        opened.append(choice)
        return samples.opened(choice, *rest, **more)

    monkeypatch.setattr("core.answers.studio.opened", count)
    for run in (*homes, *homes, *homes):
        studio.follow(trainer)
        asked(studio, ShowBeside((run,), "maps", "conv1"))
    assert len(opened) == 2
