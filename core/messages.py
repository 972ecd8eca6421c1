"""What the window and the engine process say to each other: requests there, answers back.

They travel through a pipe between our own two processes and are never written to a file. Training
itself is told by the events of `core.training.events`; what views ask is in `core.questions`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.design import DataChoice, Design
from core.shapes import Shape
from core.when import When

# ---- requests ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """Base of every request. Of those with a `kind` the newest takes the place of older ones."""

    kind: ClassVar[str] = ""


@dataclass(frozen=True)
class View(Request):
    """Base of what is asked about a network.

    `when` is the moment of a run that is meant. Where it is None the window fills in the moment
    that all its views look at; the engine takes None as the network at hand.
    """

    when: When | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Train(Request):
    """Train a design in a new run below the folder `home` ("" keeps nothing on disk).

    `resume` names the run folder, or the checkpoint in it, to go on from instead. `inherit` names
    an earlier run folder: the new run begins with those of its weights that fit.
    """

    design: Design
    home: str = ""
    resume: str = ""
    inherit: str = ""


@dataclass(frozen=True)
class Pause(Request):
    """Wait after this step."""


@dataclass(frozen=True)
class Resume(Request):
    """Go on after a pause."""


@dataclass(frozen=True)
class Stop(Request):
    """End training after this step."""


@dataclass(frozen=True)
class SetRate(Request):
    """Use another learning rate from the next step on."""

    lr: float


@dataclass(frozen=True)
class Show(Request):
    """What views are about while nothing is trained: a design, and the folder of its last run."""

    design: Design
    run: str = ""


@dataclass(frozen=True)
class ShowData(Request):
    """The first `count` items of each class, as they are fitted to an Input of this shape."""

    kind = "data"
    choice: DataChoice
    input_shape: Shape
    count: int = 8


@dataclass(frozen=True)
class ShowDevices(Request):
    """The devices there are."""

    kind = "devices"


@dataclass(frozen=True)
class Cancel(Request):
    """Give up the question of the kind `asked` if it is not answered yet."""

    asked: str


@dataclass(frozen=True)
class Shutdown(Request):
    """End the process, a training first."""


# ---- answers ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """Base of every answer; its `kind` is that of the request."""

    kind: ClassVar[str] = ""


@dataclass(frozen=True)
class DataShown(Answer):
    """A data set as the network gets it.

    Attributes:
        title, sentence, notes: what it is, how it is fitted, what was noticed.
        classes, train_counts, validation_counts: names of the classes, and items of each.
        pictures: fitted training items, uint8 (N, C, H, W).
        labels: their class numbers (N,).
    """

    kind = "data"
    title: str
    sentence: str
    notes: tuple[str, ...]
    classes: tuple[str, ...]
    train_counts: tuple[int, ...]
    validation_counts: tuple[int, ...]
    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]


@dataclass(frozen=True)
class DevicesShown(Answer):
    """Devices that can be chosen, what is there in one sentence, and what would help, or "".

    `tf32` are those that can multiply in TF32; `memory` is what each has, in bytes, 0 where the
    system does not say.
    """

    kind = "devices"
    names: tuple[str, ...]
    sentence: str
    cure: str
    tf32: tuple[str, ...] = ()
    memory: tuple[int, ...] = ()


@dataclass(frozen=True)
class Going(Answer):
    """A question of the kind `asked` is being answered: `done` of `total` parts."""

    kind = "going"
    asked: str
    done: int
    total: int


@dataclass(frozen=True)
class Cancelled(Answer):
    """A question of the kind `asked` was given up."""

    kind = "cancelled"
    asked: str


@dataclass(frozen=True)
class Refused(Answer):
    """A request that cannot be answered; `asked` is its kind, the sentence says why."""

    kind = "refused"
    asked: str
    sentence: str
