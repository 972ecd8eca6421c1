"""PyTorch's side of the family "convolution"."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from core import layers
from tests.support.cases.case import Case
from tests.support.counterparts.counterpart import Counterparts, Weights, padded


def _conv2d(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    layer, window = case.layer, case.layer.window(*case.inputs)
    return functional.conv2d(
        padded(xs[0], window, 0.0), w["weight"], w.get("bias"), window.stride,
        dilation=window.dilation, groups=layer.groups,
    )  # fmt: skip


COUNTERPARTS: Counterparts = {
    layers.Conv2d: _conv2d,
}
