"""Data sets by name, embedded and from arrays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.dataset import Dataset, stratified
from core.data.policy import DataPolicy
from core.data.sources import (
    SOURCES,
    Digits,
    Fashion,
    Folder,
    dataset_by_name,
    open_source,
    source_by_name,
)
from core.data.sources.arrays import dataset_from_arrays
from core.files import FileError
from core.settings import from_json, to_json


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return open_source(Digits())


def test_digits_have_the_promised_counts(digits: Dataset) -> None:
    assert (len(digits.train), len(digits.validation)) == (4000, 1000)
    assert digits.train.class_counts == (400,) * 10
    assert digits.validation.class_counts == (100,) * 10
    assert digits.classes == tuple("0123456789")


def test_fashion_has_the_promised_counts() -> None:
    fashion = open_source(Fashion())
    assert fashion.train.class_counts == (1000,) * 10
    assert fashion.validation.class_counts == (200,) * 10
    assert fashion.classes[1] == "trouser"
    assert len(fashion.classes) == 10


def test_items_are_pictures_with_labels(digits: Dataset) -> None:
    assert digits.fields["image"].shape == (1, 28, 28)
    assert digits.fields["label"].shape == ()
    images, labels = digits.train.items([5, 3]), digits.train.labels([5, 3])
    assert isinstance(images, np.ndarray)
    assert (images.shape, images.dtype) == ((2, 1, 28, 28), np.uint8)
    assert (labels.shape, labels.dtype) == ((2,), np.int64)
    assert 1 < images.mean() < 100  # ink on black


def test_pictures_and_labels_belong_together(digits: Dataset) -> None:
    """The nearest class mean of the training pictures is right far more often than chance."""
    train = np.asarray(digits.train.items(range(4000))).reshape(4000, -1) / 255
    labels = digits.train.labels(range(4000))
    means = np.stack([train[labels == c].mean(axis=0) for c in range(10)])
    seen = np.asarray(digits.validation.items(range(1000))).reshape(1000, -1) / 255
    distance = ((seen[:, None] - means) ** 2).sum(axis=2)
    assert (distance.argmin(axis=1) == digits.validation.labels(range(1000))).mean() > 0.75


def test_what_a_split_gives_cannot_change_it(digits: Dataset) -> None:
    before = digits.train.items([0])[0].copy()
    digits.train.items([0])[0][:] = 255
    digits.train.labels([0])[:] = 9
    assert np.array_equal(digits.train.items([0])[0], before)


def test_fingerprints_are_stable() -> None:
    assert open_source(Digits()).fingerprint.sha256.startswith("0fb9eb15cb162729")
    assert open_source(Fashion()).fingerprint.count == 12000


@pytest.mark.parametrize("source", [Digits(), Fashion(), Folder("some/folder")])
def test_sources_survive_json(source: Folder) -> None:
    assert from_json(to_json(source), SOURCES) == source


def test_names_on_the_command_line(tmp_path: Path) -> None:
    assert source_by_name("digits") == Digits()
    assert source_by_name("fashion") == Fashion()
    assert source_by_name(str(tmp_path)) == Folder(str(tmp_path))
    assert dataset_by_name("digits").name == "digits"


def test_unknown_name_says_what_exists() -> None:
    with pytest.raises(FileError, match=r"no data set or folder “mnist”\. digits, .* come"):
        dataset_by_name("mnist")


def test_labels_for_people() -> None:
    assert [Digits().label, Folder("a/flowers").label] == ["Handwritten digits", "flowers"]


def test_only_sources_are_opened() -> None:
    with pytest.raises(TypeError, match="DataPolicy came"):
        open_source(DataPolicy())


def test_embedded_data_needs_no_pillow() -> None:
    program = (
        "import sys\nfrom core.data.fitted import fit\nfrom core.data.policy import DataPolicy\n"
        "from core.data.sources import dataset_by_name\n"
        "fit(dataset_by_name('digits'), (3, 32, 32), DataPolicy()).train.batch([0, 1])\n"
        "assert 'PIL' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


# ---- arrays ----


def test_arrays_become_a_data_set() -> None:
    images = np.arange(10 * 4 * 6, dtype=np.uint8).reshape(10, 4, 6)
    data = dataset_from_arrays(images, [0, 1] * 5, name="squares")
    assert (len(data.train), len(data.validation)) == (8, 2)
    assert data.fields["image"].shape == (1, 4, 6)
    assert data.classes == ("0", "1")
    seen = {data.train.items([i])[0].tobytes() for i in range(8)}
    seen |= {data.validation.items([i])[0].tobytes() for i in range(2)}
    assert seen == {image.tobytes() for image in images}


def test_given_validation_arrays_are_taken() -> None:
    images = np.zeros((6, 3, 4, 4), np.uint8)
    data = dataset_from_arrays(
        images, [0] * 6, classes=("a", "b"), validation=(images[:2] + np.uint8(1), [1, 1])
    )
    assert data.validation.class_counts == (0, 2)
    assert data.validation.items([0])[0].max() == 1


def test_fingerprint_sees_pixels_and_labels() -> None:
    images = np.zeros((4, 2, 2), np.uint8)
    changed = images.copy()
    changed[3, 1, 1] = 1
    prints = {
        dataset_from_arrays(pixels, labels).fingerprint.sha256
        for pixels, labels in [(images, [0, 0, 1, 1]), (changed, [0, 0, 1, 1]), (images, [0] * 4)]
    }
    assert len(prints) == 3
    again = dataset_from_arrays(images.copy(), [0, 0, 1, 1]).fingerprint
    assert again.sha256 in prints


@pytest.mark.parametrize(
    ("images", "labels", "sentence"),
    [
        (np.zeros((2, 4, 4)), [0, 1], "uint8, 0 to 255, are expected, float64 came"),
        (np.zeros((2, 4), np.uint8), [0, 1], r"\(N, H, W\) or"),
        (np.zeros((2, 2, 4, 4), np.uint8), [0, 1], "with C 1 or 3"),
        (np.zeros((2, 4, 4), np.uint8), [0], "2 whole numbers as labels are expected"),
        (np.zeros((2, 4, 4), np.uint8), [0.0, 1.0], "whole numbers"),
        (np.zeros((2, 4, 4), np.uint8), [0, -1], "-1 came"),
    ],
)
def test_arrays_that_do_not_belong_together(
    images: np.ndarray, labels: list[int], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        dataset_from_arrays(images, labels)


def test_labels_beyond_the_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="labels below 2 are expected, 2 came"):
        dataset_from_arrays(np.zeros((3, 2, 2), np.uint8), [0, 1, 2], classes=("a", "b"))


# ---- the split ----


@given(
    st.lists(st.integers(0, 4), max_size=200),
    st.floats(0.01, 0.9),
    st.integers(0, 2**31 - 1),
)
def test_split_takes_the_same_share_of_each_class(
    labels: list[int], fraction: float, seed: int
) -> None:
    train, validation = stratified(labels, fraction, seed=seed)
    assert sorted([*train.tolist(), *validation.tolist()]) == list(range(len(labels)))
    numbers = np.array(labels, dtype=np.int64)
    for label in set(labels):
        count = labels.count(label)
        held = int((numbers[validation] == label).sum())
        assert abs(held - fraction * count) <= 1
        assert 0 <= held < count
        assert held > 0 or count == 1
    again, _ = stratified(labels, fraction, seed=seed)
    assert np.array_equal(train, again)


def test_split_depends_on_the_seed() -> None:
    labels = [0] * 100
    choices = {stratified(labels, 0.2, seed=seed)[1].tobytes() for seed in range(10)}
    assert len(choices) == 10
