"""PyTorch's side of the comparisons: each layer's counterpart, and what it gives for a case.

Only tests marked `oracle` and `tests.support.store_oracle` import this: it needs torch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core import layers
from core.shapes import Window
from tests.support.layer_cases import Case
from tests.support.layer_run import Given, Result

Weights = dict[str, Tensor]
Counterpart = Callable[[Case, Weights, list[Tensor]], Tensor]


def _padded(x: Tensor, window: Window, value: float) -> Tensor:
    top, bottom, left, right = window.padding
    return functional.pad(x, (left, right, top, bottom), value=value)


def _conv2d(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    layer, window = case.layer, case.layer.window(*case.inputs)
    return functional.conv2d(
        _padded(xs[0], window, 0.0), w["weight"], w.get("bias"), window.stride,
        dilation=window.dilation, groups=layer.groups,
    )  # fmt: skip


def _max_pool(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    window = case.layer.window(*case.inputs)
    return functional.max_pool2d(
        _padded(xs[0], window, float("-inf")), window.kernel, window.stride
    )


def _avg_pool(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    window = case.layer.window(*case.inputs)
    total = functional.avg_pool2d(
        _padded(xs[0], window, 0.0), window.kernel, window.stride, divisor_override=1
    )
    if case.layer.count_include_pad:
        return total / (window.kernel[0] * window.kernel[1])
    ones = _padded(torch.ones_like(xs[0]), window, 0.0)
    return total / functional.avg_pool2d(ones, window.kernel, window.stride, divisor_override=1)


def _batch_norm(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return functional.batch_norm(
        xs[0], w["running_mean"], w["running_var"], w["weight"], w["bias"], case.training,
        case.layer.momentum, case.layer.eps,
    )  # fmt: skip


def _dropout(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    if not case.training:
        return xs[0]
    drawn = np.random.default_rng(case.seed).random(xs[0].shape, dtype="float32")
    return xs[0] * torch.tensor(drawn >= case.layer.p) / (1 - case.layer.p)


def _slope(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return functional.leaky_relu(xs[0], case.layer.negative_slope)


COUNTERPARTS: dict[type[layers.Layer], Counterpart] = {
    layers.Input: lambda case, w, xs: xs[0].clone(),
    layers.Output: lambda case, w, xs: xs[0].clone(),
    layers.Conv2d: _conv2d,
    layers.MaxPool2d: _max_pool,
    layers.AvgPool2d: _avg_pool,
    layers.GlobalAvgPool2d: lambda case, w, xs: functional.adaptive_avg_pool2d(xs[0], 1).flatten(1),
    layers.Linear: lambda case, w, xs: functional.linear(xs[0], w["weight"], w.get("bias")),
    layers.ReLU: lambda case, w, xs: functional.relu(xs[0]),
    layers.LeakyReLU: _slope,
    layers.Sigmoid: lambda case, w, xs: torch.sigmoid(xs[0]),
    layers.Tanh: lambda case, w, xs: torch.tanh(xs[0]),
    layers.Softmax: lambda case, w, xs: torch.softmax(xs[0], dim=1),
    layers.BatchNorm2d: _batch_norm,
    layers.Dropout: _dropout,
    layers.Add: lambda case, w, xs: sum(xs[1:], xs[0]),
    layers.Concat: lambda case, w, xs: torch.cat(xs, dim=1),
    layers.Flatten: lambda case, w, xs: xs[0].flatten(1),
}


def pytorch_result(case: Case, start: Given) -> Result:
    """What PyTorch gives for a case in float64."""
    inputs = [torch.tensor(x, requires_grad=True) for x in start.inputs]
    declared = case.layer.weights(*case.inputs)
    weights = {
        name: torch.tensor(values, requires_grad=declared[name].trained)
        for name, values in start.weights.items()
    }
    y = COUNTERPARTS[type(case.layer)](case, weights, inputs)
    y.backward(torch.tensor(start.dy))
    return Result(
        y.detach().numpy(),
        [_gradient(x) for x in inputs] if case.inputs else [],
        {name: _gradient(w) for name, w in weights.items() if w.requires_grad},
        {name: w.numpy() for name, w in weights.items() if not w.requires_grad},
    )


def _gradient(tensor: Tensor) -> Any:
    return np.zeros(tensor.shape) if tensor.grad is None else tensor.grad.numpy()
