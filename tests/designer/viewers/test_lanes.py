"""Lanes as pixels: waves, curves and heat, by hand."""

from __future__ import annotations

import numpy as np

from core.explain.signals import Lane
from designer.colormaps import signed_table, unsigned_table
from designer.viewers.lane_colors import curve, envelope, heat, joined, wave

BLACK, RED, BLUE = "#000000", "#ff0000", "#0000ff"


def lane(*values: float, first: float = 0.0, step: float = 1.0) -> Lane:
    return Lane("", np.array([values]), (0.0, first), (1.0, step))


def test_each_pixel_has_the_ends_of_its_values() -> None:
    low, high = envelope(lane(1, 5, -2, 3), (0.0, 3.0), 2)
    np.testing.assert_array_equal(low, [1, -2])
    np.testing.assert_array_equal(high, [5, 3])


def test_a_value_fills_its_pixels_and_nothing_is_where_it_has_no_lane() -> None:
    """Two values, each two columns wide, over columns 1 to 4 of 6; two pixels a column."""
    low, high = envelope(lane(7, 9, first=1.5, step=2.0), (0.0, 5.0), 12)
    wanted = [np.nan] * 2 + [7] * 4 + [9] * 4 + [np.nan] * 2
    np.testing.assert_array_equal(low, wanted)
    np.testing.assert_array_equal(high, wanted)


def test_a_line_has_no_gaps() -> None:
    low, high = joined(np.array([0.0, 4.0, 1.0]), np.array([0.0, 4.0, 1.0]))
    np.testing.assert_array_equal(low, [0, 0, 1])
    np.testing.assert_array_equal(high, [4, 4, 4])


def test_a_wave_is_drawn_from_top_to_bottom() -> None:
    picture = wave(lane(1, 1, -1, -1), (0.0, 3.0), (5, 4), 1.0, BLACK)
    drawn = picture[..., 3] > 0
    np.testing.assert_array_equal(drawn[:, 0], [True, False, False, False, False])
    assert drawn[:, 1].all()  # down from the top to the bottom
    np.testing.assert_array_equal(drawn[:, 3], [False, False, False, False, True])


def test_a_curve_tells_above_from_below() -> None:
    picture = curve(lane(1, -1), (0.0, 1.0), (5, 2), 1.0, (RED, BLUE))
    assert (picture[:3, 0, 0] == 255).all()  # from the top to zero
    assert not picture[3:, 0, 3].any()
    assert (picture[2:, 1, 2] == 255).all()  # from zero to the bottom
    assert not picture[:2, 1, 3].any()


def test_heat_has_its_first_row_at_the_bottom() -> None:
    values = Lane("", np.array([[0.0, 1.0], [1.0, 0.0]]))
    picture = heat(
        values, ((0.0, 1.0), (0.0, 1.0)), (2, 2), limits=(0.0, 1.0), look="light", signed=False
    )
    table = unsigned_table()
    np.testing.assert_array_equal(picture[1, :, :3], [table[0], table[255]])
    np.testing.assert_array_equal(picture[0, :, :3], [table[255], table[0]])


def test_heat_is_drawn_where_its_values_lie() -> None:
    """Values of two columns over columns 2 and 3, rows of two over rows 0 and 1."""
    values = Lane("", np.array([[-1.0]]), (0.5, 2.5), (2.0, 2.0))
    picture = heat(
        values, ((0.0, 3.0), (0.0, 3.0)), (4, 4), limits=(-1.0, 1.0), look="light", signed=True
    )
    there = np.zeros((4, 4), bool)
    there[2:, 2:] = True
    np.testing.assert_array_equal(picture[..., 3] > 0, there)
    assert (picture[there][:, :3] == signed_table("light")[1]).all()
