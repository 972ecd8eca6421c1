"""Cases of the family "endpoints"."""

from __future__ import annotations

from core.layers import Input, Output
from core.losses import SquaredError
from tests.support.cases.case import VALUES, Case, Refusal, Table, illegal

TABLE: Table = {
    Input: [Case(Input(shape), (), 3) for shape in VALUES],
    Output: [Case(Output(), ((10,),)), Case(Output(SquaredError(), weight=0.5), ((1,),), 4)],
}

REFUSALS: tuple[Refusal, ...] = (
    *illegal(Input, "shape", (), (1, 2, 3, 4), (0, 5, 5), (1.5,), "28", 5),
    *illegal(Output, "weight", -1.0, float("nan"), "1"),
    *illegal(Output, "loss", "CrossEntropy", None, {"type": "Hinge"}),
    Refusal(Output, {}, ((3, 2, 2),)),
)
