"""Training health in the window: the view, the canvas as instrument panel, and the remedies."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.messages import Stop, Train
from core.optimizers import SGD
from core.training.events import EpochDone, Finished, Measured, Started
from core.training.health import BINS, Health, Histogram, NodeHealth
from designer.canvas import gauges
from designer.canvas.corners import Corners
from designer.canvas.instruments import Instruments
from designer.canvas.view import CanvasView
from designer.document import edits, grouping
from designer.document.document import Document
from designer.engine.session import Session
from designer.engine.vitals import Vitals
from designer.theme import theme
from designer.viewers.health import HealthView
from designer.viewers.health_rows import ROW
from designer.viewers.ruler import RulerView
from designer.viewers.selection import Selection
from tests.designer.viewers.conftest import QuietEngine

COUNTS = np.arange(BINS, dtype=np.int64)


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, vitals: Vitals) -> HealthView:
    made = HealthView(selection, vitals)
    qtbot.addWidget(made)
    made.resize(620, 420)
    made.show()
    return made


@pytest.fixture
def canvas(qtbot: QtBot, document: Document, vitals: Vitals) -> CanvasView:
    made = CanvasView(document, theme)
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    Instruments(made, vitals, Corners(made)).set_on(True)
    return made


def node(returned: float, **more: float) -> NodeHealth:
    return NodeHealth(
        returned=returned, weights=Histogram(1, COUNTS), outputs=Histogram(0, COUNTS), **more
    )


def moment(step: int, document: Document, **special: NodeHealth) -> Health:
    """A check in which all layers are well, but for these."""
    plain = node(0.1, gradient=0.1, weight=2.0, update=1e-3, seconds=2e-3)
    nodes = {id: special.get(id, plain) for id in document.design.graph.order}
    return Health(step, step / 10, 32, 5, 2.3, 0.05, nodes)


def train(session: Session, engine: QuietEngine, document: Document) -> None:
    """A training begins."""
    session.train()
    engine.say(Started(1, 1, 4, 10, "cpu", 1, 100, 50, "", ""))


def measure(engine: QuietEngine, *moments: Health) -> None:
    for one in moments:
        engine.say(Measured(1, one.step, one))


def sick(document: Document, step: int) -> Health:
    """Half of the units of relu1 and more are dead."""
    return moment(step, document, relu1=node(0.1, dead=0.625))


def test_rows_follow_the_selection_and_lead_it(
    view: HealthView, session: Session, engine: QuietEngine, document: Document, qtbot: QtBot
) -> None:
    assert view.empty.isVisible()
    train(session, engine, document)
    measure(engine, moment(1, document))
    assert not view.empty.isVisible()
    order = [row.node for row in view.rows.rows]
    assert order == list(document.design.graph.order)
    spot = QPoint(30, ROW * (order.index("conv2") + 1) + 5)
    qtbot.mouseClick(view.rows, Qt.MouseButton.LeftButton, pos=spot)
    assert document.selection == ("conv2",)
    assert "conv2, gradient 0.1, update 0.001" in view.rows.accessibleDescription()


def test_histograms_and_curves_are_of_the_selected_layer(
    view: HealthView, session: Session, engine: QuietEngine, document: Document
) -> None:
    train(session, engine, document)
    wide = moment(2, document, conv2=node(0.2, gradient=0.1, weight=2.0, update=2e-3))
    measure(engine, moment(1, document), wide)
    document.select(["conv2"])
    view.pages.setCurrentIndex(2)
    view.pages.activated.emit(2)
    weights, outputs = view.spreads.spreads
    assert (weights.name, outputs.name) == ("conv2: weights W", "conv2: outputs Y")
    assert (weights.limit, outputs.limit) == (2.0, 1.0)
    np.testing.assert_allclose(weights.shares[:, 0], COUNTS[::-1] / COUNTS.sum())
    view.pages.setCurrentIndex(1)
    view.pages.activated.emit(1)
    x, y = view.gradients.curve("conv2")
    assert (x.tolist(), y.tolist()) == ([0.1, 0.2], [0.1, 0.2])
    assert view.updates.curve("conv2")[1].tolist() == [1e-3, 2e-3]
    numbers = view.numbers()
    row = list(document.design.graph.order).index("conv2")
    assert numbers["update"][row].tolist() == [1e-3, 2e-3]


def test_an_illness_has_a_button_that_cures_and_can_be_undone(
    view: HealthView, session: Session, engine: QuietEngine, document: Document, qtbot: QtBot
) -> None:
    train(session, engine, document)
    measure(engine, moment(1, document), sick(document, 20))
    (note,) = view.notes
    assert note.sentence.text().startswith("relu1: 62 % of its units gave 0")
    assert view.words().startswith("1 finding · epoch 2")
    before = document.design
    qtbot.mouseClick(note.cure, Qt.MouseButton.LeftButton)
    assert document.design.plan.optimizer.lr == pytest.approx(0.005)
    assert not note.cure.isEnabled()
    document.history.undo()
    assert document.design == before
    assert note.cure.isEnabled()
    qtbot.mouseClick(note.sentence, Qt.MouseButton.LeftButton)
    assert document.selection == ("relu1",)


def test_and_train_again_stops_first(
    view: HealthView, session: Session, engine: QuietEngine, document: Document, qtbot: QtBot
) -> None:
    train(session, engine, document)
    measure(engine, moment(1, document), sick(document, 20))
    qtbot.mouseClick(view.notes[0].again, Qt.MouseButton.LeftButton)
    assert isinstance(engine.sent[-1], Stop)
    engine.say(Finished("stopped", 1, 20, None, None, 0, None, 1.0))
    started = [one for one in engine.sent if isinstance(one, Train)]
    assert len(started) == 2
    assert started[-1].design.plan.optimizer.lr == pytest.approx(0.005)


def test_the_canvas_shows_what_lives(
    canvas: CanvasView, session: Session, engine: QuietEngine, document: Document
) -> None:
    scene = canvas.network
    train(session, engine, document)
    strong = node(10.0, gradient=1.0, weight=2.0, update=1e-3)
    measure(engine, moment(1, document), moment(2, document), sick(document, 20))
    assert scene.nodes["relu1"].badge == "62 % dead"
    assert scene.nodes["conv1"].badge == ""
    assert len(scene.nodes["conv1"].trend) == 3
    assert scene.nodes["relu1"].look.sentence == "62 % of its units are dead."
    assert scene.nodes["relu1"].look.severity == "warning"
    measure(engine, moment(30, document, conv2=strong))
    widths = {wire.source: line.strength for wire, line in scene.wires.items()}
    assert widths["conv2"] == gauges.WIDTHS[1]
    assert gauges.WIDTHS[0] < widths["conv1"] < widths["conv2"]
    assert scene.nodes["relu1"].badge == "" == scene.nodes["relu1"].look.sentence


def test_an_edit_takes_live_values_away_and_undo_brings_them_back(
    canvas: CanvasView, session: Session, engine: QuietEngine, document: Document
) -> None:
    scene = canvas.network
    train(session, engine, document)
    measure(engine, moment(1, document), sick(document, 20))
    document.attempt("x", lambda d: edits.set_settings(d, ["conv2"], {"out_channels": 5}))
    assert all(one.badge == "" and one.trend == () for one in scene.nodes.values())
    assert all(line.strength == 0 for line in scene.wires.values())
    assert scene.nodes["relu1"].look.sentence == ""
    measure(engine, sick(document, 21))
    assert scene.nodes["relu1"].badge == ""
    document.history.undo()
    assert scene.nodes["relu1"].badge == "62 % dead"


def test_a_collapsed_group_shows_the_worst_of_its_members(
    canvas: CanvasView, session: Session, engine: QuietEngine, document: Document
) -> None:
    document.attempt("x", lambda d: grouping.group(d, ["conv1", "relu1", "pool1"]))
    (group,) = document.design.groups.by_id
    document.attempt("x", lambda d: grouping.set_collapsed(d, group, True))
    train(session, engine, document)
    measure(engine, moment(1, document), sick(document, 20))
    item = canvas.network.nodes[group]
    assert item.badge == "62 % dead"
    assert item.look.sentence == "62 % of its units are dead."


def test_what_did_not_change_is_not_painted_again(
    canvas: CanvasView,
    session: Session,
    engine: QuietEngine,
    document: Document,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    train(session, engine, document)
    measure(engine, moment(1, document), moment(2, document), moment(3, document))
    drawn: list[object] = []
    for item in (*canvas.network.nodes.values(), *canvas.network.wires.values()):
        monkeypatch.setattr(type(item), "update", lambda self, *_: drawn.append(self))
    vitals = session.findChild(Vitals)
    vitals.changed.emit()
    assert drawn == []


@pytest.mark.parametrize(
    ("gradient", "width"),
    [(float("nan"), 0.0), (0.0, 1.5), (1.0, 6.0), (1e-4, 1.5), (1e-2, 3.75), (1e-9, 1.5)],
)
def test_widths_are_logarithmic(gradient: float, width: float) -> None:
    assert gauges.width(gradient, 0) == width


def test_the_ruler_measures_time(
    qtbot: QtBot, session: Session, engine: QuietEngine, document: Document, vitals: Vitals
) -> None:
    ruler = RulerView(document, engine, vitals)
    qtbot.addWidget(ruler)
    assert [name for name, _, _ in ruler.picture.measures][-1] == "Memory to train"
    train(session, engine, document)
    measure(engine, moment(1, document))
    assert [name for name, _, _ in ruler.picture.measures][-1] == "Measured time"
    assert {block.seconds for block in ruler.picture.blocks} == {2e-3}
    document.attempt("x", lambda d: edits.rename(d, "conv2", "Edges"))
    assert {block.seconds for block in ruler.picture.blocks} == {2e-3}
    document.attempt("x", lambda d: edits.set_settings(d, ["conv2"], {"out_channels": 5}))
    assert {block.seconds for block in ruler.picture.blocks} == {0.0}


def test_epochs_count_for_the_judgment(
    view: HealthView, session: Session, engine: QuietEngine, document: Document
) -> None:
    lr = SGD(lr=0.05)
    document.attempt("x", lambda d: edits.set_plan(d, d.plan.replace(optimizer=lr)))
    train(session, engine, document)
    measure(engine, moment(1, document), moment(60, document))
    for epoch, loss in enumerate((1.0, 0.5, 0.8, 0.9, 1.0), start=1):
        engine.say(EpochDone(epoch, 1 / epoch, 0.5, loss, 0.5, 0.05, 1.0, False))
    assert [note.illness.kind for note in view.notes] == ["overfitting"]
    QApplication.processEvents()
    assert view.notes[0].isVisible()


def test_the_past_is_the_last_check_before_it(
    view: HealthView,
    selection: Selection,
    session: Session,
    engine: QuietEngine,
    document: Document,
) -> None:
    """Checks at 10, 20 and 30; step 25 shows that of 20, step 3 the first, and nothing is wrong."""
    train(session, engine, document)
    for step in (10, 20, 30):
        engine.say(Measured(1, step, moment(step, document), keep=True))
    selection.look_back(selection.run_at_hand, 25)
    assert view.words() == "step 25 of this run, not now · last check · epoch 2 · step 20"
    assert view.checks.shown is not None
    assert view.checks.shown.step == 20
    selection.look_back(selection.run_at_hand, 3)
    assert view.checks.shown.step == 10
    assert view.checks.illnesses == ()
    selection.look_at_now()
    assert view.checks.shown.step == 30
