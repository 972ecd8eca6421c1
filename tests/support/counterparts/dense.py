"""PyTorch's side of the family "dense"."""

from __future__ import annotations

from torch.nn import functional

from core import layers
from tests.support.counterparts.counterpart import Counterparts

COUNTERPARTS: Counterparts = {
    layers.Linear: lambda case, w, xs: functional.linear(xs[0], w["weight"], w.get("bias")),
    layers.RBF: lambda case, w, xs: -((xs[0][:, None] - w["weight"]) ** 2).sum(dim=2),
}
