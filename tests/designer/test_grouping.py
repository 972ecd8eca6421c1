"""Groups and bypass by keys in the real window, and the deep templates on one screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.canvas.hit import NodeHit
from designer.canvas.tips import tip_of
from designer.window import Window
from tests.support.windows import Open

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
HEAD = ("conv1", "relu1", "pool1")


def press(window: Window, key: Qt.Key, modifiers: Qt.KeyboardModifier = CONTROL) -> None:
    """A key on the canvas."""
    QTest.keyClick(window.canvas, key, modifiers)


def test_groups_by_keys(window: Window) -> None:
    document, scene = window.document, window.canvas.network
    before = document.design
    document.select(HEAD)
    press(window, Key.Key_G)
    (group,) = document.design.groups.by_id
    assert set(scene.nodes) == {*before.graph.nodes, group} - set(HEAD)
    look = scene.nodes[group].look
    # 6 filters of 5 × 5 on one channel and 6 biases
    assert (look.title, look.brief, look.size) == ("group1", "3 layers · 156", "14 × 14 × 6")
    assert (len(look.inputs), len(look.outputs)) == (1, 1)
    assert scene.nodes[group].selected
    press(window, Key.Key_F2, Qt.KeyboardModifier.NoModifier)
    field = window.grouping.name_field
    QTest.keyClicks(field, "first half")
    QTest.keyClick(field, Key.Key_Return)
    assert scene.nodes[group].look.title == "first half"
    press(window, Key.Key_F2, Qt.KeyboardModifier.NoModifier)
    QTest.keyClicks(field, "no")
    QTest.keyClick(field, Key.Key_Escape)
    assert not field.isVisible()
    assert document.design.groups[group].title == "first half"
    press(window, Key.Key_E)
    assert group in scene.fences.frames
    press(window, Key.Key_E)
    assert group in scene.nodes
    press(window, Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    assert set(scene.nodes) == set(HEAD)
    press(window, Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    press(window, Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    press(window, Key.Key_G, CONTROL | SHIFT)
    assert not document.design.groups
    assert set(scene.nodes) == set(before.graph.nodes)
    while document.history.canUndo():
        press(window, Key.Key_Z)
    assert document.design == before


def test_bypass_by_keys(window: Window) -> None:
    document, scene = window.document, window.canvas.network
    told: list[str] = []
    document.refused.connect(told.append)
    document.select(("pool1",))
    press(window, Key.Key_B)
    assert document.design.graph["pool1"].bypassed
    assert scene.nodes["pool1"].look.bypassed
    assert scene.nodes["conv2"].look.size == "24 × 24 × 16"  # of 28 × 28, without padding
    assert document.history.undoText() == "Bypass pool1"
    assert "pool1\nMaxPool2d" in tip_of(scene, NodeHit("pool1"))
    assert "Bypassed" in tip_of(scene, NodeHit("pool1"))
    press(window, Key.Key_B)
    assert not document.design.graph["pool1"].bypassed
    assert scene.nodes["conv2"].look.size == "10 × 10 × 16"
    document.select(("input",))
    press(window, Key.Key_B)
    assert told == ["input cannot be bypassed: it is where the data come in."]


def test_deep_templates_open_collapsed_on_one_screen(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    view, scene = window.canvas, window.canvas.network
    for template, most in (("resnet152", 9), ("googlenet", 17), ("densenet121", 14)):
        window.files.start(template)
        assert len(scene.nodes) <= most
        qtbot.waitUntil(lambda: _all_in_view(window))
        assert view.zoom >= 0.6  # settings and sizes can be read
        before = dict(scene.places)
        groups = [item for item in scene.seen.items if scene.seen.is_group(item)]
        for group in groups:
            view.rearranging.switch(group)
        assert set(scene.fences.frames) == set(groups)
        assert len(set(scene.places.values())) == len(scene.places)
        for group in reversed(groups):
            view.rearranging.switch(group)
        assert scene.places == before
        window.document.history.setClean()


def _all_in_view(window: Window) -> bool:
    view = window.canvas
    return view.mapToScene(view.viewport().rect()).boundingRect().contains(view.network.extent())


def test_enter_and_group_mean_nothing_for_layers_out_of_sight(window: Window) -> None:
    """Undo inside a group selects what comes back outside of it: Enter and Ctrl+G find nothing."""
    document, scene = window.document, window.canvas.network
    told: list[str] = []
    document.refused.connect(told.append)
    none = Qt.KeyboardModifier.NoModifier
    document.select(HEAD)
    press(window, Key.Key_G)
    (group,) = document.design.groups.by_id
    document.select(("relu3",))
    press(window, Key.Key_Delete, none)
    document.select(HEAD)
    press(window, Key.Key_Return, none)
    press(window, Key.Key_Z)
    assert (document.inside, document.selection) == (group, ("relu3",))
    before = document.design
    press(window, Key.Key_Return, none)
    press(window, Key.Key_G)
    assert (document.inside, document.design) == (group, before)
    assert set(scene.nodes) == set(HEAD)
    assert told == ["These layers are out of sight here: show them first, then group them."]


def test_part_of_a_closed_group_becomes_no_group(window: Window) -> None:
    document, scene = window.document, window.canvas.network
    document.select(HEAD)
    press(window, Key.Key_G)
    press(window, Key.Key_E)
    document.select(HEAD[:2])
    (group,) = document.design.groups.by_id
    window.canvas.rearranging.switch(group)
    press(window, Key.Key_G)
    assert list(document.design.groups.by_id) == [group]
    assert "out of sight here" in window.status.notice.text()
    assert group in scene.nodes
