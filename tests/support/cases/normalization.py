"""Cases of the family "normalization"."""

from __future__ import annotations

from core.layers import BatchNorm2d
from tests.support.cases.case import Case, Refusal, Table, illegal

TABLE: Table = {
    BatchNorm2d: [
        Case(BatchNorm2d(**settings), ((3, 4, 2),), 5, training=training)
        for settings in ({}, {"eps": 0.1, "momentum": 0.5}, {"momentum": 1.0})
        for training in (True, False)
    ]
    + [Case(BatchNorm2d(), ((2, 1, 1),), 6), Case(BatchNorm2d(), ((1, 3, 3),), 1)],
}

REFUSALS: tuple[Refusal, ...] = (
    *illegal(BatchNorm2d, "eps", 0.0, -1e-5),
    *illegal(BatchNorm2d, "momentum", 1.5),
    Refusal(BatchNorm2d, {}, ((5,),)),
)
