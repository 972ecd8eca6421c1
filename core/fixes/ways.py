"""Which fixes there are for a problem: candidates, each tried, and what it makes of the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.advice import FEW_CLASSES, advice, too_few_classes
from core.fixes import habits, meeting, sizes, wiring
from core.fixes.fix import Fix, TakeOut, repaired
from core.graph import Graph, GraphError
from core.infer import Inference, Problem, infer
from core.layers import Input, Output
from core.shapes import Shape
from core.tongue import tr

MOST = 5  # that one problem offers

Candidates = Callable[[Graph, Inference, Problem], Iterator[Fix]]


@dataclass(frozen=True)
class Resized:
    """The output of a node before and after a fix; `before` is None where it was not known."""

    node: str
    title: str
    before: Shape | None
    after: Shape


@dataclass(frozen=True)
class WayOut:
    """A fix that was tried and removes its problem.

    Attributes:
        fix: to be made by `repaired`.
        sizes: the nodes whose output differs afterwards, in the order data flows.
        parameters: how many more there are, negative where there are fewer; None where the
            number before was not known.
        solved: whether no error is left anywhere.
    """

    fix: Fix
    sizes: tuple[Resized, ...]
    parameters: int | None
    solved: bool


def ways_out(
    graph: Graph, problem: Problem, *, known: Inference | None = None, most: int = MOST
) -> tuple[WayOut, ...]:
    """Fixes that remove a problem of this graph, those first after which nothing is wrong.

    `known` is what `infer` says of the graph, where somebody has asked already.
    """
    known = known or infer(graph)
    candidates = CANDIDATES.get(problem.kind)
    if candidates is None:
        return ()
    found, seen = list[WayOut](), set[Graph]()
    for fix in candidates(graph, known, problem):
        way = _tried(graph, known, problem, fix, seen)
        if way is not None:
            found.append(way)
        if sum(one.solved for one in found) == most:
            break
    if not found and problem.node in graph.nodes:
        found += _last_resort(graph, known, problem, seen)
    return tuple(sorted(found, key=lambda one: not one.solved)[:most])


def _last_resort(
    graph: Graph, known: Inference, problem: Problem, seen: set[Graph]
) -> Iterator[WayOut]:
    """Without the node there is no problem, but that is seldom what was meant."""
    node = graph[problem.node]
    if not isinstance(node.layer, Input | Output):
        fix = Fix(tr("Take out {title}", title=node.title), (TakeOut(node.id),))
        way = _tried(graph, known, problem, fix, seen)
        if way is not None:
            yield way


def _tried(
    graph: Graph, known: Inference, problem: Problem, fix: Fix, seen: set[Graph]
) -> WayOut | None:
    """What a fix makes of the graph; None where it does not help, or does what another does."""
    try:
        after = repaired(graph, fix)
    except GraphError:
        return None
    if after in seen:
        return None
    seen.add(after)
    then = infer(after)
    if _still_there(problem, after, then) or _broken(known, then, problem):
        return None
    sizes = tuple(
        Resized(id, after[id].title, _output(known, id), shape)
        for id in after.order
        if (shape := then.nodes[id].output) is not None and shape != _output(known, id)
    )
    more = then.parameters - known.parameters if known.ok else None
    return WayOut(fix, sizes, more, then.ok)


def _still_there(problem: Problem, graph: Graph, then: Inference) -> bool:
    told = then.problems
    if problem.severity == "advice":
        told += advice(graph, then)
    if problem.wanted:
        told += too_few_classes(graph, then, problem.wanted)
    if problem.severity == "error" and problem.node:
        return any(one.node == problem.node and one.severity == "error" for one in told)
    return any((one.node, one.kind) == (problem.node, problem.kind) for one in told)


def _broken(known: Inference, then: Inference, problem: Problem) -> bool:
    """Whether something is wrong now where nothing was."""
    faults = {(one.node, one.kind) for one in known.problems}
    return any(
        (one.node, one.kind) not in faults
        and (one.node not in known.nodes or _output(known, one.node) is not None)
        for one in then.problems
        if one.node and (one.severity == "error" or problem.severity != "error")
    )


def _output(known: Inference, node: str) -> Shape | None:
    return known.nodes[node].output if node in known.nodes else None


def _shape(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """A layer that cannot take what comes: several inputs do not meet, or one does not fit."""
    if graph[problem.node].layer.many_slots:
        yield from meeting.candidates(graph, known, problem.node)
    yield from sizes.candidates(graph, known, problem.node)


CANDIDATES: dict[str, Candidates] = {
    "shape": _shape,
    "empty": wiring.first_input,
    "no-input": wiring.first_input,
    "no-output": wiring.first_output,
    "second-input": wiring.one_input,
    "missing-wire": wiring.missing_wire,
    "loose": wiring.loose_end,
    "twice-softmax": habits.taken_out,
    FEW_CLASSES: habits.more_units,
    "stride-beyond-kernel": habits.stride_within_kernel,
    "dropped-cells": habits.nothing_dropped,
    "even-kernel": habits.odd_kernel,
    "relu-before-loss": habits.taken_out,
    "one-dense-layer": habits.lighter_dense,
    "narrow-view": habits.wider_view,
    "bias-before-norm": habits.without_bias,
    "linear-on-linear": habits.something_between,
}
