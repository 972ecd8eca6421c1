"""Cases of the family "regularization"."""

from __future__ import annotations

from core.layers import Dropout
from tests.support.cases.case import VALUES, Case, Refusal, Table, illegal

TABLE: Table = {
    Dropout: [Case(Dropout(p), (shape,), 4) for p in (0.0, 0.3, 0.9) for shape in VALUES]
    + [Case(Dropout(0.5), ((5,),), training=False)],
}

REFUSALS: tuple[Refusal, ...] = (*illegal(Dropout, "p", -0.1, 1.0),)
