"""PyTorch's side of the family "convolution", and loops where PyTorch has no such layer."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from core import layers
from core.shapes import Window
from tests.support.cases.case import Case
from tests.support.counterparts.counterpart import Counterparts, Weights, padded


def _ringed(case: Case, x: Tensor) -> Tensor:
    """The maps with the ring that the layer asks for; signals as maps of height 1."""
    window, fill = case.layer.window(*case.inputs), case.layer.padding_mode
    x = x.reshape(x.shape[0], x.shape[1], -1, x.shape[-1])
    if fill == "zeros":
        return padded(x, window, 0.0)
    top, bottom, left, right = window.padding
    return functional.pad(x, (left, right, top, bottom), mode=fill)


def _slid(case: Case, x: Tensor, w: Tensor, b: Tensor | None, groups: int = 1) -> Tensor:
    window = case.layer.window(*case.inputs)
    return functional.conv2d(
        _ringed(case, x), w, b, window.stride, dilation=window.dilation, groups=groups
    )


def _conv2d(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return _slid(case, xs[0], w["weight"], w.get("bias"), case.layer.groups)


def _slid_along(case: Case, x: Tensor, w: Tensor, b: Tensor | None, groups: int = 1) -> Tensor:
    layer, x = case.layer, _ringed(case, x)[:, :, 0]
    return functional.conv1d(x, w, b, layer.stride, dilation=layer.dilation, groups=groups)


def _conv1d(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return _slid_along(case, xs[0], w["weight"], w.get("bias"), case.layer.groups)


def _depthwise(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return _slid(case, xs[0], w["weight"], w.get("bias"), groups=xs[0].shape[1])


def _separable(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    z = _slid(case, xs[0], w["depthwise"], None, groups=xs[0].shape[1])
    return functional.conv2d(z, w["pointwise"], w.get("bias"))


def _depthwise1d(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return _slid_along(case, xs[0], w["weight"], w.get("bias"), groups=xs[0].shape[1])


def _separable1d(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    z = _slid_along(case, xs[0], w["depthwise"], None, groups=xs[0].shape[1])
    return functional.conv1d(z, w["pointwise"], w.get("bias"))


def _transposed2d(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    layer, window = case.layer, case.layer.window_backwards(*case.inputs)
    top, bottom, left, right = window.padding
    how = {"stride": layer.stride, "dilation": layer.dilation, "groups": layer.groups}
    if not isinstance(layer.padding, str) and (top, left) == (bottom, right):
        return functional.conv_transpose2d(
            xs[0], w["weight"], w.get("bias"), padding=(top, left),
            output_padding=layer.output_padding, **how,
        )  # fmt: skip
    y = functional.conv_transpose2d(xs[0], w["weight"], **how)
    return _cut(case, y, window) + w.get("bias", torch.zeros(1)).reshape(1, -1, 1, 1)


def _cut(case: Case, y: Tensor, window: Window) -> Tensor:
    """All stamps together without the padding; where none reaches, there are zeros."""
    layer, size = case.layer, case.inputs[0][1:]
    more = functional.pad(y, (0, window.stride[1], 0, window.stride[0]))
    kept = [
        window.sides(axis)[0] + size[axis] * window.stride[axis]
        if layer.padding in ("same", "ceil")
        else y.shape[2 + axis] - window.sides(axis)[1] + layer.output_padding[axis]
        for axis in (0, 1)
    ]
    return more[:, :, window.padding[0] : kept[0], window.padding[2] : kept[1]]


def _transposed1d(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    layer, window = case.layer, case.layer.window_backwards(*case.inputs)
    (before, after), (_, stride) = window.sides(1), window.stride
    how = {"stride": layer.stride, "dilation": layer.dilation, "groups": layer.groups}
    if not isinstance(layer.padding, str) and before == after:
        return functional.conv_transpose1d(
            xs[0], w["weight"], w.get("bias"), padding=before,
            output_padding=layer.output_padding, **how,
        )  # fmt: skip
    y = functional.conv_transpose1d(xs[0], w["weight"], **how)
    end = y.shape[2] - after + layer.output_padding
    if layer.padding in ("same", "ceil"):
        end = before + xs[0].shape[2] * stride
    y = functional.pad(y, (0, stride))[:, :, before:end]
    return y + w.get("bias", torch.zeros(1)).reshape(1, -1, 1)


def _local(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    """Position by position, each with its own filters."""
    window, x = case.layer.window(*case.inputs), _ringed(case, xs[0])
    (sh, sw), (dh, dw), (kh, kw) = window.stride, window.dilation, window.kernel
    rows = []
    for p in range(w["weight"].shape[0]):
        row = []
        for q in range(w["weight"].shape[1]):
            seen = torch.stack(
                [x[:, :, p * sh + i * dh, q * sw + j * dw] for i in range(kh) for j in range(kw)],
                dim=2,
            )
            row.append(torch.einsum("nck,ock->no", seen, w["weight"][p, q].flatten(2)))
        rows.append(torch.stack(row, dim=2))
    return torch.stack(rows, dim=2) + w.get("bias", torch.zeros(1))


def _masked(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    """A convolution whose weight is filled connection by connection."""
    connections = iter(w["weight"][:, 0])
    nothing = torch.zeros_like(w["weight"][0, 0])
    dense = [
        torch.stack([next(connections) if c in read else nothing for c in range(xs[0].shape[1])])
        for read in case.layer.table
    ]
    return _slid(case, xs[0], torch.stack(dense), w.get("bias"))


def _tied(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    """The copies by PyTorch's own resampling of pictures, each convolved by itself."""
    layer, weight = case.layer, w["weight"]
    maps = []
    for size in range(layer.scales):
        for mirror in (1, -1)[: 1 + layer.reflections]:
            for turn in range(int(layer.rotations)):
                angle, shrink = turn * 2 * math.pi / int(layer.rotations), 2 ** (size / 2)
                copy = _resampled(weight, angle, mirror, shrink)
                maps.append(_slid(case, xs[0], copy, w.get("bias")))
    every = torch.stack(maps, dim=2)
    return every.max(dim=2).values if layer.combine == "max" else every.flatten(1, 2)


def _resampled(w: Tensor, angle: float, mirror: int, shrink: float) -> Tensor:
    if w.shape[-1] == 1:
        return w
    cos, sin = shrink * math.cos(angle), shrink * math.sin(angle)
    theta = torch.tensor([[mirror * cos, -mirror * sin, 0.0], [sin, cos, 0.0]], dtype=w.dtype)
    grid = functional.affine_grid(theta.expand(w.shape[0], 2, 3), list(w.shape), align_corners=True)
    return functional.grid_sample(w, grid, align_corners=True)


COUNTERPARTS: Counterparts = {
    layers.Conv2d: _conv2d,
    layers.Conv1d: _conv1d,
    layers.DepthwiseConv2d: _depthwise,
    layers.SeparableConv2d: _separable,
    layers.DepthwiseConv1d: _depthwise1d,
    layers.SeparableConv1d: _separable1d,
    layers.ConvTranspose2d: _transposed2d,
    layers.ConvTranspose1d: _transposed1d,
    layers.LocallyConnected2d: _local,
    layers.MaskedConv2d: _masked,
    layers.TiedConv2d: _tied,
}
