"""What the training panel and the tool bar say about the device."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from core.messages import DevicesShown
from designer.panels.training import DeviceEditor
from designer.widgets.fold import Fold
from designer.window import Window

H100 = DevicesShown(("cpu", "gpu:0"), "NVIDIA H100, CUDA 13.0, CuPy 14.2.", "", ("gpu:0",))
T4 = DevicesShown(("cpu", "gpu:0"), "Tesla T4, CUDA 13.0, CuPy 14.2.", "")


def caption(window: Window) -> str:
    editor = window.training.form.rows["device"].editor
    assert isinstance(editor, DeviceEditor)
    return editor.reason.text()


def test_tf32_is_told_and_can_be_switched_off(window: Window, qtbot: QtBot) -> None:
    window.session.engine.devices_received.emit(H100)
    assert caption(window).endswith("CuPy 14.2. TF32.")
    assert window.status.device.text() == "GPU 0 · TF32"
    more = window.training.form.findChild(Fold)
    assert isinstance(more, Fold)
    more.set_opened(True)
    box = window.training.form.rows["tf32"].editor.findChild(QCheckBox)
    assert isinstance(box, QCheckBox)
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert not window.document.design.plan.tf32
    assert caption(window).endswith("CuPy 14.2. Full precision.")
    assert window.status.device.text() == "GPU 0"


@pytest.mark.parametrize("devices", [T4, DevicesShown(("cpu",), "There is no driver.", "")])
def test_a_device_without_tf32_does_not_speak_of_it(window: Window, devices: DevicesShown) -> None:
    window.session.engine.devices_received.emit(devices)
    assert caption(window) == devices.sentence
    assert "TF32" not in window.status.device.text()
