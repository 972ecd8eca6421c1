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


COUNTERPARTS: Counterparts = {
    layers.ReLU: lambda case, w, xs: functional.relu(xs[0]),
    layers.LeakyReLU: _slope,
    layers.Sigmoid: lambda case, w, xs: torch.sigmoid(xs[0]),
    layers.Tanh: lambda case, w, xs: torch.tanh(xs[0]),
    layers.Softmax: lambda case, w, xs: torch.softmax(xs[0], dim=1),
}
