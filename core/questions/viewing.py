"""What views ask about a network's layers and items, and what the engine answers.

Each question stands before its answer; what they have in common is in `core.messages`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.explain.deletion import Deletion
from core.explain.filters import Filters
from core.explain.gradcam import GradCam
from core.explain.mistakes import Answered
from core.explain.saliency import Sight
from core.explain.sources import Sources
from core.kinds import Pair
from core.messages import Answer, View
from core.metrics import Counts

Method = Literal["gradient", "gradient × input", "occlusion", "Grad-CAM"]


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
class Predict(View):
    """What the network says to one item.

    A picture uint8 (c, h, w) is fitted first; numbers (C, H, W) are taken as they are.
    """

    kind = "prediction"
    item: NDArray[Any]


@dataclass(frozen=True)
class Predicted(Answer):
    """Probabilities or values (K,), with the names of the classes, after `step` steps."""

    kind = "prediction"
    values: NDArray[Any]
    classes: tuple[str, ...]
    step: int


@dataclass(frozen=True)
class ShowItems(View):
    """Validation items, or training items, as people see them, by their numbers."""

    kind = "items"
    items: tuple[int, ...]
    train: bool = False


@dataclass(frozen=True)
class ItemsShown(Answer):
    """Validation items: their numbers, uint8 pictures (N, 1 or 3, H, W), how many there are."""

    kind = "items"
    items: tuple[int, ...]
    pictures: NDArray[np.uint8]
    count: int


@dataclass(frozen=True)
class ShowCanvas(View):
    """A validation item as a picture to draw on."""

    kind = "canvas"
    sample: int


@dataclass(frozen=True)
class CanvasShown(Answer):
    """A validation item as a picture uint8 (1 or 3, H, W), and its class by name."""

    kind = "canvas"
    sample: int
    label: str
    picture: NDArray[np.uint8]


@dataclass(frozen=True)
class PredictDrawn(View):
    """What every Output says to a drawing, uint8 (c, h, w)."""

    kind = "drawn"
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
