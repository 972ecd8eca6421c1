"""Steps a second of a training that all views watch, against one that nobody looks at."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from core.training.events import EpochDone, Event, Finished, Started
from tests.campaigns.looking.figure import Figure
from tests.campaigns.looking.stage import Stage
from tests.support.all_views import float_all, hide_all

GOAL = 10.0  # percent


@dataclass
class Training:
    """What one training took: steps, their seconds, and the processor's of engine and window."""

    steps: int = 0
    seconds: float = 0.0
    engine: float = 0.0
    window: float = 0.0


def figures(stage: Stage, *, rounds: int, epochs: int) -> Iterator[Figure]:
    """Both in turn, LeNet-5."""
    stage.start("lenet5", epochs=epochs)
    stage.window.selection.set(node="conv2")
    _train(stage)  # finds the data and compiles
    alone, watched = [], []
    for _ in range(rounds):
        hide_all(stage.window)
        alone.append(_train(stage))
        float_all(stage.window)
        watched.append(_train(stage))
    pace = [statistics.median(one.steps / one.seconds for one in side) for side in (alone, watched)]
    cost = [statistics.median(one.engine / one.steps for one in side) for side in (alone, watched)]
    yield Figure("LeNet-5, no view open", pace[0], 1 / cost[0], None, "steps/s")
    yield Figure("LeNet-5, all views open", pace[1], 1 / cost[1], None, "steps/s")
    lost = 100 * (1 - pace[1] / pace[0])
    yield Figure("slower by", lost, 100 * (1 - cost[0] / cost[1]), GOAL, "%")
    for name, side in (("no view", alone), ("all views", watched)):
        share = statistics.median(100 * one.window / one.seconds for one in side)
        yield Figure(f"a processor's share that the window takes, {name}", share, None, None, "%")


def _train(stage: Stage) -> Training:
    """One training to its end."""
    engine, found = stage.window.engine, Training()
    marks: list[tuple[float, float]] = []
    stage.wake()

    def take(event: Event) -> None:
        if isinstance(event, Started | Finished):
            marks.append((_processor(engine.process_id), _processor(os.getpid())))
        if isinstance(event, EpochDone):
            found.seconds += event.seconds
        if isinstance(event, Finished):
            found.steps = event.step

    engine.event_received.connect(take)
    stage.window.session.train_anew()
    stage.until(lambda: len(marks) == 2, 600)
    stage.until(lambda: not engine.is_busy)
    engine.event_received.disconnect(take)
    (found.engine, found.window) = (after - before for before, after in zip(*marks, strict=True))
    return found


def _processor(pid: int | None) -> float:
    """Seconds of a processor's time that a process has taken."""
    return sum(psutil.Process(pid).cpu_times()[:2])
