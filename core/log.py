"""The log file: what happened, for the moment when somebody asks why.

Modules write with `logging.getLogger(__name__)`; `start` sends that to a file in the state folder.
Each kind of process has a file of its own, so that two of them never rotate the same one.
"""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Literal

from core.places import state_folder

Role = Literal["window", "engine", "command"]

LARGEST = 1_000_000  # bytes in one file
KEPT = 3  # older files beside it: window.log.1, window.log.2, ...

_FORMAT = "%(asctime)s %(levelname)-7s %(process)d %(name)s: %(message)s"


def path(role: Role = "window") -> Path:
    """The log file of this kind of process; it may not exist yet."""
    return state_folder() / "log" / f"{role}.log"


def start(role: Role = "window") -> Path | None:
    """Write records of level INFO and above to the log file and return its path.

    Returns None where the folder cannot be written: Striate then works without a log.
    Calling it again moves the log to the new file.
    """
    stop()
    file = path(role)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = _LogFile(file, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    for name in ("core", "designer"):  # other libraries stay at WARNING
        logging.getLogger(name).setLevel(logging.INFO)
    return file


def stop() -> None:
    """Close the log file that `start` opened."""
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, _LogFile)]:
        root.removeHandler(handler)
        handler.close()


class _LogFile(RotatingFileHandler):
    """Our own type, so that `stop` finds it among handlers of others."""
