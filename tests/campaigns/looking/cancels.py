"""From a click on Cancel to the end of work that takes a while."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.campaigns.looking.figure import Figure
from tests.campaigns.looking.stage import Stage

NETWORKS = ("convnetjs-cifar10", "vgg-small", "resnet18")
GOAL = 200.0  # milliseconds
RUNS = 6


def _prepare(id: str, view: Any) -> None:
    """As much work as the view offers."""
    if id == "saliency":
        view.methods.setCurrentIndex(2)
        view.methods.activated.emit(2)
        view.patch.setValue(3)
        view.stride.setValue(1)
    for name in ("items", "count", "steps"):
        field = getattr(view, name, None)
        if field is not None:
            field.setValue(field.maximum())


VIEWS = ("saliency", "surgery", "patches", "field", "neighbors", "dream", "invariance",
         "operation")  # fmt: skip


OTHERS = (("boxes", "box-and-class"),)  # views of data of another kind, and a network on it


def figures(stage: Stage) -> Iterator[Figure]:
    """Each view that asks long questions, on two networks."""
    for template in NETWORKS:
        stage.start(template)
        stage.window.selection.set(node="conv2")
        for id in VIEWS:
            view: Any = stage.open_alone(id)
            _prepare(id, view)
            yield _cancelled(stage, view, f"cancel {id} on {template}")
    for id, template in OTHERS:
        stage.start(template)
        other: Any = stage.open_alone(id)
        _prepare(id, other)
        yield _cancelled(stage, other, f"cancel {id} on {template}")


def _cancelled(stage: Stage, view: Any, name: str) -> Figure:
    engine, errand = stage.window.engine, view.errand
    clock, kind = stage.clock(), errand._kind
    for _ in range(RUNS):
        with (
            stage.hears(engine.answer_progressed, lambda going: going.asked == kind) as going,
            stage.hears(engine.request_cancelled, lambda ended: ended.asked == kind) as ended,
        ):
            view.follow()
            stage.until(lambda: len(going) > 2)
            ended.clear()
            with clock:
                errand.stop.click()
                stage.until(lambda: bool(ended) or errand.isHidden())
                stage.paint()
    return clock.figure(name, GOAL)
