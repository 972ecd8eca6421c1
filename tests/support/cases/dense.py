"""Cases of the family "dense"."""

from __future__ import annotations

from core.initializers import Constant, Normal
from core.layers import RBF, Linear
from tests.support.cases.case import Case, Refusal, Table, illegal

TABLE: Table = {
    Linear: [
        Case(Linear(4), ((6,),)),
        Case(Linear(1), ((1,),), 1),
        Case(Linear(5, bias=False), ((3,),), 4),
        Case(Linear(3, weight_init=Constant(0.5)), ((8,),), 7),
    ],
    RBF: [
        Case(RBF(), ((84,),), 3),
        Case(RBF(3, weight_init=Normal()), ((5,),), 1),
        Case(RBF(4, trained=True, weight_init=Normal(1.0)), ((6,),), 5),
    ],
}

REFUSALS: tuple[Refusal, ...] = (
    *illegal(Linear, "out_features", 0, -3, 2.0),
    Refusal(Linear, {}, ((3, 4, 4),)),
    Refusal(Linear, {}, ((3, 4),)),
    *illegal(RBF, "out_features", 0, 1.5),
    Refusal(RBF, {}, ((3, 4, 4),)),
)
