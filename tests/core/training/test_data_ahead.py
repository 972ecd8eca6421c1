"""Training on data that other threads make ahead: same bits, clean ends, and how long it waited."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.cli.telling import told
from core.data.ahead import THREADS
from core.data.augment import PRESETS
from core.data.batches import Batches
from core.data.fitted_split import Batch, FittedSplit
from core.data.sources import Folder
from core.design import DataChoice, Design
from core.graph import chain
from core.layers import Conv2d, GlobalAvgPool2d, Input, Linear, Output
from core.network import Network
from core.plan import Plan
from core.training import meter as meters
from core.training.control import Control
from core.training.events import EpochDone, Event, Failed, Finished, Paused, Progress
from core.training.meter import Meter
from core.training.runs import RunFolder
from core.training.tally import Tally
from core.training.train import train
from core.training.trainer import Trainer
from tests.support.training import curve

LAYERS = Input((3, 12, 12)), Conv2d(4, (3, 3)), GlobalAvgPool2d(), Linear(2), Output()


def working() -> int:
    """How many threads work ahead at this moment."""
    return sum(one.name.startswith(THREADS) for one in threading.enumerate())


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert working() == 0


@pytest.fixture
def design(tmp_path: Path) -> Design:
    """Sixty small pictures of two classes, randomly changed while a small network learns them."""
    random = np.random.default_rng(1)
    for number in range(60):
        path = tmp_path / "pictures" / ("light", "dark")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = random.integers(0, 120, (14, 13, 3)) + 120 * (1 - number % 2)
        Image.fromarray(pixels.astype(np.uint8)).save(path)
    data = DataChoice(Folder(str(tmp_path / "pictures")), augment=dict(PRESETS)["plankton"])
    plan = Plan(epochs=3, batch_size=8, seed=5, device="cpu")
    return Design(chain(*LAYERS), plan=plan, data=data)


class Acting(Control):
    """Does something at a look at the controls; remembers the threads at each."""

    def __init__(self, look: int, act: Callable[[Control], None] = Control.stop) -> None:
        super().__init__()
        self.look, self.act, self.seen = look, act, list[int]()

    def attend(self, network: Network) -> None:
        super().attend(network)
        self.seen.append(working())
        if len(self.seen) == self.look:
            self.act(self)


def weights(trainer: Trainer) -> np.ndarray:
    list(trainer.events())
    assert trainer.network
    return np.array(trainer.network.parameters)


def one_by_one(
    split: FittedSplit, order: Iterator[np.ndarray], *, epoch: int | None = None
) -> Iterator[Batch]:
    """Batches made when they are needed, in the only thread."""
    for indices in order:
        yield split.batch(indices, epoch=epoch)


def test_the_same_bits_with_and_without(design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    control = Acting(0)
    ahead = weights(Trainer(design, control=control))
    assert max(control.seen) >= 1  # there were threads
    monkeypatch.setattr(FittedSplit, "batches", one_by_one)
    control = Acting(0)
    assert np.array_equal(ahead, weights(Trainer(design, control=control)))
    assert max(control.seen) == 0


def test_batches_come_in_the_order_of_the_epoch(design: Design) -> None:
    trainer = Trainer(design, control=Acting(1))
    list(trainer.events())
    assert trainer.data
    split = trainer.data.train
    order = list(Batches(len(split), 8, seed=5).epoch(2))
    for (x, labels), indices in zip(split.batches(order, epoch=2), order, strict=True):
        expected, truth = split.batch(indices, epoch=2)
        assert np.array_equal(x, expected)
        assert np.array_equal(labels, truth)


@pytest.mark.parametrize("look", [1, 4, 7, 8, 11])
def test_stopped_and_resumed_is_the_same_run(design: Design, look: int, tmp_path: Path) -> None:
    whole = list(train(design))
    run = RunFolder.create(tmp_path / "runs", {})
    first = list(train(design, run=run, control=Acting(look)))
    assert working() == 0
    assert isinstance(first[-1], Finished)
    assert first[-1].reason == "stopped"
    rest = list(train(design, run=RunFolder(run.path), resume=True))
    assert curve(first) + curve(rest) == curve(whole)


def test_a_pause_changes_nothing(design: Design) -> None:
    control = Acting(4, Control.pause)
    events: list[Event] = []
    for event in train(design, control=control):
        events.append(event)
        if isinstance(event, Paused):
            control.resume()
    assert any(isinstance(event, Paused) for event in events)
    assert curve(events) == curve(list(train(design)))


def test_who_stops_listening_leaves_no_thread(design: Design) -> None:
    events = train(design)
    for event in events:
        if isinstance(event, Progress | EpochDone):
            break
    events.close()  # type: ignore[attr-defined]
    assert working() == 0


def test_a_folder_that_goes_away_is_told_as_ever(
    design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the third step on no picture can be read any more."""
    folder = Path(design.data.source.path)  # type: ignore[attr-defined]

    def remove(_: Control) -> None:
        for path in folder.rglob("*.png"):
            path.unlink()

    # Nothing is kept, so that pictures are needed again.
    monkeypatch.setattr("core.training.trainer.allowance", lambda: 0)
    failed = list(train(design, control=Acting(3, remove)))[-1]
    assert isinstance(failed, Failed)
    assert failed.cause == "data"
    assert failed.sentence.endswith(
        "does not exist, and no other picture of its class can be read. Check that the folder is"
        " still there."
    )


