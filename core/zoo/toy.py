"""The network that lecture 000 works through by hand: 5×5 cells, two filters, one answer."""

from __future__ import annotations

from core.initializers import Listed
from core.layers import Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.losses import BinaryCrossEntropy
from core.zoo.template import Builder

# Its weights belong to the design, so that every run starts from them: they are initializers.
FILTERS = (
    -1, 0, -1,
    1, 1, -1,
    -1, 1, -1,

    -1, -1, 0,
    0, 1, 1,
    -1, 0, 1,
)  # fmt: skip
BIASES = (1, 0)
OMEGAS, OMEGA_0 = (-1.0, 0.2), 0.3


def toy() -> Builder:
    """Two 3×3 filters with stride 2, ReLU, the maximum of each map, one unit. Lecture 000, G."""
    filters, biases = Listed(FILTERS), Listed(BIASES)
    build = Builder()
    build(Input((1, 5, 5)), id="input")
    build(Conv2d(2, 3, 2, 1, weight_init=filters, bias_init=biases), id="conv")
    build(ReLU(), id="relu")
    build(MaxPool2d(3, 3), id="pool")
    build(Flatten(), id="flatten")
    build(Linear(1, weight_init=Listed(OMEGAS), bias_init=Listed((OMEGA_0,))), id="linear")
    build(Output(BinaryCrossEntropy()), id="output")
    return build
