"""The editor for a row of values: add, remove, presets, settings of each."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from core.data.augment import AUGMENTATIONS, PLANKTON, Flip, Noise, Rotate, Shift
from core.design import DataChoice
from designer.forms.editors import NumberEditor
from designer.forms.form import Form
from designer.forms.several import SeveralEditor


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    made = Form()
    qtbot.addWidget(made)
    made.show()
    made.edited.connect(
        lambda name, value, path: made.show_value(made.value.replace(**{name: value}))
    )
    return made


def editor_of(form: Form) -> SeveralEditor:
    editor = form.rows["augment"].editor
    assert isinstance(editor, SeveralEditor)
    return editor


def choose(form: Form, text: str) -> None:
    """Take an entry of the menu."""
    next(one for one in editor_of(form).menu.actions() if one.text() == text).trigger()


def test_the_menu_has_every_class_and_preset(form: Form) -> None:
    form.show_value(DataChoice())
    entries = [one for one in editor_of(form).menu.actions() if not one.isSeparator()]
    expected = [cls.title for cls in AUGMENTATIONS]
    assert [one.text() for one in entries] == [
        *expected, "Preset: plankton", "Preset: crop and flip",
    ]  # fmt: skip
    assert all(one.toolTip().endswith(".") for one in entries)


def test_add_remove_and_presets(form: Form) -> None:
    form.show_value(DataChoice())
    choose(form, "Flip")
    choose(form, "Noise")
    choose(form, "Flip")
    assert form.value == DataChoice(augment=(Flip(), Noise(), Flip()))
    editor_of(form).entries[1].remove.click()
    assert form.value == DataChoice(augment=(Flip(), Flip()))
    assert len(editor_of(form).entries) == 2
    choose(form, "Preset: plankton")
    assert form.value == DataChoice(augment=PLANKTON)


def test_a_setting_typed_changes_one_value(form: Form, qtbot: QtBot) -> None:
    form.show_value(DataChoice(augment=(Shift(), Rotate())))
    entry = editor_of(form).entries[1]
    editor = entry.form.rows["high"].editor
    assert isinstance(editor, NumberEditor)
    with qtbot.waitSignal(form.edited) as signal:
        editor.box.lineEdit().selectAll()
        qtbot.keyClicks(editor.box.lineEdit(), "9")
    assert signal.args == ["augment", (Shift(), Rotate(-15, 9)), "augment.1.high.typed"]
    assert editor_of(form).entries[1] is entry  # it stays while somebody types in it


def test_what_is_illegal_stays_inside(form: Form, qtbot: QtBot) -> None:
    form.show_value(DataChoice(augment=(Rotate(5, 15),)))
    row = editor_of(form).entries[0].form.rows["high"]
    assert isinstance(row.editor, NumberEditor)
    with qtbot.assertNotEmitted(form.edited):
        row.editor.box.lineEdit().selectAll()
        qtbot.keyClicks(row.editor.box.lineEdit(), "2")
    assert row.message.text() == "5 or more is expected, 2 came."


def test_a_full_list_takes_no_more(form: Form) -> None:
    form.show_value(DataChoice(augment=(Flip(),) * 32))
    assert not editor_of(form).add.isEnabled()
    editor_of(form).entries[0].remove.click()
    assert editor_of(form).add.isEnabled()
