"""What a template is, and the small builder that templates are written with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from core.design import DataChoice, Design
from core.graph import Graph, Node, Wire, id_stem
from core.groups import MARK, Group, Groups
from core.infer import infer
from core.layers import Layer
from core.optimizers import SGD, Adam
from core.plan import Plan
from core.repeats import with_repeats
from core.shapes import Shape
from core.tongue import tr, translate_fields

SMALL, CLASSICS, DEEP, SIGNALS = (
    tr("Small, to train here"), tr("Classics"), tr("Deep"), tr("Signals and more"),
)  # fmt: skip
GROUPS = (SMALL, CLASSICS, DEEP, SIGNALS)

IMAGE: Shape = (3, 224, 224)
MOST_NARROW = 32
# Recipes of the full networks count on a million pictures; a few thousand need a quicker way.
NARROW_PLAN = Plan(batch_size=32, optimizer=Adam(lr=0.001))
NORMALIZED_PLAN = Plan(batch_size=32, optimizer=SGD(lr=0.05))  # with batch normalization


@dataclass(frozen=True)
class Template:
    """A ready network.

    Attributes:
        id: its name on the command line.
        title, sentence: what people read.
        make: grows the network. Where there is a `small` input it also takes `width` (a factor
            for all channels), `input_shape` and `classes`.
        parameters: how many trained values the graph has.
        group: the section of the welcome page, one of `GROUPS`.
        source: who published it, and when; "" where nobody did.
        small: the input of its narrow versions, which train on a laptop; None where it has none.
        small_plan: how these learn.
        data, plan: what it learns from, and how, unless one chooses otherwise.
    """

    id: str
    title: str
    sentence: str
    make: Callable[..., Builder]
    parameters: int
    group: str = SMALL
    source: str = ""
    small: Shape | None = None
    small_plan: Plan = NARROW_PLAN
    data: DataChoice = field(default_factory=DataChoice)
    plan: Plan = field(default_factory=Plan)

    def __post_init__(self) -> None:
        translate_fields(self, "title", "sentence", "source")

    def build(self) -> Graph:
        """The network."""
        return self.make().graph

    def design(self) -> Design:
        """The template as a design, to open or to train; groups in it are collapsed."""
        made = self.make()
        return Design(made.graph, plan=self.plan, data=self.data, groups=made.groups)

    def narrow(self, divisor: int) -> Template:
        """The same network with all channels divided, small pictures and 10 classes.

        ValueError where there is no such version.
        """
        if self.small is None:
            raise ValueError(tr("{id} is small enough: it has no narrow versions.", id=self.id))
        if not 1 <= divisor <= MOST_NARROW:
            raise ValueError(
                tr(
                    "{id} can be divided by 1 to {most_narrow}, not by {divisor}.",
                    id=self.id,
                    most_narrow=MOST_NARROW,
                    divisor=divisor,
                )
            )
        make = partial(self.make, width=1 / divisor, input_shape=self.small, classes=10)
        _, height, width = self.small
        return replace(
            self,
            id=f"{self.id}/{divisor}",
            title=f"{self.title} ÷ {divisor}",
            sentence=tr(
                "{title} with 1/{divisor} of the channels, for {height}×{width} pictures of 10"
                " classes.",
                title=self.title,
                divisor=divisor,
                height=height,
                width=width,
            ),
            make=make,
            parameters=infer(make().graph).parameters,
            small=None,
            plan=self.small_plan,
        )


def even(channels: int, width: float) -> int:
    """Channels times `width`, to the nearest even number: two groups must share them."""
    return max(2, 2 * round(channels * width / 2))


class Builder:
    """Grows a graph: each call adds a layer after the newest node, or after those you name.

    build = Builder()
    build(Input((1, 28, 28)))
    skip = build(Conv2d(8, (3, 3)))
    build(Add(), skip, build(ReLU()))

    What is added in `with build.group("s1", "stage 1"):` lies in a group of that id and name.

    Attributes: `last` (the newest node's id), `part` (what ids begin with from now on).
    """

    def __init__(self) -> None:
        self.last = ""
        self.part = ""
        self._nodes: dict[str, Node] = {}
        self._wires: list[Wire] = []
        self._numbers: Counter[str] = Counter()
        self._groups: dict[str, Group] = {}
        self._homes: dict[str, str] = {}
        self._home = ""

    def __call__(self, layer: Layer, *sources: str, id: str = "") -> str:
        """Add a layer and its wires; gives the new node's id."""
        id = id or self._new_id(layer)
        self._nodes[id] = Node(id, layer)
        if self._home:
            self._homes[id] = self._home
        takes = sources or ((self.last,) if self.last else ())
        self._wires += [Wire(source, id, slot) for slot, source in enumerate(takes)]
        self.last = id
        return id

    @property
    def graph(self) -> Graph:
        """What has been built; GraphError where its parts do not make a graph."""
        return Graph.assembled(self._nodes.values(), self._wires)

    @property
    def groups(self) -> Groups:
        """The groups around it; where several alike follow each other, one more around these."""
        graph = self.graph
        made = Groups.assembled(self._groups.values(), self._homes, graph)
        return with_repeats(made, graph)

    @contextmanager
    def group(self, id: str, name: str = "") -> Iterator[None]:
        """Let what is added meanwhile lie in a group, inside the one that is open already."""
        around, self._home = self._home, MARK + id
        self._groups[self._home] = Group(self._home, name, around)
        yield
        self._home = around

    def _new_id(self, layer: Layer) -> str:
        stem = f"{self.part}_{id_stem(layer)}" if self.part else id_stem(layer)
        while True:
            self._numbers[stem] += 1
            id = f"{stem}{self._numbers[stem]}"
            if id not in self._nodes:
                return id


__all__ = [
    "CLASSICS", "DEEP", "GROUPS", "IMAGE", "NORMALIZED_PLAN", "SIGNALS", "SMALL", "Builder",
    "Template", "even",
]  # fmt: skip
