"""The cortex lab: a stimulus that is dragged, curves, spikes, and planes that learn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from core.design import Design
from core.explain.neocognitron import Answers, Winner
from core.hebb import Hebb, Inhibitory
from core.messages import Refused
from core.questions.cortex import FieldsShown, PlanesShown, Presenting, ShowFields, ShowPlanes
from core.training.events import Presented
from core.zoo import BY_ID
from designer.document import edits
from designer.document.document import Document
from designer.engine.session import Session
from designer.theme import theme
from designer.viewers.cortex import CortexLab
from designer.viewers.selection import Selection
from designer.widgets.saved_view import write_csv, write_npz, write_png
from designer.window import Window
from tests.designer.viewers.conftest import QuietEngine
from tests.support.windows import Open

WAIT = 60_000  # milliseconds; a limit, never a delay
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def open_lab(
    qtbot: QtBot, selection: Selection, engine: QuietEngine, session: Session
) -> Callable[[], CortexLab]:
    def make() -> CortexLab:
        made = CortexLab(selection, engine, session)
        qtbot.addWidget(made)
        made.resize(1000, 620)
        made.show()
        return made

    return make


@pytest.fixture
def lab(open_lab: Callable[[], CortexLab]) -> CortexLab:
    """The first page, on LeNet-5; line and bar lie level."""
    made = open_lab()
    made.cells.turn.set_number(0)
    made.cells.angle.set_number(0)
    return made


@pytest.fixture
def planes(open_lab: Callable[[], CortexLab], document: Document, qtbot: QtBot) -> CortexLab:
    """The second page, on the template."""
    document.new(Design(graph=BY_ID["neocognitron"].build()))
    made = open_lab()
    pick(qtbot, made.pages, "Neocognitron")
    return made


def pick(qtbot: QtBot, box: Any, title: str) -> None:
    """Take an entry of a list by keys, as a person does."""
    at = box.findText(title)
    box.setCurrentIndex(at - 1 if at else 1)
    qtbot.keyClick(box, Qt.Key.Key_Down if at else Qt.Key.Key_Up)


def curve(plot: Any, name: str, at: float) -> float:
    x, y = plot.curve(name)
    return float(y[np.argmin(np.abs(x - at))])


# ---- cells ------------------------------------------------------------------------------


def test_the_best_angle_and_the_place_that_does_not_matter(lab: CortexLab) -> None:
    cells = lab.cells
    cells.turn.set_number(30)
    cells.angle.set_number(30)
    x, y = cells.by_angle.curve("S")
    assert x[y.argmax()] == 30
    assert curve(cells.by_place, "S", 4.0) == 0
    assert curve(cells.by_place, "C", 4.0) > 0.8 * curve(cells.by_place, "C", 0.0)
    s, c = cells.numbers()["responses"]
    assert curve(cells.by_angle, "S", 30) == pytest.approx(100 * s)
    assert curve(cells.by_angle, "C", 30) == pytest.approx(100 * c)
    assert "light everywhere 0 | 0" in cells.kind_words.text()


def test_a_drag_moves_the_stimulus_and_the_slider_follows(lab: CortexLab, qtbot: QtBot) -> None:
    cells, pad = lab.cells, lab.cells.pad
    cell = pad.place().width() / 31
    middle = pad.place().center().toPoint()
    qtbot.mousePress(pad, LEFT, pos=middle)
    qtbot.mouseMove(pad, middle + QPoint(round(2 * cell), round(-3 * cell)))
    qtbot.mouseRelease(pad, LEFT)
    assert (cells.stimulus.x, cells.stimulus.y) == pytest.approx((2.0, 3.0), abs=0.5)
    assert cells.place.number() == cells.stimulus.y  # at 0° up is across
    qtbot.keyClick(pad, Qt.Key.Key_Up)
    assert cells.stimulus.y == cells.place.number() == pytest.approx(4.0, abs=0.5)
    qtbot.keyClick(pad, Qt.Key.Key_PageUp)
    assert cells.stimulus.angle == 5.0
    qtbot.keyClick(pad, Qt.Key.Key_PageDown)
    qtbot.keyClick(pad, Qt.Key.Key_PageDown)
    assert cells.stimulus.angle == 175.0


def test_the_position_slider_moves_at_right_angles(lab: CortexLab) -> None:
    lab.cells.angle.set_number(90)
    lab.cells.place.set_number(3)
    assert (lab.cells.stimulus.x, lab.cells.stimulus.y) == pytest.approx((-3.0, 0.0))


def test_settings_come_when_asked_for_and_count(lab: CortexLab, qtbot: QtBot) -> None:
    cells = lab.cells
    assert not cells.noise.isVisible()
    qtbot.mouseClick(cells.more, LEFT)
    assert cells.noise.isVisible()
    before = cells.numbers()["stimulus"]
    cells.contrast.set_number(-1)
    np.testing.assert_allclose(cells.numbers()["stimulus"], -before)
    cells.noise.set_number(0.5)
    assert (cells.numbers()["stimulus"] != -before).any()
    pick(qtbot, cells.complexes, "C: energy")
    assert not cells.reach.isEnabled()
    assert cells.cell.partner is not None
    pick(qtbot, cells.fields, "On-center cell")
    assert not cells.turn.isVisible()
    assert cells.cell.partner is None


def test_spikes_repeat_with_their_seed(lab: CortexLab) -> None:
    first = lab.cells.numbers()["spikes"]
    assert set(first[:, 0]) == {0, 1}
    lab.cells.seed.setValue(3)
    other = lab.cells.numbers()["spikes"]
    assert first.shape != other.shape or (first != other).any()
    lab.cells.seed.setValue(0)
    np.testing.assert_array_equal(lab.cells.numbers()["spikes"], first)
    shown = lab.cells.raster._trains
    counted = sum(len(times) for train in shown for times in train.trials)
    assert counted == len(first)


def test_a_filter_of_the_network_is_asked_for(
    lab: CortexLab, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    cells = lab.cells
    pick(qtbot, cells.fields, "Filter of the network")
    assert engine.asked("fields")[-1] == ShowFields()
    assert cells.numbers() == {}
    found = np.random.default_rng(0).normal(size=(6, 5, 5))
    engine.say(FieldsShown(0, ShowFields(), "conv1", found))
    np.testing.assert_array_equal(cells.numbers()["field"], found[0])
    selection.set(node="conv1", channel=4)
    assert cells.filter.value() == 4
    np.testing.assert_array_equal(cells.numbers()["field"], found[4])
    engine.say(Refused("fields", "The network has no convolution."))
    assert cells.title.text() == "The network has no convolution."


def test_without_the_engine_no_filter_is_waited_for(
    lab: CortexLab, engine: QuietEngine, qtbot: QtBot
) -> None:
    cells = lab.cells
    pick(qtbot, cells.fields, "Filter of the network")
    engine._forget()
    assert cells.title.text() == "The engine ended before it answered. Choose the cell once more."
    cells.fields.activated.emit(cells.fields.currentIndex())
    assert len(engine.asked("fields")) == 2


def test_small_docks_keep_the_stimulus_and_the_curves(lab: CortexLab) -> None:
    assert lab.cells.raster.isVisible()
    lab.resize(480, 230)
    lab.layout().activate()
    assert lab.cells.pad.isVisible()
    assert lab.cells.by_place.isVisible()
    assert not lab.cells.raster.isVisible()
    assert not lab.cells.field.isVisible()


# ---- planes -----------------------------------------------------------------------------


def told(shown: int, hebb: Hebb, *, node: str = "us1") -> Presented:
    strengths = np.full((8, 1, 5, 5), shown / 100)
    wins = (shown - 2, 2, 0, 0, 0, 0, 0, 0)
    return Presented(node, 1, shown, hebb.presentations, wins, 5, ((1, 2, 3),), strengths)


def answer(engine: QuietEngine, *, best: Winner | None = None) -> PlanesShown:
    """What the engine says to the newest question: 8 planes, two of which win."""
    asked: ShowPlanes = engine.asked("planes")[-1]
    s, table = np.zeros((8, 28, 28), np.float32), np.zeros((9, 10), np.int64)
    s[1, 2, 3] = 0.6
    table[1, 7], table[2, 4], table[1, 4], table[8, 0] = 30, 20, 5, 1
    found = Answers(s, np.zeros((8, 13, 13)), "uc1", ((1, 2, 3),), best)
    frames = (told(10, asked.hebb), told(300, asked.hebb)) if asked.hebb else ()
    shown = PlanesShown(
        0, asked, 0, "7", np.zeros((1, 28, 28)), found, np.ones((8, 1, 5, 5)), frames, table,
        tuple("0123456789"),
    )  # fmt: skip
    engine.say(shown)
    return shown


def test_planes_winner_and_clusters(planes: CortexLab, engine: QuietEngine) -> None:
    page = planes.planes
    assert engine.asked("planes")[-1] == ShowPlanes("us1", None, 0, None)
    best = Winner(plane=1, row=2, column=3, e=2.0, v=1.0, b=1.0, r=4.0, u=8 / 13)
    answer(engine, best=best)
    assert "u = 4·[(1 + 2)/(1 + 1.6) − 1] = 0.6154" in page.title.text()  # J4 of the lecture
    assert page.s.grid.marks == {1: (2, 3)}
    assert page.table.item(1, 1).text() == "7 · 86 %"
    assert page.table.item(1, 0).text() == "35"
    assert page.table.verticalHeaderItem(8).text() == "silent"
    assert page.sorted.text().startswith("56 items, 89 % of the class")
    assert "2 planes for 10 classes" in page.sorted.text()
    assert page.told.isHidden()  # nothing was learned here
    answer(engine)
    assert "every S-cell is silent" in page.title.text()


def test_a_rule_is_tried_in_a_copy(planes: CortexLab, engine: QuietEngine, qtbot: QtBot) -> None:
    page = planes.planes
    answer(engine)
    assert not page.train.isVisible()
    pick(qtbot, page.strengths, "Hebb: inhibitory")
    asked = engine.asked("planes")[-1]
    assert asked.hebb == Hebb(Inhibitory())
    assert page.train.isVisible()
    first, s = told(10, asked.hebb), np.zeros((8, 28, 28))
    engine.say(Presenting("planes", 10, 300, first, np.zeros((1, 28, 28)), s))
    second = told(20, asked.hebb)
    engine.say(Presenting("planes", 20, 300, second, np.zeros((1, 28, 28)), s))
    assert page.growth._tiles.values.shape == (2 * 8, 5, 5)
    assert page.growth._tiles.values[8, 0, 0] == 0.2
    assert page.s.grid.marks == {1: (2, 3)}
    assert page.told.text().startswith("20 pictures: 2 of 8 planes learned, plane 0 won 90 %")
    assert page.table.rowCount() == 0  # counted at the end
    answer(engine)
    assert page.table.rowCount() == 9
    assert "plane 0 won 99 % · largest strength 0.1 → 3" in page.told.text()
    assert page.numbers()["growth"].shape == (2, 8, 1, 5, 5)
    pick(qtbot, page.winners, "One a column")
    assert engine.asked("planes")[-1].hebb == Hebb(Inhibitory(), "columns")
    answer(engine)
    page.pictures.setValue(50)
    assert engine.asked("planes")[-1].hebb == Hebb(Inhibitory(), "columns", 50)


def test_c_layers_lead_to_their_s_layer(
    planes: CortexLab, engine: QuietEngine, selection: Selection
) -> None:
    answer(engine)
    selection.set(node="uc2")
    planes.planes.asking._rest.stop()
    planes.planes.follow()
    assert engine.asked("planes")[-1].node == "us2"
    selection.set(node="linear1")  # nothing there: the last one stays
    assert planes.planes.node == "us2"


def test_without_s_cells_a_template_is_offered(lab: CortexLab, qtbot: QtBot) -> None:
    pick(qtbot, lab.pages, "Neocognitron")
    page = lab.planes
    assert page.is_empty
    assert "Add S-cells" in page.empty.accessibleName()
    with qtbot.waitSignal(lab.template_wanted) as heard:
        qtbot.mouseClick(page.empty.button, LEFT)
    assert heard.args == ["neocognitron"]
    assert lab.pages.isVisible()  # the way back


def test_picture_and_numbers_are_saved(
    planes: CortexLab, engine: QuietEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    answer(engine)
    write_npz(planes.planes.numbers(), tmp_path / "planes.npz")
    write_csv(planes.planes.numbers(), tmp_path / "planes.csv")
    kept = np.load(tmp_path / "planes.npz")
    assert kept["winners"].tolist() == [[1, 2, 3]]
    assert kept["clusters"].shape == (9, 10)
    pick(qtbot, planes.pages, "Single cells")
    write_csv(planes.cells.numbers(), tmp_path / "cells.csv")
    assert (tmp_path / "cells.csv").stat().st_size > 1000
    for look in ("light", "dark"):
        theme.apply(look)
        write_png(planes, tmp_path / f"{look}.png")
    assert (tmp_path / "light.png").read_bytes() != (tmp_path / "dark.png").read_bytes()


# ---- in the window ----------------------------------------------------------------------


@pytest.fixture
def window(open_window: Open) -> Window:
    """The lab in front, on LeNet-5."""
    made = open_window()
    made.files.start("lenet5")
    made.docks.show("cortex")
    return made


def test_template_lesson_conversion_and_undo(window: Window, qtbot: QtBot) -> None:
    """The whole way by mouse and keys, with the real engine."""
    lab = window.docks.docks["cortex"].widget()
    pick(qtbot, lab.pages, "Neocognitron")
    qtbot.mouseClick(lab.planes.empty.button, LEFT)
    assert "us1" in window.document.design.graph.nodes
    page = lab.planes
    qtbot.waitUntil(lambda: page.shown is not None, timeout=WAIT)
    page.pictures.setValue(20)
    pick(qtbot, page.strengths, "Hebb: inhibitory")
    qtbot.waitUntil(
        lambda: page.shown is not None and page.shown.asked.hebb == page.hebb, timeout=WAIT
    )
    assert sum(page.shown.frames[-1].wins) == 20
    before = window.document.design
    qtbot.mouseClick(page.convert, LEFT)
    assert "us1" in window.document.design.graph.nodes
    assert type(window.document.design.graph["us1"].layer).__name__ == "Conv2d"
    assert page.is_empty
    window.actions_by_id["undo"].trigger()
    assert window.document.design == before


@pytest.mark.slow
def test_train_so_and_then_with_a_teacher(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.files.start("neocognitron")
    window.docks.show("cortex")
    lab = window.docks.docks["cortex"].widget()
    pick(qtbot, lab.pages, "Neocognitron")
    page, ended = lab.planes, []
    window.session.event_received.connect(lambda event: ended.append(event["event"]))
    page.pictures.setValue(20)
    pick(qtbot, page.strengths, "Hebb: inhibitory")
    assert not page.supervise.isEnabled()
    qtbot.mouseClick(page.train, LEFT)
    assert window.document.design.plan.method == Hebb(Inhibitory(), presentations=20)
    qtbot.waitUntil(lambda: "finished" in ended, timeout=WAIT)
    assert page.hebb is None  # what is looked at is the network itself again
    assert [one.shown for one in page._live["us1"]] == list(range(1, 21))
    plan = window.document.design.plan.replace(epochs=1, batch_size=512)
    window.document.attempt("x", lambda design: edits.set_plan(design, plan))
    qtbot.waitUntil(page.supervise.isEnabled, timeout=WAIT)
    ended.clear()
    qtbot.mouseClick(page.supervise, LEFT)
    qtbot.waitUntil(lambda: "finished" in ended, timeout=WAIT)
    assert type(window.document.design.plan.method).__name__ == "Gradient"
