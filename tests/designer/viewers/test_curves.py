"""The curves draw what they are told, soon but not at once, and keep it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from core.training.events import EpochDone, Event, Finished, Progress, Started
from designer.theme import theme
from designer.viewers.curves import SMOOTHS, CurvesView

RUN = "runs/20261121-102533"


def started(epoch: int = 1, step: int = 1, run: str = RUN) -> Started:
    return Started(epoch, step, 3, 10, "cpu", 100, 640, 64, "As they are.", run)


def epoch_done(epoch: int, accuracy: float | None = 0.9) -> EpochDone:
    return EpochDone(epoch, 0.5 / epoch, accuracy, 0.6 / epoch, accuracy, 0.1, 1.0, True)


def story() -> list[Event]:
    """Two epochs of ten steps."""
    found: list[Event] = [started()]
    for epoch in (1, 2):
        found += [Progress(epoch, s, 10, 3.0 / (10 * epoch + s), 9.0, 1.0) for s in range(1, 11)]
        found.append(epoch_done(epoch))
    return [*found, Finished("done", 2, 20, 0.3, 0.9, 2, 0.9, 2.0)]


@pytest.fixture
def view(qtbot: QtBot) -> CurvesView:
    made = CurvesView()
    qtbot.addWidget(made)
    made.resize(760, 240)
    made.show()
    return made


def tell(view: CurvesView, events: list[Event]) -> None:
    for event in events:
        view.take_event(event.to_json())
    view.redraw()


def test_before_training_it_says_what_will_be_here(view: CurvesView) -> None:
    assert view.empty.isVisible()
    assert "Ctrl+Enter" in view.empty.accessibleName()


def test_curves_are_what_was_told(view: CurvesView) -> None:
    tell(view, story())
    x, y = view.loss.curve("training")
    assert x[[0, -1]].tolist() == [0.1, 2.0]
    assert y[0] == pytest.approx(3 / 11)
    assert view.loss.curve("validation")[1].tolist() == pytest.approx([0.6, 0.3])
    assert view.accuracy.curve("validation")[1].tolist() == pytest.approx([90, 90])
    assert not view.empty.isVisible()


def test_the_title_names_the_run_and_the_epoch(view: CurvesView) -> None:
    tell(view, story()[:5])
    assert view.words().startswith("Training · epoch 1 of 3")
    assert "10:25" in view.words()
    tell(view, story())
    assert view.words().startswith("Finished · epoch 2 of 3 · loss 0.3 · accuracy 90.0 %")


def test_many_events_are_drawn_at_once_and_no_timer_stays(
    view: CurvesView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    draw = view._draw_loss
    monkeypatch.setattr(view, "_draw_loss", lambda smooth: (drawn.append(1), draw(smooth)))
    for event in story():
        view.take_event(event.to_json())
    assert not drawn
    qtbot.waitUntil(lambda: bool(drawn), timeout=2000)
    assert drawn == [1]
    assert not view._timer.isActive()


def test_hidden_curves_wait_until_they_are_seen(view: CurvesView) -> None:
    view.hide()
    for event in story():
        view.take_event(event.to_json())
    assert not view._timer.isActive()
    view.show()
    assert len(view.loss.curve("training")[0]) == 20


def test_a_new_run_takes_the_place_of_the_old_one(view: CurvesView) -> None:
    tell(view, story())
    tell(view, [started(run="runs/20261121-113000"), Progress(1, 4, 10, 2.0, 9.0, 1.0)])
    assert view.loss.curve("training")[0].tolist() == [0.4]


def test_going_on_keeps_what_was_learned(view: CurvesView) -> None:
    tell(view, [*story(), started(epoch=3), Progress(3, 5, 10, 0.1, 9.0, 1.0)])
    assert view.loss.curve("training")[0][[0, -1]].tolist() == [0.1, 2.5]


def test_a_stored_run_is_shown_from_its_epochs(view: CurvesView) -> None:
    recorded = [e.to_json() for e in story() if not isinstance(e, Progress)]
    view.show_run(recorded, run=RUN)
    assert view.loss.curve("training")[1].tolist() == pytest.approx([0.5, 0.25])
    assert view.words().startswith("Finished")
    view.clear()
    assert view.empty.isVisible()


def test_a_run_that_moves_keeps_its_batches(view: CurvesView) -> None:
    tell(view, story())
    recorded = [e.to_json() for e in story() if not isinstance(e, Progress)]
    view.show_run(recorded, run="elsewhere/20261121-102533")
    assert len(view.loss.curve("training")[0]) == 20
    assert view.curves.run.startswith("elsewhere")
    view.show_run(recorded, run="elsewhere/20261121-113000")
    assert len(view.loss.curve("training")[0]) == 2


def test_smoothing_is_a_trailing_mean(view: CurvesView) -> None:
    tell(view, story())
    raw = view.loss.curve("training")[1]
    view.smooth.setValue(1)
    assert view.loss.curve("training")[1][5] == pytest.approx(raw[6 - SMOOTHS[1] : 6].mean())


def test_without_classes_there_is_no_accuracy(view: CurvesView) -> None:
    tell(view, [started(), epoch_done(1, accuracy=None)])
    assert not view.accuracy.isVisible()
    assert "accuracy" not in view.words()


def test_the_logarithmic_axis_is_a_switch(view: CurvesView) -> None:
    tell(view, story())
    view.logarithmic.setChecked(True)
    assert view.loss.log_y
    assert not view.accuracy.log_y


def test_colors_follow_the_theme(view: CurvesView) -> None:
    def colors() -> set[str]:
        plot = view.accuracy.view.getPlotItem()
        items = [item for item in plot.listDataItems() if item.name()]
        pens = {item.opts["pen"].color().name().upper() for item in items}
        return pens | {item.opts["symbolBrush"].color().name().upper() for item in items}

    tell(view, story())
    assert colors() == {theme.tokens.training, theme.tokens.validation}
    light = colors()
    theme.apply("dark")
    assert colors() == {theme.tokens.training, theme.tokens.validation}
    assert colors() != light


def test_everything_can_be_taken_away(view: CurvesView, tmp_path: Path) -> None:
    tell(view, story())
    button = next(b for b in view.findChildren(QToolButton) if b.menu())
    for action in button.menu().actions():
        name, write = action.data()
        write(tmp_path / name)
    assert not QImage(str(tmp_path / "loss.png")).isNull()
    assert (tmp_path / "accuracy.svg").read_text(encoding="utf-8").count("<path") > 2
    with (tmp_path / "curves.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len([row for row in rows if row["kind"] == "batches"]) == 20
    assert [float(r["validation_loss"]) for r in rows if r["kind"] == "epoch"] == [0.6, 0.3]
