"""Lecture 004: convolutions backward and grown, variants of them, and the classic networks."""

from __future__ import annotations

from core.design import Design
from core.initializers import Constant, Listed
from core.layers import (
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    Flatten,
    Input,
    Layer,
    Output,
    SeparableConv2d,
    TiedConv2d,
)
from core.lessons.beside import beside, plain
from core.lessons.example import Example, Rows, Stage, half_square, written
from core.recipes import BY_NAME
from core.zoo import BY_ID, Builder

# ---- forward ----------------------------------------------------------------------------

_BITS = (1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0)


def _binary() -> Design:
    cross = (1, 0, 1, 0, 1, 0, 1, 0, 1)
    return beside((1, 5, 5), _BITS, {"s1": plain(3, cross), "s2": plain(3, cross, stride=2)})


_ONE: Rows = ((4, 3, 4), (2, 4, 3), (2, 3, 4))
_BINARY = (
    Stage("s1", "“A filter is really just a perceptron”: it counts the ones under its cross.",
          "forward", (0, 0, 0), 4, _ONE),
    Stage("s1", "One cell down.", "forward", (0, 1, 0), 2, _ONE),
    Stage("s2", "With a stride of 2 four windows are left.", "size", right=2),
    Stage("s2", "They are the corners of the map before.", "forward", (0, 1, 0), 2,
          ((4, 4), (2, 4))),
)  # fmt: skip


def _even() -> Design:
    layers = {
        "even": plain(4, (1.0,), padding="same"),
        "hop": plain(3, (1.0,), stride=2, padding="ceil"),
        "tensorflow": plain(3, (1.0,), stride=2, padding="same"),
    }
    return beside((1, 5, 5), (1.0,), layers)


_HOPPED: Rows = ((4, 6, 4), (6, 9, 6), (4, 6, 4))
_EVEN = (
    Stage("even", "An even kernel needs L − 1 = 3 cells of padding: one side gets 1, the other 2.",
          "size", right=5, notes=("X16",)),
    Stage("even", "On a picture of ones the first corner sees nine cells …", "forward", (0, 0, 0),
          9),
    Stage("even", "… and the last one four: that is where more padding is.", "forward", (0, 4, 4),
          4),
    Stage("hop", "The rule for a hop of 2: pad to a multiple of it, then by L − 1. ⌈5/2⌉ = 3.",
          "size", right=3),
    Stage("hop", "It pads 3 cells on each axis.", "forward", (0, 2, 2), 4, _HOPPED),
    Stage("tensorflow", "TensorFlow's SAME pads 2 and gives as many values; for other sizes the two"
          " lie one cell apart.", "forward", (0, 2, 2), 4, _HOPPED),
)  # fmt: skip


def _point() -> Design:
    layer = Conv2d(1, 1, weight_init=Listed((1, 2, -1)), bias_init=Listed((0.5,)))
    values = (1, 2, 3, 4, 1, 0, 0, 1, 2, 2, 2, 2)
    return beside((3, 2, 2), values, {"point": layer})


_POINT = (
    Stage("point", "“A perceptron that operates over the depth”: 1·1 + 2·1 − 1·2 + 0.5.", "forward",
          (0, 0, 0), 1.5, ((1.5, 0.5), (1.5, 4.5))),
    Stage("point", "Each place by itself: no neighbor plays a part.", "forward", (0, 1, 1), 4.5,
          ((1.5, 0.5), (1.5, 4.5))),
)  # fmt: skip


def _delay() -> Design:
    layer = Conv1d(1, 3, bias=False, weight_init=Listed((1, 0, -1)))
    return beside((1, 7), (1, 2, 4, 7, 7, 7, 0), {"scan": layer})


_DELAY = (
    Stage("scan", "The same filter at every moment: a time-delay neural network. Here it takes the"
          " moment before minus the one after.", "forward", (0, 0, 0), -3, ((-3, -5, -3, 0, 7),)),
    Stage("scan", "Where nothing changes, nothing comes out.", "forward", (0, 0, 3), 0),
    Stage("scan", "The fall at the end.", "forward", (0, 0, 4), 7),
)  # fmt: skip

# ---- backward ---------------------------------------------------------------------------


