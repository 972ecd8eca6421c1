"""Tones and points: frequencies, patterns, and how signals are fitted and shown."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.augment import Noise, Rotate
from core.data.draws import Draws
from core.data.fitted import FitError, fit
from core.data.policy import DataPolicy
from core.data.portraits import HEIGHT, portraits
from core.data.sources import Points, Tones, open_source
from core.data.sources.synthetic.tones import (
    BEEPS,
    CHORD,
    FALLING,
    KINDS,
    NOISE,
    RATE,
    RISING,
    TONE,
    Sound,
)
from core.data.spectrogram import frequencies, moments, spectrogram

EVERY = range(4000)
WINDOW, STEP = Tones.WINDOW, Tones.STEP
BIN = RATE / WINDOW  # Hz between two rows


def sounds(kind: int, source: Tones | None = None, count: int = 60) -> Sound:
    random = Draws(0, np.arange(count), name="tones")
    return (source or Tones(noise=0.0)).sound(random, np.full(count, kind))


# ---- tones ------------------------------------------------------------------------------


def test_a_spectrogram_peaks_at_the_frequency_of_its_tone() -> None:
    tone = sounds(TONE, Tones())
    peaks = spectrogram(tone.waves, window=WINDOW, step=STEP).argmax(axis=1)  # (N, M)
    found = frequencies(WINDOW, RATE)[peaks]
    assert np.abs(found - tone.first[:, None]).max() <= BIN


@pytest.mark.parametrize("kind", [RISING, FALLING])
def test_a_chirp_goes_from_its_first_to_its_last_frequency(kind: int) -> None:
    chirp = sounds(kind)
    peaks = spectrogram(chirp.waves, window=WINDOW, step=STEP).argmax(axis=1)
    at = moments(1024, WINDOW, STEP, RATE) * RATE / 1024
    expected = chirp.first[:, None] + (chirp.last - chirp.first)[:, None] * at
    assert np.abs(frequencies(WINDOW, RATE)[peaks] - expected).max() <= 1.5 * BIN
    assert ((chirp.last > chirp.first) == (kind == RISING)).all()


def test_a_chord_has_two_lines_beeps_have_silence_noise_has_everything() -> None:
    chord = spectrogram(sounds(CHORD).waves).mean(axis=2)
    is_peak = (chord[:, 1:-1] > chord[:, :-2]) & (chord[:, 1:-1] > chord[:, 2:])
    assert ((chord[:, 1:-1] > 0.7) & is_peak).sum(axis=1).tolist() == [2] * 60
    beeps = sounds(BEEPS).waves
    silent = (np.abs(beeps) < 1e-6).mean(axis=1)
    assert (silent > 0.3).all()
    assert (silent < 0.7).all()
    hiss = spectrogram(sounds(NOISE).waves).mean(axis=(0, 2))
    assert np.ptp(hiss[2:]) < 0.1


def test_waves_stay_between_minus_one_and_one() -> None:
    for kind in range(len(KINDS)):
        waves = sounds(kind, Tones()).waves
        assert np.abs(waves).max() <= 1
        assert waves.dtype == np.float32
        assert np.abs(waves).max(axis=1).min() > 0.2


@pytest.mark.parametrize(("hertz", "amplitude"), [(1000.0, 1.0), (1000.0, 0.1), (2500.0, 0.01)])
def test_strength_is_in_decibels(hertz: float, amplitude: float) -> None:
    """A sine on a row of the spectrogram: 0 dB is 1, −60 dB is 0."""
    wave = amplitude * np.sin(2 * np.pi * hertz * np.arange(512) / RATE)
    strength = spectrogram(wave[None].astype(np.float32), window=WINDOW, step=STEP)[0]
    row = round(hertz / BIN)
    assert strength[row] == pytest.approx(1 + 20 * np.log10(amplitude) / 60, abs=0.01)
    assert strength[row + 5].max() < strength[row].min()


def test_shapes_and_axes() -> None:
    data = open_source(Tones(view="spectrogram"))
    assert data.looked_at.shape == (1, 64, 29)
    assert len(frequencies(WINDOW, RATE)) == 64
    assert len(moments(1024, WINDOW, STEP, RATE)) == 29
    assert moments(1024, WINDOW, STEP, RATE)[0] == 0.008
    assert open_source(Tones(length=128, view="spectrogram")).looked_at.shape == (1, 64, 1)
    assert next(iter(data.fields)) == "spectrogram"


# ---- points -----------------------------------------------------------------------------


def test_patterns() -> None:
    labels = np.arange(4000) % 2
    xy = {
        pattern: np.asarray(open_source(Points(pattern=pattern, noise=0.0)).train.items(EVERY))
        for pattern in ("circles", "spirals", "xor", "moons")
    }
    radius = np.hypot(*xy["circles"].T)
    assert np.allclose(radius, np.where(labels == 0, 0.4, 0.9), atol=1e-6)
    assert np.array_equal(xy["xor"].prod(axis=1) < 0, labels == 1)
    assert all(np.abs(points).max() <= 1 for points in xy.values())
    place = np.array([0.3, 0.15])
    upper, lower = place + xy["moons"][::2], place - xy["moons"][1::2]
    for moon in (upper, lower):
        assert np.allclose(np.hypot(*moon.T), 0.6, atol=1e-6)
        assert moon[:, 1].min() >= 0


def test_the_arms_of_the_spirals_mirror_each_other() -> None:
    points = np.asarray(open_source(Points(pattern="spirals", noise=0.0)).train.items(EVERY))
    first, second = points[::2], -points[1::2]
    distance = np.linalg.norm(first[:, None] - second[None, :500], axis=2).min(axis=0)
    assert distance.max() < 0.05


def test_noise_spreads_points() -> None:
    for noise in (0.02, 0.2):
        points = np.asarray(open_source(Points(noise=noise)).train.items(EVERY))
        radius = np.hypot(*points.T) - np.where(np.arange(4000) % 2, 0.9, 0.4)
        assert radius.std() == pytest.approx(noise, rel=0.15)


# ---- fitting ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (1024, "The items of tones are 1024 × 1, as the network wants; values stay as they are; "),
        (1000, "; the network wants 1000 × 1: each is cut by 12 before and 12 after; values"),
        (1027, ": each is filled with 1 zeros before and 2 after; values stay as they are; 4,000 "),
    ],
)
def test_time_is_cut_or_filled_in_the_middle(length: int, said: str) -> None:
    data = fit(open_source(Tones()), (1, length), DataPolicy())
    x, _ = data.train.batch([0])
    wave = np.asarray(data.dataset.train.items([0]))[0, 0]
    assert said in data.sentence
    if length <= 1024:
        assert np.array_equal(x[0, 0], wave[12:1012] if length == 1000 else wave)
    else:
        assert np.array_equal(x[0, 0, 1:-2], wave)
        assert not x[0, 0, [0, -2, -1]].any()


def test_flattened_and_standardized() -> None:
    data = fit(open_source(Tones()), (1024,), DataPolicy())
    assert data.train.batch([1, 2])[0].shape == (2, 1024)
    assert "the network wants 1,024 values: each is flattened; " in data.sentence
    points = fit(open_source(Points()), (2,), DataPolicy(scaling="standardize"))
    x, _ = points.train.batch(range(4000))
    assert np.abs(x.mean(axis=0)).max() < 0.15  # measured on 512 of them
    assert np.abs(x.std(axis=0) - 1).max() < 0.1
    assert "values are standardized" in points.sentence


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        (
            (2, 1024),
            "The items are 1024 × 1; the network wants 1024 × 2. Set the Input to 1024 × 1.",
        ),
        ((1, 32, 32), "the network wants 32 × 32 × 1. Set the Input to 1024 × 1."),
        ((1023,), "the network wants 1,023 values. Set the Input to 1024 × 1."),
    ],
)
def test_what_cannot_fit_is_refused(shape: tuple[int, ...], sentence: str) -> None:
    with pytest.raises(FitError) as refused:
        fit(open_source(Tones()), shape, DataPolicy())
    assert str(refused.value).endswith(sentence)


def test_vectors_are_neither_cut_nor_filled() -> None:
    with pytest.raises(FitError, match="The items are 2 values; the network wants 3 values"):
        fit(open_source(Points()), (3,), DataPolicy())


def test_signals_take_noise_but_no_turning() -> None:
    data = fit(open_source(Tones()), (1, 1024), DataPolicy(), augment=(Noise(0.2),))
    plain, noisy = (data.train.batch(range(20), epoch=epoch)[0] for epoch in (None, 3))
    assert (noisy - plain).std() == pytest.approx(0.2, rel=0.05)
    with pytest.raises(FitError, match="Rotate changes pictures, tones has none"):
        fit(open_source(Tones()), (1, 1024), DataPolicy(), augment=(Noise(), Rotate()))


def test_an_item_as_it_comes_is_prepared() -> None:
    data = fit(open_source(Tones()), (1, 1000), DataPolicy(scaling="standardize"))
    item = np.asarray(data.dataset.train.items([7]))[0]
    assert np.array_equal(data.fitting.prepare(item), data.train.batch([7])[0])


# ---- portraits --------------------------------------------------------------------------


def test_a_point_is_drawn_where_it_is() -> None:
    points = np.array([[1, 1], [-1, -1], [0.9, -0.9], [9, np.nan]], np.float32)
    pictures = portraits(points)[:, 0]
    places = [np.argwhere(picture == 255).mean(axis=0) / (HEIGHT - 1) for picture in pictures]
    assert places[0] == pytest.approx((0.1, 0.9), abs=0.05)  # row, column
    assert places[1] == pytest.approx((0.9, 0.1), abs=0.05)
    assert places[2] == pytest.approx((0.86, 0.86), abs=0.05)


def test_a_wave_is_drawn_from_its_least_to_its_greatest() -> None:
    wave = np.zeros((1, 1, 840), np.float32)
    wave[..., 420:] = np.tile([1, -1], 210)
    picture = portraits(wave)[0, 0]
    assert (picture[:, 50] == 255).all()
    assert (picture[:, 10] == 255).sum() == 1


@pytest.mark.parametrize("shape", [(1, 5), (3, 7), (1, 100), (1, 64, 29), (2, 3, 9), (5,), (1,)])
def test_every_signal_has_a_portrait(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).normal(size=(4, *shape)).astype(np.float32)
    pictures = portraits(values)
    assert (pictures.dtype, pictures.ndim, pictures.shape[:2]) == (np.uint8, 4, (4, 1))
    assert pictures.flags.c_contiguous
