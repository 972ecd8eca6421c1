"""Learning without a teacher: S-cells that answer most strongly learn what they saw.

Strengths belong to a plane, so what its winning cell learns all its cells have learned. These are
the rules; `core.training.organizer` shows the pictures.

Letters: K planes, F = C·kh·kw inputs of a cell, M positions in a plane; `a b c v e h u` are those
of `core.layers.neocognitron`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.backend.numpy import Backend
from core.kinds import Choice, Float, Int
from core.layers import NeoS
from core.layers.neocognitron import bell
from core.settings import Declared, OneOf, setting
from core.tongue import tr

Host = NDArray[Any]

LARGEST = 10.0  # response that counts; without a limit the plain rule leaves the range of numbers


class Cells:
    """One S-layer while it learns, on the host in float64.

    Attributes: `a` (K, F) and `b` (K,), changed in place; `c` (F,), fixed.
    """

    def __init__(self, layer: NeoS, a: Host, b: Host) -> None:
        self.layer, self.shape = layer, a.shape
        self.a = np.abs(a.reshape(len(a), -1)).astype(np.float64)
        self.b = np.abs(b).astype(np.float64)
        each = bell(np, layer.kernel_size, np.float64).reshape(-1)
        self.c = np.tile(each, a.shape[1]) / a.shape[1]

    def see(self, x: Host) -> tuple[Host, Host, Host]:
        """Inputs (M, F) of every cell for one picture C H W; `v` (M,) and answers (M, K) to it."""
        window = self.layer.window(x.shape)
        patches = Backend().columns(x[None].astype(np.float64), window, 1)[0, 0].T
        v = np.sqrt(np.square(patches) @ self.c)
        h = v[:, None] * self.layer.inhibiting(self.b).reshape(1, -1)
        return patches, v, self.layer.fire(np, patches @ self.a.T, h)


@dataclass(frozen=True)
class Rule(Declared, ABC):
    """Base of every rule by which a winning cell learns."""

    title: ClassVar[str] = ""

    @property
    def label(self) -> str:
        return self.title

    def start(self, cells: Cells, random: np.random.Generator) -> None:
        """First strengths: small, different, none 0; nothing inhibits yet."""
        size = cells.a.shape
        cells.a[...] = (0.25 + 1.25 * random.random(size)) / size[1]
        cells.b[...] = 0.0

    @abstractmethod
    def learn(self, cells: Cells, plane: int, x: Host, v: float, u: float) -> None:
        """Change the strengths of a plane whose cell won with input x (F,), `v` and answer u."""


@dataclass(frozen=True)
class Plain(Rule):
    """Cells that fire together wire together, and nothing else.

    Formula: Δa = rate · x · u. Source: Hebb 1949; lecture 004. Strong planes win ever more: most
    features end up in one plane. Answers above 10 count as 10, so that numbers stay finite.
    """

    title = tr("Plain")

    rate: float = setting(
        0.01, Float(0.0, 1000.0, log=True), help="How much a winner learns from one picture."
    )

    def learn(self, cells: Cells, plane: int, x: Host, v: float, u: float) -> None:
        cells.a[plane] += self.rate * min(u, LARGEST) * x


@dataclass(frozen=True)
class UnitNorm(Plain):
    """Hebb's rule, after which a plane's strengths are scaled to length 1: none can outgrow others.

    Formula: a ← a + rate · x · u, then a ← a/‖a‖. Not from the neocognitron's paper.
    """

    title = tr("Unit norm")

    def start(self, cells: Cells, random: np.random.Generator) -> None:
        super().start(cells, random)
        cells.a /= np.linalg.norm(cells.a, axis=1, keepdims=True)

    def learn(self, cells: Cells, plane: int, x: Host, v: float, u: float) -> None:
        super().learn(cells, plane, x, v, u)
        cells.a[plane] /= np.linalg.norm(cells.a[plane])


@dataclass(frozen=True)
class Inhibitory(Rule):
    """Excitation and inhibition grow together, so that a plane answers to its own feature alone.

    Formula: Δa = rate · c · x and Δb = rate/2 · v. Source: Fukushima 1980, who calls the rate q.
    """

    title = tr("Inhibitory")

    rate: float = setting(
        0.2,
        Float(0.0, 1000.0, log=True),
        label="Rate q",
        help="How much a winner learns from one picture; at 10 chance decides more often.",
    )

    def learn(self, cells: Cells, plane: int, x: Host, v: float, u: float) -> None:
        cells.a[plane] += self.rate * cells.c * x
        cells.b[plane] += self.rate / 2 * v


RULES: tuple[type[Rule], ...] = (Plain, UnitNorm, Inhibitory)


@dataclass(frozen=True)
class Hebb(Declared):
    """S-cells learn what they see, without a teacher; all other weights stay as they are."""

    rule: Rule = setting(Inhibitory(), OneOf(RULES), help="How a winning cell learns.")
    winners: str = setting(
        "image",
        Choice(("image", "columns"), ("One in each picture", "One in each column")),
        help="Who learns from a picture: the strongest cell alone, or the strongest at every"
        " place, though at most one in each plane.",
    )
    presentations: int = setting(
        300, Int(1, 1_000_000), help="Pictures that each layer is shown, drawn at random."
    )
    seed: int = setting(
        0, Int(0, 2**31 - 1), help="Decides first strengths and pictures: the same seed repeats."
    )


# ---- who wins ---------------------------------------------------------------------------


def strongest(u: Host) -> list[tuple[int, int]]:
    """Position and plane of the strongest answer of all, the first of equals; none if all are 0."""
    at, plane = divmod(int(u.argmax()), u.shape[1])
    return [(at, plane)] if u[at, plane] > 0 else []


def strongest_in_columns(u: Host) -> list[tuple[int, int]]:
    """The same for the strongest plane at each position, at most one position in each plane.

    A column is one position here; the paper's columns are small areas that overlap.
    """
    planes, found = u.argmax(axis=1), dict[int, int]()
    for at in np.argsort(-u.max(axis=1), kind="stable").tolist():
        if u[at, planes[at]] > 0:
            found.setdefault(int(planes[at]), at)
    return [(at, plane) for plane, at in found.items()]
