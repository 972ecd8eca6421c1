"""Showing pictures to S-cells: layer after layer, the same again for the same seed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.data.sources import Bars
from core.design import DataChoice, Design
from core.explain.clusters import clusters, winning_planes
from core.files import FileError
from core.graph import Graph, chain
from core.hebb import Hebb
from core.layers import Conv2d, Flatten, Input, Linear, NeoC, NeoS, Output
from core.network import Network
from core.network_errors import NetworkError
from core.plan import Gradient, Plan
from core.project import design_to_json
from core.training.control import Control
from core.training.events import Failed, Finished, Paused, Presented, Resumed, Started, Warned
from core.training.organizer import Organizer, organize
from core.training.runs import RunFolder
from core.training.train import train, trainer_of
from core.training.trainer import Trainer
from core.zoo import BY_ID
from tests.support.bars import bars
from tests.support.training import StopAtOnce

QUICK = Hebb(presentations=60)


def two_layers() -> Graph:
    """S-cells, C-cells, and S-cells on these."""
    return chain(
        Input((1, 12, 12)), NeoS(4), NeoC((3, 3)), NeoS(6, (3, 3)), Flatten(), Linear(4), Output()
    )


def pictures() -> np.ndarray:
    """A hundred bars."""
    return bars(100, 0)[0]


def test_every_layer_learns_in_its_turn_and_nothing_else_moves() -> None:
    network = Network(two_layers(), seed=1)
    before = network.weights()
    events = list(organize(network, pictures(), QUICK))
    shown = [event for event in events if isinstance(event, Presented)]
    assert [event.node for event in shown] == ["neos1"] * 30 + ["neos2"] * 30
    assert isinstance(events[-1], Finished)
    assert (events[-1].reason, events[-1].epoch, network.clock) == ("done", 2, 120)
    moved = {n for n, w in network.weights().items() if not np.array_equal(w, before[n])}
    assert moved == {f"neos{i}.{name}" for i in (1, 2) for name in ("weight", "inhibition")}
    assert all((network.weight(name) >= 0).all() for name in moved)


def test_what_is_told_is_what_the_network_holds() -> None:
    network, last = Network(two_layers(), seed=1), dict[str, Presented]()
    for event in organize(network, pictures(), QUICK):
        if isinstance(event, Presented):
            np.testing.assert_array_equal(event.planes, network.weight(f"{event.node}.weight"))
            last[event.node] = event
    assert last["neos1"].shown == last["neos1"].presentations == 60
    assert sum(last["neos1"].wins) == 60
    assert 40 < sum(last["neos2"].wins) <= 60  # where every plane has its feature, some see none
    told = json.loads(json.dumps(last["neos1"].to_json()))
    assert told["event"] == "presented"
    assert told["wins"] == list(last["neos1"].wins)
    assert "planes" not in told


def test_the_strongest_cell_of_the_layer_wins() -> None:
    network, judge = (Network(two_layers(), seed=1) for _ in range(2))
    images, hebb = pictures(), QUICK.replace(presentations=20)
    events = organize(network, images, hebb, nodes=["neos1"])
    next(events)
    judge.set_weights(network.weights())  # as the strengths are before the picture
    for event in events:
        if isinstance(event, Presented):
            u = judge.activations(images[[event.item]], ["neos1"])["neos1"][0]
            ((plane, row, column),) = event.winners
            assert u[plane, row, column] == u.max() > 0
            judge.set_weights(network.weights())


def test_the_same_seed_gives_the_same_bits() -> None:
    found = []
    for seed in (3, 3, 4):
        network = Network(two_layers(), seed=1)
        list(organize(network, pictures(), QUICK.replace(seed=seed)))
        found.append(network.weight("neos2.weight"))
    np.testing.assert_array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_what_was_known_is_forgotten_first() -> None:
    network = Network(two_layers(), seed=1)
    first = [list(organize(network, pictures(), QUICK))[-2] for _ in range(2)]
    assert all(isinstance(event, Presented) for event in first)
    np.testing.assert_array_equal(*(event.planes for event in first if hasattr(event, "planes")))


def test_one_layer_can_learn_alone() -> None:
    network = Network(two_layers(), seed=1)
    before = network.weight("neos1.weight")
    nodes = {e.node for e in organize(network, pictures(), QUICK, nodes=["neos2"])
             if isinstance(e, Presented)}  # fmt: skip
    assert nodes == {"neos2"}
    np.testing.assert_array_equal(network.weight("neos1.weight"), before)


def test_layers_that_backpropagation_may_not_touch_learn_too() -> None:
    layers = NeoS(4, backprop=False), Flatten(), Linear(4), Output()
    network = Network(chain(Input((1, 12, 12)), *layers))
    before = network.weight("neos1.weight")
    list(organize(network, pictures(), QUICK))
    assert not np.array_equal(network.weight("neos1.weight"), before)


def test_stopping_keeps_what_was_learned() -> None:
    network, control = Network(two_layers(), seed=1), Control()
    events = organize(network, pictures(), QUICK, control=control)
    first = next(events)
    assert isinstance(first, Presented)
    control.stop()
    (last,) = events
    assert isinstance(last, Finished)
    assert last.reason == "stopped"
    np.testing.assert_array_equal(network.weight("neos1.weight"), first.planes)


def test_pausing_waits_and_goes_on_to_the_same_end() -> None:
    control = Control()
    paused, straight = Network(two_layers(), seed=1), Network(two_layers(), seed=1)
    kinds = []
    for number, event in enumerate(organize(paused, pictures(), QUICK, control=control)):
        kinds.append(type(event))
        if number == 4:
            control.pause()
        if isinstance(event, Paused):
            assert event == Paused(1, 10)
            control.resume()
    assert kinds[5:7] == [Paused, Resumed]
    list(organize(straight, pictures(), QUICK))
    np.testing.assert_array_equal(paused.weight("neos2.weight"), straight.weight("neos2.weight"))


def test_there_must_be_s_cells_and_pictures() -> None:
    without = Network(chain(Input((1, 12, 12)), Conv2d(2), Flatten(), Linear(4), Output()))
    with pytest.raises(NetworkError, match="add a NeoS layer"):
        next(organize(without, pictures()))
    network = Network(two_layers())
    with pytest.raises(NetworkError, match="no S-cells"):
        next(organize(network, pictures(), nodes=["linear1"]))
    with pytest.raises(NetworkError, match="no pictures"):
        next(organize(network, pictures()[:0]))


# ---- a whole design ---------------------------------------------------------------------


def of_bars(hebb: Hebb) -> Design:
    """The template, learning from bars by Hebb's rule."""
    source = Bars(train=200, validation=40, size=(28, 28), noise=0.0)
    plan = Plan(device="cpu", method=hebb)
    return Design(BY_ID["neocognitron"].build(), plan=plan, data=DataChoice(source))


