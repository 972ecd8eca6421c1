"""PyTorch's side of the family "regularization"."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from core import layers
from tests.support.cases.case import Case
from tests.support.counterparts.counterpart import Counterparts, Weights


def _dropout(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    if not case.training:
        return xs[0]
    whole_maps = isinstance(case.layer, layers.Dropout2d)
    shape = (*xs[0].shape[:2], 1, 1) if whole_maps else xs[0].shape
    drawn = np.random.default_rng(case.seed).random(shape, dtype="float32")
    return xs[0] * torch.tensor(drawn >= case.layer.p) / (1 - case.layer.p)


COUNTERPARTS: Counterparts = {
    layers.Dropout: _dropout,
    layers.Dropout2d: _dropout,
}
