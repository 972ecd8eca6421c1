"""Bars tell the unit under the mouse and keep the classes that matter."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from designer.theme import theme
from designer.viewers.bars import ClassBars, Skyline
from designer.viewers.sample import Picture

VALUES = np.array([0.5, -1.0, 2.0, 0.0], np.float32)


@pytest.fixture
def skyline(qtbot: QtBot) -> Skyline:
    made = Skyline()
    qtbot.addWidget(made)
    made.resize(400, 160)
    made.set_values(VALUES)
    made.show()
    return made


def test_the_mouse_reads_a_unit(skyline: Skyline, qtbot: QtBot) -> None:
    heard: list[str] = []
    skyline.hovered.connect(heard.append)
    frame = skyline._frame()
    for unit in range(4):
        x = frame.left() + (unit + 0.5) * frame.width() / 4
        qtbot.mouseMove(skyline, QPoint(round(x), 80))
    assert heard[-4:] == ["unit 0 · 0.5", "unit 1 · −1", "unit 2 · 2", "unit 3 · 0"]


def test_bars_reach_from_zero_to_their_value(skyline: Skyline) -> None:
    image = skyline.grab().toImage()
    frame = skyline._frame()
    tops, zero = skyline._tops()
    for unit, color in ((2, theme.tokens.validation), (1, theme.tokens.training)):
        x = round(frame.left() + (unit + 0.4) * frame.width() / 4)
        assert image.pixelColor(x, round((tops[unit] + zero) / 2)).name().upper() == color
    assert tops[2] == pytest.approx(frame.top())
    assert tops[1] == pytest.approx(frame.bottom())


def test_values_that_are_no_number_are_drawn_as_nothing(skyline: Skyline) -> None:
    skyline.set_values(np.array([np.nan, np.inf, -np.inf, 3.0]))
    assert skyline.limits == (0.0, 3.0)
    assert not skyline.grab().isNull()


def test_the_most_probable_classes_come_first_where_room_is_short(qtbot: QtBot) -> None:
    bars = ClassBars()
    qtbot.addWidget(bars)
    bars.set_answer(np.array([0.1, 0.2, 0.6, 0.1]), ("a", "b", "c", "d"), label=1)
    bars.resize(300, 200)
    assert bars.rows() == [0, 1, 2, 3]
    bars.resize(300, 60)
    assert bars.rows() == [2, 1]
    assert bars.accessibleDescription() == "The network says c, 60.0 %"


def test_a_picture_is_stretched_from_black_to_white(qtbot: QtBot) -> None:
    picture = Picture()
    qtbot.addWidget(picture)
    picture.set_values(np.array([[[-1.0, 0.0], [1.0, 3.0]]], np.float32))
    grays = [picture.image.pixelColor(x, y).red() for y in (0, 1) for x in (0, 1)]
    assert grays == [0, 64, 128, 255]


def test_a_picture_of_three_channels_is_in_color(qtbot: QtBot) -> None:
    picture = Picture()
    qtbot.addWidget(picture)
    picture.set_values(np.array([[[1.0]], [[0.0]], [[0.5]]], np.float32))
    assert picture.image.pixelColor(0, 0).getRgb()[:3] == (255, 0, 128)
