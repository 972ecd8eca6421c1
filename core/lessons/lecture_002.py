"""Lecture 002: one neuron, one hidden layer, convolutions by hand, learned and made filters."""

from __future__ import annotations

from core.design import Design
from core.initializers import Constant, HandMade, Identity, Listed
from core.layers import Conv2d, Flatten, Input, Linear, Output, ReLU
from core.lessons.beside import beside, plain
from core.lessons.example import Example, Rows, Stage, half_square, written
from core.losses import BinaryCrossEntropy, CrossEntropy
from core.zoo import Builder

# ---- dense ------------------------------------------------------------------------------


def _neuron() -> Design:
    build = Builder()
    build(Input((2,)), id="input")
    build(Linear(1, weight_init=Listed((0.5, -0.25))), id="neuron")
    build(Output(BinaryCrossEntropy()), id="output")
    return written(build, (2,), (1, 2), label=1)


_NEURON = (
    Stage("neuron", "One neuron: z = w₁x₁ + w₂x₂ + b = 0.5 − 0.5.", "forward", (0, 0, 0), 0),
    Stage("output", "It answers a = σ(0) = 0.5; right would be y = 1.", "loss", (0, 0, 1), 0.5),
    Stage("output", "The loss is −log a = log 2.", "loss", (0, 0, 3), 0.693147),
    Stage("output", "dz = a − y: the slope of σ cancels that of the logarithm.", "loss", (0, 0, 4),
          -0.5),
    Stage("neuron", "dw = x·(a − y): the second input is twice as large, and so is its share.",
          "filter", (0, 0, 1), -1, ((-0.5, -1),)),
)  # fmt: skip


def _hidden() -> Design:
    build = Builder()
    build(Input((2,)), id="input")
    build(Linear(2, weight_init=Listed((1, 0, 0, -1)), bias_init=Listed((0, 0.5))), id="first")
    build(ReLU(), id="relu")
    build(Linear(1, weight_init=Listed((1, -1)), bias_init=Listed((-1,))), id="second")
    build(Output(BinaryCrossEntropy()), id="output")
    return written(build, (2,), (1, 2), label=1)


_HIDDEN = (
    Stage("first", "Z1 = W1·X + b1: the first unit.", "forward", (0, 0, 0), 1),
    Stage("first", "The second unit: −2 + 0.5. Biases have the shape (n[1], 1), one for each unit.",
          "forward", (1, 0, 0), -1.5, notes=("X11",)),
    Stage("relu", "A1 = g(Z1), with g = ReLU.", "maps", (0, 0, 1), 0, ((1, 0),)),
    Stage("second", "Z2 = W2·A1 + b2 = 1 − 0 − 1.", "forward", (0, 0, 0), 0, notes=("X10",)),
    Stage("output", "dZ2 = A2 − Y.", "loss", (0, 0, 4), -0.5),
    Stage("second", "dW2 = (1/m)·dZ2·A1ᵀ, here with m = 1 item.", "filter", (0, 0, 0), -0.5,
          ((-0.5, 0),), ("X12",)),
    Stage("second", "W2ᵀ·dZ2 hands the gradient on to both units.", "data", (1, 0, 0), 0.5),
    Stage("relu", "dZ1 = (W2ᵀ·dZ2) ∘ g′(Z1): ReLU was off for the second unit, so nothing goes"
          " on there.", "slopes", (0, 0, 1), 0, ((-0.5, 0),), ("X13",)),
    Stage("first", "dW1 = dZ1·Xᵀ: the first unit's two weights.", "filter", (0, 0, 1), -1,
          ((-0.5, -1),)),
    Stage("first", "And the second unit's: nothing.", "filter", (1, 0, 1), 0, ((0, 0),)),
)  # fmt: skip


def _softmax() -> Design:
    build = Builder()
    build(Input((3,)), id="input")
    build(Linear(3, weight_init=Identity()), id="scores")
    build(Output(CrossEntropy()), id="output")
    return written(build, (3,), (1, 2, 3), label=2)


