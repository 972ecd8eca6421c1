"""What training tells whoever watches it: plain values, each one flat line of JSON.

Epochs and steps count from 1. Losses are means over items, times are seconds, accuracies are
shares from 0 to 1, or None where the network does not classify.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from numpy.typing import NDArray

from core.training.health import FIGURES, Health

Winner = tuple[int, int, int]
"""A winning cell: plane, row, column."""


@dataclass(frozen=True)
class Event:
    """Base of every event."""

    name: ClassVar[str] = ""

    def to_json(self) -> dict[str, Any]:
        """The event as flat JSON data; a number that is not finite becomes null."""
        data: dict[str, Any] = {"event": self.name}
        for one in fields(self):
            value = getattr(self, one.name)
            data |= value if isinstance(value, Mapping) else {one.name: value}
        return {name: _plain(value) for name, value in data.items()}


@dataclass(frozen=True)
class Preparing(Event):
    """Kernels are being compiled for this processor, which is done once: so many of them so far."""

    name = "preparing"

    made: int
    kernels: int


@dataclass(frozen=True)
class Started(Event):
    """Training begins, or goes on, before this `step` of this `epoch`."""

    name = "started"

    epoch: int
    step: int
    epochs: int
    steps: int  # in one epoch
    device: str
    parameters: int
    train_items: int
    validation_items: int
    data: str  # how the data are made to fit, in one sentence
    run: str = ""  # the run's folder
    method: str = "gradient"  # or "hebb": then a layer's turn is an epoch, a picture a step


@dataclass(frozen=True)
class Progress(Event):
    """Where training is; `loss` is the mean since the last report, `lr` that of the last step.

    `waited` is the share of the epoch's time so far in which training waited for data.
    """

    name = "progress"

    epoch: int
    step: int
    steps: int
    loss: float
    items_per_second: float
    seconds_left: float
    lr: float | None = None
    waited: float = 0.0


@dataclass(frozen=True)
class Measured(Event):
    """How every layer learns, after this step; `keep` says that the run should remember it.

    In JSON the figures stand flat, as "conv1.gradient"; histograms stay out.
    """

    name = "measured"

    epoch: int
    step: int
    health: Health
    keep: bool = True

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"event": self.name, "epoch": self.epoch, "step": self.step}
        for id, node in self.health.nodes.items():
            figures = {name: getattr(node, name) for name in FIGURES}
            data |= {
                f"{id}.{name}": _plain(figure)
                for name, figure in figures.items()
                if not math.isnan(figure)
            }
        return data


@dataclass(frozen=True)
class EpochDone(Event):
    """An epoch has ended and the network was validated; `best` says that it beats all before.

    `waited` is the share of its time, validation included, in which training waited for data.
    `more` are further numbers of the validation, which stand beside the others in JSON: "top5" of
    classes, "absolute_error" of values, "iou" of boxes, "distance" and "pck" of points,
    "pixel_accuracy", "mean_iou", "inside_iou" and "outside_iou" of masks. Where there are several
    outputs each has its own: "box1.loss", "box1.iou" and so on. Then `train_each` has the training
    loss of each, "box1.train_loss", without its weight.
    """

    name = "epoch"

    epoch: int
    train_loss: float
    train_accuracy: float | None
    loss: float  # of validation
    accuracy: float | None  # of validation
    lr: float  # of the last step
    seconds: float
    best: bool
    more: Mapping[str, float] = field(default_factory=dict)
    waited: float = 0.0
    train_each: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Presented(Event):
    """A layer that learns by Hebb's rule was shown some pictures; `planes` stays out of JSON.

    Attributes:
        node, layer: its id, and which of the layers that learn it is, from 1.
        shown, presentations: pictures so far, and pictures in all.
        wins: how often each plane has learned.
        item, winners: the newest picture, and the cells that learned from it.
        planes: the excitatory strengths a (K, C, kh, kw).
    """

    name = "presented"

    node: str
    layer: int
    shown: int
    presentations: int
    wins: tuple[int, ...]
    item: int
    winners: tuple[Winner, ...]
    planes: NDArray[Any]

    def to_json(self) -> dict[str, Any]:
        data = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "planes"}
        return {"event": self.name, **data}


@dataclass(frozen=True)
class Paused(Event):
    """Training waits."""

    name = "paused"

    epoch: int
    step: int


@dataclass(frozen=True)
class Resumed(Event):
    """Training goes on after a pause."""

    name = "resumed"

    epoch: int
    step: int


@dataclass(frozen=True)
class Warned(Event):
    """Something a person should know; training goes on.

    `cause` is "disk", "checkpoint", "snapshots" or "data".
    """

    name = "warning"

    sentence: str
    cause: str = ""


@dataclass(frozen=True)
class Failed(Event):
    """Training cannot go on; the last good weights are kept.

    `cause` is "design", "data", "device", "disk", "memory" or "rate"; `node` is the layer to blame,
    or "". `lower_rate` and `smaller_batch` are offers to go on with, or None.
    """

    name = "failed"

    sentence: str
    cause: str
    node: str = ""
    epoch: int = 0
    step: int = 0
    lower_rate: float | None = None
    smaller_batch: int | None = None


@dataclass(frozen=True)
class Finished(Event):
    """Training has ended; `reason` is "done", "stopped" or "early".

    `loss` and `accuracy` are those of the last validation (None before the first); `weights` is
    the file of the best weights where they are kept, else of the last ones, or "".
    """

    name = "finished"

    reason: str
    epoch: int
    step: int
    loss: float | None
    accuracy: float | None
    best_epoch: int
    best_accuracy: float | None
    seconds: float
    weights: str = ""


def event_from_json(data: Mapping[str, Any]) -> Event | None:
    """The event that `to_json` gave; None for one without all its fields, or of another kind."""
    kind = next((one for one in Event.__subclasses__() if one.name == data.get("event")), None)
    if kind is None:
        return None
    known = {one.name: data[one.name] for one in fields(kind) if one.name in data}
    if kind is EpochDone:
        more = {name: value for name, value in data.items() if name not in {*known, "event"}}
        ours = [name for name in more if name.endswith(".train_loss")]
        known |= {"train_each": {name: more.pop(name) for name in ours}, "more": more}
    try:
        return kind(**known)
    except TypeError:
        return None


def _plain(value: Any) -> Any:
    """A value for JSON, which has no word for what is not finite."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
