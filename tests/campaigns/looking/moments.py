"""From a move through time to the painted picture, on LeNet-5: moments seen first, and again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from core.timeline import timeline
from core.training.events import Finished
from core.training.runs import RunFolder
from tests.campaigns.looking.figure import Figure
from tests.campaigns.looking.stage import REST, Stage

GOAL = 100.0  # milliseconds
EPOCHS = 5
NODE = "conv2"
VIEWS = (("filters", "filters_received"), ("maps", "maps_received"))


def figures(stage: Stage) -> Iterator[Figure]:
    """Each view alone; a moment seen first is read from the disk, one seen just now is at hand."""
    stage.start("lenet5", epochs=EPOCHS)
    selection = stage.window.selection
    selection.set(node=NODE)
    with stage.hears(stage.window.engine.event_received, _is_end) as heard:
        stage.window.session.train_anew()
        stage.until(lambda: bool(heard))
    stage.pause(REST)
    run = selection.spot.run
    steps = timeline(RunFolder(Path(run))).steps
    for view, signal in VIEWS:
        stage.open_alone(view)
        fresh, again = stage.clock(), stage.clock()
        for at in range(1, len(steps) - 1):
            for clock, step in ((fresh, steps[at]), (again, steps[at - 1])):
                if at == 1 and clock is again:
                    continue
                told = getattr(stage.window.engine, signal)
                with stage.hears(told, partial(_is_of, step)) as answers, clock:
                    selection.look_back(run, step)
                    stage.until(partial(bool, answers))
                    stage.paint()
        yield fresh.figure(f"{view}: a moment seen for the first time", GOAL)
        yield again.figure(f"{view}: a moment seen just before", GOAL)
        selection.look_at_now()


def _is_end(event: object) -> bool:
    return isinstance(event, Finished)


def _is_of(step: int, answer: Any) -> bool:
    return bool(answer.step == step)
