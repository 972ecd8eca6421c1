"""What a worked example is: a design, and stages that each point at one number of it.

An example holds no picture and computes nothing: the numbers come from the engine. What it says
must come out (`right`, `whole`) is the lecture's number, or one that was found by hand; tests hold
the engine to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from core.data.policy import DataPolicy
from core.data.sources import Written
from core.design import DataChoice, Design
from core.losses import SquaredError
from core.optimizers import SGD
from core.plan import Plan
from core.shapes import Shape
from core.tongue import translate_fields
from core.zoo import Builder

Show = Literal[
    "forward", "data", "filter", "maps", "slopes", "learning", "loss", "size", "parameters", "macs"
]  # fmt: skip
"""What a stage shows.

    forward, data, filter   one sum of a layer: see `core.explain.steps`
    maps, slopes            what a layer takes and gives; the gradients it gets and hands back
    learning                a weight of a layer and the gradient by it
    loss                    the table from scores to the first gradient
    size, parameters, macs  the formulas of a layer: see `core.explain.sizes`
"""

Place = tuple[int, int, int]  # map, row, column; of a vector row 0, of a loss (0, unit, column)
Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Stage:
    """One step of an example.

    Attributes:
        node: the node of the design that it is about.
        words: what happens, in one or two sentences.
        show, at: what is shown, and the number in it that is meant.
        right: what that number must be, None where it is not said.
        whole: what every number of that sheet must be.
        notes: the slide notes that belong here, by their names in `core.lessons.notes`.
        part: which part, of a layer that has several.
    """

    node: str
    words: str
    show: Show = "forward"
    at: Place = (0, 0, 0)
    right: float | None = None
    whole: Rows | None = None
    notes: tuple[str, ...] = ()
    part: str = ""

    def __post_init__(self) -> None:
        translate_fields(self, "words")


@dataclass(frozen=True)
class Example:
    """A worked example.

    Attributes:
        id: how code and files call it.
        title, sentence: what people read.
        lecture: "000", "001", "002" or "004".
        make: the design, with its weights and its data.
        stages: in the order they are shown.
    """

    id: str
    title: str
    sentence: str
    lecture: str
    make: Callable[[], Design]
    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        translate_fields(self, "title", "sentence")


SLOW = Plan(epochs=1, batch_size=1, optimizer=SGD(lr=0.1, momentum=0.0))


def written(
    build: Builder,
    shape: Shape,
    values: Iterable[float],
    *,
    answer: Iterable[float] = (),
    label: int = 0,
    plan: Plan = SLOW,
) -> Design:
    """The design of a graph that looks at one item, written down.

    Its outputs learn a `label`, or the values of an `answer` (those that name it as their target).
    """
    answers = tuple(answer)
    source = Written(shape, tuple(values), answers or (float(label),), len(answers))
    data = DataChoice(source, DataPolicy(scaling="none"))
    return Design(build.graph, plan=plan, data=data, groups=build.groups)


def half_square(count: int) -> tuple[SquaredError, float]:
    """Loss and weight of an Output of `count` values that costs Σ (z − t)²/2, so dz = z − t."""
    return SquaredError(), count / 2
