"""PyTorch's side of the family "merging"."""

from __future__ import annotations

import torch

from core import layers
from tests.support.counterparts.counterpart import Counterparts

COUNTERPARTS: Counterparts = {
    layers.Add: lambda case, w, xs: sum(xs[1:], xs[0]),
    layers.Concat: lambda case, w, xs: torch.cat(xs, dim=1),
}
