"""Snapshots: they are what a run was, cost its result nothing, and stay few."""

from __future__ import annotations

import shutil
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from core.data.dataset import Dataset
from core.design import Design
from core.files import FileError
from core.network import Network
from core.project import design_to_json
from core.training import camera, snapshots
from core.training.camera import Camera
from core.training.checkpoint import load_weights
from core.training.control import Control
from core.training.events import Event, Finished, Warned
from core.training.runs import RunFolder
from core.training.snapshots import dispensable, halved, moments, step_after
from core.training.trainer import Trainer
from tests.support.training import few_digits, small_design

STEPS = 12  # of a run: 2 epochs of 96 digits in batches of 16
HALF = {"rtol": 2**-11, "atol": 2**-24}  # float16 rounds to 11 bits, near 0 to multiples of 2⁻²⁴


class StopBefore(Control):
    """Ends a training when so many steps are done."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.steps = steps

    def attend(self, network: Network) -> None:
        if network.clock >= self.steps:
            self.stop()


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return few_digits()


def trained(
    design: Design, digits: Dataset, home: Path | None = None, **terms: Any
) -> tuple[Trainer, list[Event]]:
    """A training, over, in a run folder of its own if there is a home."""
    run = RunFolder.create(home, design_to_json(design)) if home else terms.pop("run", None)
    trainer = Trainer(design, dataset=digits, run=run, checkups=0.0, **terms)
    return trainer, list(trainer.events())


def weights_of(trainer: Trainer) -> dict[str, np.ndarray]:
    assert trainer.network is not None
    return trainer.network.weights()


def run_of(trainer: Trainer) -> RunFolder:
    assert trainer.run is not None
    return trainer.run


def tensor(name: str) -> str:
    return f"model/{name.replace('.', '/')}"


@pytest.mark.parametrize("decay", [0.0, 0.9])
def test_a_snapshot_is_what_a_run_that_stops_there_has(
    digits: Dataset, tmp_path: Path, decay: float
) -> None:
    """The second run knows nothing of the first one's files; averages are kept to the bit."""
    design = small_design(ema_decay=decay)
    run = run_of(trained(design, digits, tmp_path)[0])
    found = snapshots.snapshots(run)
    assert list(found) == [0, 1, 2, 3, 4, 5, 6, 8, 10, 12]
    for step in (0, 1, 5, 12):
        saved = load_file(found[step])
        again = weights_of(trained(design, digits, control=StopBefore(step))[0])
        assert saved.keys() == {tensor(name) for name in again}
        for name, values in again.items():
            if "running" in name:
                np.testing.assert_array_equal(saved[tensor(name)], values)
            else:
                assert saved[tensor(name)].dtype == np.float16
                np.testing.assert_allclose(saved[tensor(name)], values, **HALF)
    first, last = load_file(found[0]), load_file(found[12])
    assert any(np.abs(first[name] - last[name]).max() > 1e-3 for name in first)


def test_snapshots_change_nothing_of_what_is_learned(digits: Dataset, tmp_path: Path) -> None:
    design = small_design(ema_decay=0.9)
    with_them = weights_of(trained(design, digits, tmp_path)[0])
    without = weights_of(trained(design, digits)[0])
    for name, values in without.items():
        np.testing.assert_array_equal(with_them[name], values)


def test_every_step_at_first_and_a_sixth_of_the_way_later() -> None:
    assert [step_after(step) for step in (0, 1, 5, 6, 12, 60, 6_000)] == [
        1, 2, 6, 8, 15, 71, 7_001,
    ]  # fmt: skip


def test_the_one_that_is_missed_least_goes() -> None:
    """(next + 6) / (last + 6) is 8/6 around 1, 26/7 around 2, 27/8 around 20."""
    assert dispensable([0, 1, 2, 20, 21], 4) == [1]
    assert dispensable([0, 1, 2, 20, 21], 3) == [1, 20]
    assert dispensable([0, 1, 2, 20, 21], 1) == [1, 20, 2]  # the first and the last stay
    assert dispensable([0, 1], 60) == []


