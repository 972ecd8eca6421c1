"""Augmentation: ranges of what is drawn, exact maps of pictures, determinism."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.data.augment import (
    AUGMENTATIONS,
    CIFAR,
    PLANKTON,
    PRESETS,
    Augmentation,
    Augmenter,
    Brightness,
    Crop,
    Cutout,
    Flip,
    Noise,
    Rotate,
    ScaleBy,
    Shear,
    Shift,
    Stretch,
)
from core.data.augment.affine import resampled
from core.data.augment.base import Geometric
from core.data.draws import Draws
from core.settings import SettingError
from tests.core.data.test_draws import is_even

MANY = np.arange(20_000)


def pictures(count: int = 6, channels: int = 1, size: tuple[int, int] = (9, 12)) -> NDArray:
    return np.random.default_rng(0).integers(0, 256, (count, channels, *size), np.uint8)


def changed(
    x: NDArray, *augment: Augmentation, epoch: int = 0, seed: int = 0, indices: object = None
) -> NDArray[np.float32]:
    """Pictures as an augmenter changes them."""
    chosen = np.arange(len(x)) if indices is None else indices
    result, _ = Augmenter(augment, seed=seed).change(
        x, {}, fields={}, indices=chosen, epoch=epoch, full=255.0
    )
    return result


def drawn(one: Augmentation, name: str) -> NDArray:
    return one.draw(Draws(1, MANY, name="test"), (20, 30))[name]


# ---- ranges -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "name", "low", "high"),
    [
        (PLANKTON[0], "degrees", 0, 360),
        (PLANKTON[1], "right", -10, 10),
        (PLANKTON[1], "down", -10, 10),
        (PLANKTON[4], "degrees", -20, 20),
        (Brightness(0.3), "factor", 0.7, 1.3),
        (Shift(3, 0), "right", -3, 3),
    ],
)
def test_even_ranges(one: Augmentation, name: str, low: float, high: float) -> None:
    assert is_even((drawn(one, name) - low) / (high - low))


@pytest.mark.parametrize(
    ("one", "factor"), [(PLANKTON[2], 1.6), (PLANKTON[5], 1.3), (ScaleBy(4), 4)]
)
def test_factors_are_even_in_their_logarithm(one: Augmentation, factor: float) -> None:
    values = drawn(one, "factor")
    assert values.min() >= 1 / factor
    assert values.max() <= factor
    assert is_even(np.log(values) / (2 * np.log(factor)) + 0.5)


def test_plankton_is_the_recipe_of_the_lecture() -> None:
    """Lecture 004: rotation 0–360°, ±10 px, scale 1.6, flip, shear ±20°, stretch 1.3."""
    assert (
        Rotate(0, 360), Shift(10, 10), ScaleBy(1.6), Flip(0.5, 0), Shear(20), Stretch(1.3),
    ) == PLANKTON  # fmt: skip
    assert dict(PRESETS) == {"plankton": PLANKTON, "crop and flip": CIFAR}


def test_shares_and_whole_pixels() -> None:
    assert abs(drawn(Flip(0.5), "left to right").mean() - 0.5) < 0.02
    assert not drawn(Flip(0.5), "upside down").any()
    moves = drawn(Crop(2), "right")
    assert np.bincount(moves + 2).min() > 3700
    rows, columns = drawn(Cutout(3), "row"), drawn(Cutout(3), "column")
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (0, 19, 0, 29)


def test_a_range_is_the_right_way_round() -> None:
    with pytest.raises(SettingError, match=r"^Rotate, high: 10 or more is expected, 5 came"):
        Rotate(10, 5)


# ---- exact maps -------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("size", [(1, 1), (8, 8), (7, 9)])
def test_the_identity_changes_nothing(channels: int, size: tuple[int, int]) -> None:
    x = pictures(5, channels, size)
    still = np.broadcast_to(np.eye(3), (5, 3, 3))
    assert np.array_equal(resampled(x, still), x)
    neutral = (
        Rotate(0, 0), Shift(0, 0), ScaleBy(1), Flip(0, 0), Shear(0), Stretch(1), Crop(0),
        Brightness(0), Noise(0),
    )  # fmt: skip
    assert np.array_equal(changed(x, *neutral), x)


def test_flips_are_exact() -> None:
    x = pictures()
    assert np.array_equal(changed(x, Flip(1, 0)), x[..., ::-1])
    assert np.array_equal(changed(x, Flip(0, 1)), x[..., ::-1, :])
    assert np.array_equal(changed(x, Flip(1, 1), Flip(1, 1)), x)


@pytest.mark.parametrize("turns", [1, 2, 3, 4, -1])
def test_quarter_turns_are_those_of_numpy(turns: int) -> None:
    x = pictures(3, 2, (8, 8))
    result = changed(x, Rotate(90 * turns, 90 * turns))
    assert np.abs(result - np.rot90(x, turns, (2, 3))).max() < 1e-3  # counterclockwise


def test_whole_shifts_are_exact_and_black_comes_in() -> None:
    x = pictures(40) | np.uint8(1)  # no black of its own
    result = changed(x, Crop(3))
    moves = Augmenter((Crop(3),)).drawn(np.arange(40), 0, (9, 12))[0][1]
    seen = set()
    for i in range(40):
        right, down = int(moves["right"][i]), int(moves["down"][i])
        padded = np.pad(x[i], ((0, 0), (3, 3), (3, 3)))
        assert np.array_equal(result[i], padded[:, 3 - down : 12 - down, 3 - right : 15 - right])
        seen.add((right, down))
    assert len(seen) > 20


def test_half_a_pixel_mixes_two_neighbors() -> None:
    row = np.array([[[[0, 100, 200, 40]]]], np.uint8)
    moved = np.eye(3)[None].copy()
    moved[0, 0, 2] = 0.5
    assert resampled(row, moved).ravel().tolist() == [0, 50, 150, 120]


def test_double_size_keeps_the_middle() -> None:
    x = np.zeros((1, 1, 8, 8), np.uint8)
    x[..., 2:6, 2:6] = 200
    large = resampled(x, np.diag([2.0, 2, 1])[None])
    assert np.unique(large[..., 1:7, 1:7]).tolist() == [200]
    assert large.sum() == pytest.approx(4 * x.sum(), rel=0.15)


@pytest.mark.parametrize("one", [Rotate(30, 30), ScaleBy(2), Shear(30), Stretch(1.5), Shift(2, 2)])
def test_a_map_and_its_inverse_give_the_picture_back(one: Geometric) -> None:
    """Twice resampled, a smooth picture returns but for the little that mixing costs."""
    y, x = np.mgrid[0:40, 0:40]
    soft = (200 * np.exp(-((x - 18) ** 2 + (y - 22) ** 2) / 60)).astype(np.uint8)[None, None]
    maps = one.maps(one.draw(Draws(3, [0], name="test"), (40, 40)))
    there = resampled(soft, maps)
    back = resampled(np.rint(there).astype(np.uint8), np.linalg.inv(maps))
    assert np.abs(there - soft).max() > 5
    assert np.abs(back - soft)[..., 8:32, 8:32].max() < 8


def test_shear_moves_rows_by_the_tangent() -> None:
    maps = Shear(60).maps({"degrees": np.array([45.0])})
    assert maps[0] @ (0, 4, 1) == pytest.approx((4, 4, 1))


def test_stretch_keeps_the_area() -> None:
    maps = Stretch(1.3).maps({"factor": np.array([1.25])})
    assert np.linalg.det(maps[0]) == pytest.approx(1)
    assert maps[0, 0, 0] == 1.25


def test_a_row_of_maps_is_one_map() -> None:
    """Rotating and then shifting is not shifting and then rotating; both resample once."""
    x = np.zeros((1, 1, 9, 9), np.uint8)
    x[0, 0, 4, 8] = 255  # at the right, 4 from the middle
    turn, move = Rotate(90, 90), np.eye(3)[None].copy()
    move[0, 0, 2] = -2
    quarter = turn.maps({"degrees": np.array([90.0])})
    assert np.argwhere(resampled(x, move @ quarter)[0, 0] > 200).tolist() == [[0, 2]]
    assert np.argwhere(resampled(x, quarter @ move)[0, 0] > 200).tolist() == [[2, 4]]


# ---- values -----------------------------------------------------------------------------


def test_brightness_multiplies_and_stays_in_range() -> None:
    x = pictures(50)
    result = changed(x, Brightness(0.5))
    factor = drawn_by(Brightness(0.5), 50)["factor"].astype(np.float32)
    expected = np.minimum(x * factor[:, None, None, None], 255)
    assert np.allclose(result, expected)
    assert result.max() == 255


def drawn_by(one: Augmentation, count: int) -> dict[str, NDArray]:
    return dict(Augmenter((one,)).drawn(np.arange(count), 0, (9, 12))[0][1])


def test_noise_has_its_strength() -> None:
    x = np.full((50, 1, 20, 20), 128, np.uint8)
    noise = changed(x, Noise(0.1)) - 128
    assert abs(noise.std() / 25.5 - 1) < 0.02
    assert abs(noise.mean()) < 0.3
    assert changed(pictures(), Noise(1.0)).min() >= 0
    assert changed(pictures(), Noise(1.0)).max() <= 255


@pytest.mark.parametrize("side", [1, 4, 5, 100])
def test_cutout_blacks_out_one_square(side: int) -> None:
    x = np.full((300, 2, 9, 12), 7, np.uint8)
    hidden = changed(x, Cutout(side)) == 0
    assert np.array_equal(hidden[:, 0], hidden[:, 1])
    places = drawn_by(Cutout(side), 300)
    for i in range(300):
        rows, columns = hidden[i, 0].any(axis=1), hidden[i, 0].any(axis=0)
        assert hidden[i, 0].sum() == rows.sum() * columns.sum()
        assert hidden[i, 0, places["row"][i], places["column"][i]]
        assert 1 <= rows.sum() <= side
    assert hidden[:, 0].sum(axis=(1, 2)).max() == min(side, 9) * min(side, 12)


def test_other_values_take_noise_alone() -> None:
    assert [cls for cls in AUGMENTATIONS if cls.takes_values] == [Noise]
    signal = np.zeros((3, 1, 50), np.float32)
    result, _ = Augmenter((Noise(0.5),)).change(
        signal, {}, fields={}, indices=[0, 1, 2], epoch=0, full=1.0
    )
    assert result.min() < -0.5  # not clipped: signals have both signs
    assert not signal.any()


# ---- determinism ------------------------------------------------------------------------

EVERYTHING = (*PLANKTON, Crop(2), Brightness(), Noise(), Cutout(3))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8), st.integers(0, 50))
def test_an_item_is_the_same_in_any_batch(indices: list[int], epoch: int) -> None:
    x = pictures(6, 3)
    whole = changed(x, *EVERYTHING, epoch=epoch)
    some = changed(x[indices], *EVERYTHING, epoch=epoch, indices=indices)
    assert np.array_equal(some, whole[indices])


def test_seed_and_epoch_matter() -> None:
    x = pictures()
    results = {
        changed(x, *PLANKTON, epoch=epoch, seed=seed).tobytes()
        for seed in range(3)
        for epoch in range(3)
    }
    assert len(results) == 9


def test_the_same_augmentation_twice_draws_twice() -> None:
    one, two = Augmenter((Shift(), Shift())).drawn(np.arange(5), 0, (9, 9))
    assert not np.array_equal(one[1]["right"], two[1]["right"])
    alone = Augmenter((Rotate(), Shift())).drawn(np.arange(5), 0, (9, 9))[1]
    assert np.array_equal(alone[1]["right"], one[1]["right"])  # others do not disturb it


def test_what_came_is_left_alone() -> None:
    x = pictures()
    before = x.copy()
    changed(x, *EVERYTHING)
    changed(x, Brightness(), Noise())
    assert np.array_equal(x, before)


def test_an_empty_batch() -> None:
    assert changed(pictures(0), *EVERYTHING).shape == (0, 1, 9, 12)
