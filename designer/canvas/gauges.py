"""What the canvas shows of a network that learns: live values as text, curve and width. No Qt."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.training.case import Illness
from core.training.health import Health, History

POINTS = 24  # of a curve
DECADES = 4  # from the thinnest wire to the widest
WIDTHS = (1.5, 6.0)
WORTH = 0.05  # of units or values: less is not told
_GRAINS = 4  # widths in a unit, so that a wire is not drawn anew for every small change


@dataclass(frozen=True)
class Gauge:
    """What a node shows: `badge`, such as "12 % dead", and `trend`, heights of a curve."""

    badge: str = ""
    trend: tuple[int, ...] = ()


def gauge(history: History, nodes: Sequence[str], *, ill: Iterable[str], height: int) -> Gauge:
    """What stands for some nodes, one or a group: of a group the worst of its members.

    The curve is the gradient's, on a logarithmic axis of its own.
    """
    last = history.last
    if last is None:
        return Gauge()
    return Gauge(_badge(last, nodes), trend(history, worst(last, nodes, set(ill)), height))


def _badge(last: Health, nodes: Sequence[str]) -> str:
    """The largest share of dead units or saturated values."""
    found = [(0.0, "")]
    for node in nodes:
        health = last.nodes.get(node)
        if health is not None:
            found += [(health.dead, "dead"), (health.saturated, "saturated")]
    share, word = max((one for one in found if not math.isnan(one[0])), key=lambda one: one[0])
    return f"{100 * share:.0f} % {word}" if share >= WORTH else ""


def worst(last: Health, nodes: Sequence[str], ill: set[str]) -> str:
    """The first node that is ill, else the one with the smallest gradient; "" where none has."""
    known = [node for node in nodes if node in last.nodes]
    having = [node for node in known if not math.isnan(last.nodes[node].returned)]
    sick = [node for node in having if node in ill]
    if sick:
        return sick[0]
    return min(having, key=lambda node: last.nodes[node].returned, default="")


def trend(history: History, node: str, height: int) -> tuple[int, ...]:
    """The gradient by what a node gives over time, as heights 0 … `height`; () for none."""
    moments = history.moments
    if not node or len(moments) < 2:
        return ()
    step = max(1, -(-len(moments) // POINTS))
    picked = moments[::-1][::step][::-1]
    values = [one.nodes[node].returned for one in picked if node in one.nodes]
    logs = [math.log10(v) if 0 < v < math.inf else math.nan for v in values]
    known = [one for one in logs if not math.isnan(one)]
    if len(known) < 2:
        return ()
    low, span = min(known), max(max(known) - min(known), 1.0)
    return tuple(0 if math.isnan(one) else round(height * (one - low) / span) for one in logs)


def top(last: Health) -> int:
    """The power of 10 at or above the largest gradient: that of the widest wire."""
    values = (node.returned for node in last.nodes.values())
    known = [value for value in values if 0 < value < math.inf]
    return math.ceil(math.log10(max(known))) if known else 0


def width(gradient: float, top: int) -> float:
    """How wide a wire is drawn through which a gradient flows: `WIDTHS` over `DECADES` decades.

    0 where none does.
    """
    if math.isnan(gradient):
        return 0.0
    narrow, wide = WIDTHS
    if gradient <= 0:
        return narrow
    share = 1 + (min(math.log10(min(gradient, 1e300)), top) - top) / DECADES
    return round((narrow + (wide - narrow) * max(0.0, share)) * _GRAINS) / _GRAINS


def verdicts(illnesses: Iterable[Illness]) -> dict[str, str]:
    """What ill nodes say of themselves."""
    found: dict[str, str] = {}
    for illness in illnesses:
        if illness.node:
            found.setdefault(illness.node, illness.brief)
    return found
