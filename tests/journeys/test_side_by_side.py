"""Two designs trained with several seeds through the window, and laid side by side there."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from safetensors.numpy import load_file

from core.cores import thread_limits
from core.questions.viewing import FiltersShown, MapsShown, MistakesShown
from designer.document import edits
from designer.viewers.side_by_side import SideBySideView
from designer.window import Window
from tests.support.training import small_design
from tests.support.windows import Open, hide_viewers

PATIENCE = 60_000  # milliseconds


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, count in thread_limits(1).items():
        monkeypatch.setenv(name, count)


def trained(window: Window, qtbot: QtBot, runs: int) -> None:
    """Wait until so many runs have come to their end."""

    def are_there() -> bool:
        found = list(window.session.home.glob("*/metrics.jsonl"))
        ends = [one for one in found if '"finished"' in one.read_text()]
        return len(ends) == runs and not window.engine.is_busy

    qtbot.waitUntil(are_there, timeout=PATIENCE)


def seed_of(run: str) -> int:
    """What a run says of itself, read as plain JSON."""
    return int(json.loads((Path(run) / "run.json").read_text())["seed"])


def filters_of(run: str) -> np.ndarray:
    """The filters in a run's newest checkpoint, read by the library that owns the format."""
    return load_file(max(Path(run).glob("ckpt-*.safetensors")))["model/conv1/weight"]


def show(view: SideBySideView, look: str, qtbot: QtBot) -> None:
    """Another page, and what each run says there."""
    view.looks.setFocus()
    while view.look != look:
        QTest.keyClick(view.looks, Qt.Key.Key_Down)
    kind = {"filters": FiltersShown, "maps": MapsShown, "mistakes": MistakesShown}[look]
    columns = view.columns.columns
    qtbot.waitUntil(lambda: all(isinstance(one.shown, kind) for one in columns), timeout=PATIENCE)


def test_did_it_help_or_was_it_luck(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.files.begin(small_design(epochs=1))
    hide_viewers(window)
    window.session.train_anew()
    trained(window, qtbot, 1)

    window.docks.show("side-by-side")
    view = window.docks.docks["side-by-side"].widget()
    assert isinstance(view, SideBySideView)
    qtbot.waitUntil(lambda: "There is only run" in view.verdict.text())
    QTest.mouseClick(view.again, Qt.MouseButton.LeftButton)
    view.again.seeds.setValue(1)
    QTest.mouseClick(view.again.train, Qt.MouseButton.LeftButton)
    trained(window, qtbot, 2)
    qtbot.waitUntil(lambda: "differ in the seed alone" in view.verdict.text())

    wider = edits.set_settings(window.document.design, ["conv1"], {"out_channels": 7})
    window.document.apply("Wider", wider)
    window.session.train_anew()
    trained(window, qtbot, 3)
    qtbot.waitUntil(
        lambda: len(view.runs.shelf.runs) == 3 and all(run.is_whole for run in view.runs.shelf.runs)
    )
    view.runs.choose(run.path for run in view.runs.shelf.runs)
    paths = [run.path for run in view.runs.columns]
    assert [seed_of(path) for path in paths] == [0, 1, 0]
    assert dict(view.figures.table.rows)["conv1: filters"] == ("4", "4", "7")
    assert (
        "(2 seeds against 1)" in view.verdict.text() or "(1 seed against 2)" in view.verdict.text()
    )

    window.selection.set(node="conv1")
    show(view, "filters", qtbot)
    for path, column in zip(paths, view.columns.columns, strict=True):
        assert isinstance(column.shown, FiltersShown)
        np.testing.assert_array_equal(column.shown.filters.tiles, filters_of(path))
    window.selection.look_back(paths[0], 0)
    columns = view.columns.columns
    qtbot.waitUntil(lambda: [one.shown.step for one in columns] == [0, 0, 0], timeout=PATIENCE)
    window.selection.look_at_now()
    qtbot.waitUntil(lambda: all(one.shown.step > 0 for one in columns), timeout=PATIENCE)
    show(view, "maps", qtbot)
    shapes = [one.shown.maps.shape for one in view.columns.columns]
    assert [shape[0] for shape in shapes] == [4, 4, 7]
    show(view, "mistakes", qtbot)
    counts = [one.shown.counts for one in view.columns.columns]
    best = dict(view.figures.table.rows)["Best accuracy"]
    right = [f"{100 * one.trace() / one.sum():.2f} %" for one in counts]
    assert tuple(right) == best  # one epoch: the last weights are the best ones

    window.document.select(["relu1"])
    view.mark.menu().aboutToShow.emit()
    view.mark.menu().actions()[0].trigger()
    assert window.comparing.comparison is not None
    assert list(window.comparing.comparison.changed) == ["conv1"]
