"""Cases of the family "regularization"."""

from __future__ import annotations

from core.layers import Dropout, Dropout2d
from tests.support.cases.case import VALUES, Case, Refusal, Table, illegal

TABLE: Table = {
    Dropout: [
        Case(Dropout(p), (shape,), batch)
        for p in (0.0, 0.3, 0.9)
        for shape in (*VALUES, (3, 5))
        for batch in (1, 4)
    ]
    + [Case(Dropout(0.5), (shape,), training=False) for shape in (*VALUES, (3, 5))],
    Dropout2d: [
        Case(Dropout2d(p), (shape,), batch)
        for p in (0.0, 0.3, 0.9)
        for shape in ((6, 2, 3), (3, 1, 1), (1, 5, 2))
        for batch in (1, 4)
    ]
    + [Case(Dropout2d(0.5), (shape,), training=False) for shape in ((5, 2, 2), (1, 3, 1))],
}

REFUSALS: tuple[Refusal, ...] = (
    *illegal(Dropout, "p", -0.1, 1.0),
    *illegal(Dropout2d, "p", -0.1, 1.0),
    Refusal(Dropout2d, {}, ((5,),)),
    Refusal(Dropout2d, {}, ((5, 3),)),
)