def _learning(side: int, stride: int, weights: tuple[float, ...], values: tuple[float, ...],
              answer: tuple[float, ...]) -> Design:  # fmt: skip
    """One filter whose outputs z cost Σ (z − t)²/2: dz = z − t."""
    build = Builder()
    build(Input((1, side, side)), id="input")
    build(Conv2d(1, 3, stride, bias=False, weight_init=Listed(weights)), id="conv")
    build(Flatten(), id="flatten")
    build(Output(*half_square(len(answer)), target="answer"), id="output")
    return written(build, (1, side, side), values, answer=answer)


_NINE = tuple(float(number) for number in range(1, 10))
_SCAN = tuple(float(number) for number in range(1, 26))
_TARGETS = (410, 454, 501, 636, 680, 726, 861, 906, 948)
_DZ: Rows = ((1, 2, 0), (0, 1, 0), (0, 0, 3))
_BACKWARD = (
    Stage("conv", "Forward: z[0, 0] is the sum of nine products.", "forward", (0, 0, 0), 411),
    Stage("flatten", "The loss is built so that the gradients dz come back as 1 2 0 / 0 1 0 /"
          " 0 0 3.", "slopes", (0, 0, 1), 2, _DZ),
    Stage("conv", "Which outputs does the middle cell feed? All nine, each through another weight:"
          " z(0, 0) through w(2, 2), z(2, 2) through w(0, 0).", "data", (0, 2, 2), 33,
          notes=("X18", "X19")),
    Stage("conv", "The corner feeds z(0, 0) alone, through w(0, 0). That is a full convolution with"
          " the filter turned, over dz in a ring of K − 1 zeros.", "data", (0, 0, 0), 1),
    Stage("conv", "The last corner: dz(2, 2) = 3 times w(2, 2) = 9.", "data", (0, 4, 4), 27),
    Stage("conv", "A weight met one cell for each output. Its gradient adds them all up: dw(0, 0) ="
          " 1·1 + 2·2 + 1·7 + 3·13.", "filter", (0, 0, 0), 51),
    Stage("conv", "dw(2, 2): the same dz, over cells that lie two further.", "filter", (0, 2, 2),
          135),
)  # fmt: skip

_STRIDED = (
    Stage("conv", "6 cells, K = 3, S = 2: the windows begin at 0 and 2, and the last row and column"
          " are left over.", "forward", (0, 0, 0), 9, ((9, 9), (9, 9)), ("X21",)),
    Stage("conv", "All weights and cells are 1, each dz is 1. Backward dz gets zeros for the"
          " stride, not dw; and the cells left over get nothing.", "data", (0, 5, 5), 0,
          ((1, 1, 2, 1, 1, 0), (1, 1, 2, 1, 1, 0), (2, 2, 4, 2, 2, 0), (1, 1, 2, 1, 1, 0),
           (1, 1, 2, 1, 1, 0), (0, 0, 0, 0, 0, 0)), ("X20", "X22")),
    Stage("conv", "The filter's gradient is 3×3 again: four products for each weight.", "filter",
          (0, 1, 1), 4, ((4, 4, 4),) * 3, ("X20",)),
)  # fmt: skip

_UNEQUAL = (
    Stage("conv", "A stride of 2 on 9 cells: how many outputs does each cell feed? Here four …",
          "data", (0, 2, 2), 4),
    Stage("conv", "… beside it half as many …", "data", (0, 2, 3), 2),
    Stage("conv", "… and between the two a quarter as many.", "data", (0, 3, 3), 1),
)  # fmt: skip

# ---- grown ------------------------------------------------------------------------------


def _grown() -> Design:
    stamp = ConvTranspose1d(1, 3, 2, bias=False, weight_init=Listed((1, 2, 3)))
    build = Builder()
    first = build(Input((1, 3)), id="input")
    build(stamp, first, id="code")
    build(Flatten(), id="flatten")
    build(Output(*half_square(7), target="answer"), id="output")
    build(stamp.replace(output_padding=1), first, id="text")
    answer = (0, 2, 5, 3, 9, 6, 8)  # y − (1, 0, 0, 1, 0, 0, 1)
    return written(build, (1, 3), (1, 2, 3), answer=answer)


