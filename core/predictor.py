"""A network made ready to answer quickly: for one picture, or a few, again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from core.kinds import Pair
from core.layers import Add, BatchNorm2d, Conv2d, DepthwiseConv2d, Linear, MaxPool2d, ReLU
from core.network import Array, Host, Network
from core.steps import only_reader, tiles


@dataclass(frozen=True)
class _Call:
    """What gives the value of node `id` from those of `sources`."""

    id: str
    sources: tuple[str, ...]
    compute: Callable[..., Array]


class Predictor:
    """A network with its weights as they are now; later changes do not reach it.

    Batch normalization becomes part of the convolution before it, sums and ReLUs are taken while
    its maps are written, filters are laid out once. Each call computes for `items` at a time.

        answer = Predictor(network)
        scores = answer(x)          # (1, K), as network.forward(x)
    """

    def __init__(self, network: Network, *, items: int = 1) -> None:
        self._network, self._items = network, items
        self._taken: set[str] = set()
        calls: dict[str, _Call] = {}
        for id in network.graph.order:
            if id not in self._taken:
                ids, call = self._convolution(id) or self._linear(id) or self._layer(id)
                calls[call.id] = call
                self._taken.update(ids)
        self._calls = [calls[id] for id in network.graph.order if id in calls]

    def __call__(self, x: Host) -> Host:
        """The raw scores (N, K) of the first output for N = `items` pictures N C H W."""
        network = self._network
        batch, values = network.upload(x), dict[str, Array]()
        with network.backend.busy:
            for call in self._calls:
                inputs = [values[source] for source in call.sources] or [batch]
                values[call.id] = call.compute(*inputs)
        return network.backend.asnumpy(values[network.outputs[0]]).copy()

    def _layer(self, id: str) -> tuple[list[str], _Call]:
        """A layer as it is."""
        network = self._network
        layer, (run, weights, _) = network.graph.nodes[id].layer, network.parts(id)

        def compute(*inputs: Array) -> Array:
            run.training = False
            return layer.forward(run, weights, *inputs)[0]

        return [id], _Call(id, network.graph.inputs_of(id), compute)

    def _linear(self, id: str) -> tuple[list[str], _Call] | None:
        """A fully connected layer and its ReLU."""
        network = self._network
        if not isinstance(network.graph.nodes[id].layer, Linear):
            return None
        weights = network.parts(id).weights
        ids = [id]
        if relu := only_reader(network.graph, id, ReLU):
            ids.append(relu)
        b = weights.get("bias")
        compute = network.backend.frozen_linear(
            weights["weight"].copy(), None if b is None else b.copy(),
            relu=len(ids) > 1, items=self._items,
        )  # fmt: skip
        return ids, _Call(ids[-1], network.graph.inputs_of(id), compute)

    def _convolution(self, id: str) -> tuple[list[str], _Call] | None:
        """A convolution with what follows: normalization, a sum, ReLU, max pooling."""
        network, graph = self._network, self._network.graph
        layer = graph.nodes[id].layer
        if not isinstance(layer, Conv2d | DepthwiseConv2d) or layer.padding_mode != "zeros":
            return None
        shape = network.inference.nodes[id].inputs[0]
        w, b = self._weights(id)
        ids, sources, pool = [id], list(graph.inputs_of(id)), (1, 1)
        if norm := only_reader(graph, id, BatchNorm2d):
            ids.append(norm)
            w, b = self._folded(norm, w, b)
        total = only_reader(graph, ids[-1], Add)
        if total and total not in self._taken and len(graph.inputs_of(total)) == 2:
            sources += [source for source in graph.inputs_of(total) if source != ids[-1]]
            ids.append(total)
        if relu := only_reader(graph, ids[-1], ReLU):
            ids.append(relu)
            pooling = only_reader(graph, relu, MaxPool2d)
            if pooling and len(sources) == 1 and tiles(graph, pooling):
                ids.append(pooling)
                pool = cast(Pair, cast(MaxPool2d, graph.nodes[pooling].layer).kernel_size)
        compute = network.backend.frozen_conv(
            w, b, window=layer.window(shape), shape=(self._items, *cast(Any, shape)),
            groups=layer.groups if isinstance(layer, Conv2d) else shape[0],
            relu=bool(relu), pool=pool,
        )  # fmt: skip
        return ids, _Call(ids[-1], tuple(sources), compute)

    def _weights(self, id: str) -> tuple[Array, Array | None]:
        weights = self._network.parts(id).weights
        b = weights.get("bias")
        return weights["weight"].copy(), None if b is None else b.copy()

    def _folded(self, norm: str, w: Array, b: Array | None) -> tuple[Array, Array]:
        """Filters and biases that give what the normalization makes of theirs."""
        layer = cast(BatchNorm2d, self._network.graph.nodes[norm].layer)
        run, weights, _ = self._network.parts(norm)
        run.training = False
        mean, scale = layer.standard(run, weights, w)
        factor = scale * weights["weight"]
        start = -mean if b is None else b - mean
        return w * factor.reshape(-1, 1, 1, 1), start * factor + weights["bias"]
