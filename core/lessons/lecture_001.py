"""Lecture 001: convolutions by hand, padding, stride, color, and what layers cost."""

from __future__ import annotations

from core.data.policy import DataPolicy
from core.data.sources import Written
from core.design import DataChoice, Design
from core.initializers import Listed
from core.layers import Conv2d, Flatten, Input, Linear, Output
from core.lessons.beside import beside, plain
from core.lessons.example import SLOW, Example, Rows, Stage, half_square, written
from core.zoo import BY_ID, Builder

# ---- one map ----------------------------------------------------------------------------

_I = (7, 2, 3, 3, 8, 4, 5, 3, 8, 4, 3, 3, 2, 8, 4, 2, 8, 7, 2, 7, 5, 4, 4, 5, 4)
_VERTICAL = (1, 0, -1) * 3
_EDGES: Rows = ((6, -9, -8), (-3, -2, -3), (-3, 0, -2))


def _filters(kernel: tuple[float, ...]) -> dict[str, Conv2d]:
    """A filter as it stands, and turned by 180°."""
    return {"as_it_is": plain(3, kernel), "turned": plain(3, kernel[::-1])}


_CORRELATION = (
    Stage("as_it_is", "The kernel lies on the first nine cells: the left column minus the right"
          " one, 7 + 4 + 3 − 3 − 3 − 2.", "forward", (0, 0, 0), 6, _EDGES),
    Stage("as_it_is", "One cell to the right.", "forward", (0, 0, 1), -9, _EDGES),
    Stage("as_it_is", "All nine places: where left is as bright as right, nothing comes out.",
          "forward", (0, 2, 1), 0, _EDGES),
    Stage("turned", "The formula on the slide turns the kernel. For this one that changes every"
          " sign.", "forward", (0, 0, 0), -6, ((-6, 9, 8), (3, 2, 3), (3, 0, 2)), ("X7",)),
)  # fmt: skip

_D = (3, 3, 2, 1, 0, 0, 0, 1, 3, 1, 3, 1, 2, 2, 3, 2, 0, 0, 2, 2, 2, 0, 0, 0, 1)
_SWIRL = (0, 1, 2, 2, 2, 0, 0, 1, 2)
_SWIRLED: Rows = ((12, 12, 17), (10, 17, 19), (9, 6, 14))
_TURNED: Rows = ((18, 20, 19), (10, 9, 17), (11, 8, 14))

_DUMOULIN = (
    Stage("as_it_is", "Six of the nine weights are not 0.", "forward", (0, 0, 0), 12, _SWIRLED),
    Stage("as_it_is", "The window in the middle.", "forward", (0, 1, 1), 17, _SWIRLED),
    Stage("as_it_is", "The largest value of the map.", "forward", (0, 1, 2), 19, _SWIRLED),
    Stage("turned", "The kernel turned by 180°, a convolution as mathematics has it, gives another"
          " map.", "forward", (0, 0, 0), 18, _TURNED, ("X7",)),
)  # fmt: skip

# ---- color ------------------------------------------------------------------------------

_A_X = (
    0, 1, 2, 2, 1, 1, 0, 0, 1, 1, 1, 0, 0, 2, 1, 1, 1, 0, 1, 0, 2, 1, 2, 2, 1,
    0, 0, 0, 2, 1, 1, 1, 0, 1, 0, 1, 1, 0, 2, 1, 0, 1, 1, 0, 1, 2, 0, 2, 2, 1,
    2, 2, 2, 0, 2, 0, 0, 1, 0, 0, 2, 2, 1, 2, 2, 0, 1, 0, 0, 2, 1, 0, 0, 2, 0,
)  # fmt: skip
_A_W = (
    -1, 1, -1, 0, -1, 1, -1, -1, -1, -1, 0, 0, 1, 1, 0, 0, 1, 1, -1, 1, 0, -1, -1, 1, -1, -1, 1,
    0, -1, 1, 0, -1, -1, -1, 0, 0, -1, 1, 0, -1, 0, 0, -1, 0, -1, -1, 1, 0, 1, 0, 0, 1, 1, 0,
)  # fmt: skip
_B_X = (
    0, 0, 1, 0, 2, 1, 0, 2, 0, 1, 1, 0, 2, 2, 0, 2, 0, 0, 2, 0, 2, 1, 2, 2, 0,
    2, 1, 2, 1, 1, 2, 1, 2, 0, 1, 0, 2, 1, 0, 1, 1, 2, 2, 2, 2, 0, 1, 2, 0, 1,
    2, 1, 1, 2, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 2, 1, 0, 2, 2, 1, 1, 1,
)  # fmt: skip
_B_W = (
    -1, 0, 1, 0, 0, 1, 1, -1, 1, -1, 0, 1, 1, -1, 1, 0, 1, 0, -1, 1, 1, 1, 1, 0, 0, -1, 0,
    0, 1, -1, 0, -1, 0, 0, -1, 1, -1, 0, 0, 1, -1, 0, 1, -1, 0, -1, 1, -1, 0, -1, -1, 1, 0, 0,
)  # fmt: skip
_A_0: Rows = ((3, -4, -1), (2, 0, -4), (1, 1, 2))
_A_1: Rows = ((-2, -3, -5), (-2, -1, -2), (-3, -4, 2))
_B_0: Rows = ((2, 3, 3), (3, 7, 3), (8, 10, -3))
_B_1: Rows = ((-8, -8, -3), (-3, 1, 0), (-3, -8, -5))


