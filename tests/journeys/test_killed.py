"""A window that is killed in the middle of work loses a few seconds at most."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from designer.document import recovery

LOST_AT_MOST = 5.0  # seconds
WORKED = 6.5  # seconds of edits before the kill

# Changes the filters of a convolution twenty times a second and says when it did.
CHILD = """
import sys, time
from PySide6.QtCore import QTimer
from core.layers import Conv2d
from designer.application import Application
from designer.document import edits

if __name__ == "__main__":
    application = Application([])
    window = application.open_window()
    window.files.start("lenet5")
    filters = 6

    def work():
        global filters
        filters += 1
        window.document.attempt(
            "x", lambda d: edits.set_settings(d, ["conv1"], {"out_channels": filters})
        )
        print(filters, time.monotonic(), flush=True)

    timer = QTimer(interval=50)
    timer.timeout.connect(work)
    timer.start()
    application.exec()
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a matter of POSIX")
def test_a_killed_window_loses_at_most_five_seconds_of_a_design_never_saved(
    own_state: Path,
) -> None:
    told: dict[int, float] = {}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "STRIATE_STATE": str(own_state), "PYTHONPATH": os.getcwd()},
    ) as child:
        assert child.stdout is not None
        while not told or told[max(told)] - min(told.values()) < WORKED:
            filters, when = child.stdout.readline().split()
            told[int(filters)] = float(when)
        child.kill()
        rest = child.stdout.read().split()
    told |= {int(n): float(when) for n, when in zip(rest[::2], rest[1::2], strict=True)}
    (found,) = recovery.find()
    assert found.path is None
    kept = found.design.graph["conv1"].layer.out_channels  # type: ignore[attr-defined]
    assert max(told.values()) - told[kept] <= LOST_AT_MOST
