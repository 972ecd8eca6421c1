"""Numbers as the system's language writes them, everywhere in the window: 1.234,5 in German."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from designer.document import edits
from designer.widgets.numbers import localized, share_of
from designer.window import Window
from tests.support.windows import Open

WAIT = 120_000  # milliseconds; a limit, never a delay
# 61,706 and 0.05 and 1,234.5, where German writes 61.706 and 0,05 and 1.234,5. What both write,
# such as 1,234, is let pass.
ENGLISH = re.compile(
    r"(?<![\w.,])(\d{2,3}(,\d{3})+|\d{1,3}(,\d{3})+\.\d+|\d+\.(?!\d{3}(?!\d))\d+)(?!\w)"
)


@pytest.fixture
def german() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    yield
    QLocale.setDefault(before)


def texts(widget: QWidget) -> Iterator[str]:
    """All that a widget and what lies in it say in words."""
    for one in widget.findChildren(QWidget):
        yield from (one.toolTip(), one.accessibleName(), one.accessibleDescription())
        if isinstance(one, QLabel | QAbstractButton | QLineEdit):
            yield one.text()
        if isinstance(one, QAbstractItemView) and one.model() is not None:
            model = one.model()
            for row in range(model.rowCount()):
                for column in range(model.columnCount()):
                    yield str(model.index(row, column).data(Qt.ItemDataRole.DisplayRole) or "")


def english(window: Window) -> set[str]:
    """Texts with a number that German does not write so."""
    plain = (re.sub(r"<[^>]*>", "", text) for text in texts(window))
    found = {re.sub(r"(section|version) [\d.]+", "", text) for text in plain}  # of a source
    return {text for text in found if ENGLISH.search(text)}


def test_what_counts_as_english() -> None:
    for text in ("61,706 parameters", "rate 0.05", "1,234.5 ms", "p 0.5"):
        assert ENGLISH.search(text)
    for text in ("61.706 Parameter", "0,05", "conv1.2", "(16, 28, 28)", "1.234,5"):
        assert not ENGLISH.search(text)


def test_numbers_of_the_engine_are_written_anew(german: None) -> None:
    assert localized("4,000 pictures train, 0.5 of them twice.") == (
        "4.000 pictures train, 0,5 of them twice."
    )
    assert localized("1,234,567.25") == "1.234.567,25"
    assert localized("stage1.2 (16, 28, 28) v1.2.3") == "stage1.2 (16, 28, 28) v1.2.3"
    assert share_of(200, 230) == "+15 %"
    assert share_of(200, 150) == "−25 %"


def test_english_stays_as_it_is() -> None:
    text = "4,000 pictures train, 0.5 of them twice."
    assert localized(text) == text


def test_the_whole_window_in_german(german: None, open_window: Open, qtbot: QtBot) -> None:
    """A network with a share and with thousands, trained: every panel and what it says."""
    window = open_window()
    window.files.start("alexnet")
    assert "Dropout" in {
        type(n.layer).__name__ for n in window.document.design.graph.nodes.values()
    }
    look = next(
        item.look for item in window.canvas.network.nodes.values() if item.look.kind == "Dropout"
    )
    assert "0,5" in look.brief
    window.files.start("lenet5")
    for pane in window.docks.panes:
        window.docks.show(pane.id)
    assert "61.706 parameters" in window.status.totals.text()
    plan = window.document.design.plan.replace(epochs=1)
    window.document.attempt("Epochs", lambda design: edits.set_plan(design, plan))
    with qtbot.waitSignal(window.engine.data_received, timeout=WAIT):
        window.docks.show("data")
    qtbot.waitUntil(lambda: "4.000 pictures train" in window.data.sentence.text(), timeout=WAIT)
    window.comparing.begin(window.document.design, "before")
    window.document.select(["conv2"])
    window.editing.delete()
    window.session.train_anew()
    qtbot.waitUntil(lambda: window.session.state == "idle", timeout=WAIT)
    assert window.session.failure is None
    window.document.select(["conv1"])
    rate = window.training.form.rows["optimizer"].editor.findChildren(QLineEdit)
    assert "0,05" in {field.text() for field in rate}
    axis = window.curves.loss.view.getPlotItem().getAxis("left")
    assert axis.tickStrings([0.4, 0.5], 1.0, 0.1) == ["0,4", "0,5"]
    assert "\n".join(sorted(english(window))) == ""
