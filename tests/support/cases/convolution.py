"""Cases of the family "convolution"."""

from __future__ import annotations

from typing import Any

from core.initializers import GlorotUniform, Normal
from core.layers import Conv2d
from core.shapes import Shape
from tests.support.cases.case import Case, Refusal, Table, illegal, windows


def _conv(shape: Shape, out: int = 3, kernel: Any = 3, *, batch: int = 2, **more: Any) -> Case:
    return Case(Conv2d(out, kernel, **more), (shape,), batch)


CONVOLUTIONS = [
    _conv((2, 6, 6), stride=2),
    _conv((2, 8, 8), stride=3),
    _conv((1, 5, 5)),
    _conv((3, 5, 5), 2, 1),
    _conv((2, 5, 5), 3, 2),
    _conv((2, 6, 5), 2, 4, padding=2),
    _conv((2, 5, 6), 3, (2, 3), stride=(1, 2)),
    _conv((2, 7, 6), 2, (3, 1), stride=(3, 2)),
    _conv((2, 5, 5), padding=1),
    _conv((2, 4, 5), 2, 3, padding=(1, 0, 2, 1)),
    _conv((1, 4, 4), 2, 3, padding=(0, 3, 0, 2), stride=2),
    _conv((2, 5, 5), padding="same"),
    _conv((2, 5, 6), 2, 4, padding="same"),
    _conv((2, 7, 6), 2, 3, padding="same", stride=2),
    _conv((2, 6, 6), 2, 3, padding="valid", stride=2),
    _conv((2, 7, 7), 2, 3, dilation=2),
    _conv((1, 8, 9), 2, (2, 3), dilation=(3, 2), stride=2, padding=1),
    _conv((2, 6, 6), 2, 3, dilation=2, padding="same"),
    _conv((4, 5, 5), 6, 3, groups=2),
    _conv((4, 5, 5), 4, 3, groups=4, padding=1),
    _conv((3, 6, 6), 6, 2, groups=3, stride=2),
    _conv((3, 4, 4), bias=False),
    _conv((3, 1, 1), 4, 1),
    _conv((2, 1, 1), 3, 3, padding=1),
    _conv((2, 3, 3), 4, 3, batch=1),
    _conv((1, 3, 9), 2, (3, 5), padding=(1, 1, 2, 2), stride=(2, 4)),
    _conv((2, 4, 4), 2, 3, padding=4),
    _conv((2, 3, 3), 2, 3, weight_init=GlorotUniform()),
    _conv((5, 2, 2), 1, 2, batch=5, weight_init=Normal()),
]

TABLE: Table = {Conv2d: CONVOLUTIONS}

REFUSALS: tuple[Refusal, ...] = (
    *windows(Conv2d),
    *illegal(Conv2d, "out_channels", 0, 1.0, True, 10**6),
    *illegal(Conv2d, "bias", 1, "yes"),
    *illegal(Conv2d, "dilation", 0, (1, 0)),
    Refusal(Conv2d, {"groups": 2}, ((3, 8, 8),), "groups"),
    Refusal(Conv2d, {"groups": 3, "out_channels": 4}, ((6, 8, 8),), "groups"),
    Refusal(Conv2d, {"dilation": 4}, ((1, 8, 8),), "kernel_size"),
)
