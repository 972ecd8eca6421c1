"""The table of cases: for every layer, settings and input shapes that all generic checks run.

A new layer needs rows here, and a counterpart in `tests/support/oracle.py`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

from core.initializers import Constant, GlorotUniform, Normal
from core.layers import (
    Add,
    AvgPool2d,
    BatchNorm2d,
    Concat,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Input,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from core.losses import SquaredError
from core.shapes import Shape


@dataclass(frozen=True)
class Case:
    """One layer in one place: its settings, the shapes it gets, and how it runs.

    `ties` draws inputs of which many are equal (no finite differences there).
    """

    layer: Layer
    inputs: tuple[Shape, ...]
    batch: int = 2
    training: bool = True
    ties: bool = False
    number: int = field(default=0, compare=False)

    @property
    def id(self) -> str:
        """The case's name in test output and in stored results."""
        return f"{type(self.layer).__name__}-{self.number:02}"

    @property
    def seed(self) -> int:
        """Decides inputs and weights; it follows from what the case is, not from its number."""
        return zlib.crc32(repr((self.layer, self.inputs, self.batch, self.training)).encode())


@dataclass(frozen=True)
class Refusal:
    """Settings that are illegal, or shapes that a layer cannot take; `setting` must be named."""

    layer: type[Layer]
    settings: dict[str, Any]
    inputs: tuple[Shape, ...] = ()
    setting: str = ""

    @property
    def id(self) -> str:
        """The case's name in test output."""
        return f"{self.layer.__name__}-{self.setting or 'wire'}-{self.settings}-{self.inputs}"


def _conv(shape: Shape, out: int = 3, kernel: Any = 3, *, batch: int = 2, **more: Any) -> Case:
    return Case(Conv2d(out, kernel, **more), (shape,), batch)


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

_VALUES: tuple[Shape, ...] = ((7,), (2, 3, 4))  # a vector and maps, for layers that take either


def _elementwise(*layers: Layer) -> list[Case]:
    return [
        Case(layer, (shape,), batch) for layer in layers for shape in _VALUES for batch in (1, 3)
    ]


TABLE: dict[type[Layer], list[Case]] = {
    Input: [Case(Input(shape), (), 3) for shape in _VALUES],
    Output: [Case(Output(), ((10,),)), Case(Output(SquaredError(), weight=0.5), ((1,),), 4)],
    Conv2d: CONVOLUTIONS,
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
    Linear: [
        Case(Linear(4), ((6,),)),
        Case(Linear(1), ((1,),), 1),
        Case(Linear(5, bias=False), ((3,),), 4),
        Case(Linear(3, weight_init=Constant(0.5)), ((8,),), 7),
    ],
    ReLU: [*_elementwise(ReLU()), Case(ReLU(), ((2, 3, 3),), ties=True)],
    LeakyReLU: _elementwise(LeakyReLU(), LeakyReLU(0.0), LeakyReLU(0.3), LeakyReLU(1.0)),
    Sigmoid: _elementwise(Sigmoid()),
    Tanh: _elementwise(Tanh()),
    Softmax: [*_elementwise(Softmax()), Case(Softmax(), ((1,),)), Case(Softmax(), ((4, 1, 1),))],
    BatchNorm2d: [
        Case(BatchNorm2d(**settings), ((3, 4, 2),), 5, training=training)
        for settings in ({}, {"eps": 0.1, "momentum": 0.5}, {"momentum": 1.0})
        for training in (True, False)
    ]
    + [Case(BatchNorm2d(), ((2, 1, 1),), 6), Case(BatchNorm2d(), ((1, 3, 3),), 1)],
    Dropout: [Case(Dropout(p), (shape,), 4) for p in (0.0, 0.3, 0.9) for shape in _VALUES]
    + [Case(Dropout(0.5), ((5,),), training=False)],
    Add: [
        Case(Add(), ((2, 3, 3),) * 2),
        Case(Add(), ((2, 3, 3),) * 4, 1),
        Case(Add(), ((5,),) * 3, 3),
    ],
    Concat: [
        Case(Concat(), ((2, 3, 3), (1, 3, 3))),
        Case(Concat(), ((1, 2, 4), (3, 2, 4), (2, 2, 4)), 3),
        Case(Concat(), ((4,), (1,)), 1),
    ],
    Flatten: [Case(Flatten(), (shape,), batch) for shape in _VALUES for batch in (1, 3)],
}

