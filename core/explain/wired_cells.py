"""The cells of a neocognitron as links: a sum that excites, another that inhibits, and an ending.

Letters: e excitation, m its blurred likeness in C-cells, v inhibition, `a b c d` the strengths of
`core.layers.neocognitron`; C input planes, K planes, P Q their size.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.explain.endings import Ending, Root, Wide
from core.explain.links import Floats, Links
from core.explain.wired import Arrays, Maps, Wired, as_maps, grouped, linked
from core.layers import NeoC, NeoS
from core.layers.neocognitron import bell

CELLS = (NeoS, NeoC)
PARTS = ("cell", "inhibition")


class Held(Ending):
    """What a cell makes of its excitation while others hold it down; `inhibition` gives v."""

    def __init__(self, inhibition: Wired) -> None:
        self._inhibition = inhibition

    def v(self, wide: Wide) -> Floats:
        """The inhibition (P, Q) for what is seen."""
        made = self._inhibition
        seen = wide.astype(np.float64)
        seen = np.abs(seen) ** made.power if made.power else seen
        sums = made.links.gathered(seen, made.weight, 0)
        return made.ending.of(sums, 0, wide) if made.ending is not None else sums


class Fires(Held):
    """u = r · φ[(1 + e)/(1 + h) − 1] with h = 2r/(1 + r)·|b|·v, of an S-cell."""

    def __init__(self, inhibition: Wired, layer: NeoS, b: NDArray[np.float64]) -> None:
        super().__init__(inhibition)
        self._r, self._b = layer.selectivity, 2 * layer.selectivity / (1 + layer.selectivity) * b

    def h(self, channel: int, wide: Wide) -> Floats:
        """What 1 is added to below the fraction (P, Q)."""
        held: Floats = self._b[channel] * self.v(wide)
        return held

    def of(self, sums: Floats, channel: int, wide: Wide) -> Floats:
        u: Floats = self._r * np.maximum((1 + sums) / (1 + self.h(channel, wide)) - 1, 0)
        return u

    def formula(self, sum_: str) -> str:
        return f"{self._r:g}·φ[(1 + {sum_})/(1 + h) − 1]"


class Blurs(Held):
    """u = ψ[(1 + m)/(1 + v) − 1] with ψ[t] = t/(α + t) for t > 0, else 0, of a C-cell."""

    def __init__(self, inhibition: Wired, alpha: float) -> None:
        super().__init__(inhibition)
        self._alpha = alpha

    def t(self, sums: Floats, wide: Wide) -> Floats:
        """What is left of m above v (P, Q)."""
        left: Floats = np.maximum((1 + sums) / (1 + np.maximum(self.v(wide), 0)) - 1, 0)
        return left

    def of(self, sums: Floats, channel: int, wide: Wide) -> Floats:
        t = self.t(sums, wide)
        u: Floats = t / (self._alpha + t)
        return u

    def formula(self, sum_: str) -> str:
        return f"ψ[(1 + {sum_})/(1 + v) − 1]"


def cells(layer: NeoS | NeoC, tensors: Arrays, part: str) -> Wired:
    """Of the "cell" its excitation, ended by what it fires; of the "inhibition" v alone."""
    shape = tensors["x"].shape
    wide, narrow = as_maps(shape), as_maps(layer.infer(shape))
    inhibition = _inhibition(layer, wide, narrow)
    if part == "inhibition":
        return inhibition
    if isinstance(layer, NeoS):
        return _s_cell(layer, tensors, inhibition, (wide, narrow))
    d = bell(np, layer.kernel_size, np.dtype(np.float64))
    which, one = (np.arange(wide[0]),) * 2, np.zeros(wide[0], np.int64)
    links = linked(layer.window(shape), wide, narrow, which, kernels=one)
    ending = Blurs(inhibition, layer.alpha)
    return Wired(links, d[None], wide, narrow, learned="", ending=ending)


def _inhibition(layer: NeoS | NeoC, wide: Maps, narrow: Maps) -> Wired:
    """v: of S-cells the root mean square over all planes, of C-cells the mean."""
    planes, strength = wide[0], bell(np, layer.kernel_size, np.dtype(np.float64))
    zeros = np.zeros(planes, np.int64)
    links = linked(
        layer.window(wide), wide, (1, *narrow[1:]), (np.arange(planes), zeros), kernels=zeros
    )
    squared = isinstance(layer, NeoS)
    return Wired(
        links, strength[None] / planes, wide, (1, *narrow[1:]), learned="",
        power=2.0 if squared else 0.0, ending=Root(2.0) if squared else None,
    )  # fmt: skip


def _s_cell(layer: NeoS, tensors: Arrays, inhibition: Wired, sizes: tuple[Maps, Maps]) -> Wired:
    wide, narrow = sizes
    a, b = (np.abs(tensors[name].astype(np.float64)) for name in ("weight", "inhibition"))
    links = linked(layer.window(wide), wide, narrow, grouped(wide[0], narrow[0], 1))
    weight = a.reshape(1, 1, -1, *a.shape[2:])
    return Wired(links, weight, wide, narrow, ending=Fires(inhibition, layer, b))


# ---- backward ---------------------------------------------------------------------------


def excited(layer: NeoS | NeoC, made: Wired, found: Arrays) -> Floats:
    """The gradient (K, P, Q) by every excitation, from that by the cells' values "dy"."""
    x, dy = found["x"].astype(np.float64), found["dy"].astype(np.float64)
    sums = np.stack([made.links.gathered(x, made.weight, k) for k in range(len(dy))])
    ending = made.ending
    if isinstance(layer, NeoS):
        assert isinstance(ending, Fires)
        h = np.stack([ending.h(k, x) for k in range(len(dy))])
        slopes: Floats = layer.selectivity * dy * (sums > h) / (1 + h)
        return slopes
    assert isinstance(ending, Blurs)
    v, t = ending.v(x), ending.t(sums, x)
    dt, held = dy * (t > 0) * layer.alpha / np.square(layer.alpha + t), 1 + np.maximum(v, 0)
    # Every plane holds all others down by its share of v.
    shared = (dt * (1 + sums) / np.square(held)).mean(axis=0) * (v > 0)
    blurred: Floats = dt / held - shared
    return blurred


