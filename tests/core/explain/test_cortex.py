"""Simple and complex cells: stimuli by hand, sums by loops, and what Hubel and Wiesel found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.explain.cortex import (
    PEAK,
    PLACES,
    RECEPTIVE,
    Cell,
    by_kind,
    cell,
    over_angle,
    over_place,
    rate,
    span,
    spikes,
    summed,
)
from core.explain.stimulus import Kind, Stimulus, pictures
from core.filterbank import gabor

SIZE = (31, 31)


def seen(stimulus: Stimulus) -> np.ndarray:
    return pictures([stimulus], SIZE)[0]


# ---- stimuli ----------------------------------------------------------------------------


def test_a_level_bar_by_hand() -> None:
    expected = np.zeros(SIZE)
    expected[14:17, 8:23] = 0.5  # 3 cells across, 15 along, about row and column 15
    np.testing.assert_allclose(seen(Stimulus(contrast=0.5)), expected)
    expected = np.zeros(SIZE)
    expected[[13, 14, 15], 8:23] = np.array([[0.5], [1.0], [0.5]])  # up by one, 2 cells across
    np.testing.assert_allclose(seen(Stimulus(width=2.0, y=1.0)), expected)


def test_an_edge_is_bright_above_and_a_spot_is_round() -> None:
    edge = seen(Stimulus("edge"))
    assert (edge[:15] == 1).all()
    assert (edge[16:] == -1).all()
    assert (edge[15] == 0).all()
    spot = seen(Stimulus("spot", width=3.0))
    assert spot[15, 13:18] == pytest.approx([0, 1, 1, 1, 0])
    np.testing.assert_allclose(spot, np.rot90(spot))
    assert (seen(Stimulus("light", contrast=-0.25)) == -0.25).all()


@pytest.mark.parametrize("kind", ["bar", "edge", "spot"])
def test_a_quarter_turn_turns_the_picture(kind: Kind) -> None:
    one = Stimulus(kind, angle=20.0, x=2.0, y=1.0)
    turned = replace(one, angle=110.0, x=-1.0, y=2.0)
    np.testing.assert_allclose(seen(turned), np.rot90(seen(one)), atol=1e-12)


def test_moving_goes_at_right_angles() -> None:
    assert Stimulus(x=3.0, y=2.0).across == pytest.approx(2.0)
    assert Stimulus(angle=90.0, x=3.0, y=2.0).across == pytest.approx(-3.0)
    moved = Stimulus(angle=45.0, x=1.0, y=1.0).moved(np.sqrt(2.0))  # along itself by √2 already
    assert (moved.x, moved.y) == pytest.approx((0.0, 2.0))
    np.testing.assert_allclose(seen(Stimulus().moved(4.0)), np.roll(seen(Stimulus()), -4, axis=0))


def test_noise_repeats_with_its_seed() -> None:
    noisy = Stimulus(noise=0.5, seed=3)
    np.testing.assert_array_equal(seen(noisy), seen(noisy))
    added = seen(noisy) - seen(Stimulus())
    assert added.std() == pytest.approx(0.5, rel=0.1)
    assert (seen(replace(noisy, seed=4)) != seen(noisy)).all()


# ---- sums -------------------------------------------------------------------------------


def by_loops(field: np.ndarray, picture: np.ndarray, down: int, right: int) -> float:
    """s of a simple cell so far from the middle, in plain Python."""
    (h, w), total = field.shape, 0.0
    top, left = (picture.shape[0] - h) // 2 + down, (picture.shape[1] - w) // 2 + right
    for i in range(h):
        for j in range(w):
            total += float(field[i, j] * picture[top + i, left + j])
    return total / sum(abs(float(one)) for one in field.ravel())


@pytest.mark.parametrize("name", list(RECEPTIVE))
def test_both_cells_equal_their_sums(name: str) -> None:
    one, stimulus = cell(name, 30.0, radius=2), Stimulus(angle=40.0, x=1.0, y=-2.0, noise=0.3)
    picture = pictures([stimulus], one.size)
    around = [
        by_loops(one.filter, picture[0], down, right)
        for down in range(-2, 3)
        for right in range(-2, 3)
    ]
    assert one.simple(picture)[0] == pytest.approx(around[12])
    assert one.complex(picture)[0] == pytest.approx(max(0.0, *around))
    parts = summed(one, picture[0])
    assert parts.response == pytest.approx(around[12])
    assert parts.excited > 0 > parts.inhibited


def test_a_small_field_by_hand() -> None:
    one = Cell(np.array([[1.0, -3.0]]), radius=0)
    assert one.size == (31, 32)  # two columns have their middle between two columns
    picture = np.zeros((1, 31, 32))
    picture[0, 15, 15:17] = (1.0, 0.5)
    assert one.simple(picture)[0] == pytest.approx((1 - 1.5) / 4)
    assert one.complex(picture)[0] == 0.0
    parts = summed(one, picture[0])
    assert (parts.excited, parts.inhibited, parts.whole) == (1.0, -1.5, 4.0)


def test_a_field_of_zeros_is_silent() -> None:
    one = Cell(np.zeros((3, 3)))
    picture = pictures([Stimulus()], one.size)
    assert one.simple(picture)[0] == one.complex(picture)[0] == summed(one, picture[0]).response


def test_the_energy_adds_the_squares_of_line_and_edge() -> None:
    one = cell("line", 0.0, energy=True)
    picture = pictures([Stimulus(y=1.0)], one.size)
    line = by_loops(gabor(0.0, size=13, wavelength=6.0), picture[0], 0, 0)
    edge = by_loops(gabor(0.0, size=13, wavelength=6.0, phase=90.0), picture[0], 0, 0)
    assert one.complex(picture)[0] == pytest.approx((line**2 + edge**2) ** 0.5)
    assert cell("on", 0.0, energy=True).partner is None


def test_the_edge_field_is_odd_and_bright_above() -> None:
    field = RECEPTIVE["edge"](0.0)
    np.testing.assert_allclose(field, -field[::-1], atol=1e-12)
    assert field[5].sum() > 0 > field[7].sum()
    np.testing.assert_allclose(RECEPTIVE["line"](90.0), np.rot90(RECEPTIVE["line"](0.0)), atol=1e-9)


# ---- what was found in cats -------------------------------------------------------------


@pytest.mark.parametrize("name", list(RECEPTIVE))
def test_light_everywhere_is_useless(name: str) -> None:
    assert by_kind(cell(name, 50.0), Stimulus(angle=50.0))["light"] == (0.0, 0.0)


def test_a_slit_at_the_right_angle_is_best() -> None:
    one, stimulus = cell("line", 60.0), Stimulus(angle=60.0)
    found = by_kind(one, stimulus)
    assert found["bar"][0] > 2 * found["spot"][0] > 0
    tuning = over_angle(one, stimulus)
    assert tuning.at[tuning.simple.argmax()] == 60.0
    across = tuning.simple[tuning.at == 150.0]
    assert across == pytest.approx(0.0, abs=0.01)
    np.testing.assert_allclose(tuning.simple[0], tuning.simple[-1])  # 0° is 180°


def test_a_complex_cell_does_not_mind_where_the_bar_is() -> None:
    tuning = over_place(cell("line", 0.0, radius=4), Stimulus())
    inside = np.isin(tuning.at, np.arange(-4.0, 5.0))
    best = tuning.simple.max()
    np.testing.assert_allclose(tuning.complex[inside], best)
    assert (tuning.simple[inside] > best / 2).sum() == 3
    assert (tuning.complex[np.abs(tuning.at) > 8] < best / 2).all()
    angles = over_angle(cell("line", 0.0, radius=4), Stimulus())
    assert span(angles.at, angles.complex) <= span(angles.at, angles.simple) + 10  # still choosy


def test_off_center_is_on_center_in_the_dark() -> None:
    spot = Stimulus("spot", width=4.0)
    on, off = (over_place(cell(name, 0.0), one) for name, one in (
        ("on", spot), ("off", replace(spot, contrast=-1.0))))  # fmt: skip
    np.testing.assert_allclose(on.simple, off.simple)
    assert on.simple.max() > 0.35
    assert by_kind(cell("off", 0.0), spot)["spot"][0] < 0


def test_the_span_is_the_width_at_half_height() -> None:
    triangle = np.maximum(0.0, 4.0 - np.abs(PLACES))
    assert span(PLACES, triangle) == 4.5  # −2 to 2 in steps of ½, both ends included
    assert span(PLACES, np.zeros_like(PLACES)) == 0.0


# ---- spikes -----------------------------------------------------------------------------


def test_the_rate_is_the_response_above_zero() -> None:
    assert rate(0.5) == PEAK / 2
    assert rate(-0.5) == 0.0


def test_spikes_are_a_poisson_process() -> None:
    counts = np.array([len(one) for one in spikes(30.0, trials=4000, seed=5)])
    assert counts.mean() == pytest.approx(30.0, abs=4 * (30 / 4000) ** 0.5)
    assert counts.var() == pytest.approx(30.0, rel=0.1)  # as large as the mean
    times = np.concatenate(spikes(30.0, trials=4000, seed=6))
    shares, _ = np.histogram(times, bins=10, range=(0, 1))
    assert shares == pytest.approx(len(times) / 10, rel=0.05)


def test_a_lower_rate_keeps_some_of_the_same_spikes() -> None:
    many, few = (spikes(one, trials=6, seed=1) for one in (80.0, 20.0))
    for more, fewer in zip(many, few, strict=True):
        assert set(fewer) < set(more)
        assert (np.diff(more) >= 0).all()
        assert ((more >= 0) & (more < 1)).all()
    assert not any(len(one) for one in spikes(0.0, trials=3, seed=1))
