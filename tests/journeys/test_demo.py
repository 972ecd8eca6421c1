"""The demonstration in a process of its own: pictures, a project that opens, and its run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from core import project
from core.training.runs import home_of, latest_run

PICTURES = ("canvas", "curves", "filters", "maps", "window-light", "window-dark", "welcome")


def demo(*words: str) -> subprocess.CompletedProcess[str]:
    """Run `striate demo` where there is no screen."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    env = {name: value for name, value in os.environ.items() if name not in screens}
    command = [sys.executable, "-m", "designer", "demo", *words]
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=120)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one performance."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    done = demo("--out", str(folder), "--epochs", "1")
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    *files, last = done.stdout.splitlines()
    assert files[-1].endswith("lenet5.striate")
    assert len(files) == len(PICTURES) + 1
    found = re.fullmatch(r"Validation accuracy after 1 epoch: ([\d.]+)%", last)
    assert found
    assert float(found[1]) > 60
    return folder


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_shows_something(out: Path, name: str) -> None:
    image = QImage(str(out / f"{name}.png")).convertToFormat(QImage.Format.Format_RGB32)
    assert image.width() > 800
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    assert len(np.unique(pixels[::4, ::4])) > 12


def test_the_two_looks_differ_as_day_and_night(out: Path) -> None:
    light, dark = (QImage(str(out / f"window-{look}.png")) for look in ("light", "dark"))
    assert light.size() == dark.size()
    assert light.pixelColor(600, 1100).lightness() > 200
    assert dark.pixelColor(600, 1100).lightness() < 60


def test_the_project_opens_with_its_run(out: Path) -> None:
    found = project.load(out / "lenet5.striate")
    assert not found.warning
    run = latest_run(home_of(out / "lenet5.striate"))
    assert run is not None
    assert [event["event"] for event in run.events()] == ["started", "epoch", "finished"]
    assert run.checkpoints()


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    done = demo("--out", str(tmp_path / "file" / "deeper"))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "cannot be" in done.stderr
    assert not done.stdout


def test_wrong_use_is_told(tmp_path: Path) -> None:
    done = demo("--out", str(tmp_path), "--epochs", "900")
    assert done.returncode == 2
    assert "900" in done.stderr
