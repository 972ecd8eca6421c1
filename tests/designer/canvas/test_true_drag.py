"""The one drag that no synthetic event can stand in for: mouse, QDrag, palette and canvas."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
XVFB = shutil.which("Xvfb")


@pytest.fixture
def display() -> Iterator[str]:
    """A screen in memory; the server itself picks a free number."""
    if XVFB is None:
        pytest.skip("Xvfb is not installed: apt-get install xvfb")
    out, into = os.pipe()
    command = [XVFB, "-displayfd", str(into), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[into], stderr=subprocess.DEVNULL) as server:
        os.close(into)
        with os.fdopen(out) as number:
            name = number.readline().strip()
        yield f":{name}"
        server.terminate()


def test_layer_is_dragged_from_the_palette_into_a_wire(display: str) -> None:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    environment.pop("WAYLAND_DISPLAY", None)
    done = subprocess.run(
        [sys.executable, "-m", "tests.designer.canvas.true_drag"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if "could not load the Qt platform plugin" in done.stderr.lower():
        pytest.skip("Qt's X11 platform needs system libraries that are not installed")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found == {
        "platform": "xcb",
        "hint": "Insert ReLU here",
        "wires": [["conv1", "output1"], ["input1", "relu1"], ["relu1", "conv1"]],
        "selected": ["relu1"],
    }
