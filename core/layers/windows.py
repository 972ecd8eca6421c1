"""What layers with learned filters under a sliding window share: settings, sizes and borders.

No layer of the catalogue lives here; each declares its settings in the order of its own form.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from core.initializers import INITIALIZERS, Constant, HeNormal
from core.kinds import Bool, Choice, Int, Ints, Padding, Pair, Quad
from core.layers.base import Array, Run, maps
from core.layers.signals import BOTH, MapsLayer, SignalLayer
from core.settings import OneOf, setting
from core.shapes import (
    Shape,
    ShapeError,
    Step,
    Window,
    axis_name,
    explain_window,
    fit_window,
    resolve_padding,
)
from core.tongue import tr

# ---- settings -------------------------------------------------------------------------


def filters_setting() -> Any:
    """How many filters."""
    return setting(
        32,
        Int(1, 65_536),
        label="Filters",
        keras="filters",
        brief="{} filters",
        help="Number of filters; each gives one output map.",
    )


def kernel_setting(*, axes: int = 2) -> Any:
    """The size of the window: a number for each axis, of a signal one number."""
    if axes == 1:
        return setting(3, Int(1, 1024), brief="kernel {}", help="Length of a filter, in cells.")
    return setting(
        (3, 3), Ints(2, 1, 1024), brief="{}", help="Height and width of a filter, in cells."
    )


def stride_setting(
    *, axes: int = 2, help: str = "Cells the window moves between two outputs."
) -> Any:
    """The step of the window."""
    one = 1 if axes == 1 else (1, 1)
    return setting(one, _numbers(axes), keras="strides", brief="stride {}", quiet=one, help=help)


def dilation_setting(*, axes: int = 2) -> Any:
    """The spread of the window."""
    one = 1 if axes == 1 else (1, 1)
    return setting(
        one,
        _numbers(axes),
        keras="dilation_rate",
        advanced=True,
        brief="dilation {}",
        quiet=one,
        help="Distance between neighboring filter cells; 2 leaves one cell out.",
    )


def _numbers(axes: int) -> Int | Ints:
    return Int(1, 1024) if axes == 1 else Ints(2, 1, 1024, short=True)


PADDING_HELP = tr(
    "Rings of cells added around the maps: valid adds none, half ⌊k/2⌋, full k − 1; same keeps the "
    "size at stride 1 (TensorFlow's rule), ceil does so by the rule of 11-785; or a number for "
    "each side."
)


def padding_setting(*, axes: int = 2, help: str = PADDING_HELP) -> Any:
    """The ring around the maps, two sides on each axis."""
    none = (0,) * (2 * axes)
    return setting(none, Padding(sides=2 * axes), brief="pad {}", quiet=none, help=help)


def fill_setting() -> Any:
    """What the ring is made of."""
    return setting(
        "zeros",
        Choice(("zeros", "replicate", "reflect"), ("Zeros", "Edge repeated", "Mirrored")),
        label="Padding of",
        advanced=True,
        help="What the added cells hold: zeros, the outermost cell repeated (replicate), or the "
        "maps mirrored at it (reflect).",
    )


def groups_setting() -> Any:
    """Groups of channels."""
    return setting(
        1,
        Int(1, 65_536),
        advanced=True,
        brief="{} groups",
        quiet=1,
        help="Splits channels and filters into groups that do not see each other.",
    )


def bias_setting(*, help: str = "Add a learned number to each map.") -> Any:
    """Whether there is a bias."""
    return setting(True, Bool(), keras="use_bias", advanced=True, help=help)


def start_setting(*, keras: str = "kernel_initializer") -> Any:
    """How filters start."""
    return setting(
        HeNormal(),
        OneOf(INITIALIZERS),
        label="Weights start as",
        keras=keras,
        advanced=True,
        help="How the filters are drawn before training.",
    )


def bias_start_setting() -> Any:
    """How biases start."""
    return setting(
        Constant(),
        OneOf(INITIALIZERS),
        label="Biases start as",
        keras="bias_initializer",
        advanced=True,
        help="How the learned numbers of the maps start.",
    )


# ---- layers on maps -------------------------------------------------------------------


class Filters2d(MapsLayer):
    """Learned filters with a window over maps."""

    family: ClassVar[str] = "convolution"

    kernel_size: Any  # a Pair; one number where a layer has square windows only
    stride: Pair
    padding: str | Quad
    dilation: Pair

    def bare_window(self) -> Window:
        """The window without its padding, which depends on the input."""
        return Window(self.kernel_size, self.stride, dilation=self.dilation)


class Sliding2d(Filters2d):
    """A window of learned filters that slides over maps, with a ring of any filling."""

    padding_mode: str

    @abstractmethod
    def maps_given(self, channels: int) -> int:
        """Output maps for these input channels; ShapeError where the layer cannot take them."""

    def window(self, *inputs: Shape) -> Window:
        """The sliding window, with the padding that a named mode means for this input."""
        bare, (_, h, w) = self.bare_window(), maps(inputs[0])
        return replace(bare, padding=resolve_padding(self.padding, (h, w), bare))

    def output(self, shape: Shape, *, axes: tuple[int, ...] = BOTH) -> Shape:
        c, h, w = maps(shape)
        window, outputs = self.window(shape), self.maps_given(c)
        names = None
        if self.padding_mode == "reflect":
            _check_mirror(window, (h, w), axes)
            names = {"padding": ""}  # more padding may be more than can be mirrored
        square = isinstance(self.kernel_size, int)
        fitted = fit_window(window, (h, w), settings=names, axes=axes, square=square)
        return (outputs, *fitted)

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        return explain_window(self.window(*inputs), maps(inputs[0])[1:])


def _check_mirror(window: Window, size: Pair, axes: tuple[int, ...]) -> None:
    """A mirror shows at most the cells behind its edge."""
    for axis in axes:
        most = max(window.sides(axis))
        if most < size[axis]:
            continue
        sentence = tr(
            "mirrors a padding of {most} cells, but a {axis} of {size} has {size2} behind its"
            " edge.",
            most=most,
            axis=axis_name(axis, axes),
            size=size[axis],
            size2=size[axis] - 1,
        )
        zeros = {"padding": "same", "padding_mode": "zeros"}
        remedies = [(tr("Pad with zeros to keep the size"), zeros)]
        if min(window.output(size)) >= 1:
            remedies.insert(0, (tr("Repeat the edge instead"), {"padding_mode": "replicate"}))
        raise ShapeError("padding_mode", sentence, tuple(remedies))


def check_groups(groups: int, channels: int, filters: int) -> None:
    """Channels and filters must both split into the groups, or a ShapeError says which does not."""
    for count, what in ((channels, tr("input channels")), (filters, "filters")):
        if count % groups:
            raise ShapeError(
                "groups",
                tr(
                    "cannot split {count} {what} into {groups} equal groups.",
                    count=count,
                    what=what,
                    groups=groups,
                ),
                ((tr("Use one group"), {"groups": 1}),),
            )


@dataclass(frozen=True)
class Filled:
    """Maps as the kernels want them. Rings of zeros are left to the kernels, others are added.

    Attributes: `x` (with its ring where it is not of zeros), `window` (over x), `ring` (the window
    over the bare maps), `fill`, `shape` (of the bare maps, batch included).
    """

    x: Array
    window: Window
    ring: Window
    fill: str
    shape: tuple[int, ...]

    def convolved(
        self, run: Run, w: Array, b: Array | None, *, groups: int = 1, out: Array
    ) -> Array:
        """y: the convolution of these maps by filters w."""
        return run.backend.conv2d(self.x, w, b, window=self.window, groups=groups, out=out)

    def filter_gradient(self, run: Run, dy: Array, *, groups: int = 1, out: Array) -> Array:
        """dw of that convolution."""
        return run.backend.conv2d_filter(self.x, dy, window=self.window, groups=groups, out=out)

    def data_gradient(self, run: Run, dy: Array, w: Array, *, groups: int = 1) -> Array:
        """dx of that convolution."""
        dx = run.gradient(self.x.shape)
        run.backend.conv2d_data(dy, w, window=self.window, groups=groups, out=dx)
        return self.fold(run, dx)

    def fold(self, run: Run, dx: Array) -> Array:
        """The gradient by the bare maps from that by `x`."""
        if self.window == self.ring:
            return dx
        folded = run.gradient(self.shape)
        return run.backend.extend_data(dx, window=self.ring, fill=self.fill, out=folded)


def filled(run: Run, x: Array, window: Window, fill: str) -> Filled:
    """The maps with their ring, where the kernels would not make it themselves."""
    if fill == "zeros" or not any(window.padding):
        return Filled(x, window, window, fill, x.shape)
    n, c, h, w = x.shape
    top, bottom, left, right = window.padding
    ringed = run.empty("ring", (n, c, h + top + bottom, w + left + right))
    run.backend.extend(x, window=window, fill=fill, out=ringed)
    return Filled(ringed, replace(window, padding=(0, 0, 0, 0)), window, fill, x.shape)


# ---- layers on signals ----------------------------------------------------------------


class Filters1d(SignalLayer):
    """Learned filters with a window over signals."""

    family: ClassVar[str] = "convolution"
    filters: ClassVar[tuple[str, ...]] = ("weight",)