def _color(values: tuple[int, ...], weights: tuple[int, ...]) -> Design:
    build = Builder()
    filters, biases = Listed(weights), Listed((1, 0))
    build(Input((3, 5, 5)), id="input")
    build(Conv2d(2, 3, 2, 1, weight_init=filters, bias_init=biases), id="conv")
    build(Flatten(), id="flatten")
    build(Output(*half_square(18), target="answer"), id="output")
    return written(build, (3, 5, 5), values, answer=(0,) * 18)


_FRAME_A = (
    Stage("conv", "Two filters of 3×3 cells on 3 colors: 2·(3·3² + 1) weights.", "parameters",
          right=56),
    Stage("conv", "27 products, nine for each color, and the bias 1. Choose another channel to see"
          " its share.", "forward", (0, 0, 0), 3, _A_0),
    Stage("conv", "Two cells to the right.", "forward", (0, 0, 1), -4, _A_0, ("X9",)),
    Stage("conv", "The middle window has no padding under it.", "forward", (0, 1, 1), 0, _A_0),
    Stage("conv", "The second filter looks at the same cells, with a bias of 0.", "forward",
          (1, 0, 0), -2, _A_1),
    Stage("conv", "The last value of the second map.", "forward", (1, 2, 2), 2, _A_1),
)  # fmt: skip
_FRAME_B = (
    Stage("conv", "Another picture and other weights: 27 products and the bias 1.", "forward",
          (0, 0, 0), 2, _B_0),
    Stage("conv", "The largest value.", "forward", (0, 2, 1), 10, _B_0),
    Stage("conv", "The second filter, with a bias of 0.", "forward", (1, 0, 0), -8, _B_1),
    Stage("conv", "The middle of the second map.", "forward", (1, 1, 1), 1, _B_1),
)  # fmt: skip

# ---- sizes ------------------------------------------------------------------------------


def _padded(side: int, layers: dict[str, tuple[int, int, int]]) -> Design:
    """Filters of ones with (kernel, stride, padding) on a square of ones."""
    made = {id: plain(k, (1.0,), stride=s, padding=p) for id, (k, s, p) in layers.items()}
    return beside((1, side, side), (1.0,), made)


_FIVE = {"none": (3, 2, 0), "half": (3, 1, 1), "arbitrary": (4, 1, 2), "full": (3, 1, 2)}
_SIZES = (
    Stage("half", "Half padding: ⌊k/2⌋ = 1 on each side keeps the size.", "size", right=5),
    Stage("half", "On a picture of ones the border shows what padding costs: a corner sees four"
          " cells alone.", "forward", (0, 0, 0), 4,
          ((4, 6, 6, 6, 4), (6, 9, 9, 9, 6), (6, 9, 9, 9, 6), (6, 9, 9, 9, 6), (4, 6, 6, 6, 4))),
    Stage("arbitrary", "An even kernel of 4 with a padding of 2: 5 + 4 − 4 + 1.", "size", right=6),
    Stage("full", "Full padding: k − 1 = 2 on each side, so that every cell is seen as often.",
          "size", right=7, notes=("X8",)),
    Stage("none", "No padding and a stride of 2.", "size", right=2),
    Stage("none", "Four windows, side by side with one cell in common.", "forward", (0, 1, 1), 9,
          ((9, 9), (9, 9))),
)  # fmt: skip


