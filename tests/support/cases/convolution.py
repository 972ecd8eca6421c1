"""Cases of the family "convolution"."""

from __future__ import annotations

from typing import Any

from core.initializers import GlorotUniform, Normal
from core.kinds import Pair
from core.layers import (
    Conv1d,
    Conv2d,
    DepthwiseConv1d,
    DepthwiseConv2d,
    Layer,
    LocallyConnected2d,
    MaskedConv2d,
    SeparableConv1d,
    SeparableConv2d,
)
from core.shapes import Shape
from tests.support.cases import tied, transposed
from tests.support.cases.case import Case, Refusal, Table, illegal, windows

# What every layer with a sliding window must get right; (6, 3, 2) and (8, 3, 3) first.
SLIDES: list[tuple[Pair, dict[str, Any]]] = [
    ((6, 6), {"kernel_size": 3, "stride": 2}),
    ((8, 8), {"kernel_size": 3, "stride": 3}),
    ((5, 5), {}),
    ((4, 5), {"kernel_size": 1}),
    ((5, 6), {"kernel_size": (2, 3), "stride": (1, 2)}),
    ((6, 5), {"kernel_size": 4, "padding": 2}),
    ((4, 5), {"padding": (1, 0, 2, 1)}),
    ((5, 6), {"kernel_size": 4, "padding": "same"}),
    ((7, 6), {"padding": "same", "stride": 2}),
    ((7, 6), {"kernel_size": 4, "padding": "ceil", "stride": 3}),
    ((5, 5), {"padding": "ceil", "stride": 2}),
    ((4, 4), {"kernel_size": 4, "padding": "half", "stride": 2}),
    ((3, 4), {"padding": "full"}),
    ((7, 7), {"dilation": 2}),
    ((8, 9), {"kernel_size": (2, 3), "dilation": (3, 2), "stride": 2, "padding": 1}),
    ((6, 6), {"dilation": 2, "padding": "same"}),
    ((5, 5), {"padding": 1, "padding_mode": "replicate"}),
    ((4, 5), {"kernel_size": 4, "stride": 2, "padding": (2, 1, 3, 0), "padding_mode": "reflect"}),
    ((6, 5), {"padding": "same", "stride": 2, "padding_mode": "reflect"}),
    ((2, 3), {"kernel_size": 5, "padding": 4, "padding_mode": "replicate"}),
    ((3, 4), {"kernel_size": (2, 3), "padding": "full", "padding_mode": "reflect"}),
    ((1, 1), {"padding": 1}),
    ((3, 9), {"kernel_size": (3, 5), "padding": (1, 1, 2, 2), "stride": (2, 4)}),
    ((7, 9), {"kernel_size": (2, 1), "stride": (4, 3)}),
]


def _slides(layer: type[Layer], channels: int, **more: Any) -> list[Case]:
    return [Case(layer(**more, **settings), ((channels, *size),)) for size, settings in SLIDES]


def _conv(shape: Shape, out: int = 3, kernel: Any = 3, *, batch: int = 2, **more: Any) -> Case:
    return Case(Conv2d(out, kernel, **more), (shape,), batch)


CONV_2D = [
    *_slides(Conv2d, 2, out_channels=3),
    _conv((4, 5, 5), 6, 3, groups=2),
    _conv((4, 5, 5), 4, 3, groups=4, padding=1),
    _conv((3, 6, 6), 6, 2, groups=3, stride=2),
    _conv((4, 4, 5), 2, 3, groups=2, padding=2, padding_mode="reflect", dilation=(1, 2)),
    _conv((3, 4, 4), bias=False),
    _conv((3, 1, 1), 4, 1),
    _conv((2, 3, 3), 4, 3, batch=1),
    _conv((2, 4, 4), 2, 3, padding=4),
    _conv((2, 3, 3), 2, 3, weight_init=GlorotUniform()),
    _conv((5, 2, 2), 1, 2, batch=5, weight_init=Normal()),
]


LINES: list[tuple[tuple[int], dict[str, Any]]] = [
    ((6,), {"stride": 2}),
    ((8,), {"stride": 3}),
    ((5,), {}),
    ((4,), {"kernel_size": 1}),
    ((9,), {"kernel_size": 5, "padding": 2, "stride": 4}),
    ((6,), {"kernel_size": 4, "padding": (0, 3)}),
    ((5,), {"padding": (2, 0), "stride": 2}),
    ((7,), {"kernel_size": 4, "padding": "same"}),
    ((7,), {"padding": "same", "stride": 2}),
    ((7,), {"kernel_size": 4, "padding": "ceil", "stride": 3}),
    ((6,), {"kernel_size": 4, "padding": "half"}),
    ((3,), {"padding": "full"}),
    ((4,), {"padding": "valid", "stride": 5}),
    ((9,), {"dilation": 3}),
    ((8,), {"kernel_size": 2, "dilation": 4, "padding": 1, "stride": 2}),
    ((5,), {"padding": 1, "padding_mode": "replicate"}),
    ((3,), {"kernel_size": 5, "padding": 4, "padding_mode": "replicate"}),
    ((5,), {"kernel_size": 4, "padding": (1, 4), "padding_mode": "reflect", "stride": 2}),
    ((1,), {"padding": 1}),
    ((4,), {"bias": False}),
]


def _slides_along(layer: type[Layer], channels: int, **more: Any) -> list[Case]:
    return [
        Case(layer(**more, **settings), ((channels, *size),), 1 + number % 3)
        for number, (size, settings) in enumerate(LINES)
    ]


