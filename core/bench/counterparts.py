"""A graph as PyTorch computes it: the same layers with the same weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from core.graph import Graph
from core.infer import NodeInfo
from core.layers import (
    Add,
    AvgPool2d,
    BatchNorm2d,
    ChannelPad,
    Concat,
    Conv2d,
    DepthwiseConv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Input,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
    Sigmoid,
    Slice2d,
    Softmax,
    Tanh,
)
from core.network import Network

# What these give, PyTorch does not need again: a ReLU behind them may overwrite it.
_OVERWRITABLE = (Conv2d, DepthwiseConv2d, BatchNorm2d, Linear, Add)


class Peer(nn.Module):
    """A network of ours in PyTorch, with its weights."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.graph = graph = network.graph
        nodes = network.inference.nodes
        made = {id: _module(graph.nodes[id].layer, nodes[id]) for id in graph.order}
        for id in graph.order:
            if isinstance(graph.nodes[id].layer, ReLU):
                made[id] = nn.ReLU(inplace=may_overwrite(graph, id))
        self._inputs = {id: graph.inputs_of(id) for id in graph.order}
        self.layers = nn.ModuleList(made.values())
        self._copy(network.weights())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The raw scores (N, K) of a batch N C H W."""
        values: dict[str, torch.Tensor] = {}
        for (id, sources), layer in zip(self._inputs.items(), self.layers, strict=True):
            inputs = [values[source] for source in sources] or [x]
            values[id] = layer(*inputs)
        return values[self.graph.of_type(Output)[0].id]

    def weights(self) -> dict[str, Any]:
        """The trained weights by our names, as arrays of their own."""
        return {
            f"{id}.{name}": value.detach().cpu().numpy().copy()
            for id, layer in zip(self._inputs, self.layers, strict=True)
            for name, value in layer.named_parameters()
        }

    def _copy(self, weights: Mapping[str, Any]) -> None:
        named = dict(zip(self._inputs, self.layers, strict=True))
        for name, value in weights.items():
            id, weight = name.split(".")
            with torch.no_grad():
                getattr(named[id], weight).copy_(torch.from_numpy(value))


def may_overwrite(graph: Graph, id: str) -> bool:
    """Whether a node may write over what it takes: nobody else reads it, now or backwards."""
    (source,) = graph.inputs_of(id)
    alone = len(graph.outgoing(source)) == 1
    return alone and isinstance(graph.nodes[source].layer, _OVERWRITABLE)


class _Call(nn.Module):
    """A function as a layer."""

    def __init__(self, call: Callable[..., torch.Tensor]) -> None:
        super().__init__()
        self.call = call

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        """The function's value."""
        return self.call(*inputs)


def _module(layer: Layer, info: NodeInfo) -> nn.Module:
    """PyTorch's counterpart of a layer for these input shapes."""
    if isinstance(layer, Conv2d):
        return _convolution(layer, info, layer.groups)
    if isinstance(layer, DepthwiseConv2d):
        return _convolution(layer, info, info.inputs[0][0])
    if isinstance(layer, MaxPool2d | AvgPool2d):
        return _pooling(layer, info)
    if isinstance(layer, Linear):
        return nn.Linear(info.inputs[0][0], layer.out_features, layer.bias)
    if isinstance(layer, BatchNorm2d):
        return nn.BatchNorm2d(info.inputs[0][0], layer.eps, layer.momentum)
    if type(layer) in _PLAIN:
        return _PLAIN[type(layer)](layer)
    raise ValueError(f"{type(layer).__name__} has no counterpart in the comparison yet.")


def _sum(*xs: torch.Tensor) -> torch.Tensor:
    total = xs[0] + xs[1]
    for x in xs[2:]:
        total = total + x
    return total


def _slice(layer: Slice2d) -> nn.Module:
    (top, left), (down, right) = layer.offset, layer.stride
    stop = layer.stop or None
    return _Call(lambda x: x[:, layer.start : stop, top::down, left::right])


def _channel_pad(layer: ChannelPad) -> nn.Module:
    return _Call(lambda x: functional.pad(x, (0, 0, 0, 0, layer.before, layer.after)))


# The layers that do not ask for their input's shape.
_PLAIN: dict[type[Layer], Callable[[Any], nn.Module]] = {
    Input: lambda _: nn.Identity(),
    Output: lambda _: nn.Identity(),
    ReLU: lambda _: nn.ReLU(),
    LeakyReLU: lambda layer: nn.LeakyReLU(layer.negative_slope),
    Sigmoid: lambda _: nn.Sigmoid(),
    Tanh: lambda _: nn.Tanh(),
    Softmax: lambda _: nn.Softmax(dim=1),
    Dropout: lambda layer: nn.Dropout(layer.p),
    Flatten: lambda _: nn.Flatten(),
    GlobalAvgPool2d: lambda _: _Call(lambda x: x.mean((2, 3))),
    Add: lambda _: _Call(_sum),
    Concat: lambda _: _Call(lambda *xs: torch.cat(xs, dim=1)),
    Slice2d: _slice,
    ChannelPad: _channel_pad,
}


def _convolution(layer: Conv2d | DepthwiseConv2d, info: NodeInfo, groups: int) -> nn.Module:
    top, bottom, left, right = layer.window(*info.inputs).padding
    assert info.output
    made = nn.Conv2d(
        info.inputs[0][0],
        info.output[0],
        layer.kernel_size,
        layer.stride,
        (top, left) if (top, left) == (bottom, right) else 0,
        layer.dilation,
        groups,
        layer.bias,
    )
    if (top, left) != (bottom, right):
        made.register_forward_pre_hook(
            lambda _, inputs: (functional.pad(inputs[0], (left, right, top, bottom)),)
        )
    return made


def _pooling(layer: MaxPool2d | AvgPool2d, info: NodeInfo) -> nn.Module:
    top, bottom, left, right = layer.window(*info.inputs).padding
    if (top, left) != (bottom, right):
        raise ValueError("pooling padded on one side has no counterpart in the comparison yet.")
    if isinstance(layer, MaxPool2d):
        return nn.MaxPool2d(layer.kernel_size, layer.stride, (top, left))
    return nn.AvgPool2d(
        layer.kernel_size, layer.stride, (top, left), count_include_pad=layer.count_include_pad
    )
