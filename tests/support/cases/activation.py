"""Cases of the family "activation"."""

from __future__ import annotations

from core.layers import LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from tests.support.cases.case import Case, Refusal, Table, elementwise, illegal

TABLE: Table = {
    ReLU: [*elementwise(ReLU()), Case(ReLU(), ((2, 3, 3),), ties=True)],
    LeakyReLU: elementwise(LeakyReLU(), LeakyReLU(0.0), LeakyReLU(0.3), LeakyReLU(1.0)),
    Sigmoid: elementwise(Sigmoid()),
    Tanh: elementwise(Tanh()),
    Softmax: [*elementwise(Softmax()), Case(Softmax(), ((1,),)), Case(Softmax(), ((4, 1, 1),))],
}

REFUSALS: tuple[Refusal, ...] = (*illegal(LeakyReLU, "negative_slope", -0.1, 1.5, float("inf")),)
