"""Runs side by side in the view: which, what differs, curves with bands, the sentence, columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.design import Design
from core.explain.filters import filters
from core.explain.mistakes import Answered
from core.files import FileError
from core.messages import Cancelled, Train
from core.optimizers import SGD, Adam
from core.questions.exploring import BesideItemsShown, BesideShown, OfRun, ShowBeside
from core.questions.viewing import FiltersShown, MapsShown, MistakesShown
from core.shelf import home_near
from core.training.events import EpochDone, Finished, Started
from core.training.runs import RunFolder
from designer.document.document import Document
from designer.engine.session import Session
from designer.viewers.selection import Selection
from designer.viewers.side_by_side import SideBySideView
from tests.designer.viewers.conftest import QuietEngine
from tests.support.made_runs import made_run
from tests.support.training import small_design

SLOW, FAST = small_design(optimizer=SGD(0.01)), small_design(optimizer=SGD(0.1))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, session: Session) -> Path:
    monkeypatch.setenv("STRIATE_STATE", str(tmp_path))
    session.home.mkdir(parents=True)
    return session.home


@pytest.fixture
def view(
    qtbot: QtBot, home: Path, selection: Selection, engine: QuietEngine, session: Session
) -> SideBySideView:
    selection.set(node="conv1")
    made = SideBySideView(selection, engine, session)
    qtbot.addWidget(made)
    made.resize(900, 500)
    return made


def seeded(design: Design, seed: int) -> Design:
    return replace(design, plan=design.plan.replace(seed=seed))


def two_kinds(home: Path, slow: list[float], fast: list[float]) -> list[str]:
    """One run a seed of each design; gives their folders, the slow ones first."""
    made = [
        made_run(home, f"202601{day}-{seed:06}", (score / 2, score), design=seeded(design, seed))
        for day, design, scores in (("01", SLOW, slow), ("02", FAST, fast))
        for seed, score in enumerate(scores)
    ]
    return [str(run.path) for run in made]


def look_at(view: SideBySideView, engine: QuietEngine, look: str) -> None:
    """Choose what is shown with the keyboard; what was asked for on the way is given up."""
    view.looks.setFocus()
    at = view.looks.findData(look)
    while view.looks.currentIndex() != at:
        forward = view.looks.currentIndex() < at
        QTest.keyClick(view.looks, Qt.Key.Key_Down if forward else Qt.Key.Key_Up)
    for _ in range(at):
        if engine.asked("beside")[-1].look != look:
            engine.say(Cancelled("beside"))
    assert engine.asked("beside")[-1].look == look


def test_without_runs_it_says_what_to_do(view: SideBySideView) -> None:
    view.show()
    assert view.empty.isVisible()
    assert "Train the network" in view.empty.accessibleName()


def test_one_run_alone(view: SideBySideView, home: Path) -> None:
    made_run(home, "20260101-000000", (0.5, 0.75))
    view.show()
    assert view.verdict.text().startswith("There is only run Jan 1, 12:00")
    assert "75.00 %" in view.verdict.text()


def test_two_runs_of_one_seed_count_once(view: SideBySideView, home: Path) -> None:
    made_run(home, "20260101-000000", (0.5, 0.75))
    made_run(home, "20260102-000000", (0.5, 0.6))
    view.show()
    assert len(view.runs.columns) == 2
    assert view.verdict.text().startswith("One of these runs alone counts so far (60.00 %)")


def test_the_newest_two_are_there_at_first(view: SideBySideView, home: Path) -> None:
    for day in ("01", "02", "03"):
        made_run(home, f"202601{day}-000000", (0.5,))
    view.show()
    assert [Path(run.path).name for run in view.runs.columns] == [
        "20260102-000000", "20260103-000000",
    ]  # fmt: skip
    assert view.picker.text() == "Runs: 2"


def test_the_table_has_only_what_differs_and_what_came_out(
    view: SideBySideView, home: Path
) -> None:
    two_kinds(home, [0.5], [0.75])
    view.show()
    rows = dict(view.figures.table.rows)
    assert rows["Training: optimizer: learning rate"] == ("0.01", "0.1")
    assert rows["Best accuracy"] == ("50.00 %", "75.00 %")
    assert rows["in epoch"] == ("2", "2")
    assert rows["Loss there"] == ("0.5", "0.25")
    assert rows["Finished epochs"] == ("2 of 2", "2 of 2")
    assert rows["Training time"] == ("0:04", "0:04")
    assert rows["Seeds"] == ("1", "1")
    assert not [label for label in rows if label.startswith("conv1")]
    assert view.verdict.text() == (
        "B is better than A by 25 points of accuracy, but with one seed each nobody can tell"
        " whether it helped or was luck. Train each with 4 seeds to know."
    )


def test_seeds_are_one_line_in_a_band(view: SideBySideView, home: Path) -> None:
    paths = two_kinds(home, [0.4, 0.6, 0.8], [0.9])
    view.show()
    view.runs.choose([paths[0], paths[3]])
    bands = view.figures.bands()
    assert list(bands) == ["A · mean of 3 seeds", "B"]
    found = bands["A · mean of 3 seeds"]
    np.testing.assert_allclose(found.mean, [0.3, 0.6])
    np.testing.assert_allclose([found.low, found.high], [[0.2, 0.4], [0.4, 0.8]])
    x, y = view.figures.plot.curve("A · mean of 3 seeds")
    np.testing.assert_allclose((x, y), [[1, 2], [30, 60]])
    rows = dict(view.figures.table.rows)
    assert rows["Mean over seeds"] == ("60.00 %", "90.00 %")
    assert rows["Lowest seed"] == ("40.00 %", "90.00 %")
    assert rows["Highest seed"] == ("80.00 %", "90.00 %")
    assert rows["Standard deviation"] == ("20.00 %", "–")
    assert "(1 seed against 3), but so few seeds cannot tell" in view.verdict.text()


def test_other_figures_and_axes(view: SideBySideView, home: Path) -> None:
    two_kinds(home, [0.5], [0.75])
    view.show()
    for choice, at in ((view.figures.figure, 1), (view.figures.axis, 2)):
        choice.setFocus()
        for _ in range(at):
            QTest.keyClick(choice, Qt.Key.Key_Down)
    x, y = view.figures.plot.curve("A")
    assert (x.tolist(), y.tolist()) == ([2.0, 4.0], [0.75, 0.5])
    assert list(view.numbers()) == ["loss A", "loss B"]
    assert view.numbers()["loss A"].shape == (4, 2)


def test_four_seeds_each_are_enough_to_tell(view: SideBySideView, home: Path) -> None:
    paths = two_kinds(home, [0.5, 0.51, 0.52, 0.53], [0.7, 0.71, 0.72, 0.73])
    view.show()
    view.runs.choose([paths[0], paths[4]])
    assert view.verdict.text() == (
        "B is better than A by 20 points of accuracy (4 seeds against 4), hardly by luck: 2 of 70"
        " ways to deal these runs into two groups differ as much."
    )


def test_seeds_that_overlap_may_be_luck(view: SideBySideView, home: Path) -> None:
    paths = two_kinds(home, [0.5, 0.6, 0.7, 0.8], [0.51, 0.61, 0.71, 0.81])
    view.show()
    view.runs.choose([paths[0], paths[4]])
    assert "which may be luck" in view.verdict.text()


def test_seeds_alone_say_how_far_luck_goes(view: SideBySideView, home: Path) -> None:
    two_kinds(home, [0.4, 0.6], [])
    view.show()
    assert view.verdict.text().startswith(
        "These runs differ in the seed alone: 50.00 % on average over 2 seeds, 40.00 % … 60.00 %."
    )


def test_six_runs_are_chosen_by_mouse(view: SideBySideView, home: Path, qtbot: QtBot) -> None:
    for hour in range(8):
        made_run(home, f"20260101-{hour:02}0000", (0.5,), design=seeded(SLOW, hour))
    view.show()
    QTest.mouseClick(view.picker, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(view.picker.sheet.isVisible)
    box = view.picker.list
    assert box.count() == 8
    assert "seed 7 · finished" in box.item(0).text()
    for row in range(2, 8):  # the first two are checked already
        corner = box.visualItemRect(box.item(row))
        spot = QPoint(corner.left() + 12, corner.center().y())
        QTest.mouseClick(box.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert len(view.runs.columns) == 6
    assert view.picker.text() == "Runs: 6"
    assert "Six runs fit" in view.picker.note.text()
    assert not box.item(7).flags() & Qt.ItemFlag.ItemIsEnabled
    assert len(view.columns.columns) == 6
    view.picker.sheet.hide()


def test_a_damaged_run_is_one_sentence(view: SideBySideView, home: Path) -> None:
    paths = two_kinds(home, [0.5], [0.75])
    damaged = made_run(home, "20260103-000000", (0.5,))
    (damaged.path / "run.json").write_text("{")
    view.show()
    assert [run.path for run in view.runs.columns] == paths
    assert "20260103-000000/run.json is damaged" in view.verdict.text()
    assert view.verdict.text().startswith("B is better than A")


def test_runs_of_another_project(view: SideBySideView, home: Path, tmp_path: Path) -> None:
    made_run(home, "20260101-000000", (0.5,))
    other = made_run(tmp_path / "older.runs", "20250101-000000", (0.75,), design=FAST)
    told: list[str] = []
    view.told.connect(told.append)
    view.show()
    view.picker.add(tmp_path / "nothing")
    with pytest.raises(FileError):
        home_near(tmp_path / "nothing")
    assert told == ["nothing has no runs. Choose a folder such as NAME.runs, or a project."]
    view.picker.add(other.path)
    assert [Path(run.path).name for run in view.runs.shelf.runs][-1] == "20250101-000000"
    view.runs.choose(run.path for run in view.runs.shelf.runs)
    assert view.columns.columns[0].accessibleName().startswith("A · older: run Jan 1")


def test_other_items_cannot_be_weighed(view: SideBySideView, home: Path) -> None:
    made_run(home, "20260101-000000", (0.5,))
    made_run(home, "20260102-000000", (0.75,)).note(data={"sha256": "other"})
    view.show()
    assert "validated on different items" in view.verdict.text()
    assert dict(view.figures.table.rows)["Data: fingerprint"] == ("abc", "other")


def test_a_run_in_training_updates_live(
    view: SideBySideView, home: Path, engine: QuietEngine, session: Session, qtbot: QtBot
) -> None:
    def best() -> object:
        return dict(view.figures.table.rows)["Best accuracy"]

    made_run(home, "20260101-000000", (0.5,))
    run = RunFolder(home / "20260102-000000")
    started = Started(1, 1, 2, 6, "cpu", 1, 1, 1, "", str(run.path))
    view.show()
    made_run(home, run.path.name, design=FAST, ended="")
    engine.say(started)
    assert best() == ("50.00 %", "–")
    for number, score, told in ((1, 0.25, "25.00 %"), (2, 0.75, "75.00 %")):
        event = EpochDone(number, 1.0, 0.5, 1 - score, score, 0.05, 1.0, True)
        run.record(event)
        engine.say(event)
        qtbot.waitUntil(lambda told=told: best() == ("50.00 %", told))
    assert "training" in view.picker.list.item(0).text()
    assert "Not all of these runs have come to their end" in view.verdict.text()
    end = Finished("done", 2, 12, 0.25, 0.75, 2, 0.75, 2.0)
    run.record(end)
    engine.say(end)
    assert "Not all" not in view.verdict.text()


def test_nothing_is_read_while_nobody_looks(
    view: SideBySideView, home: Path, engine: QuietEngine
) -> None:
    made_run(home, "20260101-000000", (0.5,))
    engine.say(EpochDone(1, 1.0, 0.5, 1.0, 0.5, 0.05, 1.0, True))
    assert view.runs.shelf.runs == ()
    view.show()
    assert len(view.runs.shelf.runs) == 1


def test_chosen_runs_stay_chosen_when_the_project_is_saved_elsewhere(
    view: SideBySideView, home: Path, session: Session, document: Document, tmp_path: Path
) -> None:
    paths = two_kinds(home, [0.5, 0.6], [0.75])
    session.open_last_run()
    view.show()
    view.runs.choose(paths[:1])
    project = tmp_path / "mine.striate"
    document.save(project)
    assert [run.path for run in view.runs.columns] == [
        str(tmp_path / "mine.runs" / Path(paths[0]).name)
    ]


def test_hebb_has_no_figures(view: SideBySideView, home: Path) -> None:
    run = made_run(home, "20260101-000000", ended="")
    run.record(Started(1, 1, 1, 6, "cpu", 100, 9, 9, "", str(run.path), "hebb"))
    view.show()
    assert "Hebb's rule" in view.verdict.text()
    assert dict(view.figures.table.rows)["Finished epochs"] == ("by Hebb's rule",)


def test_several_columns_of_a_kind_are_named_together(view: SideBySideView, home: Path) -> None:
    paths = two_kinds(home, [0.75, 0.8], [0.5])
    view.show()
    view.runs.choose(paths)
    assert view.verdict.text().startswith("A and B are better than C by 27.5 points of accuracy")


# ---- columns -----------------------------------------------------------------------------


def answer(view: SideBySideView, engine: QuietEngine, *found: OfRun) -> ShowBeside:
    """Let the engine answer the newest question."""
    asked = engine.asked("beside")[-1]
    assert isinstance(asked, ShowBeside)
    engine.say(BesideShown(6, asked, found))
    return asked


def weights(scale: float) -> np.ndarray:
    return scale * np.arange(-8, 28, dtype=np.float32).reshape(4, 1, 3, 3)


def test_filters_in_columns_on_one_scale(
    view: SideBySideView, home: Path, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    paths = two_kinds(home, [0.5], [0.75])
    view.show()
    look_at(view, engine, "filters")
    shown = [FiltersShown("conv1", 6, filters(weights(one))) for one in (1, 2)]
    asked = answer(view, engine, *shown)
    assert (asked.runs, asked.look, asked.node) == (tuple(paths), "filters", "conv1")
    first, second = view.columns.columns
    assert first.mosaic.legend.words() == second.mosaic.legend.words() == ("−54", "54")
    assert first.caption.text() == "conv1 · 4 filters of 3×3 · after 6 steps"
    qtbot.waitExposed(view)
    second.mosaic.grid.setFocus()
    QTest.keyClick(second.mosaic.grid, Qt.Key.Key_Right)
    assert selection.spot.channel == first.mosaic.selected == second.mosaic.selected == 1
    assert first.readout.text().startswith("filter 1 · norm ")
    np.testing.assert_array_equal(view.numbers()["filters B"], weights(2))


def test_with_no_layer_chosen_the_first_that_fits_is_shown(
    view: SideBySideView, home: Path, engine: QuietEngine, selection: Selection
) -> None:
    two_kinds(home, [0.5], [0.75])
    selection.set(node="")
    view.show()
    look_at(view, engine, "filters")
    assert engine.asked("beside")[-1].node == "conv1"
    selection.document.apply("Empty", Design())
    selection.set(node="")
    view.follow()
    engine.say(Cancelled("beside"))
    assert engine.asked("beside")[-1].node == ""


def test_maps_follow_the_one_selection(
    view: SideBySideView, home: Path, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    two_kinds(home, [0.5], [0.75])
    view.show()
    look_at(view, engine, "maps")
    maps = [np.full((6, 28, 28), scale, np.float32) for scale in (1, -2)]
    maps[1][2, 3, 4] = 0.5
    shown = [MapsShown("conv1", 6, one, 0, "seven") for one in maps]
    answer(view, engine, *shown)
    selection.set(channel=2, row=3, column=4)
    first, second = view.columns.columns
    assert first.readout.text() == "map 2, row 3, column 4: 1"
    assert second.readout.text() == "map 2, row 3, column 4: 0.5"
    assert first.mosaic.selected == second.mosaic.selected == 2
    assert first.mosaic.grid.marks == second.mosaic.grid.marks == {2: (3, 4)}
    second.cell_chosen.emit(5, 6, 7)
    assert selection.spot.value == (5, 6, 7)
    view.item.setValue(9)
    assert selection.spot.sample == 9
    assert first.caption.text() == "conv1 · item 0, class seven · after 6 steps"


def test_mistakes_are_linked_and_lead_to_items(
    view: SideBySideView, home: Path, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    two_kinds(home, [0.5], [0.75])
    view.show()
    look_at(view, engine, "mistakes")
    labels = np.array([0, 0, 1, 1])
    said = (np.array([0, 1, 1, 0]), np.array([1, 1, 1, 1]))
    answered = [Answered(labels, one, np.array([0.5, 0.6, 0.7, 0.8], np.float32)) for one in said]
    shown = [
        MistakesShown(6, "output", ("output",), ("cat", "dog"), one.counts(2), one)
        for one in answered
    ]
    answer(view, engine, *shown)
    first, second = view.columns.columns
    qtbot.waitExposed(view)
    view.grab()  # what is seen for the first time is laid out
    corner = first.mistakes.matrix.cell_rect(0, 1).center().toPoint()
    QTest.mouseClick(first.mistakes.matrix, Qt.MouseButton.LeftButton, pos=corner)
    assert second.mistakes.matrix.chosen == (0, 1)
    assert (first.readout.text(), second.readout.text()) == (
        "cat said to be dog: 1", "cat said to be dog: 2",
    )  # fmt: skip
    wanted = engine.asked("beside-items")[-1]
    assert wanted.items == ((1,), (1, 0))
    pictures = tuple(np.zeros((len(one), 1, 8, 8), np.uint8) for one in wanted.items)
    engine.say(BesideItemsShown(0, wanted, pictures))
    second.mistakes.images.grid.setFocus()
    QTest.keyClick(second.mistakes.images.grid, Qt.Key.Key_Left)  # from item 0
    assert selection.spot.sample == 1
    assert first.mistakes.images.selected == 0
    assert second.mistakes.images.selected == 0


def test_a_column_that_has_nothing_says_so(
    view: SideBySideView, home: Path, engine: QuietEngine, qtbot: QtBot
) -> None:
    two_kinds(home, [0.5], [0.75])
    view.show()
    look_at(view, engine, "filters")
    shown = FiltersShown("conv1", 6, filters(weights(1)))
    answer(view, engine, "The design of this run has no conv1.", shown)
    first, second = view.columns.columns
    assert first.empty.accessibleName() == "The design of this run has no conv1."
    assert first.empty.isVisible()
    assert second.mosaic.isVisible()


def test_an_answer_about_other_runs_is_let_go(
    view: SideBySideView, home: Path, engine: QuietEngine, qtbot: QtBot
) -> None:
    paths = two_kinds(home, [0.5, 0.5], [0.75])
    view.show()
    look_at(view, engine, "filters")
    old = engine.asked("beside")[-1]
    view.runs.choose([paths[0]])
    engine.say(BesideShown(6, old, ("one", "two")))
    assert view.columns.columns[0].shown == ""


# ---- what follows from it ----------------------------------------------------------------


def test_a_difference_is_handed_to_the_canvas(view: SideBySideView, home: Path) -> None:
    two_kinds(home, [0.5], [0.75])
    wanted: list[tuple[Design, str]] = []
    view.difference_wanted.connect(lambda design, name: wanted.append((design, name)))
    view.show()
    view.mark.menu().aboutToShow.emit()
    view.mark.menu().actions()[1].trigger()
    assert wanted[0][0] == FAST
    assert wanted[0][1].startswith("run Jan 2")


def test_seeds_that_a_design_has_not_had_are_trained(
    view: SideBySideView, home: Path, engine: QuietEngine, qtbot: QtBot
) -> None:
    paths = two_kinds(home, [0.5, 0.6], [0.75])
    made_run(home, "20260109-000000", (0.5,), design=seeded(SLOW, 2), ended="stopped")
    view.show()
    view.runs.choose(paths)
    QTest.mouseClick(view.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(view.again.sheet.isVisible)
    view.again.which.setCurrentIndex(view.again.which.findData(0))
    view.again.seeds.setValue(2)
    QTest.mouseClick(view.again.train, Qt.MouseButton.LeftButton)
    assert not view.again.sheet.isVisible()
    sent = [one for one in engine.sent if isinstance(one, Train)]
    assert [(one.design.plan.seed, one.design.plan.optimizer) for one in sent] == [(2, SGD(0.01))]
    assert view.again.bar.isVisible()
    assert not view.again.isEnabled()
    engine.say(Started(1, 1, 2, 6, "cpu", 1, 1, 1, ""))
    QTest.mouseClick(view.again.stop, Qt.MouseButton.LeftButton)
    engine.say(Finished("stopped", 1, 3, None, None, 0, None, 1.0))
    assert "stopped" in view.again.note.text()
    assert view.again.isEnabled()


def test_several_optimizers_in_one_table(view: SideBySideView, home: Path) -> None:
    for day, design in (("01", SLOW), ("02", small_design(optimizer=Adam()))):
        made_run(home, f"202601{day}-000000", (0.5,), design=design)
    view.show()
    assert dict(view.figures.table.rows)["Training: optimizer"] == ("SGD", "Adam")
    assert "come out the same (1 seed against 1)" in view.verdict.text()