def test_a_long_run_keeps_sixty_spread_as_evenly_as_they_go() -> None:
    kept, step = [0], 0
    while step < 1_000_000:
        step = step_after(step)
        kept.append(step)
        for gone in dispensable(kept, snapshots.MOST):
            kept.remove(gone)
    assert len(kept) == 60
    assert kept[0] == 0
    ratios = [(b + 6) / (a + 6) for a, b in pairwise(kept)]
    assert max(ratios) < 1.5
    assert sum(one < 100 for one in kept) >= 8  # filters form early


def test_a_large_network_keeps_fewer_and_the_largest_none(
    digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, _ = trained(small_design(), digits)
    assert trainer.network is not None
    size = trainer.network.parameters.size * 2 + trainer.network.kept.size * 4
    monkeypatch.setattr(snapshots, "MOST_BYTES", 5 * size)
    few = snapshots.snapshots(run_of(trained(small_design(), digits, tmp_path / "few")[0]))
    assert len(few) == 5
    assert {0, STEPS} <= set(few)
    monkeypatch.setattr(snapshots, "MOST_BYTES", camera.LEAST * size - 1)
    run = run_of(trained(small_design(), digits, tmp_path / "none")[0])
    assert not snapshots.folder_of(run).exists()


def test_values_without_room_in_float16_stay_as_they_are() -> None:
    """65504 is its largest number; IEEE 754."""
    assert halved(np.array([65504.0, -1.0], np.float32), 65504.0).dtype == np.float16
    large = np.array([65600.0], np.float32)
    assert halved(large, 65600.0) is large


def test_an_older_run_has_its_checkpoints_and_its_best(digits: Dataset, tmp_path: Path) -> None:
    trainer, events = trained(small_design(), digits, tmp_path)
    run = run_of(trainer)
    shutil.rmtree(snapshots.folder_of(run))
    assert {6: "ckpt-000001", 12: "ckpt-000002"}.items() <= {
        step: path.stem for step, path in moments(run).items()
    }.items()
    for path in run.checkpoints():
        path.unlink()
    (end,) = [one for one in events if isinstance(one, Finished)]
    assert moments(run) == {6 * end.best_epoch: run.best}
    assert moments(RunFolder(tmp_path / "nowhere")) == {}


def test_a_run_that_goes_while_it_is_looked_at_has_no_moments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folders are there when they are asked for, and gone when they are read."""
    monkeypatch.setattr(Path, "is_dir", lambda _: True)
    assert moments(RunFolder(tmp_path / "gone")) == {}


def test_a_damaged_snapshot_says_so_and_the_others_stay(digits: Dataset, tmp_path: Path) -> None:
    trainer, _ = trained(small_design(), digits, tmp_path)
    found = snapshots.snapshots(run_of(trainer))
    whole = found[3].read_bytes()
    found[3].write_bytes(whole[:-200] + bytes(200))
    assert trainer.network is not None
    with pytest.raises(FileError, match=r"^step-000000003\.safetensors is damaged: the values of"):
        load_weights(found[3], trainer.network)
    found[3].write_bytes(whole[:300])
    with pytest.raises(FileError, match=r"^step-000000003\.safetensors "):
        load_weights(found[3], trainer.network)
    load_weights(found[4], trainer.network)
    foreign = snapshots.folder_of(run_of(trainer)) / "step-000000099.safetensors"
    save_file({"model/x": np.zeros(3, np.float16)}, foreign)
    with pytest.raises(FileError, match="is not a checkpoint that Striate wrote"):
        load_weights(foreign, trainer.network)


def test_who_goes_on_from_an_earlier_checkpoint_takes_back_what_came_after(
    digits: Dataset, tmp_path: Path
) -> None:
    run = run_of(trained(small_design(), digits, tmp_path)[0])
    early = run.checkpoints()[0]  # of step 6
    before = snapshots.snapshots(run)[5].read_bytes()
    control = StopBefore(8)
    trained(small_design(), digits, run=run, resume=early, control=control)
    assert list(snapshots.snapshots(run)) == [0, 1, 2, 3, 4, 5, 6, 8]
    assert snapshots.snapshots(run)[5].read_bytes() == before
    assert list(moments(run)) == [0, 1, 2, 3, 4, 5, 6, 8]
    best, then = load_file(run.best), load_file(run.checkpoints()[-1])
    for name, values in best.items():  # of epoch 1, as the checkpoint has it; not of epoch 2
        np.testing.assert_array_equal(values, then[name.replace("model/", "best/")])


def test_who_starts_anew_keeps_the_first_moment_when_room_is_short(
    digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a crash before the first checkpoint: what is there of step 0 is taken once more."""
    run = run_of(trained(small_design(), digits, tmp_path)[0])
    for path in run.checkpoints():
        path.unlink()
    monkeypatch.setattr(snapshots, "MOST", 4)
    design = small_design(seed=9)
    trained(design, digits, run=run, resume=True)
    assert len(snapshots.snapshots(run)) == 4
    first, fresh = load_file(snapshots.snapshots(run)[0]), Network(design.graph, seed=9).weights()
    for name, values in fresh.items():
        np.testing.assert_allclose(first[tensor(name)], values, **HALF)


def test_the_best_weights_lie_where_they_were_whatever_the_batch_size(
    digits: Dataset, tmp_path: Path
) -> None:
    """6 steps an epoch, then 12: the metrics alone would place the second one at 24."""
    run = run_of(trained(small_design(epochs=1), digits, tmp_path)[0])
    half = small_design(epochs=2, batch_size=8)
    _, events = trained(half, digits, run=run, resume=True)
    (end,) = [one for one in events if isinstance(one, Finished)]
    assert (end.step, end.best_epoch) == (18, 2)
    for path in (*run.checkpoints(), *snapshots.snapshots(run).values()):
        path.unlink()
    assert moments(run) == {18: run.best}


def test_a_fault_in_the_thread_that_writes_is_told(
    digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(snapshots, "halved", fails)
    _, events = trained(small_design(), digits, tmp_path)
    (told,) = [one for one in events if isinstance(one, Warned) and one.cause == "snapshots"]
    assert told.sentence.startswith("No more snapshots of this run are taken;")
    assert isinstance(events[-1], Finished)


def test_trouble_with_what_is_written_last_is_told_before_the_end(
    digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending, close = threading.Event(), Camera.close

    def closes(camera: Camera) -> None:
        ending.set()
        close(camera)

    def fails(*_: Any) -> None:
        assert ending.wait(60)
        raise MemoryError

    monkeypatch.setattr(Camera, "close", closes)
    monkeypatch.setattr(snapshots, "halved", fails)
    _, events = trained(small_design(), digits, tmp_path)
    warned, finished = events[-2:]
    assert isinstance(warned, Warned)
    assert warned.cause == "snapshots"
    assert isinstance(finished, Finished)


def test_a_disk_that_takes_none_is_told_once_and_training_goes_on(
    digits: Dataset, tmp_path: Path
) -> None:
    design = small_design(epochs=3)
    run = RunFolder.create(tmp_path, design_to_json(design))
    snapshots.folder_of(run).write_text("in the way")
    trainer, events = trained(design, digits, run=run)
    (told,) = [one for one in events if isinstance(one, Warned) and one.cause == "snapshots"]
    assert told.sentence.startswith("No more snapshots of this run are taken.")
    assert isinstance(events[-1], Finished)
    for name, values in weights_of(trained(design, digits)[0]).items():
        np.testing.assert_array_equal(weights_of(trainer)[name], values)
