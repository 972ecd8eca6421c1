"""The engine process: what it answers, that it ends, and that views leave training as it is."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import service
from core.cores import physical_cores
from core.design import Design
from core.graph import chain
from core.hebb import Hebb
from core.layers import Conv2d, Flatten, Input, Linear, NeoS, Output
from core.messages import (
    DataShown,
    DevicesShown,
    Pause,
    Refused,
    Request,
    Resume,
    SetRate,
    Show,
    ShowData,
    ShowDevices,
    Shutdown,
    Stop,
    Train,
)
from core.network import Network
from core.plan import Plan
from core.questions.viewing import (
    FiltersShown,
    MapsShown,
    Predict,
    Predicted,
    ShowFilters,
    ShowMaps,
    ShowTensors,
    TensorsShown,
)
from core.training.events import (
    EpochDone,
    Event,
    Failed,
    Finished,
    Paused,
    Presented,
    Resumed,
    Started,
)
from core.training.runs import RunFolder, list_runs
from tests.support.talk import Talk
from tests.support.training import curve, small_design

ENDS = (Finished, Failed)


def test_views_of_fresh_weights(talk: Talk) -> None:
    design = small_design(seed=5)
    talk.send(Show(design), ShowFilters("conv1"), ShowMaps("maxpool1", 1003), ShowDevices())
    shown, maps, devices = talk.until(DevicesShown)
    expected = Network(design.graph, seed=5)
    assert isinstance(shown, FiltersShown)
    assert np.array_equal(shown.filters.tiles, expected.weight("conv1.weight"))
    assert isinstance(maps, MapsShown)
    assert (maps.maps.shape, maps.sample) == ((4, 6, 6), 3)
    assert maps.label in tuple("0123456789")
    assert devices.names[0] == "cpu"


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (ShowFilters("nowhere"), "no node 'nowhere'"),
        (ShowFilters("relu1"), "has no filters"),
        (ShowMaps("nowhere"), "no node 'nowhere'"),
        (ShowTensors("nowhere"), "no node 'nowhere'"),
        (ShowData(Design().data, (5,)), "Flattened they have 784 values"),
        (Predict(np.zeros((2, 3), np.float32)), "takes items of"),
    ],
)
def test_what_cannot_be_shown_says_why(request_: Request, words: str, talk: Talk) -> None:
    talk.send(Show(small_design()), request_)
    (refused,) = talk.until(Refused)
    assert refused.asked == request_.kind
    assert words in refused.sentence


def test_views_before_any_design_say_so(talk: Talk) -> None:
    talk.send(ShowFilters("conv1"))
    (refused,) = talk.until(Refused)
    assert refused.sentence == "No network is open."


def test_data_are_described_as_they_are_fitted(talk: Talk) -> None:
    talk.send(ShowData(Design().data, (3, 32, 32), 4))
    (shown,) = talk.until(DataShown)
    assert shown.pictures.shape == (40, 3, 32, 32)
    assert shown.labels.tolist() == sorted([*range(10)] * 4)
    assert (sum(shown.train_counts), sum(shown.validation_counts)) == (4000, 1000)
    assert "padded by 2" in shown.sentence


def test_first_filters_of_a_color_network_are_colored(talk: Talk) -> None:
    graph = chain(Input((3, 8, 8)), Conv2d(2), Conv2d(2), Flatten(), Linear(10), Output())
    talk.send(Show(Design(graph)), ShowFilters("conv1"), ShowFilters("conv2"))
    first, second = talk.until(FiltersShown, where=lambda one: one.node == "conv2")
    assert (first.filters.rgb, second.filters.rgb) == (True, False)


def test_training_with_and_without_views_is_the_same(talk: Talk, tmp_path: Path) -> None:
    design = small_design(epochs=12)
    talk.send(Train(design))
    plain = talk.until(*ENDS)
    talk.send(Train(design, str(tmp_path)))
    said: list[Any] = []
    while not isinstance(said[-1] if said else None, ENDS):
        said += talk.until(Event)
        talk.send(
            ShowFilters("conv1", gradients=True),
            ShowMaps("dropout1", len(said)),
            ShowTensors("conv1", 3, ("x", "dx", "dweight")),
        )
    assert curve(plain) == curve(said)
    assert {type(one) for one in said} >= {FiltersShown, MapsShown, TensorsShown}
    steps = [one.step for one in said if isinstance(one, FiltersShown)]
    assert steps == sorted(steps)
    (run,) = list_runs(tmp_path)
    assert len(run.history()) == 12


def test_the_trained_network_stays_for_views(talk: Talk, tmp_path: Path) -> None:
    design = small_design(epochs=1)
    talk.send(Train(design, str(tmp_path)))
    talk.until(*ENDS)
    picture = np.zeros((1, 28, 28), np.uint8)
    talk.send(ShowFilters("conv1"), Predict(picture))
    shown, said = talk.until(Predicted)
    assert shown.step == said.step == 250
    assert said.values.sum() == pytest.approx(1)
    # an edit keeps the weights that still fit
    (run,) = list_runs(tmp_path)
    edited = replace(design, graph=design.graph.with_layer("linear1", Linear(7)))
    talk.send(Show(edited, str(run.path)), ShowFilters("conv1"))
    (again,) = talk.until(FiltersShown)
    assert np.array_equal(again.filters.tiles, shown.filters.tiles)
    # and what it has taken away comes back with undo, whatever was edited in between
    other = replace(edited, graph=edited.graph.with_layer("conv1", Conv2d(3, (3, 3), padding=1)))
    talk.send(Show(other, str(run.path)), ShowFilters("conv1"))
    (lost,) = talk.until(FiltersShown)
    assert lost.filters.tiles.shape != shown.filters.tiles.shape
    talk.send(Show(edited, str(run.path)), ShowFilters("conv1"))
    talk.until(FiltersShown)
    talk.send(Show(design, str(run.path)), Predict(picture))
    (back,) = talk.until(Predicted)
    assert np.array_equal(back.values, said.values)


def test_views_of_a_reopened_project_show_its_last_run(talk: Talk, tmp_path: Path) -> None:
    network, run = Network(small_design().graph, seed=8), RunFolder.create(tmp_path, {})
    from tests.core.training.test_checkpoint import moment

    run.save(moment(network), network.graph)
    talk.send(Show(small_design(), str(run.path)), ShowFilters("conv1"))
    (shown,) = talk.until(FiltersShown)
    assert np.array_equal(shown.filters.tiles, network.weight("conv1.weight"))


def test_pause_rate_resume_and_stop(talk: Talk, tmp_path: Path) -> None:
    talk.send(Train(small_design(epochs=1000), str(tmp_path)))
    talk.until(Started)
    talk.send(Pause())
    talk.until(Paused)
    talk.send(SetRate(0.001), ShowFilters("conv1"), Train(small_design()))
    talk.until(FiltersShown, Refused)
    talk.send(Resume())
    talk.until(Resumed)
    done = talk.until(EpochDone)[-1]
    assert done.lr == 0.001
    talk.send(Stop())
    assert talk.until(*ENDS)[-1].reason == "stopped"
    (run,) = list_runs(tmp_path)
    talk.send(Train(small_design(epochs=done.epoch + 1), resume=str(run.path)))
    started = talk.until(Started)[-1]
    assert started.epoch > done.epoch or started.step > 1
    talk.until(*ENDS)


def test_s_cells_learn_by_hebbs_rule_and_views_show_them(talk: Talk, tmp_path: Path) -> None:
    cells = chain(Input((1, 28, 28)), NeoS(4), Flatten(), Linear(10), Output())
    plan = Plan(method=Hebb(presentations=30), device="cpu")
    talk.send(Train(Design(cells, plan=plan), str(tmp_path)))
    assert talk.until(Started)[-1].method == "hebb"
    shown = [one for one in talk.until(*ENDS) if isinstance(one, Presented)]
    assert [one.shown for one in shown] == list(range(1, 31))
    talk.send(ShowFilters("neos1"))
    filters = talk.until(FiltersShown)[-1]
    assert filters.step == 30
    np.testing.assert_array_equal(filters.filters.tiles[:, 0], shown[-1].planes[:, 0])
    (run,) = list_runs(tmp_path)
    assert len(run.checkpoints()) == 1


def test_views_asked_for_at_the_very_end_are_answered(talk: Talk) -> None:
    talk.send(Train(small_design(epochs=1000)))
    talk.until(Started)
    talk.send(Pause())
    talk.until(Paused)
    talk.send(Stop(), ShowFilters("conv1"), ShowMaps("conv1"))
    talk.until(FiltersShown)
    talk.until(MapsShown)


def test_a_broken_design_fails_in_words(talk: Talk) -> None:
    talk.send(Train(Design()))
    assert talk.until(*ENDS)[-1].cause == "design"


def test_shutdown_writes_a_checkpoint_first(talk: Talk, tmp_path: Path) -> None:
    talk.send(Train(small_design(epochs=1000), str(tmp_path)))
    talk.until(Started)
    talk.send(Shutdown())
    assert talk.until(*ENDS)[-1].reason == "stopped"
    talk.process.join(10)
    (run,) = list_runs(tmp_path)
    assert len(run.checkpoints()) == 1


def test_it_ends_when_nobody_is_there_any_more(talk: Talk) -> None:
    talk.send(Train(small_design(epochs=1000)))
    talk.until(Started)
    talk.connection.close()
    talk.process.join(10)
    assert talk.process.exitcode == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_ctrl_c_is_for_the_window(talk: Talk) -> None:
    talk.send(ShowDevices())
    talk.until(DevicesShown)
    assert talk.process.pid
    os.kill(talk.process.pid, signal.SIGINT)
    talk.send(ShowDevices())
    talk.until(DevicesShown)


def test_threads_are_set_for_the_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    with service.environment():
        assert os.environ["OPENBLAS_NUM_THREADS"] == str(physical_cores())
        assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_the_process_speaks_our_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRIATE_LANGUAGE", raising=False)
    monkeypatch.setattr(service, "language", lambda: "de_AT")
    with service.environment():
        assert os.environ["STRIATE_LANGUAGE"] == "de_AT"
    assert "STRIATE_LANGUAGE" not in os.environ
