"""Curves grow, bear bad numbers, follow the theme and leave as files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from designer.theme import DARK, LIGHT, theme
from designer.widgets.plot import Plot
from designer.widgets.plot_colors import curve_pen


@pytest.fixture
def plot(qtbot: QtBot) -> Plot:
    made = Plot(name="Loss")
    qtbot.addWidget(made)
    made.resize(480, 300)
    made.set_labels("step", "loss")
    made.show()
    return made


def pen_of(plot: Plot, name: str) -> str:
    return plot._curves[name].item.opts["pen"].color().name().upper()


def test_curve_grows_in_place(plot: Plot) -> None:
    plot.set_curve("training", [0, 1], [2.0, 1.0])
    item = plot._curves["training"].item
    plot.set_curve("training", [0, 1, 2], [2.0, 1.0, 0.5])
    assert plot._curves["training"].item is item
    x, y = plot.curve("training")
    assert (x.tolist(), y.tolist()) == ([0, 1, 2], [2, 1, 0.5])


def test_a_name_is_cut_short_where_its_side_is_short(plot: Plot) -> None:
    plot.set_labels("step", "mean of the map over many items")
    plot.resize(480, 300)
    plot.grab()
    side = plot._item.getAxis("left")
    assert side.label.toPlainText() == "mean of the map over many items"
    plot.resize(480, 130)
    plot.grab()
    assert side.label.toPlainText().endswith("…")
    assert side.label.boundingRect().width() <= side.size().height() + 10  # with its margins
    plot.resize(480, 300)
    plot.grab()
    assert side.label.toPlainText() == "mean of the map over many items"


def test_small_values_are_written_in_full(plot: Plot) -> None:
    plot.set_curve("training", [0, 1], [0.001, 0.004])
    plot.grab()
    side = plot._item.getAxis("left")
    assert side.label.toPlainText() == "loss"
    assert "0.003" in side.tickStrings([0.003], side.autoSIPrefixScale, 0.001)


def test_long_curves_are_thinned_and_clipped(plot: Plot) -> None:
    x = np.arange(100_000)
    plot.set_curve("training", x, np.sin(x))
    plot.grab()
    item = plot._curves["training"].item
    assert item.opts["autoDownsample"]
    assert item.opts["downsampleMethod"] == "peak"
    assert item.opts["clipToView"]
    assert len(item.curve.xData) < 10_000


def test_a_single_point_can_be_seen(plot: Plot) -> None:
    plot.set_curve("training", [1], [2.0])
    image = plot.grab().toImage()
    pixels = [image.pixelColor(x, y) for x in range(480) for y in range(300)]
    # The rim of a dot is softened, so that its color is nearly the accent.
    assert [p for p in pixels if p.blue() > 200 and p.red() < 80]
    plot.set_curve("training", np.arange(500), np.ones(500))
    assert plot._curves["training"].item.opts["symbol"] is None


def test_pens_are_one_pixel_wide() -> None:
    pen = curve_pen("accent", "dash")
    assert (pen.widthF(), pen.isCosmetic(), pen.style()) == (1, True, Qt.PenStyle.DashLine)
    with pytest.raises(KeyError):
        curve_pen("accent", "wavy")


def test_lengths_must_agree(plot: Plot) -> None:
    with pytest.raises(ValueError, match="Curve training has 3 places and 2 values"):
        plot.set_curve("training", [0, 1, 2], [1, 2])


@pytest.mark.parametrize("log_y", [False, True])
@pytest.mark.parametrize(
    "y",
    [[], [np.nan] * 5, [np.inf, -np.inf, 1, 2, 3], [0, 0, 0, 0, 0], [-1, 0, 1e-30, 1e30, 2]],
    ids=["empty", "holes", "infinite", "zeros", "wide"],
)
def test_bad_numbers_do_no_harm(plot: Plot, y: list[float], log_y: bool) -> None:
    plot.set_log_y(log_y)
    plot.set_curve("training", np.arange(len(y)), y)
    plot.set_log_y(not log_y)
    assert not plot.grab().isNull()
    (x0, x1), (y0, y1) = plot.view.getPlotItem().viewRange()
    assert np.isfinite([x0, x1, y0, y1]).all()
    assert np.array_equal(plot.curve("training")[1], y, equal_nan=True)


GAP = [np.nan] * 30 + [1.0] * 10


@pytest.mark.parametrize(
    ("x", "y"),
    [([np.nan] * 2, [1, 2]), ([0, np.nan], [np.nan, 1]), (range(40), GAP)],
    ids=["no place", "neither", "gap in sight"],
)
def test_nothing_to_draw_is_drawn_in_silence(
    plot: Plot, recwarn: pytest.WarningsRecorder, x: Sequence[float], y: Sequence[float]
) -> None:
    plot.set_curve("training", list(x), y)
    plot.grab()
    plot.view.setXRange(0, 20)  # a part of the gap
    plot.grab()
    plot.view.getPlotItem().enableAutoRange(axis="y")
    plot.grab()
    assert np.isfinite(plot.view.getPlotItem().viewRange()).all()
    assert not recwarn.list


def test_holes_fill_up(plot: Plot) -> None:
    for y in ([np.nan], [np.nan, 1], [0, np.nan, 2]):
        plot.set_curve("training", np.arange(len(y)), y)
        plot.grab()
    assert plot._curves["training"].item.opts["symbol"] == "o"


def test_log_axis_hides_what_has_no_logarithm(plot: Plot) -> None:
    plot.set_curve("training", [0, 1, 2], [0.01, -1, 100])
    plot.set_log_y(True)
    assert plot.log_y
    shown = plot._curves["training"].item.getData()[1]
    assert shown[[0, 2]].tolist() == [-2, 2]
    assert np.isnan(shown[1])


def test_colors_follow_the_theme(plot: Plot) -> None:
    plot.set_curve("training", [0, 1], [0, 1], color="training")
    plot.set_curve("validation", [0, 1], [1, 0], color="validation")
    plot.set_curve("third", [0, 1], [1, 1], color="#123456")
    axis = plot.view.getPlotItem().getAxis("left")
    for choice, tokens in (("light", LIGHT), ("dark", DARK)):
        theme.apply(choice)
        assert pen_of(plot, "training") == tokens.training
        assert pen_of(plot, "validation") == tokens.validation
        assert pen_of(plot, "third") == "#123456"
        assert axis.textPen().color().name().upper() == tokens.muted
        assert plot.grab().toImage().pixelColor(2, 2).name().upper() == tokens.ground


def test_legend_appears_with_the_second_curve(plot: Plot) -> None:
    plot.set_curve("training", [0], [0])
    assert not plot._legend.isVisible()
    plot.set_curve("validation", [0], [0])
    assert plot._legend.isVisible()
    plot.clear_curves()
    assert not plot._legend.isVisible()
    with pytest.raises(KeyError):
        plot.curve("training")


def test_marks_come_and_go_and_do_not_stretch_the_axis(plot: Plot) -> None:
    plot.set_curve("training", [0, 10], [0, 1])
    plot.grab()
    before = plot.view.getPlotItem().viewRange()
    plot.mark(1e6, "best")
    plot.grab()
    assert plot.view.getPlotItem().viewRange() == before
    plot.clear_marks()
    assert not plot._marks


def test_double_click_fits(plot: Plot, qtbot: QtBot) -> None:
    plot.set_curve("training", [0, 10], [0, 1])
    item = plot.view.getPlotItem()
    item.setXRange(100, 200)
    centre = plot.view.viewport().rect().center()
    view = plot.view.viewport()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=centre)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=centre)
    plot.grab()
    assert item.viewRange()[0][0] < 1


def test_csv_holds_every_point(plot: Plot, tmp_path: Path) -> None:
    plot.set_curve("training", [0, 1], [0.5, np.nan])
    plot.set_curve("validation", [1], [1e-9])
    plot.export_csv(tmp_path / "loss.csv")
    with (tmp_path / "loss.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["curve", "step", "loss"],
        ["training", "0", "0.5"],
        ["training", "1", "nan"],
        ["validation", "1", "1e-09"],
    ]


def test_png_is_twice_as_fine(plot: Plot, tmp_path: Path) -> None:
    plot.set_curve("training", [0, 1, 2], [0, 1, 0])
    plot.export_png(tmp_path / "loss.png")
    image = QImage(str(tmp_path / "loss.png"))
    assert (image.width(), image.height()) == (960, 600)
    colors = {image.pixelColor(x, 300).name().upper() for x in range(image.width())}
    assert LIGHT.accent in colors


def test_svg_is_a_drawing_of_the_same_size(plot: Plot, tmp_path: Path) -> None:
    plot.set_curve("training", [0, 1, 2], [0, 1, 0])
    plot.export_svg(tmp_path / "loss.svg")
    drawing = QSvgRenderer(str(tmp_path / "loss.svg"))
    assert drawing.isValid()
    assert drawing.viewBox().size() == plot.view.size()
    assert LIGHT.accent.lower() in (tmp_path / "loss.svg").read_text()


@pytest.mark.parametrize("suffix", ["png", "svg", "csv"])
def test_places_that_cannot_be_written_raise(plot: Plot, tmp_path: Path, suffix: str) -> None:
    with pytest.raises(OSError, match="loss"):
        getattr(plot, f"export_{suffix}")(tmp_path / "nowhere" / f"loss.{suffix}")


def test_menu_saves_fits_and_turns_the_axis(
    plot: Plot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plot.set_curve("training", [1, 2], [1, 2])
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *asked: (str(tmp_path / asked[2]), "")
    )
    menu = plot.menu()
    actions = {action.text(): action for action in menu.actions() if action.text()}
    assert list(actions) == [
        "Fit", "Logarithmic axis", "Save picture …", "Save drawing …", "Save numbers …",
    ]  # fmt: skip
    for action in actions.values():
        action.trigger()
    assert plot.log_y
    assert {path.name for path in tmp_path.iterdir()} == {"loss.png", "loss.svg", "loss.csv"}
    menu.close()


def red_pixels(plot: Plot) -> int:
    """How much of a picture of the plot is a veil of red."""
    image = plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    rgb = lines[:, : 3 * image.width()].reshape(-1, 3).astype(int)
    return int((rgb[:, 0] > rgb[:, 1] + 20).sum())


def test_a_band_lies_around_its_curve_and_goes_with_it(plot: Plot) -> None:
    plot.set_curve("mean", [1, 2, 3], [2.0, 3.0, 4.0])
    assert red_pixels(plot) == 0
    plot.set_band("mean", [1, 2, 3], [1.0, 2.0, 3.0], [8.0, 8.0, 8.0], color="#ff0000")
    assert red_pixels(plot) > 10_000
    plot.set_log_y(True)
    plot.set_band("mean", [1, 2, 3], [0.0, 2.0, 3.0], [8.0, 8.0, 8.0], color="#ff0000")
    assert red_pixels(plot) > 5_000
    plot.set_band("mean", [1, 2, 3], [1.0, 2.0, 3.0], [8.0, 8.0, 8.0], color="#0000ff")
    assert red_pixels(plot) == 0
    plot.remove_curve("mean")
    assert not plot._bands


def test_a_legend_without_room_is_a_row_and_then_none(plot: Plot, qtbot: QtBot) -> None:
    plot.show()
    for name in ("training", "validation", "best"):
        plot.set_curve(name, [0, 1], [0, 1])

    def columns() -> int:
        return plot._legend.columnCount if plot._legend.isVisible() else 0

    for size, wanted in (((400, 300), 1), ((400, 170), 3), ((120, 90), 0), ((400, 300), 1)):
        plot.resize(*size)
        qtbot.waitUntil(lambda wanted=wanted: columns() == wanted)


def test_a_row_of_names_lies_above_the_curves(plot: Plot, qtbot: QtBot) -> None:
    plot.show()
    for name in ("training", "validation", "best"):
        plot.set_curve(name, [0, 1], [0, 1])

    def overlap() -> float:
        names = plot._legend.sceneBoundingRect()
        return float(names.bottom() - plot._item.vb.sceneBoundingRect().top())

    plot.resize(400, 170)
    qtbot.waitUntil(lambda: plot._legend.columnCount == 3)
    air = 6  # the frame of the names is that much larger than their letters
    qtbot.waitUntil(lambda: overlap() <= air)
    plot.resize(400, 300)
    qtbot.waitUntil(lambda: plot._legend.columnCount == 1)
    qtbot.waitUntil(lambda: overlap() > 4 * air)  # no height is lost to it any more
