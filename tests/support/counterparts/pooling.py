"""PyTorch's side of the family "pooling"."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from core import layers
from tests.support.cases.case import Case
from tests.support.counterparts.counterpart import Counterparts, Weights, padded


def _max_pool(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    window = case.layer.window(*case.inputs)
    return functional.max_pool2d(padded(xs[0], window, float("-inf")), window.kernel, window.stride)


def _avg_pool(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    window = case.layer.window(*case.inputs)
    total = functional.avg_pool2d(
        padded(xs[0], window, 0.0), window.kernel, window.stride, divisor_override=1
    )
    if case.layer.count_include_pad:
        return total / (window.kernel[0] * window.kernel[1])
    ones = padded(torch.ones_like(xs[0]), window, 0.0)
    return total / functional.avg_pool2d(ones, window.kernel, window.stride, divisor_override=1)


COUNTERPARTS: Counterparts = {
    layers.MaxPool2d: _max_pool,
    layers.AvgPool2d: _avg_pool,
    layers.GlobalAvgPool2d: lambda case, w, xs: functional.adaptive_avg_pool2d(xs[0], 1).flatten(1),
}
