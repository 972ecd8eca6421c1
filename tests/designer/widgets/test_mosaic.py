"""The mosaic shows the right color at the right place and says what is under the mouse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from designer.colormaps import NEUTRAL, signed_table
from designer.theme import DARK, LIGHT, theme
from designer.widgets.mosaic import Mosaic

RAMP = np.array([[[-1.0, 0.0], [0.5, 1.0]], [[0.0, np.nan], [-1.0, 0.25]]], np.float32)


@pytest.fixture
def mosaic(qtbot: QtBot) -> Mosaic:
    made = Mosaic(name="Filters", empty="Train once, and filters appear here.")
    qtbot.addWidget(made)
    made.resize(420, 260)
    made.show()
    return made


def spot(mosaic: Mosaic, tile: int, row: int, column: int) -> QPoint:
    """The middle of a value, in the viewport."""
    layout = mosaic.grid.layout_now
    x, y = layout.place(tile)
    width, height = layout.tile
    across = x + int((column + 0.5) * width / layout.w)
    down = y + int((row + 0.5) * height / layout.h)
    return QPoint(across, down - mosaic.grid.verticalScrollBar().value())


def color_at(mosaic: Mosaic, tile: int, row: int, column: int) -> list[int]:
    image = mosaic.grid.viewport().grab().toImage()
    return list(QColor(image.pixel(spot(mosaic, tile, row, column))).getRgb())[:3]


def rgb(color: str) -> list[int]:
    return list(QColor(color).getRgb())[:3]


def test_colors_at_known_values_in_both_themes(mosaic: Mosaic) -> None:
    mosaic.set_tiles(RAMP, signed=True, limits=(-1, 1))
    for choice, tokens in (("light", LIGHT), ("dark", DARK)):
        theme.apply(choice)
        table = signed_table(choice)
        assert color_at(mosaic, 0, 0, 0) == table[1].tolist()
        assert color_at(mosaic, 0, 0, 1) == table[NEUTRAL].tolist()
        assert color_at(mosaic, 0, 1, 1) == table[255].tolist()
        assert color_at(mosaic, 1, 0, 1) == rgb(tokens.missing)
        assert color_at(mosaic, 1, 1, 1) == table[NEUTRAL + 32].tolist()


def test_pixels_are_crisp(mosaic: Mosaic) -> None:
    mosaic.set_tiles(np.array([[[0.0, 1.0]]]), signed=False)
    layout = mosaic.grid.layout_now
    x, y = layout.place(0)
    image = mosaic.grid.viewport().grab().toImage()
    row = {image.pixel(x + k, y + layout.tile[1] // 2) for k in range(layout.tile[0])}
    assert len(row) == 2


def test_hover_names_tile_place_and_value(mosaic: Mosaic, qtbot: QtBot) -> None:
    mosaic.set_tiles(RAMP, signed=True)
    heard: list[tuple[int, int, int, object]] = []
    mosaic.hovered.connect(lambda *told: heard.append(told))
    view = mosaic.grid.viewport()
    qtbot.mouseMove(view, spot(mosaic, 0, 1, 0))
    qtbot.mouseMove(view, spot(mosaic, 1, 1, 1))
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert heard == [(0, 1, 0, 0.5), (1, 1, 1, 0.25), (-1, -1, -1, None)]


def test_readout_prints_the_value_and_its_limits(mosaic: Mosaic, qtbot: QtBot) -> None:
    mosaic.set_tiles(RAMP, signed=False)
    mosaic.grid.pointed.emit(1, 1, 1)
    assert mosaic._readout.text() == "tile 1 · row 1, column 1 · 0.25 · −1 … 0.25"


def test_hover_on_colors_gives_three_numbers(mosaic: Mosaic, qtbot: QtBot) -> None:
    mosaic.set_tiles(np.full((1, 2, 2, 3), 7, np.uint8), signed=False)
    with qtbot.waitSignal(mosaic.hovered) as told:
        qtbot.mouseMove(mosaic.grid.viewport(), spot(mosaic, 0, 0, 1))
    assert told.args[3].tolist() == [7, 7, 7]
    assert mosaic.legend.isHidden()


def test_click_chooses_and_keys_walk(mosaic: Mosaic, qtbot: QtBot) -> None:
    mosaic.set_tiles(np.zeros((6, 2, 2)), signed=True, columns=3)
    clicked: list[int] = []
    mosaic.tile_clicked.connect(clicked.append)
    view = mosaic.grid.viewport()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot(mosaic, 1, 0, 0))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(mosaic.grid, key)
    assert clicked == [1, 4, 3, 3]
    assert mosaic.selected == 3


def test_ring_is_drawn_in_the_accent(mosaic: Mosaic) -> None:
    mosaic.set_tiles(np.zeros((2, 2, 2)), signed=False)
    mosaic.select(1)
    x, y = mosaic.grid.layout_now.place(1)
    image = mosaic.grid.viewport().grab().toImage()
    assert image.pixelColor(x - 2, y + 20).name().upper() == LIGHT.accent
    mosaic.select(7)
    assert mosaic.selected == -1


def test_legend_prints_limits(mosaic: Mosaic) -> None:
    mosaic.set_tiles(RAMP, signed=True, limits="all")
    assert mosaic.legend.words() == ("−1", "1")
    mosaic.set_tiles(RAMP, signed=False, limits=(0, 2.5))
    assert mosaic.legend.words() == ("0", "2.5")
    mosaic.set_tiles(np.stack([RAMP[0], 3 * RAMP[0]]), signed=True)
    assert mosaic.legend.words() == ("each tile: −max", "max")


def test_cut_is_said(mosaic: Mosaic) -> None:
    mosaic.set_tiles(np.zeros((64, 2, 2)), signed=True, total=96)
    assert mosaic._shown.text() == "64 of 96 shown"
    mosaic.set_tiles(np.zeros((64, 2, 2)), signed=True, total=64)
    assert mosaic._shown.isHidden()


def test_empty_state_comes_and_goes(mosaic: Mosaic) -> None:
    assert mosaic._empty.isVisible()
    mosaic.set_tiles(np.zeros((1, 2, 2)), signed=True)
    assert not mosaic._empty.isVisible()
    mosaic.set_tiles(np.zeros((0, 2, 2)), signed=True)
    assert mosaic._empty.isVisible()
    mosaic.clear("This layer has no filters.")
    assert mosaic._empty.accessibleName() == "This layer has no filters."


def test_many_tiles_scroll_and_the_chosen_one_comes_into_view(mosaic: Mosaic) -> None:
    mosaic.set_tiles(np.zeros((512, 28, 28)), signed=True)
    bar = mosaic.grid.verticalScrollBar()
    assert bar.maximum() > 0
    mosaic.select(500)
    top = mosaic.grid.layout_now.place(500)[1]
    assert bar.value() <= top <= bar.value() + mosaic.grid.viewport().height()


def test_control_and_wheel_zoom(mosaic: Mosaic) -> None:
    mosaic.set_tiles(np.zeros((12, 8, 8)), signed=True)
    before = mosaic.grid.layout_now.factor
    wheel = QWheelEvent(
        QPointF(9, 9), QPointF(9, 9), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(mosaic.grid.viewport(), wheel)
    assert mosaic.grid.layout_now.factor == before - 1
    mosaic.set_tiles(np.ones((12, 8, 8)), signed=True)
    assert mosaic.grid.layout_now.factor == before - 1


def test_numbers_come_back_from_the_archive(mosaic: Mosaic, tmp_path: Path) -> None:
    mosaic.set_tiles(RAMP, signed=True)
    mosaic.export_npz(tmp_path / "tiles.npz")
    with np.load(tmp_path / "tiles.npz") as archive:
        assert np.array_equal(archive["tiles"], RAMP, equal_nan=True)


def test_picture_holds_all_tiles_and_the_legend(mosaic: Mosaic, tmp_path: Path) -> None:
    mosaic.set_tiles(np.ones((512, 28, 28)), signed=False, limits=(0, 1))
    mosaic.export_png(tmp_path / "tiles.png")
    image = QImage(str(tmp_path / "tiles.png"))
    layout = mosaic.grid.layout_now
    assert image.height() > layout.extent[1] > mosaic.height()
    x, y = layout.place(511)
    assert image.pixelColor(x + 3, y + 3).name() == "#fde725"


def test_menu_saves_or_says_why_not(
    mosaic: Mosaic, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mosaic.set_tiles(RAMP, signed=True)
    asked: list[str] = []
    target = tmp_path / "filters"

    def choose(parent: object, title: str, name: str, kind: str) -> tuple[str, str]:
        asked.append(name)
        return str(target), kind

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *words: told.append(words[2]))
    menu = mosaic.menu()
    picture, numbers = menu.actions()
    picture.trigger()
    numbers.trigger()
    assert asked == ["filters.png", "filters.npz"]
    assert (tmp_path / "filters.png").stat().st_size > 0
    assert (tmp_path / "filters.npz").stat().st_size > 0
    target = tmp_path / "nowhere" / "filters"
    numbers.trigger()
    assert told == ["filters.npz was not saved: No such file or directory."]
    menu.close()
