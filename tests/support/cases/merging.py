"""Cases of the family "merging"."""

from __future__ import annotations

from core.layers import Add, Concat, Multiply
from tests.support.cases.case import Case, Refusal, Table, illegal

AXES = ("channels", "height", "width")

TABLE: Table = {
    Add: [
        Case(Add(), ((2, 3, 3),) * 2),
        Case(Add(), ((2, 3, 3),) * 4, 1),
        Case(Add(), ((5,),) * 3, 3),
    ],
    Multiply: [
        Case(Multiply(), (shape,) * count, batch)
        for shape in ((5,), (2, 4), (2, 3, 3))
        for count in (2, 3, 4)
        for batch in (1, 3)
    ],
    Concat: [
        Case(Concat(), ((2, 3, 3), (1, 3, 3))),
        Case(Concat(), ((1, 2, 4), (3, 2, 4), (2, 2, 4)), 3),
        Case(Concat(), ((4,), (1,)), 1),
        Case(Concat(), ((2, 5), (3, 5))),
        Case(Concat("height"), ((2, 3, 4), (2, 1, 4))),
        Case(Concat("height"), ((1, 1, 1), (1, 2, 1), (1, 4, 1)), 1),
        Case(Concat("height"), ((3, 2, 2),) * 4),
        Case(Concat("height"), ((2, 3), (2, 5)), 3),
        Case(Concat("width"), ((2, 3, 4), (2, 3, 1))),
        Case(Concat("width"), ((1, 2, 3), (1, 2, 3), (1, 2, 2)), 1),
        Case(Concat("width"), ((3, 1, 1),) * 2, 3),
        Case(Concat("width"), ((2, 4, 2), (2, 4, 6)), 2),
        *(Case(Concat(axis), (shape,) * 3) for axis in AXES for shape in ((1, 1, 1), (2, 3, 4))),
        Case(Concat(), ((3,), (1,), (5,), (1,)), 3),
        Case(Concat("height"), ((1, 4), (1, 1), (1, 3)), 1),
    ],
}

REFUSALS: tuple[Refusal, ...] = (
    Refusal(Add, {}, ((2, 3, 3), (3, 3, 3))),
    Refusal(Add, {}, ((4,), (4, 1, 1))),
    Refusal(Multiply, {}, ((2, 3, 3), (3, 3, 3))),
    Refusal(Multiply, {}, ((4,), (4, 1, 1))),
    *illegal(Concat, "axis", "depth", 1, None),
    Refusal(Concat, {}, ((2, 3, 3), (2, 3, 4))),
    Refusal(Concat, {}, ((2,), (2, 3, 3))),
    Refusal(Concat, {"axis": "height"}, ((2, 3, 3), (2, 3, 4))),
    Refusal(Concat, {"axis": "width"}, ((2, 3, 3), (1, 3, 4))),
    Refusal(Concat, {"axis": "width"}, ((2, 3), (2, 3))),
    Refusal(Concat, {"axis": "height"}, ((2,), (2, 3, 3))),
)
