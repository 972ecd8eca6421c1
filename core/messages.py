"""What the window and the engine process say to each other: requests there, answers back.

They travel through a pipe between our own two processes and are never written to a file. Training
itself is told by the events of `core.training.events`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.design import DataChoice, Design
from core.explain.filters import Filters
from core.explain.sources import Sources
from core.kinds import Pair
from core.shapes import Shape

# ---- requests ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """Base of every request. Of those with a `kind` the newest takes the place of older ones."""

    kind: ClassVar[str] = ""


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
class Shutdown(Request):
    """End the process, a training first."""


@dataclass(frozen=True)
class ShowFilters(Request):
    """The filters of a node: one of its weights ("" is the first that is filters).

    Where every position has filters of its own, those of the position `at`. With `gradients` also
    the gradient by them for the validation item `sample`.
    """

    kind = "filters"
    node: str
    weight: str = ""
    at: Pair = (0, 0)
    gradients: bool = False
    sample: int = 0


@dataclass(frozen=True)
class ShowMaps(Request):
    """The feature maps of a node for one validation item.

    If wanted with the gradients by them, and with the sources of the map `sources_of`.
    """

    kind = "maps"
    node: str
    sample: int = 0
    gradients: bool = False
    sources_of: int | None = None


@dataclass(frozen=True)
class ShowTensors(Request):
    """Tensors of a node for one validation item, by their names in `core.explain.probe`."""

    kind = "tensors"
    node: str
    sample: int = 0
    wants: tuple[str, ...] = ("x", "y")


@dataclass(frozen=True)
class ShowData(Request):
    """The first `count` items of each class, as they are fitted to an Input of this shape."""

    kind = "data"
    choice: DataChoice
    input_shape: Shape
    count: int = 8


@dataclass(frozen=True)
class Predict(Request):
    """What the network says to one item.

    A picture uint8 (c, h, w) is fitted first; numbers (C, H, W) are taken as they are.
    """

    kind = "prediction"
    item: NDArray[Any]


@dataclass(frozen=True)
class ShowDevices(Request):
    """The devices there are."""

    kind = "devices"


# ---- answers ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """Base of every answer; its `kind` is that of the request."""

    kind: ClassVar[str] = ""


@dataclass(frozen=True)
class FiltersShown(Answer):
    """Filters of a node after `step` training steps, and the gradient by them where asked for.

    `weight` names the weight that they are, `weights` all weights of the node that are filters.
    """

    kind = "filters"
    node: str
    step: int
    filters: Filters
    gradients: Filters | None = None
    weight: str = "weight"
    weights: tuple[str, ...] = ("weight",)


@dataclass(frozen=True)
class MapsShown(Answer):
    """Feature maps (C, H, W) of a node after `step` training steps, for a validation item.

    `label` is the item's class by name; `gradients` those of its loss by the maps, where asked for
    and where the node leads to an output; `sources` what the map that was asked about is made of.
    """

    kind = "maps"
    node: str
    step: int
    maps: NDArray[np.float32]
    sample: int
    label: str
    gradients: NDArray[np.float32] | None = None
    sources: Sources | None = None


@dataclass(frozen=True)
class TensorsShown(Answer):
    """Tensors of a node after `step` training steps, by name, without the batch axis."""

    kind = "tensors"
    node: str
    step: int
    sample: int
    label: str  # the item's class, by name
    classes: tuple[str, ...]
    tensors: dict[str, NDArray[Any]]


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
class Predicted(Answer):
    """Probabilities or values (K,), with the names of the classes, after `step` steps."""

    kind = "prediction"
    values: NDArray[Any]
    classes: tuple[str, ...]
    step: int


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
class Refused(Answer):
    """A request that cannot be answered; `asked` is its kind, the sentence says why."""

    kind = "refused"
    asked: str
    sentence: str
