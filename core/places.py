"""Where Striate keeps what is not in a project: logs, recovery files, runs never saved."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def state_folder() -> Path:
    """The folder for what Striate remembers between starts; it may not exist yet.

    Linux: `$XDG_STATE_HOME/striate` or `~/.local/state/striate`. macOS: `~/Library/Application
    Support/Striate`. Windows: `%LOCALAPPDATA%\\Striate`. `STRIATE_STATE` names another folder.
    """
    return _folder("STRIATE_STATE", "XDG_STATE_HOME", ".local/state", "Application Support")


def cache_folder() -> Path:
    """The folder for what can be made again, such as compiled kernels; it may not exist yet.

    Linux: `$XDG_CACHE_HOME/striate` or `~/.cache/striate`. macOS: `~/Library/Caches/Striate`.
    Windows: `%LOCALAPPDATA%\\Striate`. `STRIATE_CACHE` names another folder.
    """
    return _folder("STRIATE_CACHE", "XDG_CACHE_HOME", ".cache", "Caches")


def _folder(own: str, xdg: str, below_home: str, below_library: str) -> Path:
    """The first of: the chosen folder, the system's own place, the place below home."""
    chosen = os.environ.get(own)
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local or Path.home() / "AppData" / "Local") / "Striate"
    if sys.platform == "darwin":
        return Path.home() / "Library" / below_library / "Striate"
    base = os.environ.get(xdg, "")
    # The XDG rules: a relative path there is to be ignored.
    return (Path(base) if os.path.isabs(base) else Path.home() / below_home) / "striate"
