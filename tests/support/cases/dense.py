"""Cases of the family "dense"."""

from __future__ import annotations

from core.initializers import Constant, Normal
from core.layers import RBF, Linear
from tests.support.cases.case import Case, Refusal, Table, illegal

# Inputs, units, items: one of each, more inputs than units and fewer, more items than both.
SIZES = (
    (1, 1, 1), (1, 9, 2), (17, 1, 3), (7, 7, 1), (2, 3, 11), (40, 24, 5), (13, 2, 1), (3, 31, 4),
    (6, 5, 9),
)  # fmt: skip

TABLE: Table = {
    Linear: [
        Case(Linear(4), ((6,),)),
        Case(Linear(5, bias=False), ((3,),), 4),
        Case(Linear(3, weight_init=Constant(0.5)), ((8,),), 7),
        *(
            Case(Linear(units, bias=bias), ((inputs,),), batch)
            for inputs, units, batch in SIZES
            for bias in (True, False)
        ),
    ],
    RBF: [
        Case(RBF(), ((84,),), 3),
        Case(RBF(3, weight_init=Normal()), ((5,),), 1),
        Case(RBF(4, trained=True, weight_init=Normal(1.0)), ((6,),), 5),
        Case(RBF(trained=True), ((84,),), 2),
        Case(RBF(9, trained=True, weight_init=Normal(0.1)), ((4,),), 2),
        *(
            Case(RBF(units, trained=trained, weight_init=Normal(1.0)), ((inputs,),), batch)
            for inputs, units, batch in SIZES[1:]  # one input and one unit coincide
            for trained in (True, False)
        ),
    ],
}

REFUSALS: tuple[Refusal, ...] = (
    *illegal(Linear, "out_features", 0, -3, 2.0),
    Refusal(Linear, {}, ((3, 4, 4),)),
    Refusal(Linear, {}, ((3, 4),)),
    *illegal(RBF, "out_features", 0, 1.5),
    Refusal(RBF, {}, ((3, 4, 4),)),
)
