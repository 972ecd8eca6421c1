"""Advice on a design: what a teacher would mention, and what a person has waved away. No Qt.

What is waved away is kept in the design, node by node: it is about this network, it travels with
the file to whoever opens it, and undo brings it back.
"""

from __future__ import annotations

from dataclasses import replace

from core.advice import advice, too_few_classes
from core.design import Design
from core.infer import Inference, Problem


def advice_on(design: Design, known: Inference, classes: int = 0) -> tuple[Problem, ...]:
    """The advice that nobody has waved away; `classes` is how many the data have, 0 unknown."""
    told = (*warnings_on(design, known, classes), *advice(design.graph, known))
    return tuple(one for one in told if (one.node, one.kind) not in design.dismissed)


def warnings_on(design: Design, known: Inference, classes: int = 0) -> tuple[Problem, ...]:
    """What of the advice is a warning: what the network and the data say of each other."""
    told = too_few_classes(design.graph, known, classes)
    return tuple(one for one in told if (one.node, one.kind) not in design.dismissed)


def dismissed(design: Design, problem: Problem) -> Design:
    """The design with a piece of advice waved away."""
    return replace(design, dismissed=design.dismissed | {(problem.node, problem.kind)})


def heeded(design: Design) -> Design:
    """The design with all advice back."""
    return replace(design, dismissed=frozenset())
