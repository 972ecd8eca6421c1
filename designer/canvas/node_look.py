"""What a node on the canvas shows, as a value: equal looks paint the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF

from core.flow import Direction
from core.graph import Graph
from core.infer import Inference
from core.layers import Layer
from core.tongue import tr
from designer.canvas.geometry import gives_output, input_at, inputs_shown, output_at
from designer.notation import notation, shape_text
from designer.widgets.numbers import locale, localized

GROUP = tr("Group")  # the kind of a collapsed group


@dataclass(frozen=True)
class NodeLook:
    """Everything a node shows; equal looks paint the same.

    Attributes: of a collapsed group the `kind` is GROUP and `times` says how often it repeats one
    thing; a `bypassed` node is pale, and what comes in passes through.
    """

    title: str
    brief: str
    size: str
    family: str
    kind: str
    inputs: tuple[QPointF, ...] = ()
    wired: frozenset[int] = frozenset()
    outputs: tuple[QPointF, ...] = ()
    feeds: frozenset[int] = frozenset()
    sentence: str = ""
    severity: str = ""
    times: int = 1
    bypassed: bool = False


def look_of(graph: Graph, inference: Inference, id: str, flow: Direction) -> NodeLook:
    """How a node of a graph looks where data flow so."""
    node, info = graph[id], inference.nodes.get(id)
    problems = sorted(inference.problems_of(id), key=lambda problem: problem.severity)
    told = problems[0].sentence.removeprefix(node.title).strip() if problems else ""
    sentence = notation.sentence(told) if told else ""
    fresh = fresh_look(node.layer, flow, title=node.title)
    return NodeLook(
        title=fresh.title,
        brief=fresh.brief,
        size=shape_text(info.output) if info and info.output else "",
        family=fresh.family,
        kind=fresh.kind,
        inputs=fresh.inputs,
        wired=frozenset(wire.slot for wire in graph.incoming(id)),
        outputs=fresh.outputs,
        feeds=frozenset((0,) if graph.outgoing(id) else ()),
        sentence=sentence[:1].upper() + sentence[1:],
        severity=problems[0].severity if problems else "",
        bypassed=node.bypassed,
    )


def fresh_look(layer: Layer, flow: Direction, *, title: str = "") -> NodeLook:
    """How a layer looks before it is part of a network."""
    return _fresh_look(layer, flow, title, locale().name())


@lru_cache(maxsize=2048)
def _fresh_look(layer: Layer, flow: Direction, title: str, language: str) -> NodeLook:
    """The same, remembered for each `language`, in which numbers are written."""
    slots = (input_at((0, 0), layer, slot, flow) for slot in range(inputs_shown(layer)))
    return NodeLook(
        title=title or layer.label,
        brief=localized(layer.brief()) or layer.label,
        size="",
        family=layer.family,
        kind=type(layer).__name__,
        inputs=tuple(QPointF(*at) for at in slots),
        outputs=(QPointF(*output_at((0, 0), flow)),) if gives_output(layer) else (),
    )
