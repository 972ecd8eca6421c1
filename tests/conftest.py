"""What every test lives in: no screen, a state folder of its own, and optional peers."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

# Before anything imports Qt: without a display Qt ends the process.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Before anything imports NumPy, Numba or PyTorch: tests run side by side, and thread pools would
# fight. `NUMBA_NUM_THREADS=2 pytest tests/core/backend` runs the kernels on two threads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

from core.backend import backend
from core.backend.probe import probe

ORACLES = ("torch", "onnxruntime")

# A slow computer is no failure.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Logs, recovery files and runs go to a folder of this test run, never to the user's."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRIATE_STATE", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def empty_clipboard() -> Iterator[None]:
    """Data left on the offscreen clipboard ends Qt with a crash after the last test."""
    yield
    gui = sys.modules.get("PySide6.QtGui")
    if gui is not None and gui.QGuiApplication.instance() is not None:
        gui.QGuiApplication.clipboard().clear()


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that uses Qt leaves no window, timer, thread or process behind."""
    if not {"qapp", "qtbot"} & set(request.fixturenames):
        yield
        return
    from designer import overrides
    from designer.notation import notation
    from tests.support.qt_guard import watch

    overrides.guard()  # as in the application: an error fails its test and not the process
    with watch():
        yield
    notation.use("sizes")  # one choice for all windows, which a test may have changed


def pytest_configure(config: pytest.Config) -> None:
    """Compile the kernels once, before processes start that would each do it."""
    if not hasattr(config, "workerinput"):
        for _ in backend("cpu").prepare():
            continue


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what this computer cannot run."""
    absent = [name for name in ORACLES if importlib.util.find_spec(name) is None]
    for item in items:
        if absent and item.get_closest_marker("oracle"):
            reason = f'oracle: {" and ".join(absent)} not installed, see pip install ".[oracle]"'
            item.add_marker(pytest.mark.skip(reason=reason))
        if item.get_closest_marker("gpu") and not probe().usable:
            item.add_marker(pytest.mark.skip(reason=f"gpu: {probe().sentence}"))


def pytest_collection_finish() -> None:
    """Tens of thousands of tests are a million objects that stay: no collection looks at them."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests had no peer to compare with: a green run without them proves less."""
    skipped = terminalreporter.stats.get("skipped", [])
    for kind in ("oracle", "gpu"):
        count = sum(kind in report.keywords for report in skipped)
        terminalreporter.write_line(f"skipped {kind} tests: {count}")