def with_inhibition(layer: NeoS, made: Wired, found: Arrays) -> tuple[Links, Floats, Floats]:
    """Links, weight and narrow maps of the data gradient of S-cells: those of de, and dv last.

    What v hands back to a cell is its own value times c/C · dv/v, so no two cells share a weight.
    """
    x, y = (found[name].astype(np.float64) for name in ("x", "y"))
    ending = made.ending
    assert isinstance(ending, Fires)
    de, v = excited(layer, made, found), ending.v(x)
    strengths = np.abs(found["inhibition"].astype(np.float64))
    r = layer.selectivity
    dh = -de * (y / r + 1)
    dv = (dh * (2 * r / (1 + r) * strengths)[:, None, None]).sum(axis=0)
    dv = np.divide(dv, v, out=np.zeros_like(dv), where=v > 0)
    (c, _, _), (k, p, q) = made.wide, made.narrow
    links = linked(
        made.links.window, made.wide, (k + 1, p, q),
        (np.concatenate([made.links.wide_maps, np.arange(c)]),
         np.concatenate([made.links.narrow_maps, np.full(c, k)])),
    )  # fmt: skip
    seen = made.links.ringed(x)  # (C, …): under each window (P, Q, C, kh, kw)
    top, _, left, _ = made.links.window.padding
    down, across = (table + ring for table, ring in zip(links.places, (top, left), strict=True))
    under = seen[:, down[:, None, :, None], across[None, :, None, :]].transpose(1, 2, 0, 3, 4)
    own = under * bell(np, layer.kernel_size, np.dtype(np.float64))[None] / c
    shared = np.broadcast_to(made.weight, (p, q, *made.weight.shape[2:]))
    return links, np.concatenate([shared, own], axis=2), np.concatenate([de, dv[None]])
