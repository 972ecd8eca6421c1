"""Limits, colors and places of tiles, in numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.colormaps import NEUTRAL, signed_table, unsigned_table
from designer.widgets.tiles import FACTORS, TileLayout, extent, fitting, make_tiles

MISSING = "#010203"
TWO = np.array([[[0.0, 1.0]], [[-4.0, 2.0]]], np.float32)  # two tiles of 1 × 2


def test_each_tile_by_itself() -> None:
    tiles = make_tiles(TWO, signed=False)
    assert (tiles.low.tolist(), tiles.high.tolist()) == ([0, -4], [1, 2])
    assert tiles.shared is None
    ends = unsigned_table()[[0, 255]]
    assert np.array_equal(tiles.rgb("light", missing=MISSING)[:, 0], [ends, ends])


def test_signed_limits_lie_even_about_zero() -> None:
    tiles = make_tiles(TWO, signed=True, limits="all")
    assert tiles.shared == (-4, 4)
    rgb = tiles.rgb("dark", missing=MISSING)
    assert np.array_equal(rgb[0, 0, 0], signed_table("dark")[NEUTRAL])
    assert np.array_equal(rgb[1, 0, 0], signed_table("dark")[1])


def test_given_limits_cut() -> None:
    tiles = make_tiles(TWO, signed=False, limits=(0.0, 1.0))
    assert tiles.shared == (0, 1)
    assert np.array_equal(tiles.rgb("light", missing=MISSING)[1, 0], unsigned_table()[[0, 255]])


def test_holes_have_a_color_of_their_own_and_no_say() -> None:
    array = np.array([[[np.nan, np.inf, 3.0, 1.0]], [[np.nan] * 4]])
    tiles = make_tiles(array, signed=False)
    assert (tiles.low.tolist(), tiles.high.tolist()) == ([1, 0], [3, 0])
    rgb = tiles.rgb("light", missing=MISSING)
    assert rgb[0, 0, 0].tolist() == [1, 2, 3]
    assert np.array_equal(rgb[0, 0, 1], unsigned_table()[255])
    assert (rgb[1] == [1, 2, 3]).all()


def test_colors_stay_as_they_are() -> None:
    bytes_ = np.arange(12, dtype=np.uint8).reshape(1, 2, 2, 3)
    assert np.array_equal(make_tiles(bytes_, signed=False).rgb("light", missing=MISSING), bytes_)
    floats = np.array([[[[0.0, 0.5, 2.0], [np.nan, 0, 0]]]])
    rgb = make_tiles(floats, signed=False).rgb("light", missing=MISSING)
    assert rgb[0, 0].tolist() == [[0, 128, 255], [1, 2, 3]]


def test_whole_numbers_are_numbers_too() -> None:
    tiles = make_tiles(np.array([[[0, 255]]], np.uint8), signed=False)
    assert (tiles.low[0], tiles.high[0]) == (0, 255)


@pytest.mark.parametrize("shape", [(3,), (2, 2), (1, 2, 2, 4), (1, 1, 2, 2, 3)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="Tiles are"):
        make_tiles(np.zeros(shape), signed=False)


def test_places_and_hits() -> None:
    layout = TileLayout(5, 2, 3, 2, 4.0, gap=5, caption=10)
    assert layout.tile == (12, 8)
    assert layout.rows == 3
    assert layout.extent == (2 * 17 + 5, 3 * 23 + 5)
    assert layout.place(3) == (5 + 17, 5 + 23)
    assert layout.hit(5 + 17, 5 + 23) == (3, 0, 0)
    assert layout.hit(5 + 17 + 11, 5 + 23 + 7) == (3, 1, 2)
    assert layout.hit(5 + 17 + 12, 5 + 23) is None  # the gap
    assert layout.hit(5, 5 + 8) is None  # the caption
    assert layout.hit(5 + 17, 5 + 46) is None  # the empty sixth place
    assert layout.hit(-1, -1) is None


@given(
    st.integers(1, 70), st.integers(1, 40), st.integers(1, 40), st.integers(1, 9),
    st.sampled_from(FACTORS[:9]),
)  # fmt: skip
def test_every_tile_is_hit_where_it_lies(
    n: int, h: int, w: int, columns: int, factor: float
) -> None:
    layout = TileLayout(n, h, w, columns, factor, gap=4)
    width, height = layout.tile
    for tile in (0, n // 2, n - 1):
        x, y = layout.place(tile)
        assert layout.hit(x, y) == (tile, 0, 0)
        last = layout.hit(x + width - 1, y + height - 1)
        assert last is not None
        assert (last[0], last[1] < h, last[2] < w) == (tile, True, True)
        if factor >= 1:
            assert last == (tile, h - 1, w - 1)


def test_visible_tiles() -> None:
    layout = TileLayout(10, 10, 10, 2, 1.0, gap=0)
    assert layout.visible(0, 50) == range(10)
    assert layout.visible(10, 20) == range(2, 4)
    assert layout.visible(15, 25) == range(2, 6)
    assert layout.visible(60, 90) == range(10, 10)


def test_largest_whole_factor_that_fits() -> None:
    layout = fitting((6, 5, 5), (400, 100), gap=4, largest=160)
    assert layout.columns == 6
    assert layout.factor == 12  # 13 would need 6 · 69 + 4 = 418
    assert layout.extent[0] <= 400
    assert layout.extent[1] <= 100


def test_many_tiles_scroll_rather_than_vanish() -> None:
    layout = fitting((512, 28, 28), (300, 200), gap=4, largest=160)
    assert layout.factor == 1
    assert layout.extent[0] <= 300
    assert layout.extent[1] > 200


def test_a_large_picture_shrinks() -> None:
    assert fitting((1, 224, 224), (200, 200), gap=4, largest=512).factor == 1 / 2


def test_asked_columns_are_kept() -> None:
    assert fitting((64, 3, 3), (800, 400), columns=8, gap=4, largest=160).columns == 8


def test_gamma_bends_the_colors_and_not_the_values() -> None:
    array = np.array([[[-1.0, -0.25], [0.0, 0.25]]])
    bent = make_tiles(array, signed=True, limits="all", gamma=0.5)
    even = make_tiles(np.array([[[-1.0, -0.5], [0.0, 0.5]]]), signed=True, limits="all")
    hole = "#000000"
    np.testing.assert_array_equal(bent.rgb("light", missing=hole), even.rgb("light", missing=hole))
    np.testing.assert_array_equal(bent.values, array)
    bent = make_tiles(np.array([[[2.0, 3.0, 6.0]]]), signed=False, gamma=0.5)  # 1/4 of the way
    even = make_tiles(np.array([[[2.0, 4.0, 6.0]]]), signed=False)  # 1/2 of it
    np.testing.assert_array_equal(bent.rgb("dark", missing=hole), even.rgb("dark", missing=hole))


def test_words_keep_small_tiles_apart() -> None:
    """Tiles of 20 pixels over words of 40: each stands over the middle of its words."""
    layout = fitting((6, 20, 20), (136, 100), gap=4, caption=15, least=40, largest=20)
    assert layout.columns == 3  # 3 · (40 + 4) + 4 = 136
    assert layout.place(0) == (4 + 10, 4)
    assert layout.place(1) == (4 + 44 + 10, 4)
    assert layout.place(3) == (4 + 10, 4 + 20 + 15 + 4)
    assert layout.hit(4 + 44 + 10, 4) == (1, 0, 0)
    assert layout.hit(4 + 44 + 9, 4) is None
    assert layout.hit(4 + 44 + 30, 4) is None


def test_the_extent_leaves_out_what_is_no_number() -> None:
    odd = np.array([[np.nan, 3.0], [-np.inf, -2.0]], dtype=np.float32)
    assert extent(odd) == (-2, 3)
    assert extent(np.full((2, 2), np.nan)) == (0, 0)
