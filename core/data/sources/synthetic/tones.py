"""Short sounds: tones and chirps, as waves or as spectrograms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Field
from core.data.draws import Draws
from core.data.sources.synthetic.base import Scene, Synthetic
from core.data.spectrogram import Sampling, spectrogram
from core.kinds import Choice, Float, Int
from core.settings import setting
from core.tongue import tr

RATE = 8000  # samples a second
KINDS = ("tone", "chord", "rising", "falling", "beeps", "noise")
TONE, CHORD, RISING, FALLING, BEEPS, NOISE = range(len(KINDS))

_LOWEST, _HIGHEST = 250.0, 1500.0  # Hz, of the lowest part of a sound
_LEAST_GLIDE, _MOST_GLIDE = 1.5, 2.4  # how many times as high a chirp or a chord reaches


@dataclass(frozen=True)
class Sound:
    """Waves, float32 (N, T), and the frequencies in Hz at which they begin and end, (N,)."""

    waves: NDArray[np.float32]
    first: NDArray[np.float64]
    last: NDArray[np.float64]


@dataclass(frozen=True)
class Tones(Synthetic):
    """Sounds of six kinds at 8,000 samples a second: tone, chord, rising, falling, beeps, noise.

    Source: lecture 004, networks along time and on spectrograms.
    """

    id = "tones"
    title = tr("Tones and chirps")

    WINDOW: ClassVar[int] = 128
    STEP: ClassVar[int] = 32

    view: str = setting(
        "wave",
        Choice(("wave", "spectrogram"), ("Wave", "Spectrogram")),
        help="Wave: 1 × samples. Spectrogram: 64 frequencies × moments, strength in decibels.",
    )
    length: int = setting(1024, Int(128, 65_536), help="Samples of a sound; 1,024 last 0.128 s.")
    noise: float = setting(
        0.05, Float(0.0, 1.0), help="Deviation of the hiss behind every sound; a tone reaches 1."
    )

    @property
    def fields(self) -> Mapping[str, Field]:
        size: tuple[int, ...] = (1, self.length)
        sampling = Sampling(RATE)
        if self.view == "spectrogram":
            size = (1, self.WINDOW // 2, 1 + (self.length - self.WINDOW) // self.STEP)
            sampling = Sampling(RATE, self.WINDOW, self.STEP)
        return {
            self.view: Field("values", size=size, sampling=sampling),
            "label": Field("label", classes=KINDS),
        }

    def draw(self, random: Draws, labels: NDArray[np.int64]) -> Scene:
        return Scene(lambda: self._shown(self.sound(random, labels).waves))

    def sound(self, random: Draws, labels: NDArray[np.int64]) -> Sound:
        """The sounds of these kinds, one for each stream."""
        time = np.arange(self.length) / RATE
        lasts = self.length / RATE
        low = random.log_uniform(_LOWEST, _HIGHEST)
        glide = random.uniform(_LEAST_GLIDE, _MOST_GLIDE)
        first = np.where(labels == FALLING, low * glide, low)
        last = np.where(labels == RISING, low * glide, low)
        phase = random.uniform(0, 1)
        rise = (last - first) / (2 * lasts)
        waves = _sine(first[:, None] * time + rise[:, None] * time**2 + phase[:, None])
        upper = _sine((low * glide)[:, None] * time + random.uniform(0, 1)[:, None])
        waves = np.where((labels == CHORD)[:, None], (waves + upper) / 2, waves)
        beat = random.uniform(3, 6)[:, None] * time / lasts + random.unit()[:, None]
        is_off = (labels == BEEPS)[:, None] & (beat % 1 >= 0.5)
        waves = np.where(is_off, 0, waves) * random.uniform(0.5, 1)[:, None]
        hiss = random.normal((self.length,))
        waves = np.where((labels == NOISE)[:, None], 0.3 * hiss, waves + self.noise * hiss)
        return Sound(waves.clip(-1, 1).astype(np.float32), first, last)

    def _shown(self, waves: NDArray[np.float32]) -> NDArray[np.float32]:
        if self.view == "wave":
            return waves[:, None]
        return spectrogram(waves, window=self.WINDOW, step=self.STEP)[:, None]


def _sine(turns: NDArray[np.float64]) -> NDArray[np.float64]:
    """A sine of whole turns."""
    wave: NDArray[np.float64] = np.sin(2 * np.pi * turns)
    return wave
