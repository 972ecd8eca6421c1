"""What keeps a network from learning, told from the figures of its layers, and what would help.

`examine` looks at the recent moments of a run. Each rule has its thresholds beside it: they are
rules of thumb, found on networks that have the illness and on ones that do not. Where one illness
brings another with it, the cause alone is told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from core.graph import Graph
from core.layers import Output
from core.tongue import tr
from core.training import remedies
from core.training.case import Case, Illness, figure, percent, times
from core.training.checkup import BOUNDED
from core.training.outcome import overfitting, unlearned

GOOD_UPDATE = (1e-4, 3e-2)  # of the weights in a step: the band that networks learn well in
LEAST_ITEMS = 96  # that dead units are looked for in: fewer would call rare ones dead
DEAD = 0.5  # of the units of a layer
SATURATED = 0.5  # of the values of a layer
FROM_THE_START = 0.5  # of what is ill now was so at the first check: the rate is not to blame
FAR = 100.0  # times between the gradients of the first and the last layers
WEAK = 30.0  # the same, measured by the weights
TINY_UPDATE = 1e-5
HUGE_UPDATE = 0.1  # at some step
WISE_UPDATE = 0.05  # as far as a step should ever go
MOST_CUT = 1000.0  # by which a rate is made smaller at once


Rule = Callable[[Case], Iterator[Illness]]


def examine(case: Case) -> tuple[Illness, ...]:
    """What is wrong, the worst first; nothing for a healthy run, or before enough was seen."""
    if case.failed and case.failed.get("cause") == "rate":
        return (_diverged(case, case.failed),)
    if not case.begun:
        return ()
    found: list[Illness] = []
    for rules in STAGES:
        found += [illness for rule in rules for illness in rule(case)]
        if found:
            break
    return tuple(found)


# ---- the loss ---------------------------------------------------------------------------


def _diverged(case: Case, failed: Mapping[str, Any]) -> Illness:
    """The loss became something that is no number."""
    node, rate = str(failed.get("node") or ""), failed.get("lower_rate")
    evidence = {"epoch": float(failed.get("epoch") or 0), "step": float(failed.get("step") or 0)}
    node = node if node in case.graph.nodes else ""
    lr = float(rate) if isinstance(rate, int | float) else case.lr / 10
    if case.history.last is not None:
        peak = max((_peak(case, id) for id in case.having("update")), default=0.0)
        lr = min(lr, case.lr / _too_much(peak))
    return Illness(
        "diverged",
        node,
        str(failed.get("sentence", "")),
        tr("The loss became no number."),
        evidence,
        remedies.rate(lr),
    )


def _rate_high(case: Case) -> Iterator[Illness]:
    """Steps so long that the loss does not fall, or rises."""
    peaks = {id: _peak(case, id) for id in case.having("update")}
    worst = max(peaks, key=lambda id: peaks[id], default="")
    if not worst or case.early or not case.still or peaks[worst] < HUGE_UPDATE:
        return
    yield Illness(
        "rate-high",
        worst,
        tr(
            "{worst} was moved by {peak} of its weights in one step, and the loss went from {loss}"
            " to {loss2}: the learning rate of {lr:g} is too high.",
            worst=case.title(worst),
            peak=percent(peaks[worst]),
            loss=figure(case.first.loss),
            loss2=figure(case.loss),
            lr=case.lr,
        ),
        tr("Moved by {peak} in a step: the rate is too high.", peak=percent(peaks[worst])),
        {"update": peaks[worst], "first loss": case.first.loss, "loss": case.loss},
        remedies.rate(case.lr / _too_much(peaks[worst])),
    )


def _peak(case: Case, node: str) -> float:
    """The largest move of a layer's weights in a step; from 0 every move is without measure."""
    moves = [value for value in case.history.series(node, "update") if math.isfinite(value)]
    return float(max(moves, default=0.0))


def _too_much(update: float) -> float:
    """By how many times a step was too long, as a power of 10: 10 at least, `MOST_CUT` at most.

    Steps of a network that is about to burst are longer than the rate alone has made them.
    """
    times = 10.0 ** max(1, math.ceil(math.log10(max(update, 1e-30) / WISE_UPDATE)))
    return float(min(times, MOST_CUT))


