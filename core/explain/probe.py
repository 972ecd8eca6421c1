"""What a node has at hand for one item: its input, its output, their gradients, its weights.

    probe(network, x, labels, node="conv1", wants=("x", "y", "dy", "weight", "dweight"))

Everything is the engine's own: one forward and, where a gradient is wanted, one backward pass of
the network as it is, with its running averages and without dropout, as after training. Nothing in
the network changes by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from numpy.typing import NDArray

from core.explain.steps import parts
from core.layers import NeoC, NeoS
from core.layers.separable import ONE
from core.network import Network

Host = NDArray[Any]
Labels = Host | Mapping[str, Host]


def probe(
    network: Network,
    x: Host,
    labels: Labels | None = None,
    *,
    node: str,
    wants: Iterable[str] = ("x", "y"),
) -> dict[str, Host]:
    """Copies of the tensors of a node for one item (C, H, W), by name, without the batch axis.

    Wants: "x" ("x1", "x2", … are the further inputs), "y", their gradients "dx", "dx1", "dy", each
    weight by its name and its gradient as "dweight"; "target", what an Output learns from; "z" and
    "dz" between the parts of a layer that is two in one; "v", what inhibits the cells of a
    neocognitron. What a node does not have is left out, and
    so are gradients where there are no `labels` or where the node leads to no output. Where an
    array has several uses "dy" is the sum of what they all hand back, "dx" what this node does.

    NetworkError where the network cannot take the item.
    """
    wanted = set(wants)
    shared = set(_weight_names(network, node))
    with nothing_moves(network):
        learned = labels is not None and any(name.startswith("d") for name in wanted - shared)
        found = _passes(network, x[None], labels, node, backward=learned)
        if node in network.graph.nodes:
            found |= _own_steps(network, node, found)
        shared |= {f"d{name}" for name in shared}
        host = network.backend.asnumpy
        return {
            name: host(value if name in shared else value[0]).copy()
            for name, value in found.items()
            if name in wanted
        }


def _weight_names(network: Network, node: str) -> Iterable[str]:
    """Weights, which have no batch axis; GraphError where there is no such node."""
    return network.inference.nodes[network.whole[node].id].weights


def _passes(
    network: Network, x: Host, labels: Labels | None, node: str, *, backward: bool
) -> dict[str, Any]:
    """Inputs, output, target and the output's gradient on the device: the whole network runs."""
    batch, targets = (network.upload(x), {}) if labels is None else network.prepare(x, labels)
    values = network.run_forward(batch)
    node = network.whole.giver(node) or node  # of a bypassed one, what it hands on
    found = {"y": values[node]}
    for number, source in enumerate(network.graph.inputs_of(node)):
        found[f"x{number or ''}"] = values[source]
    if node in targets:
        found["target"] = targets[node]
    if backward:
        gradients = network.run_backward(network.losses(values, targets).gradients)
        if node in gradients:
            found["dy"] = gradients[node]
    return found


def _own_steps(network: Network, node: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """What a node computes by itself: its weights, its own gradients, and what lies between."""
    layer, (run, weights, gradients) = network.graph[node].layer, network.parts(node)
    is_two = len(parts(layer)) == 2 and not isinstance(layer, NeoS | NeoC)
    own = dict(weights)
    names = [name for name in found if name.startswith("x")]
    if not names:
        return own
    _, saved = layer.forward(run, weights, *(found[name] for name in names))
    if is_two:
        own["z"] = saved[1]
    elif isinstance(layer, NeoS | NeoC):
        own["v"] = layer.inhibition(saved)
    if "dy" not in found:
        return own
    dxs = layer.backward(run, weights, saved, found["dy"], gradients)
    own |= {f"d{name}": dx for name, dx in zip(names, dxs, strict=True)}
    own |= {f"d{name}": value for name, value in gradients.items()}
    if is_two:
        own["dz"] = _between(network, weights["pointwise"], own["z"], found["dy"])
    return own


def _between(network: Network, pointwise: Any, z: Any, dy: Any) -> Any:
    """The gradient by what the first part of a separable convolution gives."""
    dz, dy = (
        network.backend.xp.empty(z.shape, network.dtype),
        dy.reshape(*dy.shape[:2], *z.shape[2:]),
    )
    mixing = pointwise.reshape(*pointwise.shape[:2], 1, 1)  # of a signal it has one axis less
    return network.backend.conv2d_data(dy, mixing, window=ONE, groups=1, out=dz)


@contextmanager
def nothing_moves(network: Network) -> Iterator[None]:
    """Every node hands a gradient back meanwhile; afterwards all is as it was."""
    kept = network.gradients.copy()
    runs = [network.parts(id).run for id in network.graph.order]
    wanted = [run.wants_dx for run in runs]
    for run in runs:
        run.wants_dx = True
    try:
        yield
    finally:
        for run, wants in zip(runs, wanted, strict=True):
            run.wants_dx = wants
        network.gradients[...] = kept
