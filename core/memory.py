"""How much memory this process may still take."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_ROOT = Path("/")
_GROUPS = (  # where a container's limit and use stand, in the new layout and in the old one
    ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory.current"),
    ("sys/fs/cgroup/memory/memory.limit_in_bytes", "sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def free_and_total(root: Path = _ROOT) -> tuple[int, int]:
    """Free and total memory in bytes, a container's limit included.

    (0, 0) where the system has no simple answer. `root` is the folder in which Linux tells it.
    """
    try:
        lines = (root / "proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0, 0
    sizes = {key: int(rest.split()[0]) * 1024 for key, rest in (line.split(":") for line in lines)}
    free, total = sizes.get("MemAvailable", 0), sizes.get("MemTotal", 0)
    for limit_file, use_file in _GROUPS:
        with suppress(OSError, ValueError):  # "max" is no number: there is no limit
            limit = int((root / limit_file).read_text())
            use = int((root / use_file).read_text())
            free, total = min(free, max(limit - use, 0)), min(total, limit)
    return free, total
