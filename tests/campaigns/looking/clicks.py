"""From a click to the painted picture, on the network of ConvNetJS, and drawing on LeNet-5."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.layers import Conv2d
from core.questions.exploring import ReachShown
from tests.campaigns.looking.figure import Figure
from tests.campaigns.looking.stage import REST, Stage
from tests.support.all_views import float_all

TEMPLATE = "convnetjs-cifar10"
GOAL = 100.0  # milliseconds
RUNS = 15
DRAWING = 3.0  # seconds
A_SECOND = 20.0  # predictions

Act = Callable[[Stage, int], None]
Wanted = Callable[[Stage, Any], bool]


@dataclass(frozen=True)
class Click:
    """What is clicked in a view, and the answer with which its picture is there."""

    view: str
    what: str
    signal: str
    act: Act
    wanted: Wanted
    goal: float | None = GOAL


def _sample(stage: Stage, run: int) -> None:
    stage.window.selection.set(sample=run + 1)


def _layer(stage: Stage, run: int) -> None:
    convolutions = stage.window.document.design.graph.of_type(Conv2d)
    stage.window.selection.set(node=convolutions[run % len(convolutions)].id)


def _cell(stage: Stage, run: int) -> None:
    stage.window.selection.set(row=2 + run % 8, column=3 + run % 5)


def _stroke(stage: Stage, run: int) -> None:
    stage.view("drawing").pad.invert()


def _is_of_item(stage: Stage, answer: Any) -> bool:
    spot = stage.window.selection.spot
    return bool(answer.node == spot.node and answer.sample == spot.sample)


def _is_of_layer(stage: Stage, answer: Any) -> bool:
    return bool(answer.node == stage.window.selection.spot.node)


def _is_input(stage: Stage, answer: Any) -> bool:
    return bool(answer.node == "input")


def _is_of_cell(stage: Stage, answer: Any) -> bool:
    spot = stage.window.selection.spot
    return isinstance(answer, ReachShown) and answer.asked.cell == (spot.row, spot.column)


def _any(stage: Stage, answer: Any) -> bool:
    return True


CLICKS = (
    Click("stepper", "another item", "tensors_received", _sample, _is_of_item),
    Click("filters", "another layer", "filters_received", _layer, _is_of_layer),
    Click("maps", "another layer", "maps_received", _layer, _is_of_layer),
    Click("maps", "another item", "maps_received", _sample, _is_of_item),
    Click("field", "another cell, its frames", "maps_received", _cell, _is_input),
    Click("field", "another cell, what it uses of 32 items", "explored", _cell, _is_of_cell, None),
    Click("drawing", "a stroke", "drawn_received", _stroke, _any),
)


def figures(stage: Stage) -> Iterator[Figure]:
    """Every click with its view alone, one item with all views open, and drawing."""
    stage.start(TEMPLATE)
    (first, *_) = stage.window.document.design.graph.of_type(Conv2d)
    for click in CLICKS:
        stage.window.selection.set(node=first.id, sample=0)
        stage.open_alone(click.view)
        yield _measured(stage, click)
    float_all(stage.window)
    stage.pause(10 * REST)
    for click in (CLICKS[0], CLICKS[3]):
        all_open = Click(
            click.view, "another item, all views open", click.signal, click.act, click.wanted, None
        )
        yield _measured(stage, all_open)
    yield from _drawing(stage)


def _measured(stage: Stage, click: Click) -> Figure:
    signal = getattr(stage.window.engine, click.signal)
    clock = stage.clock()
    for run in range(-2, RUNS):  # the first two find the data and the network
        with stage.hears(signal, lambda answer: click.wanted(stage, answer)) as heard, clock:
            click.act(stage, run + 3)
            stage.until(partial(bool, heard))
            stage.paint()
        if run < 0:
            clock.forget()
        stage.pause(REST)
    return clock.figure(f"{click.view}: {click.what}", click.goal)


def _drawing(stage: Stage) -> Iterator[Figure]:
    """Answers to a drawing that never stops, and the maps that follow it."""
    stage.start("lenet5")
    stage.window.selection.set(node="conv2", sample=0)
    for others in ((), ("maps",)):
        pad = stage.open_alone("drawing")
        for id in others:
            stage.window.docks.docks[id].setFloating(True)
            stage.window.docks.docks[id].show()
        stage.pause(2 * REST)
        engine, clock = stage.window.engine, stage.clock()
        wanted = engine.maps_received if others else engine.drawn_received
        with stage.hears(engine.drawn_received) as drawn, stage.hears(wanted) as heard, clock:
            begin = time.monotonic()
            while time.monotonic() < begin + DRAWING:
                before = len(drawn)
                pad.pad.invert()  # type: ignore[attr-defined]
                stage.until(lambda drawn=drawn, before=before: len(drawn) > before)
                stage.paint()
        name = "drawing: maps that follow" if others else "drawing: answers"
        each = clock.processor / max(1, len(heard))
        seconds = clock.walls[0] / 1000
        yield Figure(name, len(heard) / seconds, 1000 / each, A_SECOND, "a second", at_least=True)
