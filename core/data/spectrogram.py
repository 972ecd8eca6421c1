"""Sound as a picture: how strong each frequency is at each moment.

N waves of T samples; F frequencies, M moments.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

QUIET = -60.0  # decibels below a full tone that become 0


@dataclass(frozen=True)
class Sampling:
    """How values lie in time: `rate` samples a second.

    `window` and `step` are those of a spectrogram: samples that a moment is made of, and samples
    from one moment to the next; both are 0 for the samples themselves.
    """

    rate: float
    window: int = 0
    step: int = 0

    def seconds(self, column: float) -> float:
        """When a column is, by its middle; the first one is 0."""
        if not self.window:
            return column / self.rate
        return (column * self.step + self.window / 2) / self.rate

    def hertz(self, row: float) -> float:
        """Which frequency a row of the spectrogram has."""
        return row * self.rate / self.window


def spectrogram(
    waves: NDArray[np.float32], *, window: int = 128, step: int = 32
) -> NDArray[np.float32]:
    """Strength of waves (N, T), 0 (−60 dB or less) to 1 (a full tone): float32 (N, F, M).

    F = window / 2 frequencies from 0 Hz up, M = 1 + (T − window) / step moments; each moment is
    seen through a Hann window.
    """
    frames = np.lib.stride_tricks.sliding_window_view(waves, window, axis=1)[:, ::step]
    hann = np.hanning(window + 1)[:-1].astype(np.float32)
    lines = np.fft.rfft(frames * hann, axis=2)[..., : window // 2]
    amplitude = np.abs(lines) * (2 / hann.sum())  # 1 for a sine of amplitude 1
    decibels = 20 * np.log10(np.maximum(amplitude, 1e-6))
    strength = (1 - decibels / QUIET).clip(0, 1).astype(np.float32)
    return np.ascontiguousarray(strength.transpose(0, 2, 1))


def frequencies(window: int, rate: float) -> NDArray[np.float64]:
    """The frequency of each row in Hz, for `rate` samples a second: (F,)."""
    rows: NDArray[np.float64] = np.arange(window // 2, dtype=np.float64) * (rate / window)
    return rows


def moments(length: int, window: int, step: int, rate: float) -> NDArray[np.float64]:
    """The middle of each column in seconds, for waves of `length` samples: (M,)."""
    count = 1 + (length - window) // step
    columns: NDArray[np.float64] = (np.arange(count, dtype=np.float64) * step + window / 2) / rate
    return columns
