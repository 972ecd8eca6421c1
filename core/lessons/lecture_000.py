"""Lecture 000: a picture of 5×5 cells from the input to the update, and what surrounds it."""

from __future__ import annotations

from core.data.sources.toy import PICTURE
from core.design import Design
from core.initializers import Listed
from core.layers import Conv2d, Flatten, Input, MaxPool2d, Output
from core.lessons.beside import beside
from core.lessons.example import Example, Rows, Stage, half_square, written
from core.tongue import tr
from core.zoo import BY_ID, Builder
from core.zoo.toy import FILTERS

_Z1: Rows = ((-1, 1, 1), (2, 0, -2), (-2, 1, 1))
_Z2: Rows = ((2, 2, 0), (5, 1, -3), (1, 0, -1))
_SLOPES_1: Rows = ((0, 0, 0), (0, 1.336376, 0.668188), (0, 1.336376, 1.336376))
_SLOPES_2: Rows = ((0, 0, 0), (0, -0.267275, -0.133638), (0, -0.267275, -0.267275))

_WINDOWS = (
    tr("The first window: its first row and column lie in the padding of zeros."),
    tr("Two cells to the right, since the stride is 2."),
    tr("The last window of the row: its last column lies in the padding."),
    tr("Two cells down. Here z becomes 2, which will win later on."),
    tr("The middle window has no padding under it at all."),
    tr("The window at the right edge gives −2, which ReLU will cut off."),
    tr("The last row of windows: the filter's last row lies in the padding."),
    tr("The middle window of the last row."),
    tr("The last window. All nine values together are the first map z₁."),
)


def _forward() -> tuple[Stage, ...]:
    first = tuple(
        Stage("conv", words, "forward", (0, p, q), _Z1[p][q], _Z1)
        for (p, q), words in zip(
            ((p, q) for p in range(3) for q in range(3)), _WINDOWS, strict=True
        )
    )
    return (
        Stage("input", "A picture of 5×5 cells. Its right answer is yes: y* = 1.", "maps",
              (0, 0, 1), 2, PICTURE),
        Stage("conv", "K = 2 filters of F = 3 cells, stride S = 2, padding P = 1: how large are the"
              " maps?", "size", (0, 0, 0), 3, notes=("X6",)),
        *first,
        Stage("conv", "There is one bias for each filter: b = 1 is added to every value of z₁.",
              "forward", (0, 1, 0), 2, _Z1, ("X4",)),
        Stage("conv", "The second filter, with b = 0. “Do this yourself”: what is the first value"
              " of z₂?", "forward", (1, 0, 0), 2, _Z2),
        Stage("conv", "The largest value of z₂ is in the same place as that of z₁.",
              "forward", (1, 1, 0), 5, _Z2),
        Stage("conv", "And the smallest; ReLU will cut it off.", "forward", (1, 1, 2), -3, _Z2),
        Stage("relu", "ReLU keeps what is positive and makes everything else 0.", "maps", (0, 1, 2),
              0, ((0, 1, 1), (2, 0, 0), (0, 1, 1))),
        Stage("relu", "The same for the second map.", "maps", (1, 1, 0), 5,
              ((2, 2, 0), (5, 1, 0), (1, 0, 0))),
        Stage("pool", "Max pooling with a window as large as the map: its largest value, 2, is all"
              " that stays of it.", "forward", (0, 0, 0), 2, ((2,),), ("X5",)),
        Stage("pool", "Of the second map 5 stays.", "forward", (1, 0, 0), 5, ((5,),)),
        Stage("flatten", "Two maps of one cell are unrolled into a vector of two values.", "maps",
              (0, 0, 1), 5, ((2, 5),)),
        Stage("linear", "One unit adds them up with its weights: ω₀ + ω₁·2 + ω₂·5 ="
              " 0.3 − 2 + 1.", "forward", (0, 0, 0), -0.7, ((-0.7,),)),
        Stage("output", "The sigmoid makes a probability of it: the network says yes with"
              " y = σ(−0.7) = 0.332.", "loss", (0, 0, 1), 0.331812),
        Stage("output", "The loss is −log y, since yes is right.", "loss", (0, 0, 3), 1.103186,
              notes=("X1",)),
    )  # fmt: skip