_SOFTMAX = (
    Stage("output", "Scores 1, 2 and 3; the third class is right. Each becomes e^(z − 3).", "loss",
          (0, 1, 1), 0.367879),
    Stage("output", "Divided by their sum, 1.503, they are shares: softmax.", "loss", (0, 2, 2),
          0.665241),
    Stage("output", "The loss is −log of the right one's share.", "loss", (0, 2, 4), 0.407606),
    Stage("output", "dz = p − a: the right class is asked for more, by what it lacks.", "loss",
          (0, 2, 5), -0.334759),
    Stage("output", "The others are asked for less, by all they have. The three add up to 0.",
          "loss", (0, 0, 5), 0.090031),
)  # fmt: skip

# ---- by hand ----------------------------------------------------------------------------

_FIRST_X = (2, 0, 1, 3, 7, 1, 1, 0, 0, 2, 5, 0, 0, 5, 1, 4)
_FIRST_Y: Rows = ((-4, -3), (3, -8))
_TRY_X = (2, 0, 3, 1, 1, 1, 0, 0, 1, 0, 2, 0, 1, 0, 1, 2)
_VALID_Y: Rows = ((0, 1), (-1, -1))
_SAME_Y: Rows = ((-1, -1, -1, 6), (-2, 0, 1, 5), (-1, -1, -1, 5), (0, -1, -4, 4))


def _first() -> Design:
    rows = plain(3, (1, 1, 1, 0, 0, 0, -1, -1, -1))
    return beside((1, 4, 4), _FIRST_X, {"conv": rows})


_FIRST = (
    Stage("conv", "The slide leaves the result open. The upper row minus the lower one: 2 + 0 + 1"
          " − 0 − 2 − 5.", "forward", (0, 0, 0), -4, _FIRST_Y),
    Stage("conv", "One cell to the right. Choose Predict and say it first.", "forward", (0, 0, 1),
          -3, _FIRST_Y),
    Stage("conv", "One down.", "forward", (0, 1, 0), 3, _FIRST_Y),
    Stage("conv", "And the last one.", "forward", (0, 1, 1), -8, _FIRST_Y),
)  # fmt: skip


def _sobel() -> Design:
    sobel = (1, 0, -1, 2, 0, -2, 1, 0, -1)
    layers = {"valid": plain(3, sobel), "same": plain(3, sobel, padding="same")}
    return beside((1, 4, 4), _TRY_X, layers)


_SOBEL = (
    Stage("valid", "“Try it out yourself!” The window stays inside: VALID.", "forward", (0, 0, 0),
          0, _VALID_Y),
    Stage("valid", "4 cells become 2: (4 − 3)/1 + 1.", "size", right=2),
    Stage("valid", "The last window.", "forward", (0, 1, 1), -1, _VALID_Y),
    Stage("same", "With a ring of zeros the size stays: SAME.", "size", right=4),
    Stage("same", "The corner: what lies in the ring counts as 0.", "forward", (0, 0, 3), 6,
          _SAME_Y),
    Stage("same", "The four values in the middle are those of VALID.", "forward", (0, 1, 1), 0,
          _SAME_Y, ("X15",)),
)  # fmt: skip


def _bank() -> Design:
    mice = {"mice": Conv2d(4, (50, 30), bias=False), "other": Conv2d(1, (20, 30), bias=False)}
    return beside((1, 60, 60), (0.5,), mice)


_BANK = (
    Stage("mice", "Four filters as large as a mouse, 50×30 cells each.", "parameters", right=6000),
    Stage("other", "And one of 20×30: (50·30)·4 + 20·30 = 6,600. “A large number!”", "parameters",
          right=600),
)  # fmt: skip

# ---- shared weights ---------------------------------------------------------------------


def _shared() -> Design:
    build = Builder()
    build(Input((1, 4, 4)), id="input")
    build(Conv2d(1, 3, bias=False, weight_init=Constant(1.0)), id="conv")
    build(Flatten(), id="flatten")
    build(Output(*half_square(4), target="answer"), id="output")
    return written(build, (1, 4, 4), (1.0,), answer=(8, 8, 8, 8))


