"""PyTorch's side of the family "reshaping"."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from core import layers
from tests.support.cases.case import Case
from tests.support.counterparts.counterpart import Counterparts, Weights


def _upsample(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    layer = case.layer
    corners = False if layer.mode == "bilinear" else None
    scale = tuple(float(size) for size in layer.scale_factor)
    return functional.interpolate(xs[0], scale_factor=scale, mode=layer.mode, align_corners=corners)


def _pad(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    layer = case.layer
    top, bottom, left, right = layer.padding
    sides = (left, right, top, bottom)
    if layer.mode in ("replicate", "reflect"):
        return functional.pad(xs[0], sides, mode=layer.mode)
    return functional.pad(xs[0], sides, value=layer.value if layer.mode == "constant" else 0.0)


def _crop(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    top, bottom, left, right = case.layer.cropping
    return functional.pad(xs[0], (-left, -right, -top, -bottom))


def _slice(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    layer = case.layer
    (row, column), (sh, sw) = layer.offset, layer.stride
    return xs[0][:, layer.start : layer.stop or None, row::sh, column::sw].clone()


def _zero_insert(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    channels, (bottom, right) = xs[0].shape[1], case.layer.tail
    ones = torch.ones((channels, 1, 1, 1), dtype=xs[0].dtype)
    y = functional.conv_transpose2d(xs[0], ones, stride=case.layer.stride, groups=channels)
    return functional.pad(y, (0, right, 0, bottom))


def _channel_pad(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    before, after = case.layer.before, case.layer.after
    return functional.pad(xs[0], (*(0, 0) * (xs[0].ndim - 2), before, after))


COUNTERPARTS: Counterparts = {
    layers.Flatten: lambda case, w, xs: xs[0].flatten(1),
    layers.Reshape: lambda case, w, xs: xs[0].reshape(len(xs[0]), *case.layer.shape),
    layers.Upsample: _upsample,
    layers.Pad2d: _pad,
    layers.Crop2d: _crop,
    layers.Slice2d: _slice,
    layers.ZeroInsert2d: _zero_insert,
    layers.ChannelPad: _channel_pad,
}
