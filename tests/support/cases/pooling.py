"""Cases of the family "pooling"."""

from __future__ import annotations

from typing import Any

from core.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    Layer,
    LearnedPool2d,
    LpPool2d,
    MaxPool2d,
    ScaledPool2d,
)
from core.shapes import Shape
from tests.support.cases import pooling_1d
from tests.support.cases.case import Case, Refusal, Table, illegal, windows


def _pools(layer: type[Layer], **more: Any) -> list[Case]:
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
    cases = [Case(layer(**settings, **more), (shape,)) for shape, settings in windows]
    last = layer(kernel_size=3, stride=1, padding=1, **more)
    return [*cases, Case(last, ((2, 4, 4),), batch=1)]


def _rounded_up(layer: type[Layer], **more: Any) -> list[Case]:
    """Windows over the edge, and one that would start outside and is left out."""
    windows: list[tuple[Shape, dict[str, Any]]] = [
        ((2, 6, 6), {"kernel_size": 3, "stride": 2}),
        ((1, 8, 8), {"kernel_size": 3, "stride": 3}),
        ((2, 5, 4), {"kernel_size": 2, "stride": 2}),
        ((2, 5, 6), {"kernel_size": 2, "stride": 3, "padding": 1}),
        ((1, 6, 7), {"kernel_size": (3, 4), "stride": (4, 3), "padding": (1, 2)}),
        ((2, 4, 4), {"kernel_size": 5, "stride": 2}),
    ]
    return [
        Case(layer(ceil_mode=True, **settings, **more), (shape,)) for shape, settings in windows
    ]


def _adaptive() -> list[Case]:
    sizes: list[tuple[Shape, Any]] = [
        ((2, 8, 8), 4),
        ((2, 7, 7), 3),
        ((2, 5, 6), (2, 4)),
        ((1, 4, 4), 7),
        ((3, 1, 1), 2),
        ((2, 6, 5), 1),
        ((2, 6, 5), (6, 5)),
        ((1, 10, 3), (4, 2)),
        ((2, 3, 9), (5, 5)),
        ((4, 2, 2), (1, 3)),
        ((2, 14, 14), 7),
        ((1, 13, 11), (6, 7)),
        ((2, 6, 6), (3, 2)),
        ((3, 1, 9), (1, 4)),
        ((2, 2, 5), (3, 3)),
        ((1, 5, 1), (2, 6)),
        ((5, 3, 3), 3),
        ((2, 16, 2), (5, 1)),
        ((1, 12, 10), (8, 9)),
        ((2, 1, 1), (1, 1)),
    ]
    return [
        Case(AdaptiveAvgPool2d(size), (shape,), 1 + number % 2)
        for number, (shape, size) in enumerate(sizes)
    ]


def _learned() -> list[Case]:
    blocks: list[tuple[Shape, Any]] = [
        ((2, 6, 6), 2),
        ((2, 7, 5), 2),
        ((3, 8, 8), 3),
        ((1, 4, 4), 4),
        ((2, 6, 9), (2, 3)),
        ((4, 1, 2), 1),
        ((2, 5, 8), (5, 1)),
        ((1, 11, 3), (4, 3)),
        ((2, 3, 3), 3),
        ((3, 9, 7), (2, 4)),
    ]
    return [
        Case(LearnedPool2d(size, bias=bias), (shape,), 3 - bias)
        for shape, size in blocks
        for bias in (True, False)
    ]


def _ties(layer: type[Layer], shape: Shape, **windows: Any) -> Case:
    return Case(layer(**windows), (shape,), ties=True)


GLOBAL: tuple[Shape, ...] = ((3, 4, 5), (2, 1, 1), (1, 3, 1))

