"""What follows from a layer and its inputs, in words: sizes with their formula, costs, reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from core.design import Design
from core.graph import Node, Wire
from core.infer import Inference, NodeInfo
from core.layers import Layer
from core.shapes import AXES, volume
from core.tongue import tr, trn
from designer.notation import shape_text
from designer.widgets.numbers import bytes_text, count

SIZE = tr("Size")  # the caption of a node's sizes
Fact = tuple[str, str]  # a caption and what stands beside it; lines are separated by \n

MACS_TIP = tr("Multiply-adds for one item, biases not counted. 1 MAC = 2 FLOPs.")


def node_facts(node: Node, info: NodeInfo) -> list[Fact]:
    """Everything known of a node; empty where its input is not known."""
    if info.output is None:
        return []
    facts = [(SIZE, _sizes(info))]
    formula = _formula(info)
    if formula:
        facts.append((tr("Formula"), formula))
    left_out = _left_out(node.layer, info)
    if left_out:
        facts.append((tr("Left out"), left_out))
    facts.append((tr("Parameters"), _parameters(info)))
    facts.append((tr("MACs"), count(info.cost.macs)))
    if info.receptive is not None and info.inputs:
        h, w = info.receptive.size
        cells = f"{h} × {w}" if len(info.inputs[0]) == 3 else tr("{w} values", w=count(w))
        facts.append((tr("Sees"), tr("{cells} of the input", cells=cells)))
    return facts


def wire_facts(wire: Wire, design: Design, inference: Inference) -> list[Fact]:
    """What a wire carries."""
    source, target = design.graph[wire.source], design.graph[wire.target]
    facts = [(tr("From"), source.title), (tr("To"), target.title)]
    shape = inference.nodes[wire.source].output if wire.source in inference.nodes else None
    if shape is not None:
        facts += [(tr("Carries"), shape_text(shape)), (tr("Values"), count(volume(shape)))]
    return facts


def total_facts(design: Design, inference: Inference) -> list[Fact]:
    """The whole network."""
    memory = inference.memory(design.plan.batch_size, training=True)
    return [
        (tr("Layers"), count(len(design.graph.nodes))),
        (tr("Parameters"), count(inference.parameters)),
        (tr("MACs"), count(inference.macs)),
        (
            tr("Memory"),
            tr(
                "{memory} to train in batches of {batch_size}",
                memory=bytes_text(memory),
                batch_size=count(design.plan.batch_size),
            ),
        ),
    ]


def several_facts(nodes: Iterable[Node], inference: Inference) -> list[Fact]:
    """Several nodes together."""
    chosen = list(nodes)
    kinds = Counter(type(node.layer).__name__ for node in chosen)
    infos = [inference.nodes[node.id] for node in chosen if node.id in inference.nodes]
    return [
        (
            tr("Layers"),
            "\n".join(f"{count(number)} {kind}" for kind, number in kinds.most_common()),
        ),
        (tr("Parameters"), count(sum(info.cost.parameters for info in infos))),
        (tr("MACs"), count(sum(info.cost.macs for info in infos))),
    ]


def _sizes(info: NodeInfo) -> str:
    assert info.output is not None
    into = "\n".join(shape_text(shape) for shape in info.inputs)
    return f"{into} → {shape_text(info.output)}" if into else shape_text(info.output)


def _formula(info: NodeInfo) -> str:
    """The size formula per axis, on one line where height and width agree."""
    by_text: dict[str, list[str]] = {}
    for step in info.steps:
        by_text.setdefault(step.text, []).append(step.axis)
    lines = []
    for text, axes in by_text.items():
        name = "" if len(by_text) == 1 else f"{tr(' and ').join(axes)}: "
        lines.append(f"{name}{text}")
    return "\n".join(lines)


def _left_out(layer: Layer, info: NodeInfo) -> str:
    """Rows and columns at the end that no window reaches because the stride does not divide."""
    if not (info.steps and info.inputs and len(info.inputs[0]) == 3):  # none where bypassed
        return ""
    window = layer.window(*info.inputs)
    if window is None:
        return ""
    found = []
    for axis, name in enumerate(AXES):
        cells = window.dropped(axis, info.inputs[0][axis + 1])
        real = cells - window.sides(axis)[1]  # padding that is not reached costs nothing
        if real > 0:
            found.append(_lost(name, real))
    return tr(" and ").join(found)


def _lost(axis: str, lines: int) -> str:
    if axis == "height":
        return trn("the last row", "the last {count} rows", lines, count=lines)
    return trn("the last column", "the last {count} columns", lines, count=lines)


def _parameters(info: NodeInfo) -> str:
    lines = []
    trained = {name: weight for name, weight in info.weights.items() if weight.trained}
    for name, weight in trained.items():
        product = "×".join(str(size) for size in weight.shape)
        total = f" = {count(volume(weight.shape))}" if len(weight.shape) > 1 else ""
        lines.append(f"{name}: {product}{total}")
    total = count(info.cost.parameters)
    return "\n".join([total, *lines]) if lines else total