def test_a_design_learns_from_its_data() -> None:
    organizer = Organizer(of_bars(Hebb(presentations=200)))
    started, *events = organizer.events()
    assert isinstance(started, Started)
    assert (started.method, started.epochs, started.steps) == ("hebb", 3, 200)
    assert isinstance(events[-1], Finished)
    assert {e.node for e in events if isinstance(e, Presented)} == {"us1", "us2", "us3"}
    assert organizer.network is not None
    assert organizer.data is not None
    x, labels = organizer.data.validation.batch(np.arange(40))
    won = winning_planes(organizer.network.activations(x, ["us1"])["us1"])
    table = clusters(won, labels, planes=8, classes=4)
    assert table.shape == (9, 4)
    assert table.sum(axis=0).tolist() == [10] * 4
    assert len(set(table.argmax(axis=0).tolist())) == 4  # a plane for each orientation
    assert table[:-1].max(axis=1).sum() >= 36  # and hardly a picture with another's


def test_trouble_is_told_not_raised() -> None:
    plain = Design(BY_ID["lenet5"].build(), plan=Plan(device="cpu"))
    (failed,) = Organizer(plain).events()
    assert isinstance(failed, Failed)
    assert failed.cause == "design"
    broken = Design(Graph())
    (failed,) = Organizer(broken).events()
    assert isinstance(failed, Failed)
    assert failed.sentence


def test_the_plan_says_which_trainer() -> None:
    design = of_bars(QUICK)
    assert isinstance(trainer_of(design), Organizer)
    by_gradient = replace(design, plan=design.plan.replace(method=Gradient()))
    assert isinstance(trainer_of(by_gradient), Trainer)


def test_a_run_keeps_what_was_learned_and_supervision_begins_there(tmp_path: Path) -> None:
    """J7: backpropagation goes on from the S-cells that learned by themselves."""
    design = of_bars(QUICK.replace(presentations=9))
    run = RunFolder.create(tmp_path, design_to_json(design))
    organizer = Organizer(design, run=run)
    *_, last = organizer.events()
    assert organizer.network is not None
    assert isinstance(last, Finished)
    assert last.weights == str(run.checkpoints()[0])
    names = [event["event"] for event in run.events()]
    assert names == ["started", *["presented"] * 27, "finished"]
    assert run.about()["data"]

    supervised = replace(design, plan=design.plan.replace(method=Gradient(), seed=5))
    trainer = Trainer(supervised, control=StopAtOnce(), inherit=run)
    list(trainer.events())
    assert trainer.network is not None
    for name, learned in organizer.network.weights().items():
        np.testing.assert_array_equal(trainer.network.weight(name), learned)


def test_a_disk_that_takes_nothing_is_told_and_learning_ends_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = of_bars(QUICK.replace(presentations=3))
    run = RunFolder.create(tmp_path, design_to_json(design))

    def full(*_: object) -> None:
        raise FileError("The disk is full.")

    monkeypatch.setattr(RunFolder, "save", full)
    *_, warned, last = Organizer(design, run=run).events()
    assert warned == Warned("The disk is full.", "disk")
    assert isinstance(last, Finished)
    assert last.weights == ""


def test_a_run_that_never_began_leaves_nothing_behind(tmp_path: Path) -> None:
    design = Design(BY_ID["lenet5"].build(), plan=Plan(device="cpu", method=QUICK))
    run = RunFolder.create(tmp_path, design_to_json(design))
    (failed,) = train(design, run=run)
    assert isinstance(failed, Failed)
    assert "add a NeoS layer" in failed.sentence
    assert not run.path.exists()
