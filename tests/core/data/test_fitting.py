"""Fitting pictures to an Input: sizes, channels, values, and the sentence about them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.data.batches import Batches
from core.data.dataset import ArraySplit, Dataset, Pictures
from core.data.fitted import FitError, fit
from core.data.fitted_split import FittedSplit
from core.data.fitting import PictureFitting, scaled_size, sides, sized, with_channels
from core.data.policy import SIZINGS, DataPolicy
from core.data.sources import Digits, open_source
from core.data.sources.arrays import dataset_from_arrays

RAMP = np.arange(1, 7, dtype=np.uint8).reshape(1, 2, 3)


def squares(height: int = 4, width: int = 4, channels: int = 1, count: int = 10) -> Dataset:
    """A data set of random pictures in two classes."""
    pixels = np.random.default_rng(0).integers(0, 256, (count, channels, height, width), np.uint8)
    return dataset_from_arrays(pixels, np.arange(count) % 2, name="squares")


# ---- size ----


def test_padding_is_centered_and_odd_cells_go_below_and_right() -> None:
    assert sized(RAMP, (3, 6), "fit")[0].tolist() == [
        [0, 1, 2, 3, 0, 0],
        [0, 4, 5, 6, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ]


def test_crop_keeps_the_middle() -> None:
    picture = np.arange(36, dtype=np.uint8).reshape(1, 6, 6)
    assert sized(picture, (4, 4), "crop")[0].tolist() == picture[0, 1:5, 1:5].tolist()
    assert sized(picture, (5, 6), "crop")[0].tolist() == picture[0, :5].tolist()


def test_resize_halves_by_averages_and_doubles_smoothly() -> None:
    checks = np.zeros((1, 8, 8), np.uint8)
    checks[:, :, 4:] = 200
    half = sized(checks, (4, 4), "resize")[0]
    assert half[:, 0].tolist() == [0] * 4
    assert half[:, -1].tolist() == [200] * 4
    double = sized(checks, (16, 16), "resize")[0].astype(int)
    assert double[0, 0] == 0
    assert double[0, -1] == 200
    assert (np.diff(double, axis=1) >= 0).all()


def test_flat_pictures_stay_flat_under_every_scaling() -> None:
    flat = np.full((3, 10, 20), 77, np.uint8)
    for target in [(5, 10), (20, 40), (7, 13)]:
        assert np.unique(sized(flat, target, "resize")).tolist() == [77]
        assert np.unique(sized(flat, target, "crop")).tolist() == [77]


@pytest.mark.parametrize(
    ("size", "target", "sizing", "scaled"),
    [
        ((28, 28), (32, 32), "fit", (28, 28)),
        ((28, 28), (55, 55), "fit", (28, 28)),
        ((28, 28), (56, 56), "fit", (56, 56)),
        ((28, 28), (224, 224), "fit", (224, 224)),
        ((28, 28), (224, 224), "pad", (28, 28)),
        ((600, 800), (224, 224), "fit", (168, 224)),
        ((600, 800), (224, 224), "pad", (168, 224)),
        ((600, 800), (224, 224), "crop", (224, 299)),
        ((32, 32), (28, 28), "crop", (32, 32)),
        ((56, 56), (28, 28), "crop", (28, 28)),
        ((20, 20), (28, 28), "crop", (28, 28)),
        ((20, 30), (28, 28), "resize", (28, 28)),
    ],
)
def test_scaling_rules(
    size: tuple[int, int], target: tuple[int, int], sizing: str, scaled: tuple[int, int]
) -> None:
    assert scaled_size(size, target, sizing) == scaled


@given(
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    st.sampled_from(SIZINGS),
    st.integers(1, 3),
)
def test_every_size_becomes_the_wanted_one(
    size: tuple[int, int], target: tuple[int, int], sizing: str, channels: int
) -> None:
    picture = np.full((channels, *size), 100, np.uint8)
    result = sized(picture, target, sizing)
    assert result.shape == (channels, *target)
    scaled = scaled_size(size, target, sizing)
    inside = min(scaled[0], target[0]) * min(scaled[1], target[1])
    assert (result == 100).sum() == channels * inside  # the picture, and black around it
    if sizing == "crop":
        assert inside == target[0] * target[1]
    if sizing in ("fit", "pad"):
        assert scaled[0] <= target[0]
        assert scaled[1] <= target[1]


@given(st.integers(0, 50), st.integers(0, 50))
def test_sides_add_up(size: int, target: int) -> None:
    before, after = sides(size, target)
    assert size + before + after == target
    assert abs(abs(after) - abs(before)) <= 1
    assert abs(after) >= abs(before)


def test_long_strips_need_little_memory() -> None:
    strip = np.full((1, 1, 1_000_000), 9, np.uint8)
    assert np.unique(sized(strip, (500, 500), "crop")).tolist() == [9]  # not 500 × 500,000,000


# ---- channels ----


def test_gray_is_repeated() -> None:
    assert with_channels(RAMP, 3).tolist() == [RAMP[0].tolist()] * 3


def test_color_becomes_gray_by_luma() -> None:
    colors = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]], np.uint8)
    gray = with_channels(colors.T.reshape(3, 2, 2), 1)
    assert gray.reshape(-1).tolist() == [76, 150, 29, 255]  # 0.299, 0.587, 0.114 of 255


def test_other_channels_are_refused() -> None:
    with pytest.raises(ValueError, match="3 channels cannot become 2"):
        with_channels(np.zeros((3, 2, 2), np.uint8), 2)


# ---- values ----


def values_of(scaling: str, shape: tuple[int, ...] = (1, 4, 4)) -> NDArray[np.float32]:
    data = fit(squares(), shape, DataPolicy(scaling=scaling))
    return data.train.batch(range(len(data.train)))[0]


def test_unit_values() -> None:
    raw = np.asarray(squares().train.items(range(8)))
    values = values_of("unit")
    assert values.dtype == np.float32
    assert np.array_equal(values, raw.astype(np.float32) / np.float32(255))
    white = np.full((1, 1, 4, 4), 255, np.uint8)
    assert fit(squares(), (1, 4, 4), DataPolicy()).fitting.values(white).max() == 1.0


def test_values_as_they_are() -> None:
    raw = np.asarray(squares().train.items(range(8)))
    assert np.array_equal(values_of("none"), raw.astype(np.float32))


def test_standardized_values() -> None:
    data = fit(squares(channels=3), (3, 6, 6), DataPolicy(scaling="standardize"))
    x, _ = data.train.batch(range(8))
    assert np.abs(x.mean(axis=(0, 2, 3))).max() < 1e-5
    assert np.abs(x.std(axis=(0, 2, 3)) - 1).max() < 1e-5
    # Validation pictures take the numbers of the training pictures.
    raw = data.validation.pictures([0]).astype(float)
    expected = (raw[0, 2] - data.fitting.offset[2]) / data.fitting.scale[2]
    assert np.abs(data.validation.batch([0])[0][0, 2] - expected).max() < 1e-5


def test_a_channel_of_one_value_becomes_zero() -> None:
    flat = dataset_from_arrays(np.full((4, 3, 3), 50, np.uint8), [0, 0, 1, 1])
    data = fit(flat, (1, 3, 3), DataPolicy(scaling="standardize"))
    assert not data.train.batch([0, 1])[0].any()


def test_a_single_picture_is_prepared_as_in_training() -> None:
    for shape in [(3, 6, 7), (16,), (1, 3, 3)]:
        data = fit(squares(), shape, DataPolicy(scaling="standardize"))
        x, _ = data.train.batch([3])
        picture = data.train.source.items([3])[0]
        assert np.array_equal(data.fitting.prepare(picture), x)


# ---- splits ----


@given(
    st.lists(st.lists(st.integers(0, 19), max_size=12), max_size=6),
    st.integers(0, 25),
)
def test_kept_pictures_change_nothing(batches: list[list[int]], room: int) -> None:
    """Whatever fits in memory, batches are those of a split that keeps nothing."""
    split = squares(5, 3, count=26).train
    fitting = PictureFitting((3, 6, 6), (3, 6, 6), (0.0,) * 3, (255.0,) * 3, "fit")
    kept, plain = FittedSplit(split, fitting, room * 108), FittedSplit(split, fitting, 0)
    for indices in batches:
        for mine, theirs in zip(kept.batch(indices), plain.batch(indices), strict=True):
            assert np.array_equal(mine, theirs)


class Counting(ArraySplit):
    """A split that counts how often its pictures are asked for."""

    asked = 0

    def items(self, indices: object) -> Pictures:
        self.asked += len(np.asarray(indices))
        return super().items(indices)


def test_memory_limits_what_is_kept() -> None:
    split = Counting(np.zeros((10, 1, 4, 4), np.uint8), [0, 1] * 5, 2)
    fitting = PictureFitting((1, 5, 5), (1, 5, 5), (0.0,), (255.0,), "fit")
    fitted = FittedSplit(split, fitting, 6 * 25)
    for _ in range(3):
        fitted.batch(range(10))
    assert split.asked == 6 + 3 * 4


def test_batches_are_contiguous_and_own() -> None:
    data = fit(squares(), (1, 4, 4), DataPolicy())
    x, labels = data.train.batch(np.array([1, 1, 0]))
    assert x.flags.c_contiguous
    assert (x.dtype, labels.dtype) == (np.float32, np.int64)
    x[:] = 0
    assert data.train.batch([1])[0].any()
    with pytest.raises(IndexError):
        data.train.batch([-1])
    with pytest.raises(IndexError):
        data.train.batch([8])
    empty, none = data.train.batch([])
    assert (empty.shape, none.shape) == ((0, 1, 4, 4), (0,))


def test_an_epoch_of_digits_has_every_label() -> None:
    data = fit(open_source(Digits()), (1, 28, 28), DataPolicy())
    counts = np.zeros(10, int)
    for indices in Batches(len(data.train), 96).epoch(0):
        counts += np.bincount(data.train.batch(indices)[1], minlength=10)
    assert counts.tolist() == [400] * 10


def test_fitted_data_names_its_data() -> None:
    data = fit(open_source(Digits()), (1, 28, 28), DataPolicy())
    assert data.classes == tuple("0123456789")
    assert data.fingerprint == data.dataset.fingerprint
    assert (data.notes, data.train.class_counts) == ((), (400,) * 10)


# ---- the sentence ----

COUNTS = "4,000 pictures train, 1,000 validate."


@pytest.mark.parametrize(
    ("shape", "policy", "middle"),
    [
        ((1, 28, 28), {}, ", as the network wants; values are scaled to 0…1; "),
        (
            (3, 32, 32),
            {},
            "; the network wants 32 × 32 × 3: each is padded by 2 on every side and its gray"
            " channel is repeated 3 times; values are scaled to 0…1; ",
        ),
        (
            (1, 224, 224),
            {"scaling": "standardize"},
            "; the network wants 224 × 224 × 1: each is enlarged to 224 × 224; values are"
            " standardized to mean 0 and deviation 1; ",
        ),
        (
            (1, 24, 27),
            {"size": "crop", "scaling": "none"},
            "; the network wants 24 × 27 × 1: each is cut by 2 above, 2 below, 1 right; values"
            " stay 0…255; ",
        ),
        (
            (1, 20, 56),
            {"size": "resize"},
            "; the network wants 20 × 56 × 1: each is stretched to 20 × 56; values are scaled to"
            " 0…1; ",
        ),
        (
            (1, 14, 20),
            {},
            "; the network wants 14 × 20 × 1: each is shrunk to 14 × 14 and padded by 3 left, 3"
            " right; values are scaled to 0…1; ",
        ),
        ((784,), {}, "; the network wants 784 values: each is flattened; values are scaled to"
         " 0…1; "),
    ],
)  # fmt: skip
def test_sentences(shape: tuple[int, ...], policy: dict[str, str], middle: str) -> None:
    data = fit(open_source(Digits()), shape, DataPolicy(**policy))
    assert data.sentence == f"The pictures of digits are 28 × 28 gray{middle}{COUNTS}"


def test_sentence_says_that_color_is_lost() -> None:
    sentence = fit(squares(channels=3), (1, 4, 4), DataPolicy()).sentence
    assert "are 4 × 4 color; the network wants 4 × 4 × 1: each is made gray by its" in sentence


@pytest.mark.parametrize(
    ("channels", "shape", "policy", "sentence"),
    [
        (1, (785,), {}, "Flattened they have 16 values: set the Input to 16"),
        (3, (3, 4, 4), {"channels": "keep"}, None),
        (1, (3, 4, 4), {"channels": "keep"}, "Set the Input to 1 channel, or"),
        (3, (2, 4, 4), {}, "Set the channels of the Input to 1 or 3"),
        (1, (4, 4), {}, "Pictures fill an Input of shape C × H × W, or one of N values"),
        (3, (16,), {}, None),
        (3, (16,), {"channels": "keep"}, "Flattened they have 48 values"),
    ],
)
def test_what_cannot_fit_is_refused_with_a_sentence(
    channels: int, shape: tuple[int, ...], policy: dict[str, str], sentence: str | None
) -> None:
    data = squares(channels=channels)
    if sentence is None:
        assert fit(data, shape, DataPolicy(**policy)).train.batch([0])[0].shape == (1, *shape)
    else:
        with pytest.raises(FitError, match=sentence):
            fit(data, shape, DataPolicy(**policy))
