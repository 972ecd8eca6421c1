"""Filters made by hand: their sums, their directions, and how they fit a window."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.filterbank import TITLES, fitted, gabor, hand_made

SUMS = {
    "identity": 1, "blur": 1, "gaussian": 1, "sobel_horizontal": 0, "sobel_vertical": 0,
    "sharpen": 1, "outline4": 0, "outline8": 0, "emboss": 1, "shift": 1, "blob": 4, "gabor": 0,
    "face": 0,
}  # fmt: skip


def answer(picture: np.ndarray, name: str, **more: float) -> np.ndarray:
    """What a filter makes of a picture, inside its border."""
    values = hand_made(name, **more)
    windows = np.lib.stride_tricks.sliding_window_view(picture, values.shape)
    found: np.ndarray = (windows * values).sum(axis=(2, 3))
    return found


@pytest.mark.parametrize("name", TITLES)
def test_sums_are_those_of_the_lectures(name: str) -> None:
    assert hand_made(name).sum() == pytest.approx(SUMS[name], abs=1e-12)


def test_lecture_002_sharpens_where_it_says_outline() -> None:
    """X14: the matrix under that name keeps the picture; outline has the sum 0."""
    assert hand_made("sharpen")[1].tolist() == [-1, 5, -1]
    assert hand_made("outline4")[1].tolist() == [-1, 4, -1]


def test_the_face_is_found_where_it_is() -> None:
    """The strongest answer is where the face itself was put, and it is a face: left as right."""
    face = hand_made("face")
    assert_array_equal(face, face[:, ::-1])
    picture = np.random.default_rng(2).random((40, 50)) * 0.2
    picture[12:21, 23:32] += (face > 0) * 0.8
    found = answer(picture, "face")
    assert np.unravel_index(found.argmax(), found.shape) == (12, 23)


def test_the_blob_looks_the_same_from_every_side() -> None:
    blob = hand_made("blob")
    assert blob.shape == (9, 9)
    for turned in (blob.T, blob[::-1], np.rot90(blob)):
        assert_array_equal(turned, blob)


@pytest.mark.parametrize(("name", "axis"), [("sobel_vertical", 1), ("sobel_horizontal", 0)])
def test_sobel_sees_edges_of_its_direction_alone(name: str, axis: int) -> None:
    edge = np.repeat([0.0, 0.0, 1.0, 1.0], 4).reshape(4, 4)  # below: a horizontal edge
    edge = edge.T if axis else edge
    assert (np.abs(answer(edge, name)) == 4).all()
    assert not answer(edge.T, name).any()


def test_shift_moves_one_cell_to_the_right() -> None:
    picture = np.arange(25.0).reshape(5, 5)
    assert_array_equal(answer(picture, "shift"), picture[1:-1, :-2])


@pytest.mark.parametrize("angle", [0.0, 30.0, 45.0, 90.0, 150.0])
def test_gabor_answers_most_to_lines_at_its_angle(angle: float) -> None:
    y, x = np.mgrid[4:-5:-1, -4:5]

    def stripes(at: float) -> np.ndarray:
        turn = np.radians(at)
        return np.cos(2 * np.pi * (y * np.cos(turn) - x * np.sin(turn)) / 4)

    answers = {at: (gabor(angle) * stripes(at)).sum() for at in np.arange(0.0, 180.0, 15.0)}
    assert max(answers, key=lambda at: answers[at]) == angle


def test_gabor_turns_by_right_angles_exactly() -> None:
    assert_allclose(gabor(90.0), np.rot90(gabor(0.0)), atol=1e-12)


@pytest.mark.parametrize("size", [(3, 3), (5, 5), (4, 4), (1, 3), (2, 7), (1, 1)])
def test_the_middle_stays_in_the_middle(size: tuple[int, int]) -> None:
    laid = fitted(hand_made("identity"), size)
    assert laid.shape == size
    assert laid.sum() == 1
    assert laid[size[0] // 2, size[1] // 2] == 1


def test_a_smaller_window_shows_the_middle() -> None:
    assert_array_equal(fitted(hand_made("blob"), (3, 3)), hand_made("blob")[3:6, 3:6])
