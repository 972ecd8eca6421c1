"""PyTorch's side of the family "biological": it has no such layers, so the formulas once more."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core import layers
from tests.support.cases.case import Case
from tests.support.counterparts.counterpart import Counterparts, Weights, padded


def _bell(kernel: tuple[int, int]) -> Tensor:
    """e^(−t²) over a window, t in half kernels from its middle, with sum 1."""
    middle = [(size - 1) / 2 for size in kernel]
    values = [
        [
            np.exp(-(((i - middle[0]) / (kernel[0] / 2)) ** 2))
            * np.exp(-(((j - middle[1]) / (kernel[1] / 2)) ** 2))
            for j in range(kernel[1])
        ]
        for i in range(kernel[0])
    ]
    bell = torch.tensor(values, dtype=torch.float64)
    return (bell / bell.sum())[None, None]


def _s_cells(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    layer, window = case.layer, case.layer.window(*case.inputs)
    x, r = padded(xs[0], window, 0.0), layer.selectivity
    excitation = functional.conv2d(x, w["weight"].abs(), None, window.stride)
    spread = _bell(window.kernel).expand(1, x.shape[1], -1, -1) / x.shape[1]
    power = functional.conv2d(x**2, spread, None, window.stride)
    seen = power > 0
    v = torch.where(seen, torch.where(seen, power, 1.0).sqrt(), 0.0)
    inhibition = 2 * r / (1 + r) * w["inhibition"].abs().reshape(1, -1, 1, 1) * v
    return r * functional.relu((1 + excitation) / (1 + inhibition) - 1)


def _c_cells(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    layer, (x,), planes = case.layer, xs, xs[0].shape[1]
    each = _bell(layer.kernel_size).expand(planes, 1, -1, -1)
    blurred = functional.conv2d(x, each, None, layer.stride, groups=planes)
    inhibition = functional.relu(blurred.mean(dim=1, keepdim=True))
    passed = functional.relu((1 + blurred) / (1 + inhibition) - 1)
    return passed / (layer.alpha + passed)


COUNTERPARTS: Counterparts = {
    layers.NeoS: _s_cells,
    layers.NeoC: _c_cells,
}
