"""What the views that explore ask of the engine process, and what it answers; see `core.messages`.

A question of one of these kinds takes a while: on its way it tells how far it is (`Going`), and it
can be given up (`Cancel`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.explain.dream import USUAL, Dream, Restraint
from core.explain.effective import Cell, Effective
from core.explain.invariance import Invariance, Move
from core.explain.neighbors import Measure, Neighbors
from core.explain.patches import Strongest
from core.explain.surgery import Ablation
from core.explain.toeplitz import Toeplitz
from core.explain.variants import Variants
from core.messages import Answer, Going, View
from core.questions.viewing import FiltersShown, MapsShown, MistakesShown


@dataclass(frozen=True)
class Exploration(View):
    """Base of these questions."""


@dataclass(frozen=True)
class Explored(Answer):
    """Base of their answers; `step` counts the training steps that were done."""

    step: int


@dataclass(frozen=True)
class ShowReach(Exploration):
    """What one value of a node uses of the picture, over `count` validation items.

    With `random` also what it uses where all weights are random.
    """

    kind = "reach"
    node: str
    channel: int = 0  # `core.explain.effective.ALL_MAPS` adds up all
    cell: Cell = (0, 0)
    count: int = 32
    random: bool = False


@dataclass(frozen=True)
class ReachShown(Explored):
    """The effective field of the value that was asked about, and that with random weights."""

    kind = "reach"
    asked: ShowReach
    found: Effective
    random: Effective | None = None


@dataclass(frozen=True)
class ShowItem(Exploration):
    """A validation item as people see it; numbers beyond the last start again."""

    kind = "item"
    sample: int = 0


@dataclass(frozen=True)
class ItemShown(Explored):
    """A validation item: its number, its class by name, uint8 (1 or 3, H, W)."""

    kind = "item"
    asked: ShowItem
    sample: int
    label: str
    picture: NDArray[np.uint8]


@dataclass(frozen=True)
class ShowPictures(Exploration):
    """Validation items as people see them, by their numbers."""

    kind = "pictures"
    items: tuple[int, ...]


@dataclass(frozen=True)
class PicturesShown(Explored):
    """Items that were asked for: uint8 pictures (N, 1 or 3, H, W), their classes by name."""

    kind = "pictures"
    asked: ShowPictures
    pictures: NDArray[np.uint8]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class ShowPatches(Exploration):
    """The places in the validation items that excite each map of a node most, or least.

    Or `random` ones, to see what the strongest are among.
    """

    kind = "patches"
    node: str
    count: int = 16
    largest: bool = True
    random: bool = False


@dataclass(frozen=True)
class PatchesShown(Explored):
    """The places of each map, over `items` items."""

    kind = "patches"
    asked: ShowPatches
    items: int
    found: Strongest


@dataclass(frozen=True)
class ShowNeighbors(Exploration):
    """The items that a node finds most like a validation item, or like an `item` of one's own.

    `train` searches the training items, else the validation items; `picked` is a training item to
    ask about in place of those, −1 for none. `pooled` compares the mean of each map alone.
    """

    kind = "neighbors"
    node: str
    sample: int = 0
    item: NDArray[Any] | None = None
    count: int = 8
    measure: Measure = "euclidean"
    pooled: bool = False
    train: bool = True
    picked: int = -1


@dataclass(frozen=True)
class NeighborsShown(Explored):
    """The nearest of `searched` items, of `items` there are.

    `sample` and `label` are the number and class of the item asked about: a training item where
    one was picked. `pictures` and `labels` are of those near in the node, then in the input.
    """

    kind = "neighbors"
    asked: ShowNeighbors
    sample: int
    label: str
    searched: int
    items: int
    found: Neighbors
    query: NDArray[Any]
    pictures: NDArray[np.uint8]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class ShowVariants(Exploration):
    """A training item as `count` epochs have it, from the epoch `first` on, with a plan's seed."""

    kind = "variants"
    item: int = 0
    seed: int = 0
    first: int = 1
    count: int = 24


@dataclass(frozen=True)
class VariantsShown(Explored):
    """The item of `items` in all, its class, and what becomes of it; numbers start again."""

    kind = "variants"
    asked: ShowVariants
    item: int
    items: int
    label: str
    found: Variants


@dataclass(frozen=True)
class ShowAblation(Exploration):
    """What the network is worth without the maps `muted` of a node and each of its others."""

    kind = "ablation"
    node: str
    muted: tuple[int, ...] = ()
    count: int = 256
    sample: int = 0


@dataclass(frozen=True)
class AblationShown(Explored):
    """The worth, and what the primary Output says to the item before and after (K,)."""

    kind = "ablation"
    asked: ShowAblation
    found: Ablation
    names: tuple[str, ...]
    label: str
    said: NDArray[Any]
    said_without: NDArray[Any]


@dataclass(frozen=True)
class ShowInvariance(Exploration):
    """What is left of answers and of what a node gives when `count` items are moved."""

    kind = "invariance"
    node: str
    move: Move = "right"
    count: int = 64


@dataclass(frozen=True)
class InvarianceShown(Explored):
    """What is left, for each amount."""

    kind = "invariance"
    asked: ShowInvariance
    found: Invariance


@dataclass(frozen=True)
class ShowDream(Exploration):
    """The picture that a map of a node would like best, after so many steps from this seed."""

    kind = "dream"
    node: str
    channel: int = 0
    steps: int = 256
    seed: int = 0
    restraint: Restraint = USUAL


@dataclass(frozen=True)
class Dreaming(Going):
    """How far such a picture has come."""

    dream: Dream


@dataclass(frozen=True)
class DreamShown(Explored):
    """The picture at the end."""

    kind = "dream"
    asked: ShowDream
    found: Dream


@dataclass(frozen=True)
class ShowMatrix(Exploration):
    """A convolution as a matrix, from one input map to one output map, for an item."""

    kind = "matrix"
    node: str
    source: int = 0
    channel: int = 0
    sample: int = 0
    item: NDArray[Any] | None = None


@dataclass(frozen=True)
class MatrixShown(Explored):
    """The matrix; the layer has `sources` input maps of `size` (H, W)."""

    kind = "matrix"
    asked: ShowMatrix
    found: Toeplitz
    sources: int
    size: tuple[int, int]


Look = Literal["filters", "maps", "mistakes"]
OfRun = FiltersShown | MapsShown | MistakesShown | str
"""What a run says of itself, or a sentence why it cannot."""


@dataclass(frozen=True)
class ShowBeside(Exploration):
    """The same of several runs, by their folders, each answered by a network of its own design.

    That is the filters of a node, its maps of a validation item, or the mistakes in all items.
    Where `when` names a step, each run is shown at its kept moment there or before.
    """

    kind = "beside"
    runs: tuple[str, ...]
    look: Look
    node: str = ""
    sample: int = 0
    item: NDArray[Any] | None = None


@dataclass(frozen=True)
class BesideShown(Explored):
    """What each run that was asked about says, in that order; `step` is the largest of theirs."""

    kind = "beside"
    asked: ShowBeside
    found: tuple[OfRun, ...]


@dataclass(frozen=True)
class ShowBesideItems(Exploration):
    """Validation items of several runs as people see them: the `items` of each of the `runs`."""

    kind = "beside-items"
    runs: tuple[str, ...]
    items: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class BesideItemsShown(Explored):
    """The pictures of each run, uint8 (N, 1 or 3, H, W); none of one that cannot be read."""

    kind = "beside-items"
    asked: ShowBesideItems
    pictures: tuple[NDArray[np.uint8], ...]
