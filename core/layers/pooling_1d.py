"""Pooling layers for signals (C, T): those for maps, one cell high."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kinds import Bool, Int, Padding, Pair
from core.layers.pooling import AvgPool2d, LearnedPool2d, LpPool2d, MaxPool2d
from core.layers.pooling_base import (
    LONGEST,
    count_padding_setting,
    norm_setting,
    shift_setting,
)
from core.layers.pooling_global import AdaptiveAvgPool2d, GlobalAvgPool2d, GlobalMaxPool2d
from core.layers.signals import MapsLayer, SignalLayer
from core.settings import SettingError, setting
from core.tongue import tr


class SignalPool(SignalLayer):
    """A pooling that looks at each channel of a signal by itself."""

    family: ClassVar[str] = "pooling"


@dataclass(frozen=True)
class Pool1d(SignalPool):
    """A window that slides along each channel by itself."""

    kernel_size: int = setting(
        2, Int(1, LONGEST), keras="pool_size", brief="{}", help="Length of the window, in steps."
    )
    stride: int = setting(
        2,
        Int(1, LONGEST),
        keras="strides",
        brief="stride {}",
        help="Steps the window moves between two outputs.",
    )
    padding: str | Pair = setting(
        (0, 0),
        Padding(sides=2),
        brief="pad {}",
        quiet=(0, 0),
        advanced=True,
        help="Steps added before and after the signal; they never win a maximum.",
    )
    ceil_mode: bool = setting(
        False,
        Bool(),
        label="Round up",
        advanced=True,
        help="Add a last window that reaches over the end where the stride leaves steps over; "
        "it must start inside the signal.",
    )

    def check(self) -> None:
        half = self.kernel_size // 2
        if not isinstance(self.padding, str) and max(self.padding) > half:
            sentence = tr(
                "at most half the kernel's length is expected, which is {half}", half=half
            )
            raise SettingError("padding", sentence)


@dataclass(frozen=True)
class MaxPool1d(Pool1d):
    """Keep the largest value under each window of a signal.

    Formula:
        y[c, p] = max over i of x[c, p·s + i]
    Shape:
        (C, T) → (C, P) with P = ⌊(T + p_before + p_after − k)/s⌋ + 1.
    Backward:
        dy goes to the step that won, the first of equals; overlapping windows add up.
    Source:
        Lecture 004: pooling over time in time-delay networks. Padding never wins.
    See also:
        MaxPool2d, AvgPool1d. PyTorch: torch.nn.MaxPool1d. Keras: MaxPooling1D.
    """

    keras_name: ClassVar[str] = "MaxPooling1D"
    on_maps: ClassVar[type[MapsLayer]] = MaxPool2d


@dataclass(frozen=True)
class AvgPool1d(Pool1d):
    """Take the mean under each window of a signal.

    Formula:
        y[c, p] = (1/n) · Σ over i of x[c, p·s + i], n being the steps counted.
    Shape:
        (C, T) → (C, P) with P = ⌊(T + p_before + p_after − k)/s⌋ + 1.
    Backward:
        every step under a window receives dy/n; overlapping windows add up.
    Source:
        Lecture 004, "Mean pooling", along time.
    See also:
        AvgPool2d, MaxPool1d. PyTorch: torch.nn.AvgPool1d. Keras: AveragePooling1D (which never
        counts padding).
    """

    keras_name: ClassVar[str] = "AveragePooling1D"
    on_maps: ClassVar[type[MapsLayer]] = AvgPool2d

    count_include_pad: bool = count_padding_setting()


@dataclass(frozen=True)
class LpPool1d(Pool1d):
    """Take the p-norm mean under each window of a signal: between the mean and the maximum.

    Formula:
        y[c, q] = ((1/n) · Σ over i of |x[c, q·s + i]|ᵖ)^(1/p), n steps a window.
    Shape:
        (C, T) → (C, Q) with Q = ⌊(T + p_before + p_after − k)/s⌋ + 1.
    Backward:
        dx = sign(x) · |x|ᵖ⁻¹ · y¹⁻ᵖ · dy/n, 0 where the whole window is 0; windows add up.
    Source:
        Lecture 004, "p-norm pooling", along time; negative values count by their size.
    See also:
        LpPool2d, AvgPool1d, MaxPool1d. PyTorch: torch.nn.LPPool1d, which leaves out the 1/n and
        is n^(1/p) times as large. Keras has none.
    """

    on_maps: ClassVar[type[MapsLayer]] = LpPool2d

    norm_type: float = norm_setting()


@dataclass(frozen=True)
class LearnedPool1d(SignalPool):
    """Pool a signal by one small learned filter, the same for every channel and every block.

    Formula:
        y[c, p] = bias + Σ over i of weight[i] · x[c, p·k + i]
    Shape:
        (C, T) → (C, ⌊T/k⌋). Weights: one filter of k and one bias for all channels; it starts as
        the mean.
    Backward:
        every step receives its weight · dy; dweight sums dy · x over all channels and blocks.
    Source:
        Lecture 004, "The pooling may even be a learned filter", along time.
    See also:
        LearnedPool2d, Conv1d with a stride. PyTorch: F.conv1d of each channel by itself.
    """

    on_maps: ClassVar[type[MapsLayer]] = LearnedPool2d

    filters: ClassVar[tuple[str, ...]] = ("weight",)

    kernel_size: int = setting(
        2, Int(1, LONGEST), brief="{}", help="Length of the filter, in steps; it moves by as many."
    )
    bias: bool = shift_setting()


@dataclass(frozen=True)
class GlobalAvgPool1d(SignalPool):
    """Average each channel of a signal to a single number: signals of any length become a vector.

    Formula:
        y[c] = (1/T) · Σ x[c, t]
    Shape:
        (C, T) → (C,)
    Backward:
        every step of channel c receives dy[c]/T.
    Source:
        Lin et al. 2013, "Network In Network", along time.
    See also:
        GlobalAvgPool2d, AvgPool1d. PyTorch: AdaptiveAvgPool1d(1) and Flatten.
        Keras: GlobalAveragePooling1D.
    """

    keras_name: ClassVar[str] = "GlobalAveragePooling1D"
    on_maps: ClassVar[type[MapsLayer]] = GlobalAvgPool2d


@dataclass(frozen=True)
class GlobalMaxPool1d(SignalPool):
    """Keep only the largest value of each channel: was the feature heard at any time?

    Formula:
        y[c] = max over t of x[c, t]
    Shape:
        (C, T) → (C,)
    Backward:
        dy[c] goes to the step that won, the first of equals.
    Source:
        Collobert et al. 2011, "Natural Language Processing (Almost) from Scratch".
    See also:
        GlobalMaxPool2d, MaxPool1d. PyTorch: AdaptiveMaxPool1d(1) and Flatten.
        Keras: GlobalMaxPooling1D.
    """

    keras_name: ClassVar[str] = "GlobalMaxPooling1D"
    on_maps: ClassVar[type[MapsLayer]] = GlobalMaxPool2d


@dataclass(frozen=True)
class AdaptiveAvgPool1d(SignalPool):
    """Average a signal into as many bins as you choose, whatever length it has.

    Formula:
        y[c, p] = mean of x over the steps ⌊p·T/P⌋ … ⌈(p + 1)·T/P⌉ − 1
    Shape:
        (C, T) → (C, P), the output size; bins overlap where P does not divide T.
    Backward:
        every step of a bin receives dy over the bin's steps; overlapping bins add up.
    Source:
        PyTorch's rule for the bins.
    See also:
        AdaptiveAvgPool2d, GlobalAvgPool1d. PyTorch: torch.nn.AdaptiveAvgPool1d.
        Keras: AdaptiveAveragePooling1D.
    """

    keras_name: ClassVar[str] = "AdaptiveAveragePooling1D"
    on_maps: ClassVar[type[MapsLayer]] = AdaptiveAvgPool2d

    output_size: int = setting(
        7, Int(1, 10_000), brief="{}", help="Length of the result, in steps."
    )
