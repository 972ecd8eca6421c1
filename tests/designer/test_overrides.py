"""An error that leaves an override of Qt is told; the window goes on.

Each test runs in a process of its own: unguarded, that dies of a segmentation fault.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ERRORS = """
def own_words(widget):
    raise OSError("own words")

errors = {
    "IndexError": lambda widget: [][0],
    "ValueError": lambda widget: int("zebra"),
    "ZeroDivisionError": lambda widget: 1 // 0,
    "StopIteration": lambda widget: next(iter(())),
    "TypeError": lambda widget: widget.resize("wide"),
    "OSError": own_words,
}
"""

WIDGETS = """
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from designer import overrides

class Before(QWidget):
    def changeEvent(self, event):
        self.fail(self)

overrides.guard()

class After(QWidget):
    def changeEvent(self, event):
        self.fail(self)

application = QApplication(["test"])
for kind in (Before, After):
    for name, fail in errors.items():
        widget = kind()
        widget.fail = fail
        try:
            QApplication.sendEvent(widget, QEvent(QEvent.Type.FontChange))
        except Exception as error:
            print(name == type(error).__name__)
"""

WHOLE_WINDOW = """
import sys
from PySide6.QtTest import QTest
from PySide6.QtCore import Qt
from designer.application import Application
from designer.canvas.pointer import Pointer

told = []
application = Application([])
sys.excepthook = lambda kind, error, trace: told.append(kind.__name__)
window = application.open_window()
window.files.start("lenet5")
application.processEvents()
Pointer.press = lambda self, event: [][0]
try:
    QTest.mousePress(window.canvas.viewport(), Qt.MouseButton.LeftButton)
    application.processEvents()
except IndexError as error:
    told.append(type(error).__name__)
print(*told, len(window.document.design.graph.nodes))
window.engine.shut_down()
window.document.history.setClean()
window.close()
"""


def run(script: str, state: Path) -> subprocess.CompletedProcess[str]:
    """A script in a Python of its own, without a screen."""
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "STRIATE_STATE": str(state)}
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        env=surroundings,
        check=False,
    )


def test_errors_arrive_whole(tmp_path: Path) -> None:
    """Six of them, from C code and from Python, in a class made before the guard and after it."""
    ended = run(ERRORS + WIDGETS, tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split() == ["True"] * 12


def test_a_broken_press_leaves_the_window_alive(tmp_path: Path) -> None:
    """The canvas of the real window, whose press fails in C code: LeNet-5 is still there."""
    ended = run(WHOLE_WINDOW, tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split()[:1] == ["IndexError"]
    assert int(ended.stdout.split()[-1]) > 0
