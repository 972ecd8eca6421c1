"""Cases of the family "reshaping"."""

from __future__ import annotations

from core.layers import Flatten
from tests.support.cases.case import VALUES, Case, Refusal, Table

TABLE: Table = {
    Flatten: [Case(Flatten(), (shape,), batch) for shape in VALUES for batch in (1, 3)],
}

REFUSALS: tuple[Refusal, ...] = ()
