"""Cases of the pooling layers for signals."""

from __future__ import annotations

from typing import Any

from core.layers import (
    AdaptiveAvgPool1d,
    AvgPool1d,
    GlobalAvgPool1d,
    GlobalMaxPool1d,
    Layer,
    LearnedPool1d,
    LpPool1d,
    MaxPool1d,
)
from core.shapes import Shape
from tests.support.cases.case import Case, Refusal, Table, illegal


def _pools(layer: type[Layer], **more: Any) -> list[Case]:
    windows: list[tuple[Shape, dict[str, Any]]] = [
        ((2, 6), {"kernel_size": 3, "stride": 2}),
        ((2, 8), {"kernel_size": 3, "stride": 3}),
        ((3, 4), {}),
        ((2, 5), {"kernel_size": 2, "stride": 1}),
        ((2, 7), {"kernel_size": 3, "stride": 2, "padding": 1}),
        ((1, 9), {"kernel_size": 4, "stride": 1, "padding": (2, 1)}),
        ((2, 9), {"kernel_size": 5, "stride": 4, "padding": (0, 2)}),
        ((2, 6), {"kernel_size": 3, "stride": 2, "padding": "same"}),
        ((2, 5), {"kernel_size": 4, "stride": 1, "padding": "same"}),
        ((3, 1), {"kernel_size": 1, "stride": 1}),
        ((1, 2), {"kernel_size": 2, "stride": 7}),
        ((2, 6), {"kernel_size": 3, "stride": 2, "ceil_mode": True}),
        ((2, 5), {"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True}),
        ((2, 7), {"kernel_size": 4, "stride": 3, "padding": 2, "ceil_mode": True}),
        ((1, 4), {"kernel_size": 5, "stride": 2, "ceil_mode": True}),
        ((1, 8), {"kernel_size": 3, "stride": 3, "ceil_mode": True}),
        ((2, 7), {"kernel_size": 3, "stride": 2, "padding": "valid"}),
        ((3, 6), {"kernel_size": 4, "stride": 3, "padding": "half"}),
        ((2, 10), {"kernel_size": 2, "stride": 4, "padding": (1, 0)}),
    ]
    return [
        Case(layer(**settings, **more), (shape,), 1 + number % 3)
        for number, (shape, settings) in enumerate(windows)
    ]


LEARNED: tuple[tuple[Shape, int], ...] = (
    ((2, 6), 2),
    ((2, 7), 2),
    ((3, 8), 3),
    ((1, 4), 4),
    ((4, 5), 1),
    ((2, 11), 5),
    ((3, 1), 1),
    ((1, 9), 4),
    ((5, 3), 3),
    ((2, 13), 6),
)

ADAPTIVE: tuple[tuple[Shape, int], ...] = (
    ((2, 8), 4),
    ((2, 7), 3),
    ((1, 4), 7),
    ((3, 1), 2),
    ((2, 6), 1),
    ((2, 6), 6),
    ((1, 10), 4),
    ((2, 9), 5),
    ((4, 2), 3),
    ((2, 14), 7),
    ((1, 13), 6),
    ((3, 11), 2),
    ((2, 5), 3),
    ((1, 1), 1),
    ((5, 3), 2),
    ((2, 16), 5),
    ((1, 12), 9),
    ((2, 3), 8),
    ((2, 20), 10),
    ((1, 17), 16),
)

GLOBAL: tuple[Shape, ...] = ((3, 5), (2, 1), (1, 8))

TABLE: Table = {
    MaxPool1d: [
        *_pools(MaxPool1d),
        Case(MaxPool1d(3, 2, 1), ((3, 9),), ties=True),
        Case(MaxPool1d(4, 3, 2, ceil_mode=True), ((2, 7),), ties=True),
    ],
    AvgPool1d: [*_pools(AvgPool1d), *_pools(AvgPool1d, count_include_pad=False)],
    LpPool1d: [
        *_pools(LpPool1d, norm_type=3.0),
        *(Case(LpPool1d(3, 2, 1, norm_type=p), ((2, 7),)) for p in (1.0, 1.5, 2.0, 20.0, 100.0)),
        *(Case(LpPool1d(2, 1, norm_type=p), ((2, 9),), ties=True) for p in (1.0, 2.0, 5.0)),
    ],
    LearnedPool1d: [
        Case(LearnedPool1d(size, bias=bias), (shape,), 3 - bias)
        for shape, size in LEARNED
        for bias in (True, False)
    ],
    GlobalAvgPool1d: [
        Case(GlobalAvgPool1d(), (shape,), batch) for shape in GLOBAL for batch in (1, 3)
    ],
    GlobalMaxPool1d: [
        *(Case(GlobalMaxPool1d(), (shape,), batch) for shape in GLOBAL for batch in (1, 3)),
        Case(GlobalMaxPool1d(), ((3, 6),), ties=True),
    ],
    AdaptiveAvgPool1d: [
        Case(AdaptiveAvgPool1d(size), (shape,), 1 + number % 2)
        for number, (shape, size) in enumerate(ADAPTIVE)
    ],
}


def _windows(layer: type[Layer]) -> list[Refusal]:
    return [
        *illegal(layer, "kernel_size", 0, (2, 2), 2.5, "3"),
        *illegal(layer, "stride", 0, -1, (1,)),
        *illegal(layer, "padding", 2, (0, 2), (1, 1, 1), "reflectt", kernel_size=3),
        *illegal(layer, "ceil_mode", 1, "yes"),
        Refusal(layer, {"kernel_size": 5}, ((2, 4),), "kernel_size"),
        Refusal(layer, {"kernel_size": 7, "padding": (3, 0)}, ((2, 1),), "kernel_size"),
        Refusal(layer, {"kernel_size": 9, "ceil_mode": True}, ((2, 4),), "kernel_size"),
        Refusal(layer, {}, ((2, 4, 4),)),
        Refusal(layer, {}, ((4,),)),
    ]


REFUSALS: tuple[Refusal, ...] = (
    *_windows(MaxPool1d),
    *_windows(AvgPool1d),
    *illegal(AvgPool1d, "count_include_pad", "no"),
    *_windows(LpPool1d),
    *illegal(LpPool1d, "norm_type", 0.5, 0, 1001.0, "2", float("nan")),
    *illegal(LearnedPool1d, "kernel_size", 0, (2,), 2.5),
    *illegal(LearnedPool1d, "bias", 0),
    Refusal(LearnedPool1d, {"kernel_size": 5}, ((2, 4),), "kernel_size"),
    Refusal(LearnedPool1d, {}, ((2, 4, 4),)),
    Refusal(GlobalAvgPool1d, {}, ((5,),)),
    Refusal(GlobalAvgPool1d, {}, ((5, 3, 3),)),
    Refusal(GlobalMaxPool1d, {}, ((5,),)),
    *illegal(AdaptiveAvgPool1d, "output_size", 0, (3,), None),
    Refusal(AdaptiveAvgPool1d, {}, ((5, 3, 3),)),
)
