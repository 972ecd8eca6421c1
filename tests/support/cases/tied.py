"""Cases of convolutions with tied filters, part of the family "convolution"."""

from __future__ import annotations

from typing import Any

from core.kinds import Pair
from core.layers import TiedConv2d
from tests.support.cases.case import Case, Refusal, Table, illegal


def _tied(size: Pair, kernel: int = 3, *, c: int = 2, batch: int = 2, **more: Any) -> Case:
    return Case(TiedConv2d(2, kernel, **more), ((c, *size),), batch, uneven=True)


TIED = [
    _tied((6, 6), stride=2),
    _tied((8, 8), stride=3, rotations="8"),
    _tied((5, 5)),
    _tied((5, 5), combine="maps"),
    _tied((5, 5), rotations="8"),
    _tied((5, 5), rotations="8", combine="maps"),
    _tied((4, 5), rotations="1"),
    _tied((4, 5), rotations="1", reflections=True),
    _tied((4, 5), rotations="1", reflections=True, combine="maps"),
    _tied((5, 4), rotations="1", scales=3),
    _tied((5, 4), rotations="1", scales=2, combine="maps"),
    _tied((4, 5), rotations="8", reflections=True, scales=2),
    _tied((4, 4), rotations="4", reflections=True, scales=2, combine="maps"),
    _tied((4, 5), 1),
    _tied((5, 4), 2, rotations="8"),
    _tied((5, 6), 4, rotations="8", combine="maps"),
    _tied((6, 7), 5, c=1, scales=2, padding="same", stride=2),
    _tied((5, 5), padding=(1, 0, 2, 1)),
    _tied((4, 5), 4, padding="ceil", stride=(3, 2)),
    _tied((4, 4), padding="full", combine="maps"),
    _tied((7, 7), dilation=2, rotations="8"),
    _tied((4, 5), padding=2, padding_mode="reflect", combine="maps"),
    _tied((3, 3), 5, padding=4, padding_mode="replicate", stride=2),
    _tied((4, 4), bias=False, batch=1),
    _tied((3, 3), bias=False, combine="maps", batch=3),
    _tied((8, 8), stride=3),
    _tied((7, 9), 2, stride=4),
]

TABLE: Table = {TiedConv2d: TIED}

REFUSALS: tuple[Refusal, ...] = (
    *illegal(TiedConv2d, "kernel_size", 0, 32, (3, 3), "3"),
    *illegal(TiedConv2d, "rotations", "2", 4, "90"),
    *illegal(TiedConv2d, "reflections", 1, "yes"),
    *illegal(TiedConv2d, "scales", 0, 5, 1.5),
    *illegal(TiedConv2d, "combine", "sum", None),
    *illegal(TiedConv2d, "padding_mode", "circular"),
    Refusal(TiedConv2d, {}, ((2, 2, 9),), "kernel_size"),
    Refusal(TiedConv2d, {"kernel_size": 9, "padding": 1}, ((2, 3, 5),), "kernel_size"),
    Refusal(TiedConv2d, {"padding": 3, "padding_mode": "reflect"}, ((2, 3, 5),), "padding_mode"),
    Refusal(TiedConv2d, {}, ((5,),)),
)
