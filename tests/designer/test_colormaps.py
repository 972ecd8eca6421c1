"""Numbers meet their colors: zero is neutral, the ends are the ends, holes do no harm."""

from __future__ import annotations

import numpy as np
import pytest

from designer.colormaps import NEUTRAL, signed_indices, signed_table, table, unsigned_indices
from designer.tokens import luminance

THEMES = pytest.mark.parametrize("theme", ["light", "dark"])


def lightness(colors: np.ndarray) -> np.ndarray:
    return np.array([luminance("#{:02X}{:02X}{:02X}".format(*rgb)) for rgb in colors])


@THEMES
@pytest.mark.parametrize("signed", [True, False])
def test_tables_are_whole_and_locked(theme: str, signed: bool) -> None:
    colors = table(theme, signed=signed)
    assert colors.shape == (256, 3)
    assert colors.dtype == np.uint8
    with pytest.raises(ValueError, match="read-only"):
        colors[0] = 0


def test_zero_is_nearly_white_in_light_and_nearly_black_in_dark() -> None:
    assert signed_table("light")[NEUTRAL].min() > 245
    assert signed_table("dark")[NEUTRAL].max() < 24


@THEMES
def test_signed_table_is_blue_below_and_orange_above(theme: str) -> None:
    colors = signed_table(theme).astype(int)
    assert colors[64][2] > colors[64][0]
    assert colors[192][0] > colors[192][2]


@THEMES
def test_the_farther_from_zero_the_farther_from_neutral(theme: str) -> None:
    light = lightness(signed_table(theme))
    down, up = light[NEUTRAL::-1], light[NEUTRAL:]
    for side in (down, up):
        steps = np.diff(side) * (-1 if theme == "light" else 1)
        assert steps.min() > -1e-3


def test_unsigned_table_grows_lighter() -> None:
    assert np.diff(lightness(table("light", signed=False))).min() > -1e-4


def test_signed_indices() -> None:
    values = np.array([-2.0, -1.0, 0.0, 1.0, 5.0, np.nan, np.inf, -np.inf])
    assert signed_indices(values, 2.0).tolist() == [1, 64, 128, 192, 255, 128, 255, 1]
    assert signed_indices(np.zeros(2), 0.0).tolist() == [128, 128]


def test_tiny_limits_do_not_overflow() -> None:
    tiny = np.array([1e-42, -1e-42, 0], np.float32)
    assert signed_indices(tiny, 1e-42)[2] == NEUTRAL
    assert unsigned_indices(np.abs(tiny), 0.0, 1e-42)[2] == 0


def test_unsigned_indices() -> None:
    values = np.array([-1.0, 0.0, 1.0, 2.0, 9.0, np.nan, np.inf])
    assert unsigned_indices(values, 0.0, 2.0).tolist() == [0, 0, 128, 255, 255, 0, 255]
    assert unsigned_indices(np.ones(2), 1.0, 1.0).tolist() == [0, 0]
