"""What helps a network that does not learn: an edit of the graph or of the plan, with its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.fixes import AddLayers, Fix, PutLayer
from core.graph import Graph
from core.infer import Inference
from core.initializers import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LeCunNormal,
)
from core.layers import BatchNorm1d, BatchNorm2d, LeakyReLU, ReLU
from core.plan import Plan
from core.tongue import tr

PATIENCE = 2  # epochs without a better validation loss
BY_FAN = (HeNormal, HeUniform, GlorotNormal, GlorotUniform, LeCunNormal)


@dataclass(frozen=True)
class Remedy:
    """What a button does.

    Attributes:
        fix: its words, and the changes of the graph.
        lr, patience: of the plan, None where they stay.
    """

    fix: Fix
    lr: float | None = None
    patience: int | None = None

    @property
    def text(self) -> str:
        """The words on the button; "" where there is nothing to do."""
        return self.fix.text

    def plan(self, plan: Plan) -> Plan:
        """A plan after it."""
        if self.lr is not None:
            plan = plan.replace(optimizer=plan.optimizer.replace(lr=self.lr))
        return plan if self.patience is None else plan.replace(patience=self.patience)


NOTHING = Remedy(Fix("", ()))


def rate(lr: float) -> Remedy:
    """Another learning rate."""
    return Remedy(Fix(tr("Set the learning rate to {lr:g}", lr=lr), ()), lr=float(f"{lr:.6g}"))


def early() -> Remedy:
    """Stop as soon as validation gets no better; the best weights are kept."""
    text = tr("Stop after {patience} epochs without a better validation loss", patience=PATIENCE)
    return Remedy(Fix(text, ()), patience=PATIENCE)


def lively(graph: Graph, nodes: Sequence[str]) -> Remedy:
    """ReLU in place of bounded activations."""
    changes = tuple(PutLayer(node, ReLU()) for node in nodes)
    return Remedy(Fix(tr("Replace {graph} with ReLU", graph=_named(graph, nodes)), changes))


def awake(graph: Graph, known: Inference, nodes: Sequence[str]) -> Remedy:
    """Batch normalization before activations whose units are dead, else leaky ReLU in place."""
    wakened = normed(graph, known, nodes)
    if wakened.text:
        return wakened
    changes = tuple(PutLayer(node, LeakyReLU()) for node in nodes)
    return Remedy(Fix(tr("Replace {graph} with leaky ReLU", graph=_named(graph, nodes)), changes))


def drawn(graph: Graph, nodes: Sequence[str]) -> Remedy:
    """Weights that start at random, as large as the number of inputs asks for."""
    changes = tuple(
        PutLayer(node, graph[node].layer.replace(weight_init=HeNormal())) for node in nodes
    )
    return Remedy(
        Fix(
            tr("Let the weights of {graph} start as He normal", graph=_named(graph, nodes)), changes
        )
    )


def calm(graph: Graph, known: Inference) -> Remedy:
    """Smaller first weights where they do not go by the number of inputs, else normalization."""
    wild = [
        node.id
        for node in graph.nodes.values()
        if hasattr(node.layer, "weight_init") and not isinstance(node.layer.weight_init, BY_FAN)
    ]
    ordered = [id for id in graph.order if id in wild]
    return drawn(graph, ordered) if ordered else normed(graph, known)


def normed(graph: Graph, known: Inference, nodes: Sequence[str] = ()) -> Remedy:
    """Batch normalization before these activations, or before all that have none."""
    nodes = nodes or [id for id in graph.order if graph[id].layer.family == "activation"]
    changes = tuple(_norms(graph, known, nodes))
    if not changes:
        return NOTHING
    given = [change.target for change in changes]
    text = tr("Put batch normalization before {graph}", graph=_named(graph, given))
    return Remedy(Fix(text, changes))


def _norms(graph: Graph, known: Inference, nodes: Sequence[str]) -> Iterator[AddLayers]:
    for node in nodes:
        (source, *_) = graph.inputs_of(node)
        shape = known.nodes[source].output
        if shape is not None and graph[source].layer.family != "normalization":
            layer = BatchNorm1d() if len(shape) < 3 else BatchNorm2d()
            yield AddLayers((layer,), source, node)


def _named(graph: Graph, nodes: Sequence[str]) -> str:
    """Layers in words: "relu1", "relu1 and relu2", "relu1 and 4 others"."""
    first = graph[nodes[0]].title
    if len(nodes) == 1:
        return first
    if len(nodes) == 2:
        return tr("{first} and {title}", first=first, title=graph[nodes[1]].title)
    return tr("{first} and {count} others", first=first, count=len(nodes) - 1)
