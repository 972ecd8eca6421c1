"""PyTorch's side of the family "merging"."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from core import layers
from tests.support.cases.case import Case
from tests.support.counterparts.counterpart import Counterparts, Weights

AXES = {"channels": 1, "height": 2, "width": 3}


def _concat(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return torch.cat(xs, dim=AXES[case.layer.axis])


COUNTERPARTS: Counterparts = {
    layers.Add: lambda case, w, xs: sum(xs[1:], xs[0]),
    layers.Multiply: lambda case, w, xs: math.prod(xs[1:], start=xs[0]),
    layers.Concat: _concat,
}
