"""How viewers name what they show: the run, the moment in it, the count of things."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QDate, QLocale, QTime

from core.explain.surgery import Worth
from core.tongue import tr, trn
from designer.widgets.numbers import count, locale, percent, value


class Moment:
    """Which run is looked at, and how long its epochs are; gives the words for a step of it."""

    def __init__(self) -> None:
        self.run = ""
        self.steps = 0  # in one epoch, 0 where that is not known
        self.by_hebb = False  # then a step is a picture
        self.is_past = False  # whether a step is looked at that is not the newest

    def take_event(self, event: Mapping[str, Any]) -> None:
        """Learn from an event of a training, live or recorded."""
        if event.get("event") == "started":
            steps = event.get("steps")
            self.run = str(event.get("run") or "")
            self.steps = steps if isinstance(steps, int) else 0
            self.by_hebb = event.get("method") == "hebb"

    def words(self, step: int) -> str:
        """After so many steps: "epoch 3 of run Nov 21, 10:25 AM", or "not trained yet".

        In the past it is "step 120 of run Nov 21, 10:25 AM, not now".
        """
        if self.is_past:
            number, run = count(step), run_title(self.run)
            return tr("step {number} of {run}, not now", number=number, run=run)
        if step <= 0:
            return tr("not trained yet")
        if self.by_hebb:
            return tr(
                "after {pictures} of {run}",
                pictures=plural(step, "picture"),
                run=run_title(self.run),
            )
        if self.steps <= 0:
            return tr("after {steps}", steps=plural(step, "step"))
        epoch = -(-step // self.steps)
        return tr("epoch {epoch} of {run}", epoch=count(epoch), run=run_title(self.run))


def run_title(run: str) -> str:
    """A run's folder in words: "run Nov 21, 10:25 AM" from its time, or "run NAME"."""
    name = PurePath(run).name
    if not name:
        return tr("this run")
    try:
        began = datetime.strptime(name[:15], "%Y%m%d-%H%M%S")
    except ValueError:
        return tr("run {name}", name=name)
    time = QTime(began.hour, began.minute)
    day = locale().toString(QDate(began.year, began.month, began.day), "MMM d")
    return tr(
        "run {day}, {time}", day=day, time=locale().toString(time, QLocale.FormatType.ShortFormat)
    )


def worth_words(worth: Worth) -> str:
    """Share of right answers, where there are classes, and loss: "95.0 % right, loss 0.2"."""
    loss = tr("loss {loss}", loss=value(worth.loss, figures=3))
    return (
        loss
        if math.isnan(worth.accuracy)
        else tr("{accuracy} right, {loss}", accuracy=percent(worth.accuracy), loss=loss)
    )


def plural(number: int, noun: str) -> str:
    """A count with its noun: "1 filter", "6 filters"."""
    return trn(f"{{count}} {noun}", f"{{count}} {noun}s", number, count=count(number))
