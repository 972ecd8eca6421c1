"""The rail of a run: places and losses by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from core.explain.courses import course
from core.project import design_to_json
from core.timeline import Timeline, timeline
from core.training.events import EpochDone
from core.training.runs import RunFolder
from core.training.train import train
from tests.support.training import few_digits, small_design

STEPS = (0, 1, 2, 10, 30)
EVENTS = [
    {"event": "started", "epoch": 1, "steps": 10},
    {"event": "epoch", "epoch": 1, "loss": 2.0},
    {"event": "epoch", "epoch": 2, "loss": 1.0},
]


def hand_made() -> Timeline:
    batches = (np.array([1.0, 6.0, 20.0]), np.array([2.3, 2.0, 1.5]))
    return Timeline("run", STEPS, course(EVENTS), batches)


def test_every_moment_has_the_same_room() -> None:
    made = hand_made()
    np.testing.assert_array_equal(made.places(STEPS), [0, 1, 2, 3, 4])
    np.testing.assert_array_equal(made.places([6, 20]), [2.5, 3.5])  # both are halfway
    np.testing.assert_array_equal(made.places([99]), [4])
    assert [made.nearest(step) for step in (0, 1, 3, 7, 10, 19, 21)] == [0, 1, 2, 3, 3, 3, 4]


def test_losses_lie_where_their_steps_do() -> None:
    curves = hand_made().curves()
    np.testing.assert_array_equal(curves["training"][0], [1, 2.5, 3.5])
    np.testing.assert_array_equal(curves["training"][1], [2.3, 2.0, 1.5])
    np.testing.assert_array_equal(curves["validation"][0], [3, 3.5])  # after steps 10 and 20
    np.testing.assert_array_equal(curves["validation"][1], [2.0, 1.0])
    assert [hand_made().loss_at(step) for step in (1, 6, 20)] == [2.3, 2.0, 1.5]
    assert math.isnan(hand_made().loss_at(5))


def test_a_run_without_anything_has_no_curves(tmp_path: Path) -> None:
    empty = timeline(RunFolder(tmp_path / "none"))
    assert (empty.steps, empty.curves()) == ((), {})


def test_a_run_on_disk(tmp_path: Path) -> None:
    """The mean loss of an epoch of equal batches is that of its steps; every one is kept here."""
    design = small_design(epochs=1)
    run = RunFolder.create(tmp_path, design_to_json(design))
    told = list(train(design, dataset=few_digits(), run=run))
    (epoch,) = [one for one in told if isinstance(one, EpochDone)]
    found = timeline(run)
    assert (found.steps, found.course.steps) == ((0, 1, 2, 3, 4, 5, 6), 6)
    np.testing.assert_allclose(found.batches[1].mean(), epoch.train_loss, rtol=1e-6)
    assert found.loss_at(2) == found.batches[1][1]
    torn = run.path / "snapshots" / "step-000000003.safetensors"
    torn.write_bytes(torn.read_bytes()[:99])
    assert timeline(run).batches[0].tolist() == [1, 2, 4, 5, 6]