_LONG: Rows = ((1, 2, 5, 4, 9, 6, 9),)
_GROWN = (
    Stage("code", "Layers that grow: three values become (3 − 1)·2 + 3 = 7.", "size", right=7,
          notes=("X24",)),
    Stage("code", "Each value stamps the filter 1 2 3, scaled by itself. Where two stamps meet they"
          " add up: 3·1 + 1·2.", "forward", (0, 0, 2), 5, _LONG),
    Stage("code", "The end of the last stamp: 3·3. Choose Scatter to see the stamps one by one.",
          "forward", (0, 0, 6), 9, _LONG),
    Stage("text", "The size as the text has it: b·H + (K − 1) = 8, one value more.", "size",
          right=8, notes=("X24",)),
    Stage("text", "That value lies under no stamp.", "forward", (0, 0, 7), 0,
          ((1, 2, 5, 4, 9, 6, 9, 0),)),
    Stage("code", "“Leave it to you”: backward it is a convolution with a stride of 2. With dy ="
          " 1 0 0 1 0 0 1 the middle value gets 2·1.", "data", (0, 0, 1), 2, ((1, 2, 3),)),
    Stage("code", "And the filter's gradient: each value times what came back where it stamped.",
          "filter", (0, 0, 1), 2, ((1, 2, 3),)),
)  # fmt: skip

# ---- variants ---------------------------------------------------------------------------


def _depthwise() -> Design:
    ones = Constant(1.0)
    layers: dict[str, Layer] = {
        "usual": Conv2d(64, 3, bias=False, weight_init=ones),
        "separable": SeparableConv2d(64, 3, bias=False, weight_init=ones),
    }
    return beside((3, 6, 6), (1.0,), layers)


_DEPTHWISE = (
    Stage("usual", "M = 3 maps in, N = 64 out, K = 3: N·M·K² weights.", "parameters", right=1728,
          notes=("X25",)),
    Stage("separable", "One filter for each map, then a mixture: M·K² + N·M.", "parameters",
          right=219, notes=("X25",)),
    Stage("separable", "Depth-wise: each map under its own filter, here nine ones.", "forward",
          (0, 0, 0), 9, part="depthwise"),
    Stage("separable", "Point-wise: the three maps mixed at each place.", "forward", (0, 0, 0), 27,
          part="pointwise"),
    Stage("usual", "With all weights 1 the usual convolution gives the same.", "forward", (0, 0, 0),
          27),
)  # fmt: skip


def _tied() -> Design:
    bar = (0, 1, 0, 0, 1, 0, 0, 1, 0)
    layers: dict[str, Layer] = {
        "upright": plain(3, bar),
        "turning": TiedConv2d(1, 3, bias=False, weight_init=Listed(bar)),
    }
    return beside((1, 3, 3), (0, 0, 0, 1, 1, 1, 0, 0, 0), layers)


_TIED = (
    Stage("upright", "A filter for an upright bar hardly answers to a level one.", "forward",
          (0, 0, 0), 1),
    Stage("turning", "Tied to its own copies, turned by 90°, it finds it: the copy that answers"
          " most is what counts.", "forward", (0, 0, 0), 3),
    Stage("turning", "All copies share nine weights.", "parameters", right=9),
    Stage("turning", "The loss z² asks for 2·3 = 6 less. The level copy has won, so the cells under"
          " its bar get it back, times its ones.", "slopes", (0, 1, 1), 6,
          ((0, 0, 0), (6, 6, 6), (0, 0, 0))),
    Stage("turning", "The lecture's exercise: the level copy's gradient is 6 along its bar; turned"
          " back by its own transform it is the upright filter's. dw = Σ T_tᵀ·dw_t over all copies"
          " t.", "learning", (0, 0, 1), 6,
          ((0, 6, 0), (0, 6, 0), (0, 6, 0))),
)  # fmt: skip

# ---- networks ---------------------------------------------------------------------------


def _resnet() -> Design:
    return BY_NAME["resnet"].applied(BY_ID["resnet20-cifar"].design())


