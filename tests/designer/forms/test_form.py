"""Forms: an editor for every kind, legal values out, sentences for the rest."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QLocale, Qt
from pytestqt.qtbot import QtBot

from core.design import DataChoice
from core.kinds import Float, Int, Kind, Padding
from core.layers import CATALOGUE, Conv1d, Conv2d, Input
from core.losses import CrossEntropy
from core.optimizers import OPTIMIZERS, Adam
from core.plan import Plan
from core.schedules import Step, Warmup
from core.settings import Declared, SettingError, setting, settings_of
from designer.forms.editors import NumberEditor, PaddingEditor
from designer.forms.floats import FloatsEditor
from designer.forms.form import EDITORS, Form, OneOfEditor
from designer.forms.number_box import NumberBox


@dataclass(frozen=True)
class Sample(Declared):
    """Two settings that depend on each other."""

    low: int = setting(1, Int(0, 100), help="Low.")
    high: int = setting(5, Int(0, 100), help="High.")

    def check(self) -> None:
        if self.low > self.high:
            raise SettingError("high", "a number above low is expected")


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    made = Form()
    qtbot.addWidget(made)
    made.show()
    return made


def type_into(qtbot: QtBot, box: NumberBox, text: str) -> None:
    box.setFocus()
    box.lineEdit().selectAll()
    qtbot.keyClicks(box.lineEdit(), text)


def test_every_kind_has_an_editor() -> None:
    assert set(EDITORS) == set(Kind.__subclasses__())


@pytest.mark.parametrize("cls", [*CATALOGUE, Plan, DataChoice], ids=lambda cls: cls.__name__)
def test_every_declared_value_can_be_shown(form: Form, cls: type[Declared]) -> None:
    form.show_value(cls())
    assert set(form.rows) == {one.name for one in settings_of(cls)}
    for one in settings_of(cls):
        tip = form.rows[one.name].label.toolTip()
        assert one.name in tip
        assert one.keras in tip


def test_a_typed_number_leaves_the_form(form: Form, qtbot: QtBot) -> None:
    form.show_value(Conv2d())
    editor = form.rows["out_channels"].editor
    assert isinstance(editor, NumberEditor)
    with qtbot.waitSignal(form.edited) as signal:
        type_into(qtbot, editor.box, "6")
    assert signal.args == ["out_channels", 6, "out_channels.typed"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0", "1 or more is expected, 0 came."),
        ("two", "A whole number is expected, 'two' came."),
        (" ", "A whole number is expected, the field is empty."),
        ("2.5", "A whole number is expected, 2.5 came."),
    ],
)
def test_an_illegal_number_is_explained_and_stays_inside(
    form: Form, qtbot: QtBot, text: str, sentence: str
) -> None:
    form.show_value(Conv2d())
    row = form.rows["out_channels"]
    assert isinstance(row.editor, NumberEditor)
    with qtbot.assertNotEmitted(form.edited):
        row.editor.box.lineEdit().selectAll()
        row.editor.box.lineEdit().insert(text)
        row.editor.box.lineEdit().textEdited.emit(text)
    assert row.message.text() == sentence
    assert not row.message.isHidden()


def test_a_rule_between_settings_is_told_at_the_setting_it_names(form: Form, qtbot: QtBot) -> None:
    form.show_value(Sample())
    editor = form.rows["low"].editor
    assert isinstance(editor, NumberEditor)
    with qtbot.assertNotEmitted(form.edited):
        type_into(qtbot, editor.box, "9")
    assert form.rows["high"].message.text() == "A number above low is expected."


def test_padding_takes_a_mode_one_number_two_or_four(form: Form, qtbot: QtBot) -> None:
    form.show_value(Conv2d())
    editor = form.rows["padding"].editor
    assert isinstance(editor, PaddingEditor)
    heard: list[object] = []
    form.edited.connect(lambda name, value, path: heard.append(value))
    editor.combo.activated.emit(editor._modes.index("same"))
    editor.combo.activated.emit(len(Padding().modes) + 2)
    editor.boxes[3].typed.emit(0)
    type_into(qtbot, editor.boxes[0], "3")
    assert heard == ["same", (0, 0, 0, 0), (0, 0, 0, 0), (3, 0, 0, 0)]
    form.show_value(Conv2d(padding=(1, 1, 2, 2)))
    assert sum(not box.isHidden() for box in editor.boxes) == 4


def test_padding_of_a_signal_has_two_sides(form: Form, qtbot: QtBot) -> None:
    form.show_value(Conv1d())
    editor = form.rows["padding"].editor
    assert isinstance(editor, PaddingEditor)
    heard: list[object] = []
    form.edited.connect(lambda name, value, path: heard.append(value))
    assert sum(not box.isHidden() for box in editor.boxes) == 1
    type_into(qtbot, editor.boxes[0], "2")
    editor.combo.activated.emit(len(Padding().modes) + 1)
    type_into(qtbot, editor.boxes[1], "5")
    editor.combo.activated.emit(editor._modes.index("full"))
    assert heard == [(2, 2), (2, 2), (2, 5), "full"]
    form.show_value(Conv1d(padding=(0, 3)))
    assert [box.value() for box in editor.boxes] == [0, 3]


def test_a_row_of_numbers_is_typed_with_commas(form: Form, qtbot: QtBot) -> None:
    form.show_value(CrossEntropy(class_weights=(1.0, 0.5)))
    row = form.rows["class_weights"]
    assert isinstance(row.editor, FloatsEditor)
    line = row.editor.line
    assert line.text() == "1, 0.5"
    heard: list[object] = []
    form.edited.connect(lambda name, value, path: heard.append((name, value, path)))
    line.selectAll()
    qtbot.keyClicks(line, "2, 3")
    assert heard[-1] == ("class_weights", (2.0, 3.0), "class_weights.typed")
    qtbot.keyClicks(line, "x")
    assert row.message.text() == "Numbers with commas between are expected, “3x” came."
    qtbot.keyClicks(line, "\b")
    assert row.message.text() == ""
    line.clear()
    qtbot.keyClicks(line, "-1")
    assert row.message.text() == "0 or more is expected, -1 came."


def test_a_row_of_numbers_loses_no_figure(form: Form) -> None:
    form.show_value(CrossEntropy(class_weights=(0.1234567891, 1e-7, 3.0)))
    editor = form.rows["class_weights"].editor
    assert isinstance(editor, FloatsEditor)
    assert editor.line.text() == "0.1234567891, 1e-07, 3"


def test_a_row_of_numbers_where_the_comma_is_the_decimal_sign(form: Form, qtbot: QtBot) -> None:
    english = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    try:
        form.show_value(Plan())
        form.show_value(CrossEntropy(class_weights=(1.0, 0.5)))
        row = form.rows["class_weights"]
        assert isinstance(row.editor, FloatsEditor)
        line = row.editor.line
        assert line.text() == "1; 0,5"
        heard: list[object] = []
        form.edited.connect(lambda name, value, path: heard.append(value))
        for typed in ("2,5; 3", "2,5 3", "2,5, 3,", "2.5; 3"):
            line.selectAll()
            qtbot.keyClicks(line, typed)
            assert heard[-1] == (2.5, 3.0), typed
        qtbot.keyClicks(line, "x")
        assert row.message.text() == "Numbers with semicolons between are expected, “3x” came."
    finally:
        QLocale.setDefault(english)


def test_a_schedule_within_a_schedule_is_edited(form: Form, qtbot: QtBot) -> None:
    form.show_value(Plan(schedule=Warmup(then=Step(30))))
    editor = form.rows["schedule"].editor
    assert isinstance(editor, OneOfEditor)
    assert editor.combo.currentText() == "Warm-up"
    then = editor.form.rows["then"].editor
    assert isinstance(then, OneOfEditor)
    every = then.form.rows["step_size"].editor
    assert isinstance(every, NumberEditor)
    with qtbot.waitSignal(form.edited) as signal:
        type_into(qtbot, every.box, "9")
    assert signal.args[:2] == ["schedule", Warmup(then=Step(9))]


def test_an_input_shows_height_width_channels(form: Form, qtbot: QtBot) -> None:
    form.show_value(Input((3, 20, 30)))
    boxes = form.rows["shape"].editor.findChildren(NumberBox)
    assert [box.value() for box in boxes if not box.isHidden()] == [20, 30, 3]
    with qtbot.waitSignal(form.edited) as signal:
        type_into(qtbot, boxes[1], "8")
    assert signal.args[1] == (3, 20, 8)


def test_another_optimizer_brings_its_own_settings(form: Form, qtbot: QtBot) -> None:
    form.show_value(Plan())
    editor = form.rows["optimizer"].editor
    with qtbot.waitSignal(form.edited) as signal:
        editor.combo.activated.emit(OPTIMIZERS.index(Adam))  # type: ignore[attr-defined]
    form.show_value(Plan(optimizer=signal.args[1]))
    assert "beta1" in editor.form.rows  # type: ignore[attr-defined]


def test_rates_step_along_one_two_five(qtbot: QtBot) -> None:
    box = NumberBox(Float(0.0, 1000.0, log=True))
    qtbot.addWidget(box)
    box.show_value(0.01)
    seen = []
    for _ in range(3):
        box.stepBy(1)
        seen.append(box.value())
    box.stepBy(-3)
    assert seen == [0.02, 0.05, 0.1]
    assert box.value() == 0.01


def test_arrow_keys_step_and_stop_at_the_end(qtbot: QtBot) -> None:
    box = NumberBox(Int(1, 3))
    qtbot.addWidget(box)
    box.show_value(2)
    for _ in range(4):
        qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.value() == 3
