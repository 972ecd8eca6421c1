"""Cases of the family "reshaping"."""

from __future__ import annotations

from typing import Any

from core.layers import (
    ChannelPad,
    Crop2d,
    Flatten,
    Pad2d,
    Reshape,
    Slice2d,
    Upsample,
    ZeroInsert2d,
)
from core.shapes import Shape
from tests.support.cases.case import VALUES, Case, Refusal, Table, illegal

MAPS: tuple[Shape, ...] = ((2, 3, 4), (1, 1, 1), (3, 5, 2))


def _slices() -> list[Case]:
    kept: list[tuple[Shape, dict[str, Any]]] = [
        ((3, 4, 4), {}),
        ((4, 6, 6), {"stride": 2}),
        ((4, 7, 5), {"stride": 2}),
        ((2, 8, 9), {"stride": (3, 4)}),
        ((5, 3, 3), {"start": 1, "stop": 3}),
        ((5, 3, 3), {"start": 4}),
        ((5, 3, 3), {"stop": 5}),
        ((2, 6, 6), {"offset": (1, 2)}),
        ((2, 6, 7), {"offset": 1, "stride": 2}),
        ((3, 5, 5), {"start": 2, "stop": 3, "offset": (4, 0), "stride": (1, 3)}),
        ((1, 1, 1), {}),
        ((1, 2, 2), {"stride": 9}),
        ((16, 4, 4), {"stop": 8, "stride": 2}),
        ((2, 6, 6), {"stride": 3}),
        ((2, 8, 8), {"stride": 3, "offset": 2}),
        ((1, 9, 4), {"stride": (4, 1), "offset": (1, 3)}),
        ((6, 1, 7), {"start": 2, "stop": 5, "stride": (1, 2)}),
        ((3, 5, 1), {"stop": 1, "offset": (4, 0)}),
        ((4, 4, 6), {"start": 3, "stride": (2, 5)}),
        ((2, 2, 3), {"stop": 2, "stride": (2, 3), "offset": (1, 2)}),
    ]
    return [
        Case(Slice2d(**settings), (shape,), 1 + number % 3)
        for number, (shape, settings) in enumerate(kept)
    ]


TABLE: Table = {
    Flatten: [Case(Flatten(), (shape,), batch) for shape in VALUES for batch in (1, 3)],
    Reshape: [
        Case(Reshape(after), (before,), batch)
        for before, after in (
            ((12,), (3, 2, 2)),
            ((3, 2, 2), (12,)),
            ((2, 6), (3, 4)),
            ((2, 3, 4), (4, 6)),
            ((2, 3, 4), (4, 3, 2)),
            ((1,), (1, 1, 1)),
            ((5, 3), (15,)),
            ((8,), (2, 4)),
            ((1, 1, 6), (6, 1, 1)),
            ((3, 5, 2), (2, 5, 3)),
        )
        for batch in (1, 3)
    ],
    Upsample: [
        Case(Upsample(scale, mode), (shape,), 2)
        for mode in ("nearest", "bilinear")
        for shape, scale in (
            ((2, 3, 4), 2),
            ((1, 2, 2), 3),
            ((3, 1, 1), 4),
            ((2, 4, 3), (1, 2)),
            ((2, 2, 5), (5, 1)),
            ((1, 3, 3), 1),
            ((2, 5, 1), (2, 3)),
            ((1, 1, 6), (3, 2)),
            ((2, 7, 2), (1, 4)),
            ((4, 2, 3), 5),
        )
    ],
    Pad2d: [
        *(
            Case(Pad2d(padding, mode, value=1.5), (shape,), 2)
            for mode in ("zeros", "constant", "replicate", "reflect")
            for shape, padding in (
                ((2, 3, 4), 1),
                ((2, 3, 4), (2, 1, 0, 3)),
                ((1, 4, 3), (0, 3, 2, 0)),
                ((3, 5, 5), 4),
                ((2, 2, 2), (0, 0, 0, 0)),
            )
        ),
        Case(Pad2d(3, "replicate"), ((2, 1, 1),), 1),
        Case(Pad2d((0, 0, 2, 2), "reflect"), ((1, 1, 3),), 3),
    ],
    Crop2d: [
        Case(Crop2d(cropping), (shape,), batch)
        for shape, cropping in (
            ((2, 5, 6), 1),
            ((2, 5, 6), (0, 2, 3, 1)),
            ((1, 3, 3), (2, 0, 0, 2)),
            ((3, 4, 4), 0),
            ((2, 1, 5), (0, 0, 4, 0)),
            ((1, 7, 7), 3),
            ((4, 6, 3), (1, 1, 0, 2)),
            ((2, 9, 1), (3, 5, 0, 0)),
            ((3, 2, 8), (1, 0, 2, 3)),
            ((1, 5, 5), (4, 0, 0, 4)),
        )
        for batch in (1, 2)
    ],
    Slice2d: _slices(),
    ZeroInsert2d: [
        Case(ZeroInsert2d(stride, tail), (shape,), 2)
        for stride, tail in ((2, 0), (3, (1, 2)), ((1, 4), (0, 3)), (2, 4), (1, 0), (1, 1), (5, 0))
        for shape in MAPS
    ],
    ChannelPad: [
        Case(ChannelPad(before, after), (shape,), 2)
        for before, after in ((0, 0), (1, 2), (4, 0), (0, 3), (1, 1), (2, 5), (9, 7))
        for shape in ((3,), (2, 5), (4, 3, 3))
    ],
}

