"""The guard finds what it is for, and lets clean tests pass."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.qt_guard import LeakError, watch

pytestmark = pytest.mark.usefixtures("qapp")


def test_clean_body_passes() -> None:
    with watch():
        window = QWidget()
        timer = QTimer()
        timer.start(1000)
        timer.stop()
        window.close()
        window.deleteLater()


def test_window_is_named() -> None:
    kept: list[QWidget] = []
    with pytest.raises(LeakError, match="window QWidget orphan"), watch():
        kept.append(QWidget(objectName="orphan"))
    kept.pop().deleteLater()


def test_window_in_a_cycle_is_no_leak() -> None:
    with watch():
        window = QWidget()
        window.itself = window
        del window


def test_timer_is_named_with_its_line() -> None:
    timer = QTimer()
    timer.setObjectName("pulse")
    words = r"active timer QTimer pulse started at .*test_qt_guard\.py:\d+"
    with pytest.raises(LeakError, match=words), watch():
        timer.start(1000)
    timer.stop()


def test_thread_is_named() -> None:
    thread = QThread()
    with pytest.raises(LeakError, match="running thread QThread"), watch():
        thread.start()
    thread.quit()
    assert thread.wait(2000)


def test_process_is_named() -> None:
    child = None
    with pytest.raises(LeakError, match=r"process \d+ .*sleep\(30\)"), watch():
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"])
    assert child is not None
    child.kill()
    child.wait()


def test_start_is_given_back() -> None:
    before = QTimer.start
    with watch():
        assert QTimer.start is not before
    assert QTimer.start is before


def test_none_keeps_its_references() -> None:
    """PySide6 6.12.0 on Python 3.11 drops one at every call, until the process aborts."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        thing.setObjectName("x")
    assert sys.getrefcount(None) - before > -100


def test_application_is_offscreen() -> None:
    assert QApplication.platformName() == "offscreen"
