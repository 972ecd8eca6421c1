"""Which plane answers to what."""

from __future__ import annotations

import numpy as np

from core.explain.clusters import clusters, purity, told_apart, winning_planes


def test_the_strongest_cell_decides_wherever_it_stands() -> None:
    u = np.zeros((3, 2, 2, 2))
    u[0, 1, 0, 1] = 2.0
    u[0, 0, 1, 1] = 1.0
    u[1, 0] = 0.5
    assert winning_planes(u).tolist() == [1, 0, -1]


def test_pictures_are_counted_by_plane_and_class() -> None:
    winners, labels = np.array([1, 0, -1, 1, 1]), np.array([0, 2, 2, 0, 1])
    table = clusters(winners, labels, planes=2, classes=3)
    assert table.tolist() == [[0, 0, 1], [2, 1, 0], [0, 0, 1]]


def test_how_well_planes_sort_by_hand() -> None:
    table = np.array([[5, 1, 0], [0, 0, 2], [1, 0, 0], [2, 0, 1]])  # silence last
    assert purity(table) == (5 + 2 + 1) / 12
    assert told_apart(table) == 2  # the first two classes share a plane
    assert told_apart(np.array([[3, 0], [0, 0], [0, 4]])) == 1  # the second class is met by silence
    assert purity(np.zeros((3, 2), np.int64)) == 0.0
    assert told_apart(np.zeros((3, 2), np.int64)) == 0
