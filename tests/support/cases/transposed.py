"""Cases of transposed convolutions, part of the family "convolution"."""

from __future__ import annotations

from typing import Any

from core.initializers import Normal
from core.kinds import Pair
from core.layers import ConvTranspose1d, ConvTranspose2d
from tests.support.cases.case import Case, Refusal, Table, illegal


def _grow(
    size: Pair, kernel: Any = 3, *, c: int = 2, out: int = 3, batch: int = 2, **more: Any
) -> Case:
    return Case(ConvTranspose2d(out, kernel, **more), ((c, *size),), batch)


MAPS = [
    _grow((3, 3), stride=2),
    _grow((3, 3), stride=2, output_padding=1),
    _grow((3, 2), stride=3, output_padding=(2, 1)),
    _grow((2, 2), stride=2, padding=1, output_padding=1),  # gives 4, whose convolution drops one
    _grow((3, 4)),
    _grow((3, 3), 1),
    _grow((3, 3), 1, stride=2),
    _grow((2, 3), 2, stride=2),
    _grow((3, 2), 4, stride=2, padding=1),
    _grow((3, 3), (2, 3), stride=(1, 2), padding=(0, 1)),
    _grow((2, 3), (3, 1), stride=(3, 2)),
    _grow((3, 3), 3, stride=2, padding=(1, 0, 2, 1)),
    _grow((2, 2), 2, stride=4),  # gaps between the stamps
    _grow((3, 3), stride=2, padding="same"),
    _grow((3, 3), 4, padding="same"),
    _grow((3, 2), 2, stride=3, padding="same"),
    _grow((3, 3), 4, stride=3, padding="ceil"),
    _grow((3, 4), stride=2, padding="ceil"),
    _grow((4, 4), 4, stride=2, padding="half"),
    _grow((4, 5), padding="full"),
    _grow((3, 3), dilation=2),
    _grow((3, 4), (2, 3), dilation=(3, 2), stride=2, padding=1, output_padding=(0, 1)),
    _grow((3, 3), c=4, out=6, groups=2, stride=2),
    _grow((3, 3), 2, c=3, out=3, groups=3, stride=2, padding=1, output_padding=1),
    _grow((3, 3), bias=False, batch=1),
    _grow((1, 1), 4, padding=1),
    _grow((2, 2), out=1, batch=5, weight_init=Normal()),
    _grow((2, 2), stride=2, output_padding=1),  # 6/3/2 and 8/3/3 the other way round
    _grow((2, 2), stride=3, output_padding=2),
]


def _line(
    t: int, kernel: int = 3, *, c: int = 2, out: int = 3, batch: int = 2, **more: Any
) -> Case:
    return Case(ConvTranspose1d(out, kernel, **more), ((c, t),), batch)


SIGNALS = [
    _line(3, stride=2),
    _line(3, stride=2, output_padding=1),
    _line(3, stride=3, output_padding=2, padding=1),
    _line(4),
    _line(4, 1),
    _line(3, 1, stride=3),
    _line(3, 2, stride=2),
    _line(3, 4, stride=2, padding=1),
    _line(4, 4, stride=3, padding=(2, 0)),
    _line(3, 2, stride=5),
    _line(4, stride=2, padding="same"),
    _line(4, 4, padding="same"),
    _line(4, 2, stride=3, padding="same"),
    _line(4, 4, stride=3, padding="ceil"),
    _line(5, 4, stride=2, padding="half"),
    _line(5, padding="full"),
    _line(4, padding="valid", dilation=2),
    _line(3, 2, dilation=4, stride=2, padding=1, output_padding=1),
    _line(3, c=4, out=6, groups=2, stride=2),
    _line(3, 2, c=3, out=3, groups=3, padding=1),
    _line(4, bias=False, batch=1),
    _line(1, 5, padding=2, batch=4),
    _line(2, stride=2, output_padding=1),
    _line(2, stride=3, output_padding=2),
]

TABLE: Table = {ConvTranspose2d: MAPS, ConvTranspose1d: SIGNALS}

REFUSALS: tuple[Refusal, ...] = (
    *illegal(ConvTranspose2d, "kernel_size", 0, (1, 2, 3), "3"),
    *illegal(ConvTranspose2d, "padding", -1, "circular", (1, 2, 3)),
    *illegal(ConvTranspose2d, "output_padding", 1, (0, 1), -1),
    *illegal(ConvTranspose2d, "output_padding", 2, (0, 3), stride=2),
    *illegal(ConvTranspose2d, "output_padding", 1, stride=2, padding="same"),
    *illegal(ConvTranspose2d, "output_padding", (0, 1), stride=2, padding="ceil"),
    Refusal(ConvTranspose2d, {"padding": 2}, ((2, 2, 9),), "padding"),
    Refusal(ConvTranspose2d, {"padding": (0, 0, 6, 6)}, ((2, 2, 9),), "padding"),
    Refusal(ConvTranspose2d, {"padding": "full", "kernel_size": 5}, ((2, 4, 4),), "padding"),
    Refusal(ConvTranspose2d, {"groups": 3, "out_channels": 3}, ((2, 4, 4),), "groups"),
    Refusal(ConvTranspose2d, {"groups": 2, "out_channels": 3}, ((2, 4, 4),), "groups"),
    Refusal(ConvTranspose2d, {}, ((2, 4),)),
    Refusal(ConvTranspose2d, {}, ((4,),)),
    *illegal(ConvTranspose1d, "kernel_size", 0, (3, 3)),
    *illegal(ConvTranspose1d, "output_padding", 1, (0, 0)),
    *illegal(ConvTranspose1d, "output_padding", 1, stride=3, padding="ceil"),
    Refusal(ConvTranspose1d, {"padding": (1, 3)}, ((2, 2),), "padding"),
    Refusal(ConvTranspose1d, {"groups": 2, "out_channels": 3}, ((2, 4),), "groups"),
    Refusal(ConvTranspose1d, {}, ((2, 4, 4),)),
)
