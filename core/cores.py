"""How many threads are worth having: one for each physical core this process may use."""

from __future__ import annotations

import os
from pathlib import Path

THREAD_LIMITS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)  # fmt: skip
"""Where the libraries that compute look, when they are loaded, for how many threads to use."""

_CPUS = Path("/sys/devices/system/cpu")


def thread_limits(count: int) -> dict[str, str]:
    """The environment in which those libraries use so many threads, at least one."""
    return dict.fromkeys(THREAD_LIMITS, str(max(count, 1)))


def physical_cores(cpus: Path = _CPUS) -> int:
    """Physical cores; two hardware threads of one core count once, where the system tells them.

    `cpus` is the folder in which Linux describes its processors.
    """
    ask = getattr(os, "sched_getaffinity", None)
    allowed = set(ask(0)) if ask else set(range(os.cpu_count() or 1))
    siblings = {_siblings(cpus / f"cpu{number}", number) for number in allowed}
    return max(len(siblings), 1)


def _siblings(cpu: Path, number: int) -> str:
    """What names the core of a hardware thread; the thread itself where nothing is told."""
    try:
        return (cpu / "topology" / "thread_siblings_list").read_text().strip()
    except OSError:
        return str(number)
