"""Nothing is lost: every change is written to the state folder within two seconds.

A document that was never saved is kept too. The file is keyed by the document's uuid and removed
when the document is closed or has nothing unsaved; what is found at the next start was left by a
crash. A lock file beside it says that a living window still works on it.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer

from core import files, strict_json
from core.design import Design
from core.files import FileError
from core.places import state_folder
from core.project import design_from_json, design_to_json
from core.tongue import tr
from designer.document.document import Document

FORMAT = "striate.recovery"
DELAY = 800  # milliseconds from the last change to the file
LONGEST = 2000  # and at most so long while changes go on
MOST_BYTES = 32 * 2**20


@dataclass(frozen=True)
class Found:
    """A document that a crash left behind: its `file`, its own `path` if it had one, and when."""

    file: Path
    uuid: str
    path: Path | None
    changed: datetime
    design: Design

    @property
    def title(self) -> str:
        """What people call it."""
        return self.path.stem if self.path else tr("A network that was never saved")


def folder() -> Path:
    """Where recovery files lie; the folder may not exist yet."""
    return state_folder() / "recovery"


def find() -> list[Found]:
    """What crashes left behind, newest first. What a living window works on is left out.

    A file that cannot be read is skipped and stays where it is.
    """
    found = []
    for file in folder().glob("*.json"):
        lock = _lock(file.stem)
        if not lock.tryLock(0):
            continue
        lock.unlock()
        with contextlib.suppress(FileError, strict_json.JsonError, KeyError, TypeError, ValueError):
            found.append(_read(file))
    return sorted(found, key=lambda one: one.changed, reverse=True)


def discard(found: Found) -> None:
    """Throw a recovery file away."""
    found.file.unlink(missing_ok=True)


class Recovery(QObject):
    """Keeps the recovery file of one document up to date while its window lives."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._uuid = ""
        self._held: QLockFile | None = None
        self._soon = QTimer(self, singleShot=True, interval=DELAY)
        self._latest = QTimer(self, singleShot=True, interval=LONGEST)
        for timer in (self._soon, self._latest):
            timer.timeout.connect(self.write)
        document.design_changed.connect(self._changed)
        document.modified_changed.connect(self._changed)

    def write(self) -> None:
        """Write the file now, or remove it where there is nothing unsaved."""
        self._soon.stop()
        self._latest.stop()
        if self._uuid != self._document.uuid:
            self._let_go()
        if not self._document.modified:
            self._remove()
            return
        # No room to write means no recovery; saving says so itself, with the reason.
        with contextlib.suppress(FileError, OSError):
            self._hold()
            files.write(_file(self._document.uuid), strict_json.lay_out(self._data()))

    def close(self) -> None:
        """The document is closed in good order: forget it."""
        self._soon.stop()
        self._latest.stop()
        self._let_go()

    def _changed(self) -> None:
        self._soon.start()
        if not self._latest.isActive():
            self._latest.start()

    def _data(self) -> dict[str, object]:
        document = self._document
        return {
            "format": FORMAT,
            "uuid": document.uuid,
            "path": str(document.path or ""),
            "changed": datetime.now(UTC).isoformat(),
            "design": design_to_json(document.design),
        }

    def _hold(self) -> None:
        if self._held is not None:
            return
        folder().mkdir(parents=True, exist_ok=True)
        self._uuid = self._document.uuid
        self._held = _lock(self._uuid)
        self._held.tryLock(0)

    def _remove(self) -> None:
        if self._uuid:
            _file(self._uuid).unlink(missing_ok=True)

    def _let_go(self) -> None:
        self._remove()
        if self._held is not None:
            self._held.unlock()
        self._held, self._uuid = None, ""


def _file(uuid: str) -> Path:
    return folder() / f"{uuid}.json"


def _lock(uuid: str) -> QLockFile:
    lock = QLockFile(str(folder() / f"{uuid}.lock"))
    lock.setStaleLockTime(0)  # a lock is stale when its process is gone, however old it is
    return lock


def _read(file: Path) -> Found:
    data = strict_json.parse(files.read(file, limit=MOST_BYTES))
    if data["format"] != FORMAT or data["uuid"] != file.stem:
        raise ValueError("not a recovery file")
    path = Path(data["path"]) if data["path"] else None
    changed = datetime.fromisoformat(data["changed"])
    return Found(file, data["uuid"], path, changed, design_from_json(data["design"]))
