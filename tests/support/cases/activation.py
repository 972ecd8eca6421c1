"""Cases of the family "activation"."""

from __future__ import annotations

from core.layers import (
    ELU,
    GELU,
    SELU,
    HardSigmoid,
    HardSwish,
    Layer,
    LeakyReLU,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from tests.support.cases.case import Case, Refusal, Table, elementwise, illegal


def _curves(*layers: Layer, spreads: tuple[float, ...] = (5.0,)) -> list[Case]:
    """Vectors, maps and signals, a single value, and values far out on both sides."""
    return [
        *elementwise(*layers),
        *(Case(layer, ((2, 9),), 2) for layer in layers),
        *(Case(layer, ((1, 1, 1),), 1) for layer in layers),
        *(Case(layer, ((40,),), 3, spread=spread) for layer in layers for spread in spreads),
    ]


TABLE: Table = {
    ReLU: [*elementwise(ReLU()), Case(ReLU(), ((2, 3, 3),), ties=True)],
    LeakyReLU: _curves(LeakyReLU(), LeakyReLU(0.0), LeakyReLU(0.3), LeakyReLU(1.0)),
    PReLU: [
        *_curves(PReLU(), PReLU(per_channel=True), PReLU(init=-0.5)),
        Case(PReLU(), ((2, 3, 3),), ties=True),
    ],
    ELU: [*_curves(ELU(), ELU(0.3), ELU(0.0)), Case(ELU(), ((6,),), ties=True)],
    SELU: _curves(SELU()),
    GELU: _curves(GELU(), GELU("tanh"), spreads=(0.01, 2.0, 5.0, 30.0)),
    SiLU: _curves(SiLU(), spreads=(5.0, 100.0)),
    Mish: _curves(Mish(), spreads=(5.0, 100.0)),
    Softplus: _curves(Softplus(), Softplus(3.0, threshold=4.0), Softplus(0.2), spreads=(5.0, 50.0)),
    Sigmoid: elementwise(Sigmoid()),
    HardSigmoid: _curves(HardSigmoid(), spreads=(2.0, 5.0)),
    HardSwish: _curves(HardSwish(), spreads=(2.0, 5.0)),
    Tanh: elementwise(Tanh()),
    Softmax: [*elementwise(Softmax()), Case(Softmax(), ((1,),)), Case(Softmax(), ((4, 1, 1),))],
    LogSoftmax: [
        *_curves(LogSoftmax(), spreads=(5.0, 200.0)),
        Case(LogSoftmax(), ((1,),)),
        Case(LogSoftmax(), ((4, 1, 1),)),
    ],
}

REFUSALS: tuple[Refusal, ...] = (
    *illegal(LeakyReLU, "negative_slope", -0.1, 1.5, float("inf")),
    *illegal(PReLU, "per_channel", 1, "yes"),
    *illegal(PReLU, "init", 11.0, float("nan")),
    *illegal(ELU, "alpha", -1.0, "1"),
    *illegal(GELU, "approximate", "erf", True),
    *illegal(Softplus, "beta", 0.0, -1.0),
    *illegal(Softplus, "threshold", -1.0),
)
