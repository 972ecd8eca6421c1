"""Starting is quick because nothing is loaded before it is needed."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys

import pytest

from tests.house.test_imports import QT_FREE
from tests.house.tree import ROOT

LATER = {"numba", "msgspec", "PIL", "safetensors", "click", "rich"}
QT = {"PySide6", "shiboken6", "pyqtgraph"}


def loaded_by(program: str, *arguments: str) -> set[str]:
    """The top-level modules in memory after a program has run in a fresh process."""
    watch = (
        "import atexit, json, sys; atexit.register(lambda: print("
        "json.dumps(sorted({name.split('.')[0] for name in sys.modules})), file=sys.stderr))\n"
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", watch + program, *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_core_loads_numpy_only() -> None:
    loaded = loaded_by("import core")
    assert not loaded & (LATER | QT)
    assert not loaded & {"cupy", "torch", "onnx", "onnxruntime", "designer"}


@pytest.mark.parametrize(
    "module", [name for name in QT_FREE if (ROOT / f"{name.replace('.', '/')}.py").exists()]
)
def test_qt_free_module_loads_no_qt(module: str) -> None:
    assert not loaded_by(f"import {module}") & QT


needs_command = pytest.mark.skipif(
    not (ROOT / "designer" / "__main__.py").exists(), reason="the command does not exist yet"
)


@needs_command
@pytest.mark.parametrize("command", ["--version", "--help"])
def test_plain_answers_load_no_qt_and_no_compiler(command: str) -> None:
    program = "import sys; from designer.__main__ import main; sys.argv[0] = 'striate'; main()"
    assert not loaded_by(program, command) & (QT | {"numba", "cupy", "torch"})


@needs_command
def test_doctor_loads_no_qt() -> None:
    assert importlib.util.find_spec("core.doctor")
    program = (
        "import sys; from designer.__main__ import main; sys.argv[0] = 'striate'\n"
        "try: main()\n"
        "except SystemExit: pass"
    )
    assert not loaded_by(program, "doctor") & QT
