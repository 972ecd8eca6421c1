"""Words that must not be cut or jump: notices, names in the palette, the data before they come."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.project import Project, save
from designer.dialogs import questions
from designer.window import Window
from tests.support.windows import Open

LONG = "conv1 needs a 5 × 5 input or larger, it gets 3 × 3. " * 5
WAIT = 60_000  # milliseconds; a limit, never a delay


def test_a_long_notice_ends_with_an_ellipsis_before_the_totals(window: Window) -> None:
    notice, totals = window.status.notice, window.status.totals
    window.tell("Short.")
    place = totals.geometry()
    assert notice.shown() == "Short."
    window.tell(LONG)
    assert notice.text() == LONG
    assert notice.shown().endswith("…")
    assert notice.geometry().right() < totals.geometry().left()
    assert totals.geometry() == place
    assert totals.fontMetrics().horizontalAdvance(totals.text()) <= totals.contentsRect().width()


def test_no_layer_name_is_cut_in_the_palette(window: Window, qtbot: QtBot) -> None:
    tree = window.palette_panel.tree
    for item in tree.leaves():
        tree.scrollToItem(item)
        name = tree.fontMetrics().horizontalAdvance(item.text(0))
        room = tree.visualItemRect(item).intersected(tree.viewport().rect()).width()
        assert name + tree.iconSize().width() + 8 <= room, item.text(0)


def test_the_data_panel_speaks_at_once_and_nothing_moves_later(
    open_window: Open, qtbot: QtBot
) -> None:
    window = open_window()
    window.files.start("lenet5")
    panel = window.data
    with qtbot.waitSignal(window.engine.data_received, timeout=WAIT):
        window.docks.show("data")
        qtbot.waitExposed(panel)
        assert panel.sentence.text() == "Handwritten digits. Looking at the data …"
        qtbot.waitUntil(lambda: panel.samples.y() > panel.sentence.y(), timeout=WAIT)
        places = panel.sentence.y(), panel.samples.y()
    assert "4,000 pictures train" in panel.sentence.text()
    panel.sentence.window().repaint()
    assert (panel.sentence.y(), panel.samples.y()) == places


@pytest.mark.parametrize("there", [True, False])
def test_a_recent_project_is_forgotten_only_where_it_is_gone(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    monkeypatch.setattr(questions, "tell", lambda *_: None)
    path = tmp_path / "mine.striate"
    save(path, Project(window.document.design))
    assert window.files.load(path)
    assert window.preferences.recent == [path]
    if there:
        path.write_text('{"format": "striate.project", "version": [99, 0]}')
    else:
        path.unlink()
    assert not window.files.load(path)
    assert window.preferences.recent == ([path] if there else [])