def _counts() -> Design:
    layers = {
        "one": Conv2d(1, 3, bias=False),
        "one_biased": Conv2d(1, 3),
        "five": Conv2d(5, 8, bias=False),
        "five_biased": Conv2d(5, 8),
    }
    return beside((3, 28, 28), (0.5,), layers)


_COUNTS = (
    Stage("one", "A filter of 3×3 cells on 3 colors: how many weights?", "parameters", right=27),
    Stage("one_biased", "And one bias.", "parameters", right=28),
    Stage("five", "Five filters of 8×8 cells on 3 channels: 5·3·8·8 weights.", "parameters",
          right=960),
    Stage("five_biased", "With a bias for each of the five.", "parameters", right=965),
    Stage("five", "The maps: 28 − 8 + 1 cells high and wide, five of them.", "size", right=21),
)  # fmt: skip


def _oblong() -> Design:
    layers = {
        "oblong": Conv2d(33, (3, 5), (2, 1), (4, 2)),
        "square": Conv2d(7, 5, 1, 1),
    }
    return beside((16, 50, 100), (0.5,), layers)


_OBLONG = (
    Stage("oblong", "A kernel of 3×5, a stride of 2 down and 1 across, padding of 4 and 2: how high"
          " are the maps?", "size", right=28),
    Stage("oblong", "33 filters on 16 maps.", "parameters", right=7953),
    Stage("square", "A square kernel of 5 with a padding of 1 loses two cells on each axis.",
          "size", right=48),
)  # fmt: skip


def _dense() -> Design:
    build = Builder()
    build(Input((40_000,)), id="input")
    build(Linear(500, bias=False), id="hidden")
    build(Linear(200, bias=False), id="answer")
    build(Output(), id="output")
    source = Written((40_000,), (0.5,), tuple(float(number) for number in range(200)))
    return Design(build.graph, plan=SLOW, data=DataChoice(source, DataPolicy(scaling="none")))


_DENSE = (
    Stage("hidden", "A picture of 200×200 cells, each wired to 500 units: 40,000·500 weights in one"
          " layer.", "parameters", right=20_000_000),
    Stage("answer", "The second layer hardly counts: 500·200. Together 20,100,000.", "parameters",
          right=100_000),
)  # fmt: skip

_LARGENET = (
    Stage("conv1", "Five filters of 5×5 on 3 colors: 5·(3·5² + 1).", "parameters", right=380),
    Stage("conv1", "32 cells become 28: the filter fits 28 times.", "size", right=28),
    Stage("conv2", "Ten filters on 5 maps.", "parameters", right=1260),
    Stage("linear1", "250 values to 32 units.", "parameters", right=8032),
    Stage("linear2", "And 32 to 10. All together 10,002.", "parameters", right=330),
)  # fmt: skip

EXAMPLES = (
    Example("correlation", "A vertical edge", "A 5×5 picture under a kernel that takes left minus"
            " right; and what turning it would change.", "001",
            lambda: beside((1, 5, 5), _I, _filters(_VERTICAL)), _CORRELATION),
    Example("swirl", "Correlation or convolution", "The same sums with a kernel as it stands and"
            " turned by 180°.", "001", lambda: beside((1, 5, 5), _D, _filters(_SWIRL)), _DUMOULIN),
    Example("color-a", "Three colors, two filters", "27 products and a bias for every value; stride"
            " 2, padding 1.", "001", lambda: _color(_A_X, _A_W), _FRAME_A),
    Example("color-b", "Three colors, again", "Another picture and other weights to try yourself:"
            " choose Predict.", "001", lambda: _color(_B_X, _B_W), _FRAME_B),
    Example("padding", "Kinds of padding", "None, half, full and arbitrary padding of 5 cells.",
            "001", lambda: _padded(5, _FIVE), _SIZES),
    Example("counting", "How many weights?", "Filters of 3×3 and 8×8 on three colors.", "001",
            _counts, _COUNTS),
    Example("oblong", "Kernels that are not square", "Size, stride and padding for each axis by"
            " itself.", "001", _oblong, _OBLONG),
    Example("dense", "All wired to all", "Why pictures are not handed to dense layers: 20,100,000"
            " weights.", "001", _dense, _DENSE),
    Example("largenet", "LargeNet, layer by layer", "Where its 10,002 parameters are.", "001",
            BY_ID["largenet"].design, _LARGENET),
)  # fmt: skip
