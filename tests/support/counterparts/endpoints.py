"""PyTorch's side of the family "endpoints"."""

from __future__ import annotations

from core import layers
from tests.support.counterparts.counterpart import Counterparts

COUNTERPARTS: Counterparts = {
    layers.Input: lambda case, w, xs: xs[0].clone(),
    layers.Output: lambda case, w, xs: xs[0].clone(),
}
