"""What the window and the engine process say to each other: requests there, answers back.

They travel through a pipe between our own two processes and are never written to a file. Training
itself is told by the events of `core.training.events`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from core.design import DataChoice, Design
from core.explain.deletion import Deletion
from core.explain.filters import Filters
from core.explain.gradcam import GradCam
from core.explain.mistakes import Answered
from core.explain.saliency import Sight
from core.explain.sources import Sources
from core.kinds import Pair
from core.metrics import Counts
from core.shapes import Shape
from core.when import When

Method = Literal["gradient", "gradient × input", "occlusion", "Grad-CAM"]

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
class Shutdown(Request):
    """End the process, a training first."""


@dataclass(frozen=True)
class ShowFilters(View):
    """The filters of a node: one of its weights ("" is the first that is filters).

    Where every position has filters of its own, those of the position `at`. With `gradients` also
    the gradient by them for the validation item `sample`. `by_norm` begins with the largest norm.
    `change` gives how much they have changed since the first step of the run instead.
    """

    kind = "filters"
    node: str
    weight: str = ""
    at: Pair = (0, 0)
    gradients: bool = False
    sample: int = 0
    by_norm: bool = False
    change: bool = False


@dataclass(frozen=True)
class ShowMaps(View):
    """The feature maps of a node for one validation item, or for an `item` of one's own.

    If wanted with the gradients by them, and with the sources of the map `sources_of`. An item of
    one's own has no label, so there are no gradients.
    """

    kind = "maps"
    node: str
    sample: int = 0
    gradients: bool = False
    sources_of: int | None = None
    item: NDArray[Any] | None = None


@dataclass(frozen=True)
class ShowTensors(View):
    """Tensors of a node for one validation item, by their names in `core.explain.probe`.

    Or for an `item` (C, H, W) of one's own, which has no label and so no gradients.
    """

    kind = "tensors"
    node: str
    sample: int = 0
    wants: tuple[str, ...] = ("x", "y")
    item: NDArray[Any] | None = None


@dataclass(frozen=True)
class ShowData(Request):
    """The first `count` items of each class, as they are fitted to an Input of this shape."""

    kind = "data"
    choice: DataChoice
    input_shape: Shape
    count: int = 8


@dataclass(frozen=True)
class Predict(View):
    """What the network says to one item.

    A picture uint8 (c, h, w) is fitted first; numbers (C, H, W) are taken as they are.
    """

    kind = "prediction"
    item: NDArray[Any]


@dataclass(frozen=True)
class ShowDevices(Request):
    """The devices there are."""

    kind = "devices"


@dataclass(frozen=True)
class ShowItems(View):
    """Validation items, or training items, as people see them, by their numbers."""

    kind = "items"
    items: tuple[int, ...]
    train: bool = False


@dataclass(frozen=True)
class ShowCanvas(View):
    """A validation item as a picture to draw on."""

    kind = "canvas"
    sample: int


@dataclass(frozen=True)
class PredictDrawn(View):
    """What every Output says to a drawing, uint8 (c, h, w)."""

    kind = "drawn"
    picture: NDArray[np.uint8]


@dataclass(frozen=True)
class ShowMistakes(View):
    """Which classes an Output ("" is the first) takes for one another in the validation items.

    Or, with `train`, in the training items as they are before they are augmented. Without `items`
    the matrix of the last validation of a training is enough, where there is one.
    """

    kind = "mistakes"
    output: str = ""
    items: bool = False
    train: bool = False


@dataclass(frozen=True)
class ShowSaliency(View):
    """Where the network looks for a class of an Output ("" is the first, −1 what it says).

    Grad-CAM looks at the maps of `node`; occlusion covers `patch` pixels square, every `stride`.
    The same is shown for a network of random weights, or for the class `against`. With `check` the
    hottest pixels are deleted and the network is asked again.
    """

    kind = "saliency"
    node: str
    method: Method = "gradient"
    sample: int = 0
    output: str = ""
    choice: int = -1
    patch: int = 5
    stride: int = 2
    item: NDArray[Any] | None = None
    against: int = -1
    check: bool = False


@dataclass(frozen=True)
class Cancel(Request):
    """Give up the question of the kind `asked` if it is not answered yet."""

    asked: str


# ---- answers ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """Base of every answer; its `kind` is that of the request."""

    kind: ClassVar[str] = ""


@dataclass(frozen=True)
class FiltersShown(Answer):
    """Filters of a node after `step` training steps, and the gradient by them where asked for.

    `weight` names the weight that they are, `weights` all weights of the node that are filters.
    `note` says why there is no change to show where it was asked for.
    """

    kind = "filters"
    node: str
    step: int
    filters: Filters
    gradients: Filters | None = None
    weight: str = "weight"
    weights: tuple[str, ...] = ("weight",)
    note: str = ""


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
class ItemsShown(Answer):
    """Validation items: their numbers, uint8 pictures (N, 1 or 3, H, W), how many there are."""

    kind = "items"
    items: tuple[int, ...]
    pictures: NDArray[np.uint8]
    count: int


@dataclass(frozen=True)
class CanvasShown(Answer):
    """A validation item as a picture uint8 (1 or 3, H, W), and its class by name."""

    kind = "canvas"
    sample: int
    label: str
    picture: NDArray[np.uint8]


@dataclass(frozen=True)
class DrawnShown(Answer):
    """What is said to a drawing: shares or values (K,) by Output, the primary one first.

    `names` are those of the choices of each, `item` (C, H, W) is the drawing as the network takes
    it.
    """

    kind = "drawn"
    said: dict[str, NDArray[Any]]
    names: dict[str, tuple[str, ...]]
    item: NDArray[np.float32]
    step: int


@dataclass(frozen=True)
class MistakesShown(Answer):
    """The confusion matrix (K, K) of an Output after `step` steps: row right, column said.

    `outputs` are those that tell classes apart, `names` those of the classes; `answered` is what
    was said to each item, where it was asked for; `train` says that they are training items.
    """

    kind = "mistakes"
    step: int
    output: str
    outputs: tuple[str, ...]
    names: tuple[str, ...]
    counts: Counts
    answered: Answered | None = None
    train: bool = False


@dataclass(frozen=True)
class SaliencyShown(Answer):
    """Where the network looks for a choice of an Output.

    Attributes:
        node, method: as they were asked for.
        step: training steps done.
        sample, label: the number of the item, and its class by name or "".
        output, outputs: the Output that was asked, and all there are.
        names, choice, said: its classes or values, the one that was asked about, what it says (K,).
        item: the picture (C, H, W).
        sight, random: what the method finds, and what it finds with random weights or for the
            choice `against`, −1 for none.
        likeness: the correlation of both; nan where one is all the same.
        cam: what Grad-CAM is made of.
        deletion: what is said without the hottest pixels, where that was asked for.
    """

    kind = "saliency"
    node: str
    method: Method
    step: int
    sample: int
    label: str
    output: str
    outputs: tuple[str, ...]
    names: tuple[str, ...]
    choice: int
    said: NDArray[Any]
    item: NDArray[Any]
    sight: Sight
    random: Sight
    likeness: float
    cam: GradCam | None = None
    against: int = -1
    deletion: Deletion | None = None
