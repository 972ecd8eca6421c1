"""Cases of the family "merging"."""

from __future__ import annotations

from core.layers import Add, Concat
from tests.support.cases.case import Case, Refusal, Table

TABLE: Table = {
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
}

REFUSALS: tuple[Refusal, ...] = (
    Refusal(Add, {}, ((2, 3, 3), (3, 3, 3))),
    Refusal(Add, {}, ((4,), (4, 1, 1))),
    Refusal(Concat, {}, ((2, 3, 3), (2, 3, 4))),
    Refusal(Concat, {}, ((2,), (2, 3, 3))),
)
