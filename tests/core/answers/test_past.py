"""Past moments in the engine: every view is answered by what the run was then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.answers import past
from core.answers.past import Past
from core.answers.studio import Studio
from core.answers.views import ViewAnswers
from core.backend import backend
from core.data.dataset import Dataset
from core.data.fitted import fit
from core.design import Design
from core.files import FileError
from core.layers import Conv2d
from core.messages import Refused, Show, Train
from core.network import Network
from core.network_errors import NetworkError
from core.project import design_to_json
from core.questions.exploring import ShowPatches
from core.questions.viewing import (
    FiltersShown,
    MapsShown,
    MistakesShown,
    SaliencyShown,
    ShowFilters,
    ShowMaps,
    ShowMistakes,
    ShowSaliency,
)
from core.training.events import EpochDone, Finished
from core.training.runs import RunFolder, list_runs
from core.training.snapshots import snapshots
from core.training.trainer import Trainer
from core.when import NOW, When
from tests.support.talk import Talk
from tests.support.training import few_digits, small_design

HALF = {"rtol": 2**-11, "atol": 2**-24}


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return few_digits()


@pytest.fixture(scope="module")
def run(digits: Dataset, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run of 12 steps."""
    design = small_design()
    folder = RunFolder.create(tmp_path_factory.mktemp("runs"), design_to_json(design))
    list(Trainer(design, dataset=digits, run=folder, checkups=0.0).events())
    return folder


@pytest.fixture
def studio(run: RunFolder) -> Studio:
    made = Studio()
    made.show(small_design(), str(run.path))
    return made


def conv_of(design: Design) -> str:
    (node,) = design.graph.of_type(Conv2d)
    return node.id


def first_filters(design: Design) -> Any:
    """The filters before the first step: those of a network that never learned."""
    fresh = Network(design.graph, seed=design.plan.seed)
    return fresh.weight(f"{conv_of(design)}.weight")[:, 0]


def test_filters_of_step_0_are_the_first_ones(studio: Studio) -> None:
    design = small_design()
    request = ShowFilters(conv_of(design), when=When(step=0))
    network = studio.looked_at(request)
    assert network is not None
    shown = ViewAnswers(studio).filters(network, request)
    assert shown.step == 0
    np.testing.assert_allclose(shown.filters.tiles[:, 0], first_filters(design), **HALF)
    now = ViewAnswers(studio).filters(studio.network(), request)
    assert now.step == 12
    assert np.abs(now.filters.tiles[:, 0] - first_filters(design)).max() > 1e-3


def test_maps_of_a_past_step_are_those_of_its_weights(
    studio: Studio, run: RunFolder, digits: Dataset
) -> None:
    """The oracle is a network of the snapshot's values, put in by hand."""
    from safetensors.numpy import load_file

    design = small_design()
    request = ShowMaps(conv_of(design), 1, when=When(str(run.path), 5))
    network = studio.looked_at(request)
    assert network is not None
    shown = ViewAnswers(studio).maps(network, request)
    assert isinstance(shown, MapsShown)
    assert shown.step == 5
    oracle = Network(design.graph)
    saved = load_file(snapshots(run)[5])
    for name in oracle.weight_names:
        values = saved[f"model/{name.replace('.', '/')}"].astype(np.float32)
        oracle.set_weights({name: values})
    whole = fit(_all_digits(), (1, 28, 28), design.data.policy)
    x = whole.validation.batch([1])[0]
    expected = oracle.activations(x, [conv_of(design)])[conv_of(design)][0]
    np.testing.assert_allclose(shown.maps, expected, rtol=1e-5, atol=1e-6)


def _all_digits() -> Dataset:
    from core.data.sources import open_source

    return open_source(small_design().data.source)


def test_every_kind_of_view_tells_the_step_that_it_is_of(studio: Studio) -> None:
    node, when = conv_of(small_design()), When(step=3)
    *_, mistakes = ViewAnswers(studio).mistakes(None, ShowMistakes(when=when))
    *_, looks = ViewAnswers(studio).saliency(None, ShowSaliency(node, when=when))
    *_, patches = ViewAnswers(studio).explore(None, ShowPatches(node, 4, when=when))
    assert isinstance(mistakes, MistakesShown)
    assert isinstance(looks, SaliencyShown)
    assert (mistakes.step, looks.step, patches.step) == (3, 3, 3)


