"""The ruler: one column a layer, bars by cost, and the batch that fits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.messages import DevicesShown
from designer.document import edits
from designer.document.document import Document
from designer.engine.vitals import Vitals
from designer.viewers.ruler import RulerView, totals_text
from designer.viewers.ruler_picture import words
from tests.designer.viewers.conftest import QuietEngine

SUFFIXES = ("png", "svg", "csv", "npz")


@pytest.fixture
def view(qtbot: QtBot, document: Document, engine: QuietEngine, vitals: Vitals) -> RulerView:
    made = RulerView(document, engine, vitals)
    qtbot.addWidget(made)
    made.resize(560, 230)
    made.show()
    return made


def test_a_click_on_a_column_selects_its_layer(
    view: RulerView, document: Document, qtbot: QtBot
) -> None:
    place = view.picture.column("conv2")
    spot = place.center().toPoint()
    qtbot.mouseClick(view.picture, Qt.MouseButton.LeftButton, pos=spot)
    assert document.selection == ("conv2",)


def test_columns_follow_the_network(view: RulerView, document: Document) -> None:
    order = [block.node for block in view.picture.blocks]
    assert order == list(document.design.graph.order)
    document.attempt("x", lambda d: edits.set_settings(d, ["conv2"], {"out_channels": 64}))
    (conv,) = [block for block in view.picture.blocks if block.node == "conv2"]
    assert (conv.depth, conv.parameters) == (64, 64 * 151)
    assert words(conv).splitlines()[:2] == ["conv2 10 × 10 × 64", "9,664 parameters"]


def test_depth_is_by_number_or_by_its_logarithm(
    view: RulerView, document: Document, qtbot: QtBot
) -> None:
    def share() -> float:
        return view.picture.column("conv1").width() / view.picture.column("flatten").width()

    assert share() > 0.3  # log 6 of log 400
    view.log.click()
    assert share() < 0.3


def test_the_batch_is_tried_out_without_changing_the_plan(
    view: RulerView, document: Document, qtbot: QtBot
) -> None:
    before = view.totals.text()
    assert view.batch.value() == document.design.plan.batch_size
    view.batch.selectAll()
    qtbot.keyClicks(view.batch, "512")
    assert view.totals.text() != before
    assert document.design.plan.batch_size == 64


def test_the_memory_is_that_of_the_device_in_the_plan(
    view: RulerView, document: Document, engine: QuietEngine
) -> None:
    engine.say(DevicesShown(("cpu", "gpu:0"), "", "", (), (2 * 2**30, 8 * 2**30)))
    assert view.room == 8 * 2**30  # auto takes the GPU
    document.attempt("x", lambda d: edits.set_plan(d, d.plan.replace(device="cpu")))
    assert view.room == 2 * 2**30
    assert view.totals.text().endswith("in 2 GB")


def test_the_words_at_the_foot(document: Document) -> None:
    known = document.inference  # LeNet-5: 61,706 parameters
    values = sum(info.cost.outputs for info in known.nodes.values())
    needs = 4 * (2 * 10 * values + 3 * 61_706)
    told = totals_text(known, 10, needs)
    assert told.endswith("up to 10 fit in 1.91 MB")
    assert totals_text(known, 10, 1000).endswith("not one fits in 0.98 KB")
    assert " in " not in totals_text(known, 10, 0)


def test_it_says_how_and_saves_picture_and_numbers(
    view: RulerView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.tools.ask.click()
    assert "no sample" in view.tools.how.text()
    assert view.tools.how.isVisible()
    for action, suffix in zip(view.tools.save.menu().actions(), SUFFIXES, strict=True):
        path = tmp_path / f"ruler.{suffix}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args, to=path: (str(to), ""))
        action.trigger()
    with np.load(tmp_path / "ruler.npz") as saved:
        counts = saved["parameters"].tolist()
    assert [one for one in counts if one] == [156, 2416, 48120, 10164, 850]  # LeNet-5 by hand
    assert {path.suffix[1:] for path in tmp_path.iterdir()} == set(SUFFIXES)