def _backward() -> tuple[Stage, ...]:
    return (
        Stage("output", "The first gradient: by z it is y − y*, because the sigmoid's slope"
              " y·(1 − y) cancels what stands below the fraction.", "loss", (0, 0, 4), -0.668188,
              notes=("X2",)),
        Stage("linear", "Each input gets it times its own weight: ω₁ = −1 turns its sign.", "data",
              (0, 0, 0), 0.668188),
        Stage("linear", "And ω₂ = 0.2 leaves a fifth of it for the second map.", "data", (1, 0, 0),
              -0.133638),
        Stage("linear", "The weights of the unit learn too: dω = input × gradient, here 2 times"
              " −0.668.", "filter", (0, 0, 0), -1.336376),
        Stage("pool", "Max pooling hands it to the cell that won, z₁[1, 0], and to no other.",
              "data", (0, 1, 0), 0.668188, ((0, 0, 0), (0.668188, 0, 0), (0, 0, 0))),
        Stage("relu", "ReLU lets it pass, because z₁[1, 0] = 2 is positive.", "slopes", (0, 1, 0),
              0.668188, ((0, 0, 0), (0.668188, 0, 0), (0, 0, 0))),
        Stage("conv", "dz/dθ₁₁ is the cell that lay under θ₁₁, x = 2. So the loss changes by"
              " 2 · 0.668 = 1.336.", "filter", (0, 1, 1), 1.336376, _SLOPES_1, ("X1",)),
        Stage("conv", "A cell of the padding lay under the first column and row: nothing to learn"
              " for them.", "filter", (0, 0, 0), 0, _SLOPES_1),
        Stage("conv", "The second filter learns in the same way, with its own gradient.", "filter",
              (1, 1, 1), -0.267275, _SLOPES_2),
        Stage("conv", "The update goes against the gradient: θ₁₁ ← 1 − 0.1 · 1.336. All weights are"
              " kept until every gradient is known, then all move at once.", "filter", (0, 1, 1),
              1.336376, _SLOPES_1, ("X1",)),
        Stage("output", "Now press Train: the engine takes exactly this step, for all weights at"
              " once, and y rises from 0.332 to 0.902.", "loss", (0, 0, 1)),
    )  # fmt: skip


def _pooling() -> Design:
    build = Builder()
    build(Input((1, 4, 4)), id="input")
    build(MaxPool2d(), id="pool")
    build(Flatten(), id="flatten")
    build(Output(*half_square(4), target="answer"), id="output")
    values = (1, 2, 6, 7, -4, 5, 0, 1, 1, 3, 1, 1, 3, 3, 2, 1)
    return written(build, (1, 4, 4), values, answer=(4, 5, 2, 1))


def _strides() -> Design:
    filters = Listed(FILTERS[:9])
    sizes = {"s1": (1, 0), "s2": (2, 0), "s3": (3, 0), "s3p1": (3, 1), "s3p2": (3, 2)}
    layers = {
        id: Conv2d(1, 3, stride, pad, weight_init=filters) for id, (stride, pad) in sizes.items()
    }
    return beside((1, 5, 5), tuple(cell for row in PICTURE for cell in row), layers)


_STRIDES = (
    Stage("s1", "Stride 1: (5 − 3)/1 + 1 places on each axis.", "size", right=3),
    Stage("s2", "Stride 2: the window takes every second place.", "size", right=2),
    Stage("s2", "Every cell still lies under a window.", "forward", (0, 1, 1)),
    Stage("s3", "Stride 3: (5 − 3)/3 + 1 is 1.67. “Oops?”", "size", right=1, notes=("X6",)),
    Stage(
        "s3",
        "One window fits. The last two rows and columns are left out: they are hatched.",
        "forward",
        (0, 0, 0),
    ),
    Stage("s3p1", "Padding of 1 does not mend it.", "size", right=2, notes=("X3",)),
    Stage(
        "s3p2",
        "Padding of 2 does: (5 + 4 − 3)/3 + 1 = 3, and nothing is left over.",
        "size",
        right=3,
    ),
)  # fmt: skip

_POOLING = (
    Stage(
        "pool",
        "The largest of the first four cells.",
        "forward",
        (0, 0, 0),
        5,
        ((5, 7), (3, 2)),
    ),
    Stage(
        "pool",
        "The window moves on by its own size, so that none overlap.",
        "forward",
        (0, 0, 1),
        7,
        ((5, 7), (3, 2)),
    ),
    Stage(
        "pool",
        "Here three cells are 3: the first of them counts as the winner.",
        "forward",
        (0, 1, 0),
        3,
        ((5, 7), (3, 2)),
    ),
    Stage("pool", "The last four cells.", "forward", (0, 1, 1), 2, ((5, 7), (3, 2))),
    Stage(
        "pool",
        "Backward, each winner gets the whole gradient of its window: here the"
        " loss is built so that it is 1, 2, 1 and 1.",
        "data",
        (0, 0, 3),
        2,
        ((0, 0, 0, 2), (0, 1, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0)),
    ),
)  # fmt: skip

EXAMPLES = (
    Example(
        "toy",
        "5×5, end to end",
        "One picture through two filters to an answer, and back to the gradient of every weight.",
        "000",
        BY_ID["toy-5x5"].design,
        (*_forward(), *_backward()),
    ),
    Example(
        "strides",
        "Strides that do not divide",
        "The same filter with a stride of 1, 2 and 3, and what becomes of the cells left over.",
        "000",
        _strides,
        _STRIDES,
    ),
    Example(
        "max-pool",
        "Max pooling 2×2",
        "The largest of every four cells, and where the gradient goes afterwards.",
        "000",
        _pooling,
        _POOLING,
    ),
)
