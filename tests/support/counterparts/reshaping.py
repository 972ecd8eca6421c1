"""PyTorch's side of the family "reshaping"."""

from __future__ import annotations

from core import layers
from tests.support.counterparts.counterpart import Counterparts

COUNTERPARTS: Counterparts = {
    layers.Flatten: lambda case, w, xs: xs[0].flatten(1),
}
