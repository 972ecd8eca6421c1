"""Every view shows a trained network for what it is: a picture that is not empty, in both looks."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.cores import thread_limits
from core.data.augment import Shift
from core.design import DataChoice
from designer.document import edits
from designer.theme import theme
from designer.viewers.looker import Looker
from designer.viewers.tools import ViewTools
from designer.viewers.words import run_title
from designer.window import Window
from tests.support.all_views import float_all, views
from tests.support.windows import Open
import pytest

PATIENCE = 60_000
def pixels(widget: QWidget) -> NDArray[np.uint8]:
    """What a widget looks like (H, W, 3)."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return lines[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)
def words(view: QWidget) -> str:
    """All that is written in labels that can be seen."""
    return " | ".join(label.text() for label in view.findChildren(QLabel) if label.isVisible())

def test_x(open_window: Open, qtbot: QtBot, monkeypatch) -> None:
    for name, count in thread_limits(1).items():
        monkeypatch.setenv(name, count)
    window = open_window()
    window.files.start("lenet5")
    design = window.document.design
    data = DataChoice(design.data.source, design.data.policy, (Shift(2.0, 2.0),))
    plan = design.plan.replace(epochs=1, device="cpu")
    window.document.apply("Plan", edits.set_data(edits.set_plan(design, plan), data))
    t=time.time()
    window.session.train_anew()
    qtbot.waitUntil(lambda: window.session.run is not None and not window.engine.is_busy, timeout=PATIENCE)
    print("trained", time.time()-t)
    found = views(window)
    window.selection.set(node="conv2")
    found["surgery"].items.setValue(32); found["dream"].steps.setValue(16)
    float_all(window)
    try:
        qtbot.waitUntil(lambda: not any(v.is_empty or v.asking.waiting for v in found.values() if isinstance(v, Looker)), timeout=20000)
    except Exception as e: print("NOT", [k for k,v in found.items() if isinstance(v,Looker) and (v.is_empty or v.asking.waiting)])
    print("answered", time.time()-t, run_title(window.selection.spot.run))
    for look in ("light","dark"):
        theme.apply(look)
        qtbot.wait(200)
        for id, view in found.items():
            tools = view.findChild(ViewTools)
            pic = tools._picture if tools else view
            p = pixels(pic).reshape(-1,3)
            keys = (p.astype(int) @ [65536,256,1]); u,c=np.unique(keys, return_counts=True)
            print(id, view.size().toTuple(), pic.size().toTuple(), "colors", len(u), "most %.3f"%(c.max()/c.sum()))
            if look=="light": print("    ", words(view)[:300])
            view.grab().save(f"/tmp/h7/{id}-{look}.png")
    print(time.time()-t)
