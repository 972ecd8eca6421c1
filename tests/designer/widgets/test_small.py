"""The small ones: labels, fields, cards, folds, chips."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QLabel,
    QMainWindow,
    QPushButton,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from designer.resources import icon
from designer.theme import DARK, LIGHT, theme
from designer.widgets.breakable import breakable
from designer.widgets.card import Card
from designer.widgets.chip import Chip
from designer.widgets.color_legend import ColorLegend
from designer.widgets.dock_title import DockTitle
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.empty_state import EmptyState
from designer.widgets.flow_row import FlowRow
from designer.widgets.fold import Fold
from designer.widgets.icon_label import IconLabel
from designer.widgets.progress_line import ProgressLine
from designer.widgets.search_field import SearchField


def colors(widget: QWidget) -> set[str]:
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name().upper()
        for x in range(image.width())
        for y in range(image.height())
    }


def test_elided_label_shortens_and_tells_the_rest(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = ElidedLabel("a long name that does not fit")
    qtbot.addWidget(label)
    tips: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda at, text, owner: tips.append(text))
    for width in (60, 600):
        label.resize(width, 20)
        QApplication.sendEvent(label, QHelpEvent(QEvent.Type.ToolTip, QPoint(), QPoint()))
    assert tips == ["a long name that does not fit", ""]
    assert label.shown() == label.text()
    label.resize(60, 20)
    assert label.shown().endswith("…")
    assert label.minimumSizeHint().width() < 30
    assert LIGHT.text in colors(label)


def test_search_field_clears(qtbot: QtBot) -> None:
    field = SearchField("Search layers")
    qtbot.addWidget(field)
    field.show()
    glass, cross = field.actions()
    assert glass.isVisible()
    assert not cross.isVisible()
    qtbot.keyClicks(field, "conv")
    assert cross.isVisible()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), cross.isVisible()) == ("", False)
    qtbot.keyClicks(field, "pool")
    cross.trigger()
    assert field.text() == ""
    assert field.accessibleName() == "Search layers"


def test_escape_without_text_is_left_to_the_window(qtbot: QtBot) -> None:
    class Window(QWidget):
        escaped = False

        def keyPressEvent(self, event: QEvent) -> None:
            self.escaped = True

    window = Window()
    qtbot.addWidget(window)
    field = SearchField(parent=window)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert window.escaped


def test_empty_state_wraps_its_sentence_and_offers_a_way(qtbot: QtBot) -> None:
    state = EmptyState("curves", "Train once, and the curves appear here. " * 3, button="Train")
    qtbot.addWidget(state)
    state.resize(240, 300)
    state.show()
    with qtbot.waitSignal(state.activated):
        state.button.click()
    sentence = state.findChild(QLabel)
    assert sentence.height() >= sentence.heightForWidth(sentence.width())
    assert not EmptyState("curves", "Nothing").button.isVisibleTo(None)


def test_empty_state_leaves_its_icon_out_where_only_the_words_have_room(qtbot: QtBot) -> None:
    state = EmptyState("curves", "Real items are looked through.")
    qtbot.addWidget(state)
    state.show()
    picture = state.findChild(IconLabel)
    for height, shown in ((200, True), (50, False), (200, True)):
        state.resize(300, height)
        assert picture.isVisible() is shown
        assert state.rect().contains(state.findChild(QLabel, "sentence").geometry())


def test_a_long_name_is_wrapped_and_read_as_it_is(qtbot: QtBot) -> None:
    name = "a_very_long_name_for_a_convolution_layer_in_block_17"
    state = EmptyState("curves", f"Waiting for {name} …")
    qtbot.addWidget(state)
    state.resize(200, 300)
    state.show()
    label = state.findChild(QLabel, "sentence")
    widest = max(label.fontMetrics().horizontalAdvance(part) for part in name.split("_")) + 8
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    room = QRect(0, 0, max(widest, label.width()), 1000)
    assert label.fontMetrics().boundingRect(room, flags, label.text()).width() <= room.width()
    assert state.sentence == state.accessibleName() == f"Waiting for {name} …"
    assert breakable("corners_out") == "corners_out"  # short enough for a line
    assert breakable(name).replace("\u200b", "") == name


def test_a_row_squeezes_what_is_wider_than_itself(qtbot: QtBot) -> None:
    dock = QWidget()
    qtbot.addWidget(dock)
    holder = QWidget(dock)
    row, field = FlowRow(holder), QPushButton("What it says: the likeliest class of all")
    row.addWidget(field)
    holder.resize(80, 60)
    dock.show()
    assert field.width() == 80
    holder.resize(600, 60)
    assert field.width() == field.sizeHint().width()


def test_legend_keeps_its_words_where_its_bar_is_shortened(qtbot: QtBot) -> None:
    legend = ColorLegend()
    qtbot.addWidget(legend)
    legend.set_limits(-1.5, 1.5, signed=True)
    wide, narrow = legend.sizeHint().width(), legend.minimumSizeHint().width()
    assert wide - narrow == 80  # the bar alone, from 112 to 32 pixels
    for width in (wide, narrow):
        legend.resize(width, legend.sizeHint().height())
        legend.show()
        image = legend.grab().toImage()
        ground = theme.color("ground")
        words = legend.fontMetrics().horizontalAdvance(legend.words()[0])
        inked = [x for x in range(image.width()) if image.pixelColor(x, 9) != ground]
        assert min(inked) <= words  # the lower limit stands at the left end
        assert max(inked) >= width - words


def test_card_is_chosen_by_mouse_enter_and_space(qtbot: QtBot) -> None:
    card = Card("LeNet-5", "Digits, 61,706 parameters")
    qtbot.addWidget(card)
    card.show()
    chosen: list[str] = []
    card.clicked.connect(lambda: chosen.append(card.text()))
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        qtbot.keyClick(card, key)
    assert chosen == ["LeNet-5"] * 4
    assert card.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert (card.accessibleName(), card.accessibleDescription()) == (
        "LeNet-5", "Digits, 61,706 parameters",
    )  # fmt: skip


def test_card_shows_its_picture_and_follows_the_theme(qtbot: QtBot) -> None:
    card = Card("LeNet-5")
    qtbot.addWidget(card)
    picture = QPixmap(40, 20)
    picture.fill(QColor("#ff00ff"))
    card.set_picture(picture)
    assert "#FF00FF" in colors(card)
    assert LIGHT.surface in colors(card)
    theme.apply("dark")
    assert DARK.surface in colors(card)


def test_fold_hides_and_shows(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    content = QLabel("content")
    fold = Fold("Advanced", content, opened=False)
    QVBoxLayout(window).addWidget(fold)
    window.show()
    assert not content.isVisible()
    with qtbot.waitSignal(fold.toggled):
        fold.findChild(QToolButton).click()
    qtbot.waitUntil(lambda: content.isVisible() and content.maximumHeight() > 10_000)
    fold.set_opened(False)
    qtbot.waitUntil(lambda: not content.isVisible())
    assert not fold.opened
    fold.set_title("More")
    assert fold.findChild(QToolButton).accessibleName() == "More"


def test_fold_that_nobody_sees_opens_at_once(qtbot: QtBot) -> None:
    content = QLabel("content")
    fold = Fold("Advanced", content, opened=False)
    qtbot.addWidget(fold)
    fold.set_opened(True)
    assert content.isVisibleTo(fold)


def test_chip_says_and_explains(qtbot: QtBot) -> None:
    chip = Chip("info", "CPU", tip="Two threads")
    qtbot.addWidget(chip)
    assert (chip.text(), chip.toolTip(), chip.accessibleName()) == ("CPU", "Two threads", "CPU")
    chip.set("problem", "2 problems", color="problem")
    assert chip.accessibleName() == "2 problems"
    assert LIGHT.problem in colors(chip)
    with qtbot.waitSignal(chip.clicked):
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(("fraction", "kept"), [(0.25, 0.25), (-1, 0), (7, 1), (float("nan"), 0)])
def test_progress_keeps_inside(qtbot: QtBot, fraction: float, kept: float) -> None:
    line = ProgressLine()
    qtbot.addWidget(line)
    line.set_progress(fraction)
    assert line.fraction == kept


def test_progress_is_as_long_as_it_says(qtbot: QtBot) -> None:
    line = ProgressLine()
    qtbot.addWidget(line)
    line.resize(200, 20)
    line.set_progress(0.25)
    image = line.grab().toImage()
    row = [image.pixelColor(x, 10).name().upper() for x in range(200)]
    assert row.count(LIGHT.accent) == pytest.approx(50, abs=3)
    assert line.accessibleDescription() == "25 %"
    line.set_progress(0.5, before="epoch 3/10", after="0:42 left")
    assert line.accessibleDescription() == "epoch 3/10 50 % 0:42 left"
    assert line.sizeHint().width() > 120


def test_icon_label_draws_its_icon(qtbot: QtBot) -> None:
    label = IconLabel(icon("stop", "accent"), 32)
    qtbot.addWidget(label)
    assert LIGHT.accent in colors(label)
    label.set_icon(icon("stop", "problem"))
    assert LIGHT.problem in colors(label)


def test_dock_title_floats_and_closes(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    dock = QDockWidget("Layers")
    dock.setObjectName("layers")
    dock.setTitleBarWidget(DockTitle(dock))
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    window.show()
    floating, close = dock.titleBarWidget().findChildren(QToolButton)
    floating.click()
    assert dock.isFloating()
    floating.click()
    assert not dock.isFloating()
    close.click()
    assert not dock.isVisible()
    dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
    assert not close.isVisibleTo(dock)
    assert close.accessibleName() == "Close Layers"