TABLE: Table = {
    MaxPool2d: [
        *_pools(MaxPool2d),
        _ties(MaxPool2d, (2, 7, 7), kernel_size=3, stride=2),
        _ties(MaxPool2d, (2, 5, 5), kernel_size=3, stride=1, padding=1),
        _ties(MaxPool2d, (3, 6, 6)),
        *_rounded_up(MaxPool2d),
        _ties(MaxPool2d, (2, 6, 6), kernel_size=3, stride=2, ceil_mode=True),
    ],
    AvgPool2d: [
        *_pools(AvgPool2d),
        Case(AvgPool2d(3, 2, 1, count_include_pad=False), ((2, 5, 5),)),
        Case(AvgPool2d((2, 3), 1, (1, 0, 0, 1), count_include_pad=False), ((2, 4, 5),)),
        Case(AvgPool2d(4, 3, "same", count_include_pad=False), ((1, 8, 7),)),
        *_rounded_up(AvgPool2d),
        *_rounded_up(AvgPool2d, count_include_pad=False),
    ],
    LpPool2d: [
        *_pools(LpPool2d, norm_type=5.0),
        *_rounded_up(LpPool2d, norm_type=3.0),
        *(Case(LpPool2d(3, 2, 1, norm_type=p), ((2, 5, 6),)) for p in (1.0, 1.5, 2.0, 20.0, 100.0)),
        *(Case(LpPool2d(2, 1, norm_type=p), ((2, 6, 6),), ties=True) for p in (1.0, 1.5, 2.0, 5.0)),
    ],
    ScaledPool2d: [
        *_pools(ScaledPool2d),
        *_rounded_up(ScaledPool2d),
        *_rounded_up(ScaledPool2d, mode="mean"),
        Case(ScaledPool2d(mode="mean"), ((3, 4, 6),), 3),
        Case(ScaledPool2d(3, 2, 1, mode="mean"), ((2, 5, 5),), 1),
    ],
    LearnedPool2d: _learned(),
    GlobalAvgPool2d: [
        Case(GlobalAvgPool2d(), (shape,), batch) for shape in GLOBAL for batch in (1, 3)
    ],
    GlobalMaxPool2d: [
        *(Case(GlobalMaxPool2d(), (shape,), batch) for shape in GLOBAL for batch in (1, 3)),
        Case(GlobalMaxPool2d(), ((3, 4, 4),), ties=True),
    ],
    AdaptiveAvgPool2d: _adaptive(),
    **pooling_1d.TABLE,
}


REFUSALS: tuple[Refusal, ...] = (
    *windows(MaxPool2d),
    *illegal(MaxPool2d, "padding", 2, (0, 0, 2, 0), kernel_size=3),
    *illegal(MaxPool2d, "ceil_mode", 1),
    Refusal(MaxPool2d, {"kernel_size": 9, "ceil_mode": True}, ((1, 4, 4),), "kernel_size"),
    *windows(AvgPool2d),
    *illegal(AvgPool2d, "padding", 1, kernel_size=1),
    *illegal(AvgPool2d, "count_include_pad", "no", 0),
    *windows(LpPool2d),
    *illegal(LpPool2d, "norm_type", 0.5, 0, 1001.0, "2", float("inf")),
    *windows(ScaledPool2d),
    *illegal(ScaledPool2d, "mode", "max", 1),
    *illegal(LearnedPool2d, "kernel_size", 0, (2, 0), 2.5),
    *illegal(LearnedPool2d, "bias", 0),
    Refusal(LearnedPool2d, {"kernel_size": 5}, ((2, 4, 6),), "kernel_size"),
    Refusal(LearnedPool2d, {}, ((2, 4),)),
    Refusal(GlobalAvgPool2d, {}, ((5,),)),
    Refusal(GlobalMaxPool2d, {}, ((5,),)),
    Refusal(GlobalMaxPool2d, {}, ((5, 3),)),
    *illegal(AdaptiveAvgPool2d, "output_size", 0, (1, 2, 3), None),
    Refusal(AdaptiveAvgPool2d, {}, ((5,),)),
    *pooling_1d.REFUSALS,
)
