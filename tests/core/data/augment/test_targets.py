"""Boxes and points move with their pictures, through fitting and augmentation alike."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from core.data.augment import PLANKTON, Augmentation, Flip, Noise, Rotate, ScaleBy, Shift
from core.data.batches import Batches
from core.data.dataset import Dataset, Field, Fingerprint, Split
from core.data.fitted import FittedData, fit
from core.data.policy import SIZINGS, DataPolicy
from core.data.sources import Digits, ShapesWithBoxes, Sticks, open_source

SIZE = (20, 30)
COUNT = 40


class Dots(Split):
    """Two dots on each picture, 3 × 3: a bright one and a dim one."""

    def __init__(self) -> None:
        super().__init__([0, 1] * (COUNT // 2), 2)
        random = np.random.default_rng(0)
        self.rows = random.integers(5, 15, (COUNT, 2))
        self.columns = random.integers((4, 17), (14, 27), (COUNT, 2))

    def items(self, indices: ArrayLike) -> NDArray[np.uint8]:
        pictures = np.zeros((COUNT, 1, *SIZE), np.uint8)
        for dot, ink in ((0, 250), (1, 120)):
            for i in range(COUNT):
                y, x = self.rows[i, dot], self.columns[i, dot]
                pictures[i, 0, y - 1 : y + 2, x - 1 : x + 2] = ink
        return pictures[np.asarray(indices)]

    def target(self, field: str, indices: ArrayLike) -> NDArray:
        if field == "label":
            return self.labels(indices)
        x, y = (self.columns + 0.5) / SIZE[1], (self.rows + 0.5) / SIZE[0]
        points = np.stack([x, y], axis=2).reshape(COUNT, 4).astype(np.float32)
        if field == "box":
            (x0, y0), (x1, y1) = (
                points.reshape(-1, 2, 2).min(1).T,
                points.reshape(-1, 2, 2).max(1).T,
            )
            points = np.stack([x0, y0, x1, y0, x1, y1, x0, y1], axis=1)
        return points[np.asarray(indices)]


def dots(*, mirror: tuple[int, ...] = ()) -> Dataset:
    split = Dots()
    fields = {
        "image": Field("image", channels=1, smallest=SIZE, largest=SIZE),
        "label": Field("label", classes=("a", "b")),
        "dots": Field("points", names=("bright", "dim"), mirror=mirror),
        "box": Field("box", names=("a", "b", "c", "d")),
    }
    return Dataset("dots", "Dots", fields, split, split, Fingerprint(COUNT, 0, ""))


def centers(picture: NDArray, *, low: int, high: int) -> tuple[float, float] | None:
    """x and y of the middle of what is between two strengths, in shares of the picture."""
    rows, columns = np.nonzero((picture > low) & (picture <= high))
    if len(rows) < 3:
        return None
    return (columns.mean() + 0.5) / picture.shape[1], (rows.mean() + 0.5) / picture.shape[0]


def check(data: FittedData, epoch: int | None, tolerance: float) -> None:
    """Every bright dot that can be seen is where the field says."""
    x, targets = data.train.batch(np.arange(COUNT), epoch=epoch)
    seen = 0
    for picture, points in zip(x[:, 0] * 255, targets["dots"], strict=True):
        found = centers(picture, low=130, high=255)
        bright = points[:2] * picture.shape[::-1]
        inside = (bright > 3).all() and (bright < np.array(picture.shape[::-1]) - 3).all()
        if found is not None and inside:
            seen += 1
            assert np.abs(np.array(found) * picture.shape[::-1] - bright).max() < tolerance
    assert seen > COUNT / 4


@pytest.mark.parametrize("size", SIZINGS)
@pytest.mark.parametrize("shape", [(20, 30), (40, 40), (60, 90), (15, 31), (26, 22)])
def test_points_are_fitted_as_pictures_are(size: str, shape: tuple[int, int]) -> None:
    check(fit(dots(), (1, *shape), DataPolicy(size)), None, 0.8)


@pytest.mark.parametrize(
    "augment", [(Flip(1, 0),), (Shift(4, 3),), (Rotate(-40, 40), ScaleBy(1.3)), PLANKTON]
)
def test_points_move_with_the_picture(augment: tuple[Augmentation, ...]) -> None:
    check(fit(dots(), (1, 40, 44), DataPolicy(), augment=augment), 3, 0.8)


def test_left_and_right_change_places_where_a_picture_is_mirrored() -> None:
    split = fit(dots(mirror=(1, 0)), (1, *SIZE), DataPolicy(), augment=(Flip(1, 0),)).train
    plain, turned = split.targets([0])["dots"][0], split.batch([0], epoch=0)[1]["dots"][0]
    assert turned == pytest.approx((1 - plain[2], plain[3], 1 - plain[0], plain[1]), abs=1e-6)
    upside = fit(dots(mirror=(1, 0)), (1, *SIZE), DataPolicy(), augment=(Flip(1, 1),)).train
    half_turn = upside.batch([0], epoch=0)[1]["dots"][0]
    assert half_turn == pytest.approx(1 - plain, abs=1e-6)  # a half turn mirrors nothing


def test_boxes_stay_upright_and_around_their_corners() -> None:
    data = fit(dots(), (1, *SIZE), DataPolicy(), augment=PLANKTON)
    _, targets = data.train.batch(np.arange(COUNT), epoch=1)
    x0, y0, x1, y0_, x1_, y1, x0_, y1_ = targets["box"].T
    for same in ((x0, x0_), (x1, x1_), (y0, y0_), (y1, y1_)):
        assert np.array_equal(*same)
    assert (x0 <= x1).all()
    assert (y0 <= y1).all()
    assert targets["box"].min() >= 0
    assert targets["box"].max() <= 1
    points = targets["dots"].reshape(COUNT, 2, 2).clip(0, 1)
    for axis, low, high in ((0, x0, x1), (1, y0, y1)):
        assert (points[..., axis].min(axis=1) >= low - 1e-5).all()
        assert (points[..., axis].max(axis=1) <= high + 1e-5).all()


def test_a_mirrored_box_is_the_mirrored_box() -> None:
    data = fit(
        open_source(ShapesWithBoxes(train=20)), (3, 32, 32), DataPolicy(), augment=(Flip(1),)
    )
    plain, turned = (data.train.batch(np.arange(20), epoch=e)[1]["box"] for e in (None, 0))
    assert turned[:, 0] == pytest.approx(1 - plain[:, 2], abs=1e-6)
    assert turned[:, 1] == pytest.approx(plain[:, 1], abs=1e-6)


def test_labels_and_counts_stay() -> None:
    data = fit(open_source(Sticks(train=30)), (1, 48, 48), DataPolicy(), augment=PLANKTON)
    x, targets = data.train.batch(np.arange(30), epoch=2)
    assert targets.keys() == {"label", "joints"}
    assert np.array_equal(targets["label"], np.arange(30) % 3)
    assert (x.shape, x.dtype, x.min() >= 0, x.max() <= 1) == ((30, 1, 48, 48), np.float32, 1, 1)


# ---- in training ------------------------------------------------------------------------


def test_only_batches_of_an_epoch_are_changed() -> None:
    plain = fit(open_source(Digits()), (1, 28, 28), DataPolicy())
    data = fit(open_source(Digits()), (1, 28, 28), DataPolicy(), augment=PLANKTON, seed=1)
    some = np.arange(30)
    assert np.array_equal(data.train.batch(some)[0], plain.train.batch(some)[0])
    assert np.array_equal(data.validation.batch(some, epoch=1)[0], plain.validation.batch(some)[0])
    changed, labels = data.train.batch(some, epoch=1)
    assert not np.array_equal(changed, plain.train.batch(some)[0])
    assert np.array_equal(labels, plain.train.labels(some))
    assert data.train.pictures(some, epoch=1).dtype == np.uint8
    assert np.abs(data.train.pictures(some, epoch=1) / 255 - changed).max() < 0.003


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (784,)])
def test_every_shape_can_be_augmented(shape: tuple[int, ...]) -> None:
    policy = DataPolicy(scaling="standardize")
    data = fit(open_source(Digits()), shape, policy, augment=(*PLANKTON, Noise()))
    x, _ = data.train.batch([0, 1], epoch=1)
    assert (x.shape, x.dtype) == ((2, *shape), np.float32)
    assert x.flags.c_contiguous


def test_a_stopped_epoch_goes_on_with_the_same_pictures() -> None:
    """What a run sees from step 3 of epoch 2 on, without the steps before it."""
    data = fit(open_source(Digits()), (1, 28, 28), DataPolicy(), augment=PLANKTON, seed=4)
    again = fit(open_source(Digits()), (1, 28, 28), DataPolicy(), augment=PLANKTON, seed=4)
    batches = Batches(300, 40, seed=4)
    whole = [data.train.batch(indices, epoch=2)[0] for indices in batches.epoch(2)]
    rest = [again.train.batch(indices, epoch=2)[0] for indices in batches.epoch(2, 3)]
    assert len(rest) == 5
    assert all(np.array_equal(a, b) for a, b in zip(whole[3:], rest, strict=True))


def test_the_sentence_and_a_warning() -> None:
    data = fit(open_source(Digits()), (1, 28, 28), DataPolicy(), augment=PLANKTON)
    assert (
        "; in training each is rotated, shifted, scaled, flipped, sheared and stretched, anew in"
        " every epoch; 4,000 pictures train"
    ) in data.sentence
    assert data.notes == ("Rotation turns a 6 into a 9: the labels then contradict the pictures.",)


@pytest.mark.parametrize(
    ("augment", "warned"),
    [
        ((Rotate(),), False), ((Rotate(-300, -100),), True), ((Rotate(0, 119),), False),
        ((Rotate(300, 360),), False), ((Flip(0.5, 0.5),), True), ((Flip(),), False), ((), False),
    ],
)  # fmt: skip
def test_only_what_turns_a_six_is_warned_of(
    augment: tuple[Augmentation, ...], warned: bool
) -> None:
    data = fit(open_source(Digits()), (1, 28, 28), DataPolicy(), augment=augment)
    assert bool(data.notes) is warned
