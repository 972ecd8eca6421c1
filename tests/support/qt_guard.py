"""What a Qt test must not leave behind: windows, timers, threads, processes.

`tests/conftest.py` puts every test that uses Qt under `watch()`. What is still there afterwards
fails the test by name, with the line that started it where that is known. This file imports Qt
only when a test does.
"""

from __future__ import annotations

import gc
import traceback
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psutil

# Qt keeps one tooltip window for all widgets and drops it when it likes.
LASTING_WINDOWS = {"QTipLabel"}
# Started once by multiprocessing and used until the end.
LASTING_PROCESSES = ("resource_tracker", "forkserver")


class LeakError(AssertionError):
    """A test left something behind."""


@contextmanager
def watch() -> Iterator[None]:
    """Raise `LeakError` if the body leaves windows, timers, threads or processes behind."""
    from PySide6.QtCore import QThread, QTimer
    from PySide6.QtWidgets import QApplication

    windows = {id(window) for window in QApplication.topLevelWidgets()}
    processes = {child.pid for child in psutil.Process().children(recursive=True)}
    with _starts(QTimer) as timers, _starts(QThread) as threads:
        yield
        _settle()
        found = _leaks(windows, processes, timers, threads)
        if found:
            gc.collect()  # a cycle that Python frees by itself is no leak
            _settle()
            found = _leaks(windows, processes, timers, threads)
    if found:
        raise LeakError("The test left behind: " + "; ".join(found))


Started = list[tuple["weakref.ref[Any]", str]]


@contextmanager
def _starts(kind: Any) -> Iterator[Started]:
    """Note every object of a class whose `start` is called, and from which line."""
    started: Started = []
    original: Callable[..., Any] = kind.start

    def start(self: Any, *arguments: Any, **named: Any) -> Any:
        line = traceback.extract_stack(limit=2)[0]
        started.append((weakref.ref(self), f"{line.filename}:{line.lineno}"))
        return original(self, *arguments, **named)

    kind.start = start
    try:
        yield started
    finally:
        kind.start = original


def _settle() -> None:
    """Let Qt finish what it was told: deleteLater, queued signals."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _leaks(windows: set[int], processes: set[int], timers: Started, threads: Started) -> list[str]:
    """What is still there, each in a few words."""
    from PySide6.QtWidgets import QApplication

    found = [
        f"window {_name(window)}"
        for window in QApplication.topLevelWidgets()
        if id(window) not in windows and _class(window) not in LASTING_WINDOWS
    ]
    found += [
        f"active timer {_name(timer)} started at {line}"
        for timer, line in _living(timers)
        if timer.isActive()
    ]
    found += [
        f"running thread {_name(thread)} started at {line}"
        for thread, line in _living(threads)
        if thread.isRunning()
    ]
    for child in psutil.Process().children(recursive=True):
        if child.pid not in processes:
            found += _process(child)
    return found


def _process(child: psutil.Process) -> list[str]:
    """A child process in a few words; none if it has ended or is one that stays."""
    try:
        command = " ".join(child.cmdline())
        ended = child.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return []
    if ended or any(lasting in command for lasting in LASTING_PROCESSES):
        return []
    return [f"process {child.pid} ({command[:80]})"]


def _living(started: Started) -> Iterator[tuple[Any, str]]:
    """Those that neither Python nor Qt has deleted."""
    import shiboken6

    for reference, line in started:
        it = reference()
        if it is not None and shiboken6.isValid(it):
            yield it, line


def _name(it: Any) -> str:
    return f"{_class(it)} {it.objectName()}".strip()


def _class(it: Any) -> str:
    return str(it.metaObject().className())
