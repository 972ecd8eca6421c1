"""The kernel lab: presets, typed numbers, pictures of three kinds, and a kernel as a filter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from core.design import Design
from core.explain.filters import filters
from core.explain.still_life import still_life
from core.graph import chain
from core.initializers import Listed
from core.layers import Conv2d, Flatten, Input, Linear, Output
from core.messages import Refused
from core.questions.exploring import ItemShown, ShowItem
from core.questions.viewing import FiltersShown, ShowFilters
from designer.document import edits
from designer.document.document import Document
from designer.viewers.kernel_lab import KernelLab
from designer.viewers.selection import Own, Selection
from designer.widgets.saved_view import write_npz, write_png
from tests.designer.viewers.conftest import QuietEngine


@pytest.fixture
def lab(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> KernelLab:
    made = KernelLab(selection, engine)
    qtbot.addWidget(made)
    made.resize(900, 420)
    made.show()
    return made


def pick(qtbot: QtBot, box: object, title: str) -> None:
    """Take an entry of a list by keys, as a person does."""
    box.setCurrentIndex(box.findText(title) - 1)
    qtbot.keyClick(box, Qt.Key.Key_Down)


def type_into(qtbot: QtBot, lab: KernelLab, row: int, column: int, text: str) -> None:
    """Double-click a cell of the kernel and type."""
    spot = lab.grid.cell_rect(row, column).center().toPoint()
    qtbot.mouseDClick(lab.grid, Qt.MouseButton.LeftButton, pos=QPoint(spot))
    qtbot.keyClicks(lab.grid.field, text)
    qtbot.keyClick(lab.grid.field, Qt.Key.Key_Return)


def test_presets_show_edges_signed_and_blurs_as_pictures(lab: KernelLab, qtbot: QtBot) -> None:
    assert lab.signed.isChecked()  # Sobel adds up to 0
    pick(qtbot, lab.kernels, "Shift by one cell")
    assert not lab.signed.isChecked()
    pixels = still_life() / 255.0
    found = lab.after._tiles.values[0].transpose(2, 0, 1)
    np.testing.assert_allclose(found[:, :, 1:], pixels[:, :, :-1])  # one cell to the right
    pick(qtbot, lab.kernels, "Blob 9×9")
    assert lab.size.value() == 9
    assert lab.sum.text() == "Σ = 4"


def test_the_line_speaks_of_what_the_colors_show(lab: KernelLab, qtbot: QtBot) -> None:
    """Signed colors are of the mean of the colors: so are the ends that are told."""
    gray = np.pad(still_life().mean(axis=0) / 255.0, 1, mode="edge")
    away = gray[:, :-2] - gray[:, 2:]
    edges = away[:-2] + 2 * away[1:-1] + away[2:]
    low, high = f"−{-edges.min():.2f}", f"{edges.max():.2f}"
    assert lab.told.text().endswith(f"mean of the colors from {low} to {high}")
    np.testing.assert_allclose(lab.after._tiles.values[0], edges, atol=1e-6)
    qtbot.mouseClick(lab.more, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(lab.signed, Qt.MouseButton.LeftButton)
    result = lab.numbers()["result"]
    low, high = f"−{-result.min():.2f}", f"{result.max():.2f}"
    assert lab.told.text().endswith(f"values from {low} to {high}")


def test_a_typed_number_changes_the_result_at_once(lab: KernelLab, qtbot: QtBot) -> None:
    pick(qtbot, lab.kernels, "Identity")
    np.testing.assert_allclose(lab.numbers()["result"], lab.picture)
    type_into(qtbot, lab, 1, 1, "0.5")
    np.testing.assert_allclose(lab.numbers()["result"], 0.5 * lab.picture)
    assert lab.kernels.currentText() == "Your own"


def test_another_size_keeps_the_kernel_in_the_middle(lab: KernelLab) -> None:
    lab.size.setValue(5)
    np.testing.assert_array_equal(lab.kernel, np.pad([[1, 0, -1], [2, 0, -2], [1, 0, -1]], 1))
    lab.size.setValue(1)
    np.testing.assert_array_equal(lab.kernel, [[0]])


def test_stride_padding_and_what_does_not_fit(lab: KernelLab, qtbot: QtBot) -> None:
    qtbot.mouseClick(lab.more, Qt.MouseButton.LeftButton)
    assert lab.stride.isVisible()
    lab.stride.setValue(2)
    pick(qtbot, lab.padding, "Pad valid")
    assert lab.numbers()["result"].shape == (3, 71, 71)
    assert "144×144 → 71×71" in lab.told.text()
    lab._set_picture(np.zeros((1, 4, 4)))
    lab.size.setValue(7)
    assert "Choose a smaller kernel" in lab.told.text()
    assert "result" not in lab.numbers()


def test_the_selected_item_is_asked_for_and_followed(
    lab: KernelLab, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    pick(qtbot, lab.sources, "Selected item")
    assert engine.asked("item")[-1] == ShowItem(0)
    pixels = np.full((1, 28, 28), 51, np.uint8)
    engine.say(ItemShown(0, ShowItem(0), 0, "7", pixels))
    np.testing.assert_allclose(lab.picture, 0.2)
    selection.set(sample=4)
    assert engine.asked("item")[-1] == ShowItem(4)
    selection.set(own=Own(np.eye(28, dtype=np.float32)[None]))
    np.testing.assert_array_equal(lab.picture, np.eye(28)[None])


def test_own_images_and_files_that_are_none(lab: KernelLab, tmp_path: Path) -> None:
    image = QImage(600, 300, QImage.Format.Format_RGB32)
    image.fill(0x00FF8000)
    image.save(str(tmp_path / "mine.png"))
    lab.sources.open_image(tmp_path / "mine.png")
    assert lab.picture.shape == (3, 128, 256)
    np.testing.assert_allclose(lab.picture[:, 0, 0], [1, 128 / 255, 0])
    (tmp_path / "none.png").write_text("no image")
    lab.sources.open_image(tmp_path / "none.png")
    assert "cannot be read as an image" in lab.told.text()
    assert lab.picture.shape == (3, 128, 256)


def test_a_kernel_becomes_the_selected_filter_and_undo_takes_it_back(
    lab: KernelLab, document: Document, selection: Selection, qtbot: QtBot
) -> None:
    assert not lab.use.isEnabled()
    selection.set(node="conv1")
    selection.set(channel=2)
    before = document.design
    qtbot.mouseClick(lab.use, Qt.MouseButton.LeftButton)
    start = document.design.graph["conv1"].layer.weight_init
    assert isinstance(start, Listed)
    written = np.reshape(start.values, (6, 1, 5, 5))
    np.testing.assert_allclose(written[2, 0], np.pad([[1, 0, -1], [2, 0, -2], [1, 0, -1]], 1))
    assert np.abs(written[[0, 1, 3, 4, 5]]).min() > 0
    document.history.undo()
    assert document.design == before


def test_a_layer_of_too_many_weights_says_so(
    lab: KernelLab, document: Document, selection: Selection, qtbot: QtBot
) -> None:
    document.new(
        Design(graph=chain(Input((3, 40, 40)), Conv2d(99, 11), Flatten(), Linear(9), Output()))
    )
    selection.set(node="conv1")
    qtbot.mouseClick(lab.use, Qt.MouseButton.LeftButton)
    assert "this layer has 35,937" in lab.told.text()


def test_picture_and_numbers_are_saved(lab: KernelLab, tmp_path: Path) -> None:
    write_png(lab.after, tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 500
    write_npz(lab.numbers(), tmp_path / "a.npz")
    kept = np.load(tmp_path / "a.npz")
    np.testing.assert_array_equal(kept["kernel"], [[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    assert kept["result"].shape == (3, 144, 144)


def test_a_chain_goes_on_and_back(lab: KernelLab, qtbot: QtBot) -> None:
    lab.more.click()
    edges = lab.after._tiles.values[0].copy()
    qtbot.mouseClick(lab.then, Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(lab.before._tiles.values[0], edges)
    assert lab.told.text().startswith("kernel 2 of the chain")
    pick(qtbot, lab.kernels, "Blur 3×3")
    sobel = np.asarray([[1, 0, -1], [2, 0, -2], [1, 0, -1]], float)
    np.testing.assert_array_equal(lab.chain[0].kernel, sobel)
    qtbot.mouseClick(lab.back, Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(lab.kernel, sobel)
    np.testing.assert_array_equal(lab.after._tiles.values[0], edges)
    assert not lab.back.isEnabled()


def test_a_filter_of_the_network_comes_into_the_lab(
    lab: KernelLab, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    pick(qtbot, lab.kernels, "Filter of the network")
    assert "Select a Conv2d layer" in lab.told.text()
    weight = np.random.default_rng(1).normal(size=(16, 6, 5, 5)).astype(np.float32)
    selection.set(node="conv2")
    engine.say(FiltersShown("conv2", 3, filters(weight)))
    np.testing.assert_array_equal(lab.kernel, weight[0, 0])
    selection.set(channel=9)
    engine.say(FiltersShown("conv2", 3, filters(weight)))
    lab.plane.setValue(4)
    engine.say(FiltersShown("conv2", 3, filters(weight)))
    np.testing.assert_array_equal(lab.kernel, weight[9, 4])
    assert lab.size.value() == 5


def test_a_filter_that_is_deleted_and_comes_back_is_asked_for_again(
    lab: KernelLab, engine: QuietEngine, document: Document, qtbot: QtBot
) -> None:
    document.select(["conv2"])
    pick(qtbot, lab.kernels, "Filter of the network")
    weight = np.random.default_rng(1).normal(size=(16, 6, 5, 5)).astype(np.float32)
    engine.say(FiltersShown("conv2", 3, filters(weight)))
    document.attempt("Delete", lambda design: edits.delete(design, ["conv2"]))
    qtbot.waitUntil(lambda: "Select a Conv2d layer" in lab.told.text())
    engine.sent.clear()
    document.history.undo()
    assert not engine.asked("filters")  # the engine has yet to hear of it
    qtbot.waitUntil(lambda: engine.asked("filters") == [ShowFilters("conv2")])
    engine.say(Refused("filters", "There is not enough memory to show this."))
    assert lab.told.text() == "There is not enough memory to show this."
    selection = lab.selection
    selection.set(channel=9)
    qtbot.waitUntil(lambda: len(engine.asked("filters")) == 2)
    engine.say(FiltersShown("conv2", 3, filters(-weight)))
    np.testing.assert_array_equal(lab.kernel, -weight[9, 0])


def test_colors_become_weights_again(
    lab: KernelLab, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    weight = np.random.default_rng(1).normal(size=(6, 3, 5, 5)).astype(np.float32)
    selection.set(node="conv1", channel=2)
    lab.plane.setMaximum(2)
    lab.plane.setValue(1)
    pick(qtbot, lab.kernels, "Filter of the network")
    engine.say(FiltersShown("conv1", 3, filters(weight, rgb=True)))
    np.testing.assert_allclose(lab.kernel, weight[2, 1], atol=1e-6)


def test_a_cell_tells_its_products_and_a_histogram_counts(lab: KernelLab, qtbot: QtBot) -> None:
    lab.after.hovered.emit(0, 10, 20, 0.0)
    assert lab.card.products.isVisible()
    pixels = still_life().mean(axis=0) / 255.0
    expected = lab.kernel * pixels[9:12, 19:22]
    np.testing.assert_allclose(lab.card.products.numbers.values, expected, atol=1e-12)
    assert lab.sum.text().startswith("row 10, column 20: Σ = ")
    lab.after.hovered.emit(-1, -1, -1, None)
    assert not lab.card.products.isVisible()
    lab.more.click()
    lab.counts.click()
    assert lab.histogram.isVisible()
    assert lab.histogram.curve("result")[1].sum() == pytest.approx(100)
