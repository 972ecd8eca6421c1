"""Each side of a comparison runs in a process of its own and does a round when it is told to.

The two talk in lines of JSON: the side says what it is, then answers each number of steps with
the seconds they took, and the end of its input with its peak memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from core.bench.workloads import Workload

THREAD_LIMITS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)  # fmt: skip


class SideError(RuntimeError):
    """A side ended before its time; the sentence holds its last words."""


class Side:
    """One side as the other process sees it."""

    def __init__(self, module: str, *arguments: str, workload: Workload, threads: int) -> None:
        limits = dict.fromkeys(THREAD_LIMITS, str(threads))
        home = str(Path(__file__).parents[2])
        command = [sys.executable, "-m", module, workload.id, str(threads), *arguments]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **limits, "PYTHONPATH": home},
        )
        self.name = str(self._answer()["name"])

    def round(self, steps: int) -> float:
        """Seconds a step, over `steps` steps."""
        assert self._process.stdin
        self._process.stdin.write(f"{steps}\n")
        self._process.stdin.flush()
        return float(self._answer()["seconds"]) / steps

    def end(self) -> float | None:
        """Stop the process; gives its peak memory in MiB, None where the system does not tell."""
        assert self._process.stdin
        self._process.stdin.close()
        peak = self._answer()["peak"]
        self.close()
        return None if peak is None else float(peak)

    def close(self) -> None:
        """End the process whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        assert self._process.stderr
        line = self._process.stdout.readline()
        if not line:
            last = self._process.stderr.read().strip().splitlines()[-1:]
            self.close()
            raise SideError(f"a measured process ended early: {''.join(last) or 'no reason given'}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve(name: str, step: Callable[[], object]) -> None:
    """Be a side: warm up, then do rounds until the input ends."""
    step()
    step()
    _say({"name": name})
    for line in sys.stdin:
        steps = int(line)
        start = time.perf_counter()
        for _ in range(steps):
            step()
        _say({"seconds": time.perf_counter() - start})
    _say({"peak": peak_memory()})


def peak_memory() -> float | None:
    """The most memory this process has held, in MiB; None where the system does not tell."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)