def _rate_low(case: Case) -> Iterator[Illness]:
    """Steps so short that nothing happens."""
    nodes = case.having("update")
    moves = sorted(case.usual(id, "update") for id in nodes)
    if not moves or not case.still:
        return
    middle = moves[len(moves) // 2]
    if not 0 < moves[-1] < TINY_UPDATE * 10 or middle >= TINY_UPDATE:
        return
    slowest = min(nodes, key=lambda id: case.usual(id, "update"))
    factor = 10.0 ** round(math.log10(1e-3 / max(middle, 1e-30)))
    yield Illness(
        "rate-low",
        slowest,
        tr(
            "{slowest} is moved by {slowest2} of its weights in a step, good is about 0.001: the"
            " learning rate of {lr:g} is too low.",
            slowest=case.title(slowest),
            slowest2=figure(case.usual(slowest, "update")),
            lr=case.lr,
        ),
        tr("Hardly moves: the rate is too low."),
        {"update": case.usual(slowest, "update"), "median update": middle, "loss": case.loss},
        remedies.rate(case.lr * factor),
    )


# ---- gradients on their way -------------------------------------------------------------


def _ways(case: Case) -> tuple[str, dict[str, float]]:
    """The last layer with weights, and by how much each other one's gradient differs from its.

    Nothing after a start with long steps, as long as that may still be all that is wrong: such
    steps put gradients out of order by themselves, for a while or, at too high a rate, for good.
    """
    if case.early and any(_peak(case, id) >= HUGE_UPDATE for id in case.having("update")):
        return "", {}
    nodes = [id for id in case.having("returned") if not math.isnan(case.usual(id, "weight"))]
    if len(nodes) < 2 or not 0 < case.usual(nodes[-1], "returned") < math.inf:
        return "", {}
    last = nodes[-1]
    return last, {
        id: case.usual(id, "returned") / case.usual(last, "returned") for id in nodes[:-1]
    }


def _vanishing(case: Case) -> Iterator[Illness]:
    """Layers that hardly hear how to learn.

    Where nothing on the way shrinks a gradient and the network learns well, a small one is no
    sign of that: normalization divides it by whatever scale it has taken out, and a shortcut leads
    around the layer.
    """
    last, ways = _ways(case)
    faint = [id for id, ratio in ways.items() if ratio < 1 / FAR and _is_weak(case, id, last)]
    between = [
        id for id in case.graph.order if type(case.graph[id].layer).__name__ in BOUNDED
    ]  # those that shrink every gradient
    if not faint or (case.thrives and not between):
        return
    worst = min(faint, key=lambda id: ways[id])
    why = tr(": {between} shrink it on its way", between=case.names(between)) if between else ""
    yield Illness(
        "vanishing",
        worst,
        tr(
            "{worst} gets {case}{why}.",
            worst=case.title(worst),
            case=_fainter(case, worst, last),
            why=why,
        ),
        f"{_fainter(case, worst, last).removeprefix('a ').capitalize()}.",
        {
            "gradient": case.usual(worst, "returned"),
            "last gradient": case.usual(last, "returned"),
            "ratio": ways[worst],
        },
        remedies.lively(case.graph, between)
        if between
        else remedies.normed(case.graph, case.known),
    )


def _fainter(case: Case, node: str, last: str) -> str:
    """How much smaller a layer's gradient is than the last layer's."""
    gradient = case.usual(node, "returned")
    if gradient <= 0:
        return tr("no gradient at all")
    ratio = case.usual(last, "returned") / gradient
    return tr("a gradient {ratio} smaller than {last}", ratio=times(ratio), last=case.title(last))


def _is_weak(case: Case, node: str, last: str) -> bool:
    """Whether a layer's gradient is small by its weights too, and not by its shape alone."""

    def share(id: str) -> float:
        return case.usual(id, "gradient") / max(case.usual(id, "weight"), 1e-30)

    return share(node) < share(last) / WEAK


def _exploding(case: Case) -> Iterator[Illness]:
    last, ways = _ways(case)
    worst = max(ways, key=lambda id: ways[id], default="")
    if not worst or ways[worst] < FAR or not case.still:
        return
    yield Illness(
        "exploding",
        worst,
        tr(
            "{worst} gets a gradient {way} larger than {last}: every layer on the way makes it"
            " longer.",
            worst=case.title(worst),
            way=times(ways[worst]),
            last=case.title(last),
        ),
        tr(
            "Gradient {way} larger than that of {last}.",
            way=times(ways[worst]),
            last=case.title(last),
        ),
        {
            "gradient": case.usual(worst, "returned"),
            "last gradient": case.usual(last, "returned"),
            "ratio": ways[worst],
        },
        remedies.calm(case.graph, case.known),
    )


# ---- units ------------------------------------------------------------------------------


def _dead(case: Case) -> Iterator[Illness]:
    """Units without a gradient; where the others learn well without them nothing is wrong.

    A rough start kills units that nobody misses later, and some give nothing before they are asked
    for: until it is over, only layers of which nothing is left are told.
    """
    last = case.history.last
    if last is None or last.items * last.checks < LEAST_ITEMS or case.thrives:
        return
    least = 1.0 if case.early else DEAD
    found = [id for id in case.having("dead") if case.now(id, "dead") >= least]
    if not found:
        return
    node = found[0]
    share = case.now(node, "dead")
    at_first = case.first.nodes[node].dead if node in case.first.nodes else math.nan
    more = tr(", {count} more layers likewise", count=len(found) - 1) if len(found) > 2 else ""
    more = tr(", one more layer likewise") if len(found) == 2 else more
    yield Illness(
        "dead",
        node,
        tr(
            "{node}: {share} of its units gave 0 for all of the last {items} items{more}. A unit"
            " that gives 0 gets no gradient.",
            node=case.title(node),
            share=percent(share),
            items=last.items * last.checks,
            more=more,
        ),
        tr("{share} of its units are dead.", share=percent(share)),
        {"dead": share, "dead at first": at_first, "items": float(last.items * last.checks)},
        remedies.awake(case.graph, case.known, found)
        if at_first >= FROM_THE_START * share
        else remedies.rate(case.lr / 10),
    )


def _saturated(case: Case) -> Iterator[Illness]:
    found = [
        id
        for id in case.having("saturated")
        if case.now(id, "saturated") >= SATURATED and not _ends(case.graph, id)
    ]
    if not found:
        return
    node = found[0]
    share = case.now(node, "saturated")
    at_first = case.first.nodes[node].saturated if node in case.first.nodes else math.nan
    yield Illness(
        "saturated",
        node,
        tr(
            "{node}: {share} of its values are at one of its ends, where the curve is flat and"
            " hardly a gradient gets through.",
            node=case.title(node),
            share=percent(share),
        ),
        tr("{share} of its values are saturated.", share=percent(share)),
        {"saturated": share, "saturated at first": at_first},
        remedies.normed(case.graph, case.known, found)
        if at_first >= FROM_THE_START * share
        else remedies.rate(case.lr / 10),
    )


def _ends(graph: Graph, node: str) -> bool:
    """Whether an activation hands its values to an Output alone: there it may well decide."""
    onward = [graph[wire.target].layer for wire in graph.outgoing(node)]
    return all(isinstance(layer, Output) for layer in onward)


def _alike(case: Case) -> Iterator[Illness]:
    """Weights that all start equal: units that are alike stay alike."""
    same = [id for id in case.having("weight") if _constant_start(case, id)]
    if not same or not case.still:
        return
    node = same[0]
    gradient = case.usual(node, "gradient")
    yield Illness(
        "alike",
        node,
        tr(
            "{node}: all its weights start as the same number and get a gradient of {gradient}:"
            " its units are all alike and stay so.",
            node=case.title(node),
            gradient=figure(gradient),
        ),
        tr("All its units are alike and stay so."),
        {"gradient": gradient, "weight": case.usual(node, "weight")},
        remedies.drawn(case.graph, same),
    )


def _constant_start(case: Case, node: str) -> bool:
    start = getattr(case.graph[node].layer, "weight_init", None)
    return type(start).__name__ == "Constant"


STAGES: tuple[tuple[Rule, ...], ...] = (
    (_alike,),
    (_rate_high,),
    (_dead, _saturated),
    (_rate_low, _vanishing, _exploding),
    (unlearned, overfitting),
)