CONV_1D = [
    *_slides_along(Conv1d, 2, out_channels=3),
    Case(Conv1d(6, groups=2), ((4, 6),)),
    Case(Conv1d(3, 2, 2, groups=3), ((3, 6),)),
    Case(Conv1d(3, 2), ((1, 5),)),
    Case(Conv1d(1, weight_init=Normal()), ((1, 3),)),
]

DEPTHWISE_1D = [
    *_slides_along(DepthwiseConv1d, 3),
    *_slides_along(DepthwiseConv1d, 2, depth_multiplier=3)[:6],
]

SEPARABLE_1D = [
    *_slides_along(SeparableConv1d, 3, out_channels=4),
    *_slides_along(SeparableConv1d, 2, out_channels=3, depth_multiplier=2)[:6],
]

DEPTHWISE = [
    *_slides(DepthwiseConv2d, 3),
    *_slides(DepthwiseConv2d, 2, depth_multiplier=3)[:7],
    Case(DepthwiseConv2d(bias=False), ((1, 4, 4),), 1),
]

SEPARABLE = [
    *_slides(SeparableConv2d, 3, out_channels=4),
    *_slides(SeparableConv2d, 2, out_channels=3, depth_multiplier=2)[:7],
    Case(SeparableConv2d(2, bias=False), ((2, 4, 4),), 1),
]

LOCAL = [
    *_slides(LocallyConnected2d, 2, out_channels=2),
    Case(LocallyConnected2d(3, bias=False), ((1, 4, 4),), 1),
]

MASKED = [
    *_slides(MaskedConv2d, 3, connections="0-1 2 0,2 0-2"),
    Case(MaskedConv2d(kernel_size=2), ((6, 4, 4),)),
    Case(MaskedConv2d("3", 2, bias=False), ((5, 3, 3),), 1),
    Case(MaskedConv2d("1 1 0,3", 2), ((4, 3, 3),), 3),
]

TABLE: Table = {
    Conv2d: CONV_2D,
    Conv1d: CONV_1D,
    DepthwiseConv2d: DEPTHWISE,
    SeparableConv2d: SEPARABLE,
    DepthwiseConv1d: DEPTHWISE_1D,
    SeparableConv1d: SEPARABLE_1D,
    **transposed.TABLE,
    LocallyConnected2d: LOCAL,
    MaskedConv2d: MASKED,
    **tied.TABLE,
}

_MIRROR = {"padding": 4, "padding_mode": "reflect"}


def _slide_refusals(layer: type[Layer], **more: Any) -> list[Refusal]:
    """What every layer of filters that slide over maps refuses."""
    large = {**_MIRROR, "kernel_size": 15, **more}
    return [
        *windows(layer, **more),
        *illegal(layer, "bias", 1, "yes"),
        *illegal(layer, "dilation", 0, (1, 0)),
        *illegal(layer, "padding_mode", "circular", "constant", None),
        Refusal(layer, {"dilation": 4, **more}, ((2, 8, 8),), "kernel_size"),
        Refusal(layer, {**_MIRROR, **more}, ((2, 4, 9),), "padding_mode"),
        Refusal(layer, large, ((2, 9, 3),), "padding_mode"),
        Refusal(layer, {**large, "padding": 2}, ((2, 9, 3),), "kernel_size"),
        Refusal(layer, {**more}, ((2, 9),)),
    ]


def _line_refusals(layer: type[Layer]) -> list[Refusal]:
    """What every layer of filters that slide along a signal refuses."""
    return [
        *illegal(layer, "kernel_size", 0, (3, 3), 2.5),
        *illegal(layer, "stride", 0, (1, 1)),
        *illegal(layer, "padding", -1, (1, 1, 1, 1), (1, -1), "circular"),
        *illegal(layer, "dilation", 0, (1,)),
        Refusal(layer, {}, ((2, 2),), "kernel_size"),
        Refusal(layer, {"dilation": 5, "padding": 1}, ((2, 8),), "kernel_size"),
        Refusal(layer, _MIRROR, ((2, 4),), "padding_mode"),
        Refusal(layer, {}, ((2, 8, 8),)),
        Refusal(layer, {}, ((8,),)),
    ]


REFUSALS: tuple[Refusal, ...] = (
    *_slide_refusals(Conv2d),
    *illegal(Conv2d, "out_channels", 0, 1.0, True, 10**6),
    Refusal(Conv2d, {"groups": 2}, ((3, 8, 8),), "groups"),
    Refusal(Conv2d, {"groups": 3, "out_channels": 4}, ((6, 8, 8),), "groups"),
    *_line_refusals(Conv1d),
    Refusal(Conv1d, {"groups": 3, "out_channels": 3}, ((2, 8),), "groups"),
    *_line_refusals(DepthwiseConv1d),
    *illegal(DepthwiseConv1d, "depth_multiplier", 0, 1.5),
    *_line_refusals(SeparableConv1d),
    *illegal(SeparableConv1d, "out_channels", 0, None),
    *_slide_refusals(DepthwiseConv2d),
    *illegal(DepthwiseConv2d, "depth_multiplier", 0, 1.5),
    *_slide_refusals(SeparableConv2d),
    *illegal(SeparableConv2d, "depth_multiplier", 0, "2"),
    *transposed.REFUSALS,
    *_slide_refusals(LocallyConnected2d),
    *_slide_refusals(MaskedConv2d, connections="0"),
    *illegal(MaskedConv2d, "connections", "", " ", "0-", "3-1", "a", "0,,1", "-1", "0;1", "²", 3),
    *illegal(MaskedConv2d, "connections", "999999", "0 " * 65_537),
    Refusal(MaskedConv2d, {}, ((5, 8, 8),), "connections"),
    Refusal(MaskedConv2d, {"connections": "0-2,5 7"}, ((2, 8, 8),), "connections"),
    *tied.REFUSALS,
)
