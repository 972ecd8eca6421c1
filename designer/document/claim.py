"""One window at a time works on a project file: who does holds a claim on it.

The claim is a lock file in the state folder that names its process and host; it ends with the
process, however that ends. Nothing is left beside the project.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QLockFile

from core.places import state_folder
from core.tongue import tr


class Claim:
    """The claim on one project file; `path` is where it really lies."""

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.realpath(path))
        name = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:32]
        self._lock = QLockFile(str(folder() / f"{name}.lock"))
        self._lock.setStaleLockTime(0)  # stale when its process is gone, however old it is

    def take(self) -> bool:
        """Hold it from now on; False where another window does.

        Where no lock can be written, as on a full disk, nobody is hindered.
        """
        with contextlib.suppress(OSError):
            folder().mkdir(parents=True, exist_ok=True)
        return self._lock.tryLock(0) or self._lock.error() != QLockFile.LockError.LockFailedError

    def let_go(self) -> None:
        """Hold it no longer."""
        self._lock.unlock()

    @property
    def holder(self) -> str:
        """Who holds it, in words."""
        process, host, _ = _info(self._lock)
        if process == os.getpid() or not process:
            return tr("another window")
        return tr("another Striate (process {process} on {host})", process=process, host=host)


def folder() -> Path:
    """Where claims lie."""
    return state_folder() / "claims"


def _info(lock: QLockFile) -> tuple[int, str, str]:
    """Process, host and program that hold a lock, as far as it says."""
    found = lock.getLockInfo()
    return found if isinstance(found, tuple) and len(found) == 3 else (0, "", "")
