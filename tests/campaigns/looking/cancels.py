"""From a click on Cancel to the end of work that takes a while, at rest and beside a training."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from core.hebb import RULES
from core.layers import Conv2d
from core.training.events import Event, Progress
from tests.campaigns.looking.figure import MILLI, Figure
from tests.campaigns.looking.stage import REST, Stage

GOAL = 200.0  # milliseconds
RUNS = 6
RUNS_BESIDE = 3  # beside a training, where views may take a twentieth of the time
EPOCHS = 10_000  # of a training that does not end by itself
STEPS = 12  # that tell how long one takes
PATIENCE = 600.0  # seconds until a view has its turn, or so many steps are done

NETWORKS = ("convnetjs-cifar10", "vgg-small", "resnet18")
TRAINED = (("resnet18", 4), ("vgg-d/8", 64))  # with so many items in a batch

Prepare = Callable[[Any], Any]


def _as_much_as_it_offers(view: Any) -> Any:
    """Gives the part of a view that asks."""
    for name in ("items", "count", "steps", "pictures"):
        field = getattr(view, name, None)
        if field is not None and hasattr(field, "maximum"):
            field.setValue(field.maximum())
    return view


def _covering(view: Any) -> Any:
    """Occlusion by small patches, close to one another."""
    view.methods.setCurrentIndex(2)
    view.methods.activated.emit(2)
    view.patch.setValue(3)
    view.stride.setValue(1)
    return view


def _of_training_items(view: Any) -> Any:
    _choose(view.part, 1)
    return view


def _mean(view: Any) -> Any:
    _choose(view.settings.of, 1)
    view.settings.items.setValue(view.settings.items.maximum())
    return view


def _lesson(view: Any) -> Any:
    """Hebb's rule with as many pictures as there may be, on the second page of the lab."""
    _choose(view.pages, 1)
    _choose(view.planes.strengths, len(RULES))
    return _as_much_as_it_offers(view.planes)


def _as_trained(view: Any) -> Any:
    _choose(view.pages, 1)
    _choose(view.planes.strengths, 0)
    return view.planes


def _choose(choice: Any, at: int) -> None:
    choice.setCurrentIndex(at)
    choice.activated.emit(at)


@dataclass(frozen=True)
class Long:
    """A view that asks what takes a while, and how it is made to take as long as it can.

    One that is `set_back` by a cancel is prepared anew each time.
    """

    view: str
    prepare: Prepare = _as_much_as_it_offers
    words: str = ""
    set_back: bool = False

    def named(self, template: str, where: str = "") -> str:
        return f"cancel {self.words or self.view} on {template}{where}"


EVERYWHERE = (
    Long("saliency", _covering),
    *map(Long, ("surgery", "patches", "field", "neighbors", "dream", "invariance", "operation")),
    Long("mistakes", _of_training_items),
    Long("maps", _mean, "mean maps", set_back=True),
)
OF_OTHER_DATA = (  # and a network on it; one pass answers the signal view, which cannot be long
    (Long("boxes"), "box-and-class"),
    (Long("boxes"), "pose"),
    (Long("cortex", _as_trained, "cortex lab, clusters"), "neocognitron"),
    (Long("cortex", _lesson, "cortex lab, a lesson"), "neocognitron"),
)


def figures(stage: Stage) -> Iterator[Figure]:
    """Each view that asks long questions, on some networks; then while a large one learns."""
    for template in NETWORKS:
        _begin(stage, template)
        for long in EVERYWHERE:
            yield _cancelled(stage, long, long.named(template))
    for long, template in OF_OTHER_DATA:
        stage.start(template)
        yield _cancelled(stage, long, long.named(template))
    yield _answered(stage, "signal", "tdnn", "frames")
    for template, batch in TRAINED:
        yield from _beside_training(stage, template, batch)


def _begin(stage: Stage, template: str, **plan: int) -> None:
    """A template with its second convolution selected."""
    stage.start(template, **plan)
    _, second, *_ = stage.window.document.design.graph.of_type(Conv2d)
    stage.window.selection.set(node=second.id)


def _beside_training(stage: Stage, template: str, batch: int) -> Iterator[Figure]:
    """A step may be under way when the click comes: the goal is that much later."""
    _begin(stage, template, epochs=EPOCHS, batch_size=batch)
    stage.window.session.train_anew()
    step = _step(stage)
    yield Figure(f"a step of {template} with {batch} items", step)
    for long in EVERYWHERE:
        name = long.named(template, ", which learns")
        yield _cancelled(stage, long, name, goal=GOAL + step, runs=RUNS_BESIDE, pieces=1)
    stage.window.session.stop()
    stage.until(lambda: not stage.window.engine.is_busy)


def _step(stage: Stage) -> float:
    """Milliseconds that a training step takes, by the reports that come after each long one."""
    heard: list[tuple[float, Progress]] = []

    def hear(event: Event) -> None:
        if isinstance(event, Progress):
            heard.append((time.perf_counter(), event))

    stage.window.engine.event_received.connect(hear)
    stage.until(lambda: len(heard) > STEPS, PATIENCE)
    stage.window.engine.event_received.disconnect(hear)
    return MILLI * statistics.median(
        (late - soon) / max(1, after.step - before.step)
        for (soon, before), (late, after) in pairwise(heard[1:])
    )


def _cancelled(
    stage: Stage, long: Long, name: str, *, goal: float = GOAL, runs: int = RUNS, pieces: int = 3
) -> Figure:
    """Ask, wait until it has told a few times how far it is, and click on what is seen.

    An answer that is there before leaves nothing to cancel.
    """
    opened = stage.open_alone(long.view)
    view = long.prepare(opened)
    engine, errand = stage.window.engine, view.errand
    clock, kind = stage.clock(), errand._kind
    for _ in range(runs):
        with (
            stage.hears(engine.answer_progressed, lambda going: going.asked == kind) as going,
            stage.hears(engine.request_cancelled, lambda ended: ended.asked == kind) as ended,
            stage.hears(engine.answered, lambda answer: answer.kind == kind) as over,
        ):
            if long.set_back:
                long.prepare(opened)
            view.follow()
            stage.until(
                lambda: bool(over) or (len(going) >= pieces and errand.stop.isVisible()), PATIENCE
            )
            if over:
                continue
            ended.clear()
            with clock:
                errand.stop.click()
                stage.until(lambda: bool(ended) or errand.isHidden())
                stage.paint()
    return clock.figure(name, goal) if clock.walls else Figure(f"{name}: over before a click", 0)


def _answered(stage: Stage, id: str, template: str, node: str) -> Figure:
    """Another item, where one pass is the whole answer and there is nothing to cancel."""
    stage.start(template)
    stage.window.selection.set(node=node)
    view: Any = stage.open_alone(id)
    clock, explored = stage.clock(), stage.window.engine.explored
    for run in range(-1, RUNS):  # the first one finds the data and the network
        with stage.hears(explored, lambda shown: shown.kind == view.kind) as told, clock:
            stage.window.selection.set(sample=run + 2)
            stage.until(partial(bool, told))
            stage.paint()
        if run < 0:
            clock.forget()
        stage.pause(REST)
    return clock.figure(f"{id} on {template}, the whole answer", GOAL)
