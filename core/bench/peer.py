"""PyTorch's side: the same layers with the same weights, on the same batch.

    python -m core.bench.peer lenet5/32 2 contiguous       rounds, as `sides` asks for them
    python -m core.bench.peer lenet5/32 2 check            one step beside ours, compared

It is the only file that imports torch, and it always runs in a process of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from core.bench.sides import serve
from core.bench.workloads import OPTIMIZER, Workload, chosen
from core.graph import Graph
from core.infer import NodeInfo, infer
from core.layers import (
    Add,
    AvgPool2d,
    BatchNorm2d,
    Concat,
    Conv2d,
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
    Softmax,
    Tanh,
)
from core.network import Network

FORMATS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


class Peer(nn.Module):
    """A graph as PyTorch computes it; weights as in our own network of the same seed."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        nodes = infer(graph).nodes
        self.graph = graph
        self.layers = nn.ModuleList(_module(graph.nodes[id].layer, nodes[id]) for id in graph.order)
        self._copy(Network(graph))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The raw scores (N, K) of a batch N C H W."""
        values: dict[str, torch.Tensor] = {}
        for id, layer in zip(self.graph.order, self.layers, strict=True):
            inputs = [values[source] for source in self.graph.inputs_of(id)] or [x]
            values[id] = layer(*inputs)
        return values[self.graph.of_type(Output)[0].id]

    def gradients(self) -> dict[str, NDArray[Any]]:
        """Gradients by our names."""
        return {
            f"{id}.{name}": value.grad.numpy()
            for id, layer in zip(self.graph.order, self.layers, strict=True)
            for name, value in layer.named_parameters()
            if value.grad is not None
        }

    def _copy(self, network: Network) -> None:
        named = dict(zip(self.graph.order, self.layers, strict=True))
        for name, value in network.weights().items():
            id, weight = name.split(".")
            with torch.no_grad():
                getattr(named[id], weight).copy_(torch.from_numpy(value))


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
        return _convolution(layer, info)
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
}


def _convolution(layer: Conv2d, info: NodeInfo) -> nn.Module:
    top, bottom, left, right = layer.window(*info.inputs).padding
    made = nn.Conv2d(
        info.inputs[0][0],
        layer.out_channels,
        layer.kernel_size,
        layer.stride,
        (top, left) if (top, left) == (bottom, right) else 0,
        layer.dilation,
        layer.groups,
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


def check(load: Workload) -> dict[str, float]:
    """How far the two sides are apart after one forward and backward, in float32.

    "loss": the relative difference; "gradient": the length of the difference of the whole
    networks' gradients, relative to the gradient's length.
    """
    x, labels = load.items()
    network, model = Network(load.graph()), Peer(load.graph())
    ours = network.loss_and_gradients(x, labels)
    loss = functional.cross_entropy(model(torch.from_numpy(x)), torch.from_numpy(labels))
    torch.autograd.backward(loss)
    theirs, gradients = loss.item(), model.gradients()
    distance = sum(float(((network.gradient(n) - g) ** 2).sum()) for n, g in gradients.items())
    length = sum(float((g**2).sum()) for g in gradients.values())
    return {"loss": abs(ours - theirs) / abs(theirs), "gradient": (distance / length) ** 0.5}


def rounds(load: Workload, layout: str) -> None:
    """Train on the workload's batch, round by round, in one of PyTorch's memory formats."""
    model = Peer(load.graph()).to(memory_format=FORMATS[layout])  # type: ignore[call-overload]
    x, labels = (torch.from_numpy(array) for array in load.items())
    optimizer = torch.optim.SGD(
        model.parameters(),
        OPTIMIZER.lr,
        OPTIMIZER.momentum,
        fused=True if layout == "channels_last" else None,
    )

    def step() -> float:
        optimizer.zero_grad(set_to_none=True)
        batch = x.contiguous(memory_format=FORMATS[layout])
        loss = functional.cross_entropy(model(batch), labels)
        torch.autograd.backward(loss)
        optimizer.step()
        return loss.item()

    serve(f"PyTorch {torch.__version__.split('+')[0]} {layout}", step)


def main(workload: str, threads: int, task: str) -> None:
    """Do a side's rounds in a memory format, or check that both sides compute the same."""
    (load,) = chosen([workload])
    torch.set_num_threads(threads)
    if task == "check":
        print(json.dumps(check(load)))
    else:
        rounds(load, task)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
