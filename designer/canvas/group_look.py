"""How a collapsed group looks as one node, and what a frame says of the group it holds."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from core.flow import Direction
from core.infer import Inference, Problem
from core.tongue import trn
from designer.canvas.frame_item import FrameLook
from designer.canvas.geometry import port_at
from designer.canvas.node_look import GROUP, NodeLook
from designer.document.shown import Shown
from designer.notation import shape_text
from designer.widgets.numbers import count, short_count


def group_look(seen: Shown, inference: Inference, group: str, flow: Direction) -> NodeLook:
    """How a collapsed group looks where data flow so."""
    ports = seen.ports[group]
    outputs, inputs = len(ports.outputs), len(ports.inputs)
    problem = _worst(seen, inference, group)
    last = inference.nodes.get(ports.outputs[-1]) if ports.outputs else None
    members = seen.groups.members[group]
    into = (port_at((0, 0), at, inputs, flow, output=False) for at in range(inputs))
    out = (port_at((0, 0), at, outputs, flow, output=True) for at in range(outputs))
    return NodeLook(
        title=seen.title(group),
        brief=brief_of(seen, inference, group, words=False),
        size=shape_text(last.output) if last and last.output else "",
        family="",
        kind=GROUP,
        inputs=tuple(QPointF(*at) for at in into),
        wired=frozenset(at for at, port in enumerate(ports.inputs) if port.source),
        outputs=tuple(QPointF(*at) for at in out),
        feeds=frozenset(at for at, node in enumerate(ports.outputs) if seen.graph.outgoing(node)),
        sentence=problem.sentence if problem else "",
        severity=problem.severity if problem else "",
        times=seen.times(group),
        bypassed=all(seen.graph[node].bypassed for node in members),
    )


def frame_look(seen: Shown, inference: Inference, group: str) -> FrameLook:
    """What the frame of an open group says."""
    return FrameLook(
        title=seen.title(group),
        brief=brief_of(seen, inference, group, words=False),
        times=seen.times(group),
        depth=len(seen.groups.path(group)),
    )


def brief_of(seen: Shown, inference: Inference, group: str, *, words: bool) -> str:
    """How much is in a group: layers and parameters; without `words` these are a bare number."""
    members = seen.groups.members[group]
    layers = trn("{count} layer", "{count} layers", len(members), count=count(len(members)))
    known = (inference.nodes.get(node) for node in members)
    parameters = sum(info.cost.parameters for info in known if info)
    if not parameters:
        return layers
    said = f" parameter{'s' * (parameters > 1)}" if words else ""
    return f"{layers} · {short_count(parameters)}{said}"


def _worst(seen: Shown, inference: Inference, group: str) -> Problem | None:
    """The first error in a group, else its first warning."""
    members = seen.groups.members[group]
    found = [problem for problem in inference.problems if problem.node in members]
    return min(found, key=lambda problem: _RANK.get(problem.severity, 2), default=None)


_RANK = {"error": 0, "warning": 1}