def test_a_step_that_is_not_kept_is_the_one_before_it(run: RunFolder) -> None:
    assert Past().at(When(str(run.path), 11), backend("cpu")).clock == 10
    assert Past().at(When(str(run.path)), backend("cpu")).clock == 12


def test_what_was_looked_at_last_stays_at_hand_and_no_more(
    run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = Past()

    def at(step: int) -> Network:
        return looking.at(When(str(run.path), step), backend("cpu"))

    first = [at(step) for step in range(past.MOST)]
    assert [at(step) is one for step, one in enumerate(first)] == [True] * past.MOST
    at(past.MOST)
    assert at(1) is first[1]
    assert at(0) is not first[0]
    monkeypatch.setattr(past, "MOST_BYTES", 1)
    kept = at(4)
    assert at(4) is kept  # one is always there
    assert at(1) is not first[1]
    assert looking.design_of(kept) == small_design()  # whoever still holds it may ask


def test_a_layer_that_was_another_one_is_refused_and_the_rest_is_shown(
    studio: Studio, run: RunFolder
) -> None:
    design = small_design()
    node = conv_of(design)
    wider = design.graph.with_layer(node, Conv2d(7, (5, 5), (2, 2)))
    studio.show(replace(design, graph=wider), str(run.path))
    with pytest.raises(NetworkError, match="this layer was another one"):
        studio.looked_at(ShowFilters(node, when=When(step=3)))
    kept = studio.at(When(step=3))
    assert kept is not None
    assert kept.whole == design.graph  # the run's own, for whoever compares runs
    assert studio.looked_at(ShowFilters(node, when=NOW)) is None


def test_a_design_of_another_document_has_none_of_the_weights_that_were_learned_before(
    studio: Studio,
) -> None:
    design = small_design()
    assert studio.network().clock == 12
    studio.show(design)  # a new document, of which nothing has been trained
    network = studio.network()
    assert network.clock == 0
    np.testing.assert_array_equal(
        network.weight(f"{conv_of(design)}.weight")[:, 0], first_filters(design)
    )


def test_without_a_run_there_is_nothing_to_go_back_to(tmp_path: Path) -> None:
    studio = Studio()
    studio.show(small_design())
    with pytest.raises(NetworkError, match="There is no run to look back in"):
        studio.at(When(step=0))
    with pytest.raises(FileError, match="Run gone has kept no weights"):
        studio.at(When(str(tmp_path / "gone"), 0))


def trained_with(talk: Talk, home: Path, *, looking: bool) -> tuple[RunFolder, list[Any]]:
    """A training in the engine; with `looking` past moments are asked for after every epoch."""
    design = small_design(epochs=4)
    talk.send(Show(design), Train(design, str(home)))
    said: list[Any] = []
    asked = 0
    while True:
        said += talk.until(EpochDone, Finished)
        if isinstance(said[-1], Finished):
            break
        if looking:
            run = str(list_runs(home)[0].path)
            node = conv_of(design)
            talk.send(ShowFilters(node, when=When(run, asked)), ShowMistakes(when=When(run, 0)))
            asked += 1
    return list_runs(home)[0], said


def test_looking_back_while_it_trains_changes_nothing(talk: Talk, tmp_path: Path) -> None:
    run, said = trained_with(talk, tmp_path / "looked", looking=True)
    other, _ = trained_with(talk, tmp_path / "alone", looking=False)
    assert not [one for one in said if isinstance(one, Refused)]
    shown = [one for one in said if isinstance(one, FiltersShown)]
    assert shown[0].step == 0
    first = first_filters(small_design())
    np.testing.assert_allclose(shown[0].filters.tiles[:, 0], first, **HALF)
    a, b = (Network(small_design().graph) for _ in range(2))
    for network, folder in ((a, run), (b, other)):
        found, _ = folder.load(network)
        assert found is not None
        network.set_weights(found.weights)
    for name, values in a.weights().items():
        np.testing.assert_array_equal(values, b.weights()[name])
