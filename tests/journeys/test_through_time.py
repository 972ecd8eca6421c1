"""Through time in a real window: what views show at a moment is what the run was then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from safetensors.numpy import load_file

from core.network import Network
from core.training.checkpoint import load_weights
from core.when import LAST
from designer.document import edits
from designer.theme import theme
from designer.viewers.filters import FiltersView
from designer.viewers.scrubber import ScrubberView
from designer.window import Window
from tests.journeys.test_every_view import is_drawn
from tests.support.windows import Open

PATIENCE = 60_000  # milliseconds
HALF = {"rtol": 2**-11, "atol": 2**-24}  # float16


@pytest.fixture(autouse=True)
def light_again() -> Iterator[None]:
    yield
    theme.apply("light")


def train(window: Window, qtbot: QtBot, *, seed: int = 0, epochs: int = 1) -> None:
    design = window.document.design
    plan = design.plan.replace(epochs=epochs, device="cpu", seed=seed)
    window.document.apply("Plan", edits.set_plan(design, plan))
    with qtbot.waitSignal(window.session.changed):
        window.session.train_anew()
    qtbot.waitUntil(lambda: not window.engine.is_busy, timeout=PATIENCE)
    assert window.session.failure is None


def look(window: Window, qtbot: QtBot) -> tuple[ScrubberView, FiltersView]:
    """The rail and the filters of conv1, both seen."""
    window.docks.show("filters")
    window.docks.show("through-time")
    window.document.select(["conv1"])
    scrubber, filters = window.findChild(ScrubberView), window.findChild(FiltersView)
    qtbot.waitUntil(lambda: bool(scrubber.timeline.steps), timeout=PATIENCE)
    return scrubber, filters


def wait_for(qtbot: QtBot, filters: FiltersView, step: int) -> NDArray[np.float32]:
    """The filters (6, 5, 5), once they are those of a step."""
    qtbot.waitUntil(
        lambda: (
            filters._shown is not None
            and filters._shown.step == step
            and filters.shown_node == "conv1"
            and not filters.asking.waiting
        ),
        timeout=PATIENCE,
    )
    found: NDArray[np.float32] = filters.mosaic._tiles.values
    return found


def drag(qtbot: QtBot, scrubber: ScrubberView, place: int) -> None:
    """Press in the middle of the rail, and drag the handle to a moment."""
    rail = scrubber.rail
    y = rail.height() // 2
    qtbot.mousePress(rail, Qt.MouseButton.LeftButton, pos=QPoint(rail.width() // 2, y))
    qtbot.mouseMove(rail, QPoint(round(rail.place_of(place)), y))
    qtbot.mouseRelease(rail, Qt.MouseButton.LeftButton, pos=QPoint(round(rail.place_of(place)), y))


def first_filters(window: Window, seed: int) -> NDArray[np.float32]:
    """Those of a network that has never learned."""
    return Network(window.document.design.graph, seed=seed).weight("conv1.weight")[:, 0]


def test_the_rail_leads_to_the_first_weights_and_back(window: Window, qtbot: QtBot) -> None:
    train(window, qtbot)
    scrubber, filters = look(window, qtbot)
    run = window.session.run
    assert run is not None
    steps = scrubber.timeline.steps
    assert (steps[0], steps[-1]) == (0, 63)  # 64 batches of digits, the last step's checkpoint
    drag(qtbot, scrubber, 0)
    np.testing.assert_allclose(wait_for(qtbot, filters, 0), first_filters(window, 0), **HALF)
    assert "step 0 of run" in filters.title.text()
    assert "not now" in filters.title.text()
    assert window.past_notice.bar.isVisible()
    assert window.past_notice.bar.sentence.text() == "The views show step 0, not now:"
    qtbot.keyClick(scrubber.rail, Qt.Key.Key_Right)
    saved = load_file(run.path / "snapshots" / "step-000000001.safetensors")
    shown = wait_for(qtbot, filters, 1)
    np.testing.assert_array_equal(shown, saved["model/conv1/weight"][:, 0].astype(np.float32))
    qtbot.mouseClick(window.past_notice.bar.button, Qt.MouseButton.LeftButton)
    now = Network(window.document.design.graph)
    load_weights(run.checkpoints()[-1], now)
    np.testing.assert_array_equal(wait_for(qtbot, filters, 63), now.weight("conv1.weight")[:, 0])
    assert window.selection.spot.step == LAST
    assert not window.past_notice.bar.isVisible()
    assert "epoch 1 of run" in filters.title.text()


def test_the_rail_is_drawn_in_both_looks(window: Window, qtbot: QtBot) -> None:
    train(window, qtbot)
    scrubber, filters = look(window, qtbot)
    drag(qtbot, scrubber, 5)
    wait_for(qtbot, filters, 5)
    for kind in ("light", "dark"):
        theme.apply(kind)
        assert is_drawn(scrubber), kind
    assert scrubber.words().startswith("step 5 · epoch 1 · loss ")
    assert "run " in scrubber.runs.currentText()


def test_it_plays_to_now_and_flips_between_two_moments(window: Window, qtbot: QtBot) -> None:
    train(window, qtbot)
    scrubber, filters = look(window, qtbot)
    scrubber.buttons.speed.setCurrentIndex(2)
    drag(qtbot, scrubber, len(scrubber.timeline.steps) - 3)
    qtbot.keyClick(scrubber.rail, Qt.Key.Key_Space)
    assert scrubber.buttons.player.play.isChecked()
    qtbot.waitUntil(lambda: not scrubber.buttons.player.play.isChecked(), timeout=PATIENCE)
    assert window.selection.spot.step == LAST
    drag(qtbot, scrubber, 2)
    scrubber.buttons.pins["A"].click()
    drag(qtbot, scrubber, 5)
    scrubber.buttons.pins["B"].click()
    seen = []
    for _ in range(3):
        qtbot.keyClick(scrubber.rail, Qt.Key.Key_X)
        seen.append(window.selection.spot.step)
    assert seen == [2, 5, 2]
    wait_for(qtbot, filters, 2)
    qtbot.keyClick(scrubber.rail, Qt.Key.Key_N)
    assert window.selection.spot.step == LAST


def test_an_older_run_has_its_own_past(window: Window, qtbot: QtBot) -> None:
    train(window, qtbot, seed=3)
    older = window.session.run
    scrubber, filters = look(window, qtbot)
    drag(qtbot, scrubber, 4)
    wait_for(qtbot, filters, 4)
    train(window, qtbot, seed=4)  # a training looks at now again
    assert older is not None
    assert window.selection.spot.step == LAST
    qtbot.waitUntil(lambda: scrubber.runs.count() == 2, timeout=PATIENCE)
    wait_for(qtbot, filters, 63)
    at = scrubber.runs.findData(str(older.path))
    scrubber.runs.setCurrentIndex(at)
    scrubber.runs.activated.emit(at)
    np.testing.assert_allclose(wait_for(qtbot, filters, 0), first_filters(window, 3), **HALF)
    assert scrubber.rail.maximum() == len(scrubber.timeline.steps) - 1  # it has no now
    scrubber.now.click()
    wait_for(qtbot, filters, 63)
    drag(qtbot, scrubber, 0)
    np.testing.assert_allclose(wait_for(qtbot, filters, 0), first_filters(window, 4), **HALF)


def test_a_film_has_a_picture_of_every_moment(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pillow reads it back: as many pictures as moments, no two alike, the delay as chosen."""
    train(window, qtbot)
    scrubber, _ = look(window, qtbot)
    path = tmp_path / "filters.gif"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    row = scrubber.film
    window.docks.docks["filters"].hide()
    assert "Filters" not in [row.views.itemText(at) for at in range(row.views.count())]
    window.docks.show("filters")
    row.views.setCurrentText("Filters")
    assert row.views.currentText() == "Filters"
    row.delay.setValue(120)
    with qtbot.waitSignal(row.told, timeout=PATIENCE) as told:
        row.save.click()
    assert told.args == [""]
    assert window.selection.spot.step == LAST
    with Image.open(path) as film:
        assert film.n_frames == len(scrubber.timeline.steps)
        assert film.info["duration"] == 120
        pictures = set()
        for number in range(film.n_frames):
            film.seek(number)
            pictures.add(film.convert("RGB").crop((0, 0, film.width, film.height - 24)).tobytes())
    assert len(pictures) > 0.9 * len(scrubber.timeline.steps)
    folder = tmp_path / "pictures"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    row.kinds.setCurrentIndex(1)
    with qtbot.waitSignal(row.told, timeout=PATIENCE):
        row.save.click()
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"filters-{step:09}.png" for step in scrubber.timeline.steps]