_NEOCOGNITRON = (
    Stage("us1", "An S-cell: its excitation e is a sum like that of a convolution; what it fires is"
          " r·φ[(1 + e)/(1 + h) − 1].", "forward", (0, 8, 12), part="cell"),
    Stage("us1", "What inhibits it: v, the root mean square of all that lies under the window.",
          "forward", (0, 8, 12), part="inhibition"),
    Stage("uc1", "A C-cell blurs one plane, held down by the mean v over all planes.", "forward",
          (0, 4, 6), part="cell"),
    Stage("us1", "Choose Hebb under Train by: only the winner learns.", "parameters", right=208,
          notes=("X30",)),
)  # fmt: skip
_LENET = (
    Stage("c1", "32×32 cells under a filter of 5×5: 28.", "size", right=28, notes=("X29",)),
    Stage("s2", "Trained pooling: one weight and one bias for each of six maps.", "parameters",
          right=12, notes=("X29",)),
    Stage("s2", "It adds four cells up, times its weight, plus its bias.", "forward", (0, 6, 6)),
    Stage("s2", "And its weight learns from all pooled sums of its map.", "filter", (0, 0, 0)),
    Stage("c3", "A table says which maps are wired: 60 of 96 pairs, 25·60 + 16.", "parameters",
          right=1516),
    Stage("rbf", "The output compares 84 values with drawn digits: −Σ (x − w)².", "forward",
          (3, 0, 0)),
)  # fmt: skip
_ALEXNET = (
    Stage("conv1", "96 filters of 11×11 with a stride of 4 on 227 cells.", "size", right=55),
    Stage("conv1", "96·(3·11² + 1) parameters.", "parameters", right=34_944),
    Stage("pool1", "Windows of 3 with a stride of 2 overlap.", "size", right=27),
    Stage("conv2", "256 filters of 5×5.", "size", right=27, notes=("X26",)),
    Stage("conv2", "In two groups, each on 48 maps.", "parameters", right=307_456),
    Stage("linear1", "Most of the 60,965,224 parameters are here: 9,216 values to 4,096 units.",
          "parameters", right=37_752_832),
    Stage("conv2", "But most multiplications are in the convolutions; this one alone has 224"
          " million.", "macs", right=223_948_800, notes=("X27",)),
)  # fmt: skip
_RESNET = (
    Stage("conv1", "ResNet-20 begins with 16 filters of 3×3 on 3 colors. It trains by the paper's"
          " recipe: see Training.", "parameters", right=432, notes=("X28",)),
    Stage("conv1", "Padding of 1 keeps the size, so that what is skipped can be added.", "size",
          right=32),
)  # fmt: skip

EXAMPLES = (
    Example("binary", "A cross of ones", "A filter as a perceptron, with a stride of 1 and of 2.",
            "004", _binary, _BINARY),
    Example("even", "Even kernels and hops", "Padding that differs from side to side.", "004",
            _even, _EVEN),
    Example("point", "One by one", "A kernel of 1×1 mixes maps, place by place.", "004", _point,
            _POINT),
    Example("delay", "One filter over time", "A scan along a signal.", "004", _delay, _DELAY),
    Example("backward", "Convolution backward", "How the error reaches each cell and each weight.",
            "004", lambda: _learning(5, 1, _NINE, _SCAN, _TARGETS), _BACKWARD),
    Example("strided", "Strides backward", "Zeros between the gradients, and cells left over.",
            "004", lambda: _learning(6, 2, (1.0,), (1.0,), (8,) * 4), _STRIDED),
    Example("unequal", "Unequal shares", "With a stride some cells count twice and four times as"
            " much.", "004", lambda: _learning(9, 2, (1.0,), (1.0,), (8,) * 16), _UNEQUAL),
    Example("grown", "Layers that grow", "A transposed convolution in one dimension, forward and"
            " backward.", "004", _grown, _GROWN),
    Example("depthwise", "Depth-wise separable", "1,728 weights or 219 for the same maps.", "004",
            _depthwise, _DEPTHWISE),
    Example("tied", "Filters that turn", "Copies of one filter, tied to each other.", "004", _tied,
            _TIED),
    Example("neocognitron", "S-cells and C-cells", "What the first networks of this kind computed.",
            "004", BY_ID["neocognitron"].design, _NEOCOGNITRON),
    Example("lenet", "LeNet-5 of 1998", "Trained pooling, a table of wires, and digits to compare"
            " with.", "004", BY_ID["lenet5-1998"].design, _LENET),
    Example("alexnet", "AlexNet by numbers", "Sizes, parameters and multiplications.", "004",
            BY_ID["alexnet"].design, _ALEXNET),
    Example("resnet", "A recipe for ResNet", "The weight decay of the paper.", "004", _resnet,
            _RESNET),
)  # fmt: skip
