"""The whole window in another language: nothing that people read is left in English."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import designer.window  # noqa: F401  (all declared values exist once the window can be made)
from tests.house.tree import ROOT
from tests.support.messages import catalog
from tests.support.pseudo import LANGUAGE, write_catalog


def test_nothing_is_left_in_english(tmp_path: Path) -> None:
    """Menus, panels, views, dialogs, problems and forms of the real window, in a new process."""
    write_catalog(catalog(), tmp_path)
    environment = {
        **os.environ, "STRIATE_STATE": str(tmp_path), "STRIATE_LANGUAGE": LANGUAGE,
        "QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.foreign"], env=environment, cwd=ROOT,
        capture_output=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)