def test_memory_that_runs_out_while_data_are_made(
    design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted, calls = FittedSplit._fitted, list[int]()

    def fails_later(self: FittedSplit, chosen: np.ndarray) -> np.ndarray:
        calls.append(len(chosen))
        if len(calls) == 9:
            raise MemoryError
        return fitted(self, chosen)

    monkeypatch.setattr(FittedSplit, "_fitted", fails_later)
    failed = list(train(design))[-1]
    assert isinstance(failed, Failed)
    assert (failed.cause, failed.smaller_batch) == ("memory", 4)


# ---- how long it waited -----------------------------------------------------------------


class Clock:
    """A clock that is set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(meters.time, "perf_counter", lambda: self.now)

    def batches(self, seconds: float, count: int) -> Iterator[int]:
        """Batches of which each takes so long."""
        for number in range(count):
            self.now += seconds
            yield number


def test_the_share_of_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    meter = Meter(Network(chain(*LAYERS)).backend, seconds=50.0)
    assert meter.waited() == 0.0
    for _ in meter.awaited(clock.batches(1.0, 5)):  # type: ignore[arg-type]
        clock.now += 3.0
        meter.add(0.5, 1, 8)
    assert meter.waited() == pytest.approx(5 / 20)
    clock.now += 30.0
    meter.leave_out(30.0)  # a pause is no time of the training
    assert meter.waited() == pytest.approx(5 / 20)
    tally = Tally()
    meter.read(tally)
    told = meter.progress(tally, steps=5, items=40, epochs=1, lr=0.1)
    assert told is not None
    assert told.waited == pytest.approx(5 / 20)
    assert told.to_json()["waited"] == pytest.approx(5 / 20)
    meter.begin_epoch()
    clock.now += 9.0
    list(meter.awaited(clock.batches(0.5, 2)))  # type: ignore[arg-type]
    assert meter.waited() == pytest.approx(1 / 10)


def test_an_epoch_tells_how_long_it_waited(design: Design) -> None:
    events = list(train(replace(design, plan=design.plan.replace(epochs=2))))
    shares = [event.waited for event in events if isinstance(event, EpochDone)]
    assert len(shares) == 2
    assert all(0 < share < 1 for share in shares)
    assert "waited" in events[-2].to_json()


def test_the_command_tells_who_waits(capsys: pytest.CaptureFixture[str]) -> None:
    with told(as_json=False) as tell:
        for share in (0.0, 0.12):
            tell(EpochDone(1, 0.5, None, 0.6, None, 0.1, 2.0, False, waited=share))
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("2.0 s")
    assert second.endswith("2.0 s  data 12 %")