REFUSALS: tuple[Refusal, ...] = (
    *illegal(Reshape, "shape", (), (0, 4), (1, 2, 3, 4), "9", 9),
    Refusal(Reshape, {}, ((5,),), "shape"),
    Refusal(Reshape, {"shape": (4, 3)}, ((3, 2, 4),), "shape"),
    Refusal(Reshape, {"shape": (7, 7)}, ((3, 4),), "shape"),
    *illegal(Upsample, "scale_factor", 0, (2, 0), 1.5),
    *illegal(Upsample, "mode", "cubic", None),
    Refusal(Upsample, {}, ((8,),)),
    Refusal(Upsample, {}, ((2, 8),)),
    *illegal(Pad2d, "padding", -1, (1, 2, 3), "same", (0, 0, 0, -1)),
    *illegal(Pad2d, "mode", "circular", "same"),
    *illegal(Pad2d, "value", float("nan"), "0"),
    Refusal(Pad2d, {}, ((8,),)),
    Refusal(Pad2d, {"mode": "reflect", "padding": 3}, ((2, 3, 5),), "mode"),
    Refusal(Pad2d, {"mode": "reflect"}, ((2, 4, 1),), "mode"),
    *illegal(Crop2d, "cropping", -1, (1, 1, 1), "all", 0.5),
    Refusal(Crop2d, {"cropping": 2}, ((2, 4, 4),), "cropping"),
    Refusal(Crop2d, {"cropping": (9, 0, 0, 0)}, ((2, 4, 4),), "cropping"),
    Refusal(Crop2d, {}, ((8,),)),
    *illegal(Slice2d, "stop", 3, 2, -1, start=3),
    *illegal(Slice2d, "start", -1, 0.5),
    *illegal(Slice2d, "stride", 0, (1, 0)),
    *illegal(Slice2d, "offset", -1, (0, 0, 0)),
    Refusal(Slice2d, {"stop": 4}, ((3, 5, 5),), "stop"),
    Refusal(Slice2d, {"start": 3}, ((3, 5, 5),), "start"),
    Refusal(Slice2d, {"offset": (5, 0)}, ((3, 5, 5),), "offset"),
    Refusal(Slice2d, {}, ((8,),)),
    *illegal(ZeroInsert2d, "stride", 0, (2, 0)),
    *illegal(ZeroInsert2d, "tail", -1),
    Refusal(ZeroInsert2d, {}, ((8,),)),
    *illegal(ChannelPad, "before", -1, 0.5),
    *illegal(ChannelPad, "after", -1, "2"),
)
