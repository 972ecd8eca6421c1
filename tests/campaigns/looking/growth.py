"""Memory that views leave behind when they are opened and closed; the time of a large mosaic."""

from __future__ import annotations

import ctypes
import gc
import os
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import psutil
from PySide6.QtWidgets import QApplication

from designer.bench.figure import timed
from designer.widgets.mosaic import Mosaic
from tests.campaigns.looking.figure import Figure
from tests.campaigns.looking.stage import Stage
from tests.support.all_views import hide_all, views

TIMES = 200
WARM_UP = 20
NEW_ITEM = 10  # openings after which another item is looked at
GOAL = 20.0  # MB
MAPS, SIDE = 512, 28
REFRESH = 10.0  # milliseconds


def figures(stage: Stage) -> Iterator[Figure]:
    """Every view 200 times, in window and engine together."""
    stage.start("lenet5")
    stage.window.selection.set(node="conv2")
    for id in views(stage.window):
        before = 0.0
        for number in range(WARM_UP + TIMES):
            if number == WARM_UP:
                before = _resident(stage)
            _open_and_close(stage, id, number)
        growth = _resident(stage) - before
        yield Figure(f"open and close {id} {TIMES} times", growth, None, GOAL, "MB")


def _open_and_close(stage: Stage, id: str, number: int) -> None:
    dock, view = stage.window.docks.docks[id], stage.view(id)
    dock.show()
    dock.raise_()
    stage.paint()
    assert dock.isVisible(), id
    if number % NEW_ITEM == 0:
        stage.window.selection.set(sample=number // NEW_ITEM)
        asking = getattr(view, "asking", None)
        if asking is not None:
            with suppress(SystemExit):  # a long answer may be closed on its way
                stage.until(lambda: not asking.waiting, 1.0)
    dock.hide()
    stage.paint()


def _resident(stage: Stage) -> float:
    """Megabytes of window and engine, once all that can go is gone."""
    hide_all(stage.window)
    stage.pause(0.5)
    gc.collect()
    with suppress(OSError, AttributeError):  # give back what only lies ready for later
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    pids = (os.getpid(), stage.wake())
    return sum(psutil.Process(pid).memory_info().rss for pid in pids) / 1e6


def mosaics(stage: Stage) -> Iterator[Figure]:
    """New values in all tiles, painted, with every tile in view."""
    maps = np.random.default_rng(0).normal(size=(2, MAPS, SIDE, SIDE)).astype(np.float32)
    mosaic = Mosaic()
    mosaic.resize(1060, 620)
    mosaic.show()
    QApplication.processEvents()
    for signed in (True, False):

        def refresh(run: int, signed: bool = signed) -> None:
            mosaic.set_tiles(maps[run % 2], signed=signed, limits="all")
            mosaic.grid.viewport().repaint()

        refresh(0)
        found = timed("", refresh, runs=40)
        words = "signed" if signed else "unsigned"
        name = f"refresh {MAPS} maps of {SIDE} × {SIDE}, {words}"
        yield Figure(name, found.measured, found.processor, REFRESH)
    mosaic.close()
    mosaic.deleteLater()
