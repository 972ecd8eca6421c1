"""PyTorch's side of the family "pooling"."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from core import layers
from tests.support.cases.case import Case
from tests.support.counterparts.counterpart import Counterparts, Weights, padded


def _max_pool(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    layer = case.layer
    if layer.ceil_mode:
        return functional.max_pool2d(xs[0], layer.kernel_size, layer.stride, _equal(layer), 1, True)
    window = layer.window(*case.inputs)
    return functional.max_pool2d(padded(xs[0], window, float("-inf")), window.kernel, window.stride)


def _avg_pool(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return _mean(case, xs[0], case.layer.count_include_pad)


def _mean(case: Case, x: Tensor, count_include_pad: bool = True) -> Tensor:
    layer = case.layer
    if layer.ceil_mode:
        return functional.avg_pool2d(
            x, layer.kernel_size, layer.stride, _equal(layer), True, count_include_pad
        )
    window = layer.window(*case.inputs)
    if count_include_pad:
        return functional.avg_pool2d(padded(x, window, 0.0), window.kernel, window.stride)
    ones = padded(torch.ones_like(x), window, 0.0)
    counts = functional.avg_pool2d(ones, window.kernel, window.stride, divisor_override=1)
    return _sum(case, x) / counts


def _sum(case: Case, x: Tensor) -> Tensor:
    window = case.layer.window(*case.inputs)
    return functional.avg_pool2d(
        padded(x, window, 0.0), window.kernel, window.stride, divisor_override=1
    )


def _equal(layer: layers.Layer) -> tuple[int, int]:
    """The padding where both sides of an axis are equal, as PyTorch takes it."""
    top, bottom, left, right = layer.padding
    assert (top, left) == (bottom, right)
    return top, left


def _lp_pool(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    p = case.layer.norm_type
    return _root(_mean(case, xs[0].abs() ** p), p)


def _root(mean: Tensor, p: float) -> Tensor:
    # Where a whole window is 0, the root has no slope: PyTorch would say NaN.
    blank = mean == 0
    return torch.where(blank, 0.0, torch.where(blank, 1.0, mean) ** (1 / p))


def _scaled_pool(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    pooled = (_sum if case.layer.mode == "sum" else _mean)(case, xs[0])
    return pooled * w["weight"].reshape(-1, 1, 1) + w["bias"].reshape(-1, 1, 1)


def _learned_pool(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    channels, size = xs[0].shape[1], case.layer.kernel_size
    filters = w["weight"].expand(channels, 1, *size)
    bias = w["bias"].expand(channels) if case.layer.bias else None
    return functional.conv2d(xs[0], filters, bias, size, groups=channels)


def _max_pool_1d(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    layer = case.layer
    if layer.ceil_mode:
        return functional.max_pool1d(
            xs[0], layer.kernel_size, layer.stride, layer.padding[0], 1, True
        )
    left, right = layer.window(*case.inputs).sides(1)
    x = functional.pad(xs[0], (left, right), value=float("-inf"))
    return functional.max_pool1d(x, layer.kernel_size, layer.stride)


def _avg_pool_1d(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return _mean_1d(case, xs[0], case.layer.count_include_pad)


def _mean_1d(case: Case, x: Tensor, count_include_pad: bool = True) -> Tensor:
    layer = case.layer
    size = (layer.kernel_size, layer.stride)
    if layer.ceil_mode:
        return functional.avg_pool1d(x, *size, layer.padding[0], True, count_include_pad)
    sides = layer.window(*case.inputs).sides(1)
    mean = functional.avg_pool1d(functional.pad(x, sides), *size)
    if count_include_pad:
        return mean
    return mean / functional.avg_pool1d(functional.pad(torch.ones_like(x), sides), *size)


def _lp_pool_1d(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    p = case.layer.norm_type
    return _root(_mean_1d(case, xs[0].abs() ** p), p)


def _learned_pool_1d(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    channels, size = xs[0].shape[1], case.layer.kernel_size
    filters = w["weight"].expand(channels, 1, size)
    bias = w["bias"].expand(channels) if case.layer.bias else None
    return functional.conv1d(xs[0], filters, bias, size, groups=channels)


COUNTERPARTS: Counterparts = {
    layers.MaxPool2d: _max_pool,
    layers.AvgPool2d: _avg_pool,
    layers.LpPool2d: _lp_pool,
    layers.ScaledPool2d: _scaled_pool,
    layers.LearnedPool2d: _learned_pool,
    layers.GlobalAvgPool2d: lambda case, w, xs: functional.adaptive_avg_pool2d(xs[0], 1).flatten(1),
    layers.GlobalMaxPool2d: lambda case, w, xs: functional.adaptive_max_pool2d(xs[0], 1).flatten(1),
    layers.AdaptiveAvgPool2d: lambda case, w, xs: functional.adaptive_avg_pool2d(
        xs[0], case.layer.output_size
    ),
    layers.MaxPool1d: _max_pool_1d,
    layers.AvgPool1d: _avg_pool_1d,
    layers.LpPool1d: _lp_pool_1d,
    layers.LearnedPool1d: _learned_pool_1d,
    layers.GlobalAvgPool1d: lambda case, w, xs: functional.adaptive_avg_pool1d(xs[0], 1).flatten(1),
    layers.GlobalMaxPool1d: lambda case, w, xs: functional.adaptive_max_pool1d(xs[0], 1).flatten(1),
    layers.AdaptiveAvgPool1d: lambda case, w, xs: functional.adaptive_avg_pool1d(
        xs[0], case.layer.output_size
    ),
}
