"""What a counterpart is: a layer's case, its weights and its inputs in; PyTorch's output out."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional

from core.layers import Layer
from core.shapes import Window
from tests.support.cases.case import Case

Weights = dict[str, Tensor]
Counterpart = Callable[[Case, Weights, list[Tensor]], Tensor]
Counterparts = dict[type[Layer], Counterpart]


def padded(x: Tensor, window: Window, value: float) -> Tensor:
    """The maps with the window's padding around them."""
    top, bottom, left, right = window.padding
    return functional.pad(x, (left, right, top, bottom), value=value)
