"""Cases of the family "biological"."""

from __future__ import annotations

from typing import Any

from core.initializers import Constant, Normal, Uniform
from core.layers import Layer, NeoC, NeoS
from core.shapes import Shape
from tests.support.cases.case import Case, Refusal, Table, illegal, windows

_S: tuple[tuple[Shape, dict[str, Any]], ...] = (
    ((1, 8, 7), {"planes": 3}),
    ((2, 6, 6), {"planes": 2, "kernel_size": 3, "stride": 2}),
    ((2, 8, 8), {"planes": 2, "kernel_size": 3, "stride": 3}),
    ((3, 4, 5), {"planes": 4, "kernel_size": (2, 3), "padding": (0, 1, 1, 1)}),
    ((2, 5, 6), {"planes": 2, "kernel_size": 4, "stride": (1, 2), "padding": "same"}),
    ((2, 3, 3), {"planes": 1, "kernel_size": 1}),
    ((3, 4, 4), {"planes": 2, "kernel_size": 3, "padding": 1, "selectivity": 1.0}),
    ((1, 4, 4), {"planes": 2, "kernel_size": 3, "selectivity": 0.2}),
    ((2, 4, 4), {"planes": 3, "kernel_size": 3, "backprop": False}),
    ((2, 5, 5), {"planes": 2, "kernel_size": 2, "padding": "half", "stride": 2}),
    ((1, 3, 4), {"planes": 2, "kernel_size": 3, "padding": "full"}),
    ((2, 7, 6), {"planes": 3, "kernel_size": 3, "padding": "ceil", "stride": 2}),
    ((3, 1, 1), {"planes": 4, "kernel_size": 1, "selectivity": 10.0}),
    ((1, 9, 3), {"planes": 2, "kernel_size": (4, 3), "stride": (4, 1)}),
    ((2, 2, 2), {"planes": 2, "kernel_size": 2, "stride": 5}),
    ((2, 6, 5), {"planes": 5, "kernel_size": (1, 4), "padding": (0, 0, 2, 1)}),
    ((4, 3, 3), {"planes": 1, "kernel_size": 3, "selectivity": 0.01}),
    ((2, 4, 4), {"planes": 2, "kernel_size": 3, "weight_init": Uniform(0.0, 1.0)}),
    (
        (1, 5, 4),
        {
            "planes": 3,
            "kernel_size": 2,
            "weight_init": Normal(0.5),
            "inhibition_init": Constant(0.25),
        },
    ),
)

_C: tuple[tuple[Shape, dict[str, Any]], ...] = (
    ((2, 6, 6), {}),
    ((3, 6, 6), {"kernel_size": 3}),
    ((4, 8, 8), {"kernel_size": 3, "stride": 3}),
    ((2, 5, 7), {"kernel_size": (2, 3), "stride": (1, 2)}),
    ((3, 4, 4), {"kernel_size": 2, "stride": 1, "alpha": 2.0}),
    ((5, 3, 3), {"kernel_size": 3, "stride": 1, "alpha": 0.1}),
    ((3, 2, 2), {"kernel_size": 1, "stride": 1}),
    ((2, 2, 2), {"kernel_size": 2, "stride": 5}),
    ((2, 8, 8), {"stride": 1}),
    ((3, 7, 5), {"kernel_size": (4, 2), "stride": (3, 1)}),
    ((6, 4, 4), {"kernel_size": 4, "stride": 4}),
    ((2, 1, 6), {"kernel_size": (1, 3), "stride": (1, 2)}),
    ((3, 9, 3), {"kernel_size": (2, 3), "stride": (4, 1), "alpha": 1.0}),
    ((9, 2, 2), {"kernel_size": 1, "stride": 1, "alpha": 0.01}),
    ((2, 5, 5), {"kernel_size": 5, "alpha": 50.0}),
    ((4, 6, 5), {"kernel_size": (3, 2), "stride": 2}),
    ((2, 3, 3), {"kernel_size": 2, "stride": 1, "alpha": 0.5}),
    ((3, 4, 4), {"kernel_size": (4, 1), "stride": 1}),
)

TABLE: Table = {
    NeoS: [
        *(Case(NeoS(**settings), (shape,)) for shape, settings in _S),
        Case(NeoS(2, 3), ((2, 4, 4),), batch=1),
        Case(NeoS(2, 3, padding=1), ((2, 5, 5),), ties=True),
        Case(NeoS(2, 1), ((1, 4, 4),), ties=True),  # inhibiting cells that see nothing at all
    ],
    NeoC: [
        *(Case(NeoC(**settings), (shape,)) for shape, settings in _C),
        Case(NeoC(3, 1), ((3, 4, 4),), batch=1),
        Case(NeoC(3, 2), ((4, 5, 5),), ties=True),
    ],
}


def _unpadded(layer: type[Layer]) -> list[Refusal]:
    """What every layer with a window refuses, as far as it has no padding."""
    return [one for one in windows(layer) if "padding" not in one.settings]


REFUSALS: tuple[Refusal, ...] = (
    *windows(NeoS),
    *illegal(NeoS, "planes", 0, 1.5),
    *illegal(NeoS, "selectivity", 0, -1, "4", float("inf")),
    *illegal(NeoS, "backprop", 1, "yes"),
    *illegal(NeoS, "weight_init", "zeros", 0.1),
    *illegal(NeoS, "inhibition_init", None, 0.5),
    *_unpadded(NeoC),
    *illegal(NeoC, "alpha", 0, -0.5, None),
    Refusal(NeoC, {}, ((1, 8, 8),)),
)
