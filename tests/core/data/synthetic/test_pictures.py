"""Shapes, boxes, stick figures and bars: what is drawn is what the fields say."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.sources import Bars, Shapes, ShapesWithBoxes, Sticks, open_source
from core.data.sources.synthetic.ink import FIGURES, covered, pixels, segment, turned
from core.data.sources.synthetic.sticks import BONES, JOINTS, MIRROR

EVERY = range(400)


def ink(dataset: Dataset, indices: range = EVERY, *, share: float = 0.5) -> NDArray[np.bool_]:
    """Which pixels are covered by more than a share: (N, H, W); items without noise."""
    items = np.asarray(dataset.train.items(indices)).astype(float)
    paper = items[:, :, :1, :1]  # nothing is ever drawn at the corner
    distance = np.abs(items - paper).max(axis=1)
    inked: NDArray[np.bool_] = distance > distance.max(axis=(1, 2), keepdims=True) * share
    return inked


# ---- figures ----------------------------------------------------------------------------


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_the_outline_spans_the_figure(figure) -> None:
    """Drawn large and upright, the figure ends where its outline does, on all four sides."""
    x, y = pixels((400, 400))
    scale = 150
    inked = figure.distance((x - 200) / scale, (y - 200) / scale)[0] <= 0
    rows, columns = np.nonzero(inked)
    low, high = figure.outline.min(axis=0), figure.outline.max(axis=0)
    seen = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert np.array(seen) == pytest.approx(200 + scale * np.array([*low, *high]), abs=1.5)
    assert np.hypot(*figure.outline.T).max() < 1.01  # inside the unit circle


def test_names_are_ten_and_different() -> None:
    assert len({figure.name for figure in FIGURES}) == 10
    assert open_source(Shapes()).classes == tuple(figure.name for figure in FIGURES)


def test_edges_are_soft_by_one_pixel() -> None:
    assert covered(np.array([-1, -0.5, 0, 0.25, 0.5, 2], np.float32)).tolist() == [
        1, 1, 0.5, 0.25, 0, 0,
    ]  # fmt: skip


def test_areas_are_those_of_geometry() -> None:
    x, y = pixels((200, 200))
    disk = covered(np.hypot(x - 100, y - 100) - 70)
    assert disk.sum() == pytest.approx(np.pi * 70**2, rel=1e-3)
    ends = [(np.float32(p), np.float32(q)) for p, q in ((40, 50), (160, 140))]
    line = covered(segment(x, y, *ends) - 3)
    assert line.sum() == pytest.approx(6 * 150 + np.pi * 9, rel=1e-2)


def test_turning_is_counterclockwise() -> None:
    found = turned(np.array([[1.0, 0.0]]), np.array([np.pi / 2]))
    assert found[0, 0] == pytest.approx((0, -1), abs=1e-12)  # y is downward


def test_a_shape_lies_inside_its_picture() -> None:
    for source in (Shapes(noise=0.0), ShapesWithBoxes(noise=0.0, size=(20, 33))):
        inked = ink(open_source(source))
        for edge in (inked[:, 0], inked[:, -1], inked[:, :, 0], inked[:, :, -1]):
            assert not edge.any()
        assert inked.sum(axis=(1, 2)).min() > 3


def test_colors_tell_nothing_about_classes() -> None:
    data = open_source(Shapes(train=3000, noise=0.0))
    items = np.asarray(data.train.items(range(3000))).astype(float)
    brightest = items.reshape(3000, 3, -1).max(axis=2)
    means = [brightest[data.train.labels(range(3000)) == c].mean(axis=0) for c in range(10)]
    assert np.ptp(means, axis=0).max() < 30  # of 255; chance alone gives about 20


# ---- boxes ------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(32, 32), (48, 80)])
def test_boxes_bound_what_is_drawn(size: tuple[int, int]) -> None:
    """Every inked pixel lies in the box, and each side of the box has ink beside it."""
    data = open_source(ShapesWithBoxes(noise=0.0, size=size))
    boxes = data.train.target("box", EVERY).reshape(-1, 4, 2) * (size[1], size[0])
    for inked, touched, box in zip(ink(data), ink(data, share=0.3), boxes, strict=True):
        rows, columns = np.nonzero(inked)
        middles = np.stack([columns, rows], axis=1) + 0.5
        assert (middles > box[0] - 0.5).all()
        assert (middles < box[2] + 0.5).all()
        rows, columns = np.nonzero(touched)
        drawn = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        assert np.abs(np.array(drawn) - (*box[0], *box[2])).max() < 1.5


def test_corners_go_clockwise_from_the_top_left() -> None:
    box = open_source(ShapesWithBoxes()).train.target("box", EVERY).reshape(-1, 4, 2)
    left_top, right_top, right_bottom, left_bottom = (box[:, corner] for corner in range(4))
    assert (left_top < right_bottom).all()
    assert np.array_equal(right_top, np.stack([right_bottom[:, 0], left_top[:, 1]], axis=1))
    assert np.array_equal(left_bottom, np.stack([left_top[:, 0], right_bottom[:, 1]], axis=1))
    assert box.min() > 0
    assert box.max() < 1


def test_boxes_are_large_and_small_and_everywhere() -> None:
    box = open_source(ShapesWithBoxes()).train.target("box", EVERY).reshape(-1, 4, 2)
    area = np.prod(box[:, 2] - box[:, 0], axis=1)
    middle = (box[:, 2] + box[:, 0]) / 2
    assert np.quantile(area, 0.9) > 3 * np.quantile(area, 0.1)
    assert np.ptp(middle, axis=0).min() > 0.5


# ---- stick figures ----------------------------------------------------------------------


def test_joints_lie_on_the_figure() -> None:
    data = open_source(Sticks(noise=0.0))
    joints = data.train.target("joints", EVERY).reshape(-1, len(JOINTS), 2) * 48
    items = np.asarray(data.train.items(EVERY))[:, 0]
    for picture, points in zip(items, joints, strict=True):
        assert (points > 0).all()
        assert (points < 48).all()
        for column, row in points.astype(int):
            near = picture[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
            assert near.max() > 150
        for start, end in BONES:  # and there is ink halfway between two joints
            column, row = ((points[start] + points[end]) / 2).astype(int)
            assert picture[row - 1 : row + 2, column - 1 : column + 2].max() > 150


def test_hands_say_the_pose() -> None:
    data = open_source(Sticks())
    joints = data.train.target("joints", EVERY).reshape(-1, len(JOINTS), 2)
    hands, neck = [JOINTS.index(f"{side} hand") for side in ("left", "right")], JOINTS.index("neck")
    raised = (joints[:, hands, 1] < joints[:, neck, None, 1]).sum(axis=1)
    assert np.array_equal(raised, data.train.labels(EVERY))
    one = joints[data.train.labels(EVERY) == 1]
    left = (one[:, hands[0], 1] < one[:, neck, 1]).mean()
    assert 0.35 < left < 0.65  # either arm


def test_left_is_left() -> None:
    joints = open_source(Sticks()).train.target("joints", EVERY).reshape(-1, len(JOINTS), 2)
    pairs = [(JOINTS.index(f"left {p}"), JOINTS.index(f"right {p}")) for p in ("elbow", "knee")]
    for left, right in pairs:
        assert (joints[:, left, 0] < joints[:, right, 0]).all()
    assert [JOINTS[MIRROR[MIRROR[i]]] for i in range(11)] == list(JOINTS)
    for name, other in zip(JOINTS, MIRROR, strict=True):
        swapped = name.replace("left", "?").replace("right", "left").replace("?", "right")
        assert JOINTS[other] == swapped


def test_a_figure_too_large_for_its_picture_stands_in_the_middle() -> None:
    joints = open_source(Sticks(size=(64, 16))).train.target("joints", EVERY)
    assert np.abs(joints.reshape(-1, len(JOINTS), 2)[..., 0].mean() - 0.5) < 0.05


# ---- bars -------------------------------------------------------------------------------


@pytest.mark.parametrize("orientations", [4, 6])
def test_a_bar_has_the_angle_of_its_class(orientations: int) -> None:
    """The main axis of the inked pixels, in degrees counterclockwise."""
    data = open_source(Bars(noise=0.0, orientations=orientations))
    labels = data.train.labels(EVERY)
    assert data.classes[1] == f"{180 / orientations:g}°"
    for inked, label in zip(ink(data), labels, strict=True):
        rows, columns = np.nonzero(inked)
        spread = np.cov(np.stack([columns, -rows]))
        x, y = np.linalg.eigh(spread)[1][:, 1]
        error = np.rad2deg(np.arctan2(y, x)) - 180 * label / orientations
        assert abs((error + 90) % 180 - 90) < 4
        assert len(rows) == pytest.approx(0.6 * 28 * 2, rel=0.5)


def test_bars_lie_inside_and_everywhere() -> None:
    inked = ink(open_source(Bars(noise=0.0)))
    total = inked.sum(axis=0)
    assert not total[0].any()
    assert not total[:, -1].any()
    assert (total[4:-4, 4:-4] > 0).all()
