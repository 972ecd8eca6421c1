"""PyTorch's side of the family "activation"."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from core import layers
from tests.support.cases.case import Case
from tests.support.counterparts.counterpart import Counterparts, Weights


def _slope(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return functional.leaky_relu(xs[0], case.layer.negative_slope)


def _gelu(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return functional.gelu(xs[0], approximate=case.layer.approximate)


def _softplus(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return functional.softplus(xs[0], case.layer.beta, case.layer.threshold)


COUNTERPARTS: Counterparts = {
    layers.ReLU: lambda case, w, xs: functional.relu(xs[0]),
    layers.LeakyReLU: _slope,
    layers.PReLU: lambda case, w, xs: functional.prelu(xs[0], w["weight"]),
    layers.ELU: lambda case, w, xs: functional.elu(xs[0], case.layer.alpha),
    layers.SELU: lambda case, w, xs: functional.selu(xs[0]),
    layers.GELU: _gelu,
    layers.SiLU: lambda case, w, xs: functional.silu(xs[0]),
    layers.Mish: lambda case, w, xs: functional.mish(xs[0]),
    layers.Softplus: _softplus,
    layers.Sigmoid: lambda case, w, xs: torch.sigmoid(xs[0]),
    # PyTorch's own hardsigmoid multiplies its float64 gradients by a float32 sixth.
    layers.HardSigmoid: lambda case, w, xs: torch.clamp(xs[0] + 3, 0, 6) / 6,
    layers.HardSwish: lambda case, w, xs: functional.hardswish(xs[0]),
    layers.Tanh: lambda case, w, xs: torch.tanh(xs[0]),
    layers.Softmax: lambda case, w, xs: torch.softmax(xs[0], dim=1),
    layers.LogSoftmax: lambda case, w, xs: torch.log_softmax(xs[0], dim=1),
}
