"""Cases of the family "pooling"."""

from __future__ import annotations

from typing import Any

from core.layers import AvgPool2d, GlobalAvgPool2d, Layer, MaxPool2d
from core.shapes import Shape
from tests.support.cases.case import Case, Refusal, Table, illegal, windows


def _pools(layer: type[Layer]) -> list[Case]:
    """The windows every pooling layer must get right; (N, k, s) = (6, 3, 2) and (8, 3, 3) first."""
    windows: list[tuple[Shape, dict[str, Any]]] = [
        ((2, 6, 6), {"kernel_size": 3, "stride": 2}),
        ((2, 8, 8), {"kernel_size": 3, "stride": 3}),
        ((3, 4, 4), {}),
        ((2, 5, 5), {"kernel_size": 2, "stride": 1}),
        ((2, 5, 7), {"kernel_size": (2, 3), "stride": (1, 2)}),
        ((2, 5, 5), {"kernel_size": 3, "stride": 2, "padding": 1}),
        ((2, 5, 6), {"kernel_size": (3, 4), "stride": 2, "padding": (1, 0, 2, 1)}),
        ((2, 6, 5), {"kernel_size": 3, "stride": 2, "padding": "same"}),
        ((1, 5, 5), {"kernel_size": 4, "stride": 1, "padding": "same"}),
        ((2, 7, 7), {"kernel_size": 3, "stride": 2, "padding": "valid"}),
        ((3, 1, 1), {"kernel_size": 1, "stride": 1}),
        ((2, 2, 2), {"kernel_size": 2, "stride": 5}),
        ((1, 9, 3), {"kernel_size": (2, 3), "stride": (4, 1)}),
    ]
    cases = [Case(layer(**settings), (shape,)) for shape, settings in windows]
    return [*cases, Case(layer(kernel_size=3, stride=1, padding=1), ((2, 4, 4),), batch=1)]


TABLE: Table = {
    MaxPool2d: [
        *_pools(MaxPool2d),
        Case(MaxPool2d(3, 2), ((2, 7, 7),), ties=True),
        Case(MaxPool2d(3, 1, 1), ((2, 5, 5),), ties=True),
        Case(MaxPool2d(2, 2), ((3, 6, 6),), ties=True),
    ],
    AvgPool2d: [
        *_pools(AvgPool2d),
        Case(AvgPool2d(3, 2, 1, count_include_pad=False), ((2, 5, 5),)),
        Case(AvgPool2d((2, 3), 1, (1, 0, 0, 1), count_include_pad=False), ((2, 4, 5),)),
        Case(AvgPool2d(4, 3, "same", count_include_pad=False), ((1, 8, 7),)),
    ],
    GlobalAvgPool2d: [
        Case(GlobalAvgPool2d(), (shape,), batch)
        for shape in ((3, 4, 5), (2, 1, 1), (1, 3, 1))
        for batch in (1, 3)
    ],
}

REFUSALS: tuple[Refusal, ...] = (
    *windows(MaxPool2d),
    *illegal(MaxPool2d, "padding", 2, (0, 0, 2, 0), kernel_size=3),
    *windows(AvgPool2d),
    *illegal(AvgPool2d, "padding", 1, kernel_size=1),
    *illegal(AvgPool2d, "count_include_pad", "no", 0),
    Refusal(GlobalAvgPool2d, {}, ((5,),)),
)
