"""PyTorch's side of the family "normalization"."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from core import layers
from tests.support.cases.case import Case
from tests.support.counterparts.counterpart import Counterparts, Weights


def _batch_norm(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return functional.batch_norm(
        xs[0], w["running_mean"], w["running_var"], w["weight"], w["bias"], case.training,
        case.layer.momentum, case.layer.eps,
    )  # fmt: skip


COUNTERPARTS: Counterparts = {
    layers.BatchNorm2d: _batch_norm,
}