def test_a_film_that_is_given_up_leaves_nothing(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(window, qtbot)
    scrubber, filters = look(window, qtbot)
    drag(qtbot, scrubber, 3)
    wait_for(qtbot, filters, 3)
    path = tmp_path / "film.gif"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(scrubber.film.film.went, timeout=PATIENCE):
        scrubber.film.save.click()
    scrubber.film.stop.click()
    assert not scrubber.film.film.is_running
    assert scrubber.title.text() == "The film was given up; nothing is saved."
    assert window.selection.spot.step == 3
    assert not path.exists()
    with qtbot.waitSignal(scrubber.film.film.went, timeout=PATIENCE):
        scrubber.film.save.click()
    with qtbot.waitSignal(scrubber.film.told):
        scrubber.rail.setValue(2)
    assert not scrubber.film.film.is_running
    assert scrubber.film.save.isVisible()
    assert "ended the film" in scrubber.title.text()
    assert window.selection.spot.step == scrubber.timeline.steps[2]
    with qtbot.waitSignal(scrubber.film.film.went, timeout=PATIENCE):
        scrubber.film.save.click()
    window.docks.docks["filters"].close()
    assert not scrubber.film.film.is_running
    assert "put away" in scrubber.title.text()
    assert not path.exists()


def test_every_view_of_the_past_after_an_edit_says_so(open_window: Open, qtbot: QtBot) -> None:
    """A layer that is another one now has no past; the sentence says what to do."""
    window = open_window()
    window.files.start("lenet5")
    train(window, qtbot)
    scrubber, filters = look(window, qtbot)
    wider = edits.set_settings(window.document.design, ["conv1"], {"out_channels": 7})
    window.document.apply("More filters", wider)
    drag(qtbot, scrubber, 2)
    qtbot.waitUntil(
        lambda: "this layer was another one" in filters.empty._sentence.text(), timeout=PATIENCE
    )