_FED: Rows = ((1, 2, 2, 1), (2, 4, 4, 2), (2, 4, 4, 2), (1, 2, 2, 1))
_SHARED = (
    Stage("conv", "Nine weights serve all four outputs: dense they would be 16·4 = 64.",
          "parameters", right=9),
    Stage("conv", "All cells and weights are 1 here, and so is each gradient that comes back."
          " A corner feeds one output.", "data", (0, 0, 0), 1, _FED),
    Stage("conv", "A cell of the edge feeds two.", "data", (0, 0, 1), 2, _FED),
    Stage("conv", "A cell in the middle feeds all four: choose Scatter to see them.", "data",
          (0, 1, 1), 4, _FED),
    Stage("conv", "And each weight is used four times, so that four products add up for it.",
          "filter", (0, 0, 0), 4, ((4, 4, 4),) * 3),
)  # fmt: skip

# ---- filters made by hand ---------------------------------------------------------------

_SQUARE = (*(0,) * 6, 9, 9, 9, 0, 0, 9, 9, 9, 0, 0, 9, 9, 9, *(0,) * 6)


def _made() -> Design:
    names = ("identity", "blur", "sharpen", "outline4", "outline8", "sobel_vertical", "shift")
    layers = {name: Conv2d(1, 3, bias=False, weight_init=HandMade(name)) for name in names}
    return beside((1, 5, 5), _SQUARE, layers)


_MADE = (
    Stage("identity", "A bright square on black. This kernel hands it on unchanged.", "forward",
          (0, 1, 1), 9, ((9, 9, 9),) * 3),
    Stage("blur", "Blur takes the mean of nine cells: the square's corners get darker.", "forward",
          (0, 0, 0), 4, ((4, 6, 4), (6, 9, 6), (4, 6, 4))),
    Stage("sharpen", "5 in the middle and −1 around: the sum is 1, so the middle stays 9 and the"
          " edges stand out.", "forward", (0, 0, 0), 27,
          ((27, 18, 27), (18, 9, 18), (27, 18, 27)), ("X14",)),
    Stage("outline4", "4 in the middle: the sum is 0, and an even surface gives nothing.",
          "forward", (0, 1, 1), 0, ((18, 9, 18), (9, 0, 9), (18, 9, 18)), ("X14",)),
    Stage("outline8", "8 in the middle looks at the corners too.", "forward", (0, 0, 0), 45,
          ((45, 27, 45), (27, 0, 27), (45, 27, 45))),
    Stage("sobel_vertical", "Left minus right: the square's left edge is dark, its right one"
          " bright.", "forward", (0, 1, 2), 36, ((-27, 0, 27), (-36, 0, 36), (-27, 0, 27))),
    Stage("shift", "A single 1 beside the middle moves the picture by one cell.", "forward",
          (0, 0, 0), 0, ((0, 9, 9),) * 3),
)  # fmt: skip

EXAMPLES = (
    Example("neuron", "One neuron", "Score, probability, loss and the gradients of its weights.",
            "002", _neuron, _NEURON),
    Example("hidden", "One hidden layer", "Z1, A1, Z2, A2 and all the way back, with two units and"
            " one.", "002", _hidden, _HIDDEN),
    Example("softmax", "Softmax and cross-entropy", "From three scores to shares, to the loss, to"
            " the first gradient.", "002", _softmax, _SOFTMAX),
    Example("rows", "Upper row minus lower row", "A result that the slide leaves to you.", "002",
            _first, _FIRST),
    Example("sobel", "VALID and SAME", "A Sobel kernel on one picture, without and with a ring of"
            " zeros.", "002", _sobel, _SOBEL),
    Example("bank", "A bank of templates", "Filters as large as what they look for.", "002", _bank,
            _BANK),
    Example("shared", "Partly wired, weights shared", "Which outputs each cell feeds, and how often"
            " each weight is used.", "002", _shared, _SHARED),
    Example("made", "Kernels made by hand", "Blur, sharpen, outline, Sobel and shift on a square.",
            "002", _made, _MADE),
)  # fmt: skip
