"""PyTorch's side of the comparisons: what it gives for a case.

Only tests marked `oracle` and `tests.support.store_oracle` import this: it needs torch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from tests.support.cases.case import Case
from tests.support.counterparts import (
    activation,
    biological,
    convolution,
    dense,
    endpoints,
    merging,
    normalization,
    pooling,
    regularization,
    reshaping,
)
from tests.support.counterparts.counterpart import Counterparts
from tests.support.layer_run import Given, Result

_FAMILIES = (
    endpoints,
    convolution,
    pooling,
    dense,
    activation,
    normalization,
    regularization,
    merging,
    reshaping,
    biological,
)

COUNTERPARTS: Counterparts = {
    layer: counterpart for family in _FAMILIES for layer, counterpart in family.COUNTERPARTS.items()
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