CASES: tuple[Case, ...] = tuple(
    Case(case.layer, case.inputs, case.batch, case.training, case.ties, number)
    for cases in TABLE.values()
    for number, case in enumerate(cases, start=1)
)


def _illegal(layer: type[Layer], setting: str, *values: object, **more: object) -> list[Refusal]:
    return [Refusal(layer, {setting: value, **more}, (), setting) for value in values]


def _windows(layer: type[Layer], **more: object) -> list[Refusal]:
    """What every layer with a window refuses."""
    small: list[tuple[dict[str, Any], Shape]] = [
        ({"kernel_size": 5}, (2, 4, 4)),
        ({"kernel_size": (1, 7)}, (2, 9, 6)),
        ({"kernel_size": 7, "padding": (3, 0, 3, 0)}, (1, 1, 1)),
        ({"kernel_size": 6, "padding": 1, "stride": 3}, (1, 3, 9)),
    ]
    return [
        *_illegal(layer, "kernel_size", 0, (2, 0), (1, 2, 3), 2.5, True, "3", None),
        *_illegal(layer, "stride", 0, (1,), -1),
        *_illegal(layer, "padding", -1, (1, 2, 3), "reflectt", (1, 1, 1, -1)),
        *(
            Refusal(layer, {**settings, **more}, (shape,), "kernel_size")
            for settings, shape in small
        ),
        Refusal(layer, {**more}, ((10,),)),
    ]


REFUSALS: tuple[Refusal, ...] = (
    *_illegal(Input, "shape", (), (1, 2, 3, 4), (0, 5, 5), (1.5,), "28", 5),
    *_illegal(Output, "weight", -1.0, float("nan"), "1"),
    *_illegal(Output, "loss", "CrossEntropy", None, {"type": "Huber"}),
    Refusal(Output, {}, ((3, 2, 2),)),
    *_windows(Conv2d),
    *_illegal(Conv2d, "out_channels", 0, 1.0, True, 10**6),
    *_illegal(Conv2d, "bias", 1, "yes"),
    *_illegal(Conv2d, "dilation", 0, (1, 0)),
    Refusal(Conv2d, {"groups": 2}, ((3, 8, 8),), "groups"),
    Refusal(Conv2d, {"groups": 3, "out_channels": 4}, ((6, 8, 8),), "groups"),
    Refusal(Conv2d, {"dilation": 4}, ((1, 8, 8),), "kernel_size"),
    *_windows(MaxPool2d),
    *_windows(AvgPool2d),
    *_illegal(MaxPool2d, "padding", 2, (0, 0, 2, 0), kernel_size=3),
    *_illegal(AvgPool2d, "padding", 1, kernel_size=1),
    *_illegal(AvgPool2d, "count_include_pad", "no", 0),
    Refusal(GlobalAvgPool2d, {}, ((5,),)),
    *_illegal(Linear, "out_features", 0, -3, 2.0),
    Refusal(Linear, {}, ((3, 4, 4),)),
    Refusal(Linear, {}, ((3, 4),)),
    *_illegal(LeakyReLU, "negative_slope", -0.1, 1.5, float("inf")),
    *_illegal(BatchNorm2d, "eps", 0.0, -1e-5),
    *_illegal(BatchNorm2d, "momentum", 1.5),
    Refusal(BatchNorm2d, {}, ((5,),)),
    *_illegal(Dropout, "p", -0.1, 1.0),
    Refusal(Add, {}, ((2, 3, 3), (3, 3, 3))),
    Refusal(Add, {}, ((4,), (4, 1, 1))),
    Refusal(Concat, {}, ((2, 3, 3), (2, 3, 4))),
    Refusal(Concat, {}, ((2,), (2, 3, 3))),
)
