"""What a person waits for first: the window, and a network in it. In processes of their own."""

from __future__ import annotations

import subprocess
import sys
import time

from designer.bench.figure import MILLI, Figure, figure

FIRST = "--first"  # followed by WINDOW or by the id of a template
WINDOW = "window"
OPENED = "googlenet"
STARTS = 3


def figures() -> list[Figure]:
    """The start to the first window, and a network opened where none was open before."""
    return [
        _started("start to the first window", WINDOW, 3000),
        _started("open GoogLeNet for the first time", OPENED, 300),
    ]


def show_first(what: str) -> int:
    """Show the first window, or a template in it; say how long that took, and end.

    The words are "painted", milliseconds on the wall and milliseconds of the processor. Of the
    window these count from the start of the process, as far as Python can tell.
    """
    from PySide6.QtCore import QTimer

    from designer.application import Application

    application = Application([])
    window = application.open_window()
    wall = processor = 0.0
    application.processEvents()
    window.repaint()
    if what != WINDOW:
        wall, processor = time.perf_counter(), time.process_time()
        window.files.start(what)
        application.processEvents()
    spent = (time.perf_counter() - wall) * MILLI if wall else 0.0
    sys.stdout.write(f"painted {spent:.1f} {(time.process_time() - processor) * MILLI:.1f}\n")
    sys.stdout.flush()
    QTimer.singleShot(0, window.close)
    return application.exec()


def _started(name: str, what: str, goal: float) -> Figure:
    walls, processors = [], []
    for _ in range(STARTS):
        begin = time.perf_counter()
        command = [sys.executable, "-m", "designer.bench", FIRST, what]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            line = process.stdout.readline() if process.stdout else ""
            spent = (time.perf_counter() - begin) * MILLI
            process.communicate()
        word, wall, processor = line.split() or ("", "0", "0")
        if word != "painted":
            raise RuntimeError("The window did not open: run striate doctor to see why.")
        walls.append(float(wall) or spent)
        processors.append(float(processor))
    return figure(name, walls, processors, goal)
