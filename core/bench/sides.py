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

from core.bench.conditions import HOME, Conditions
from core.tongue import tr

WARM_UP = 5  # steps before anything is timed: kernels are compiled, buffers made


class SideError(RuntimeError):
    """A measured process ended before its time; the sentence holds its last words."""


class Side:
    """One side as the other process sees it."""

    def __init__(self, module: str, *arguments: str, conditions: Conditions) -> None:
        self._process = subprocess.Popen(
            _command(module, conditions, arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=HOME,
            env={**os.environ, **conditions.environment()},
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
            words = self._process.stderr.read()
            self.close()
            raise SideError(_ended_early(words))
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def answer(module: str, *arguments: str, conditions: Conditions) -> dict[str, Any]:
    """What a module that is asked once prints: its last line, an object of JSON. SideError."""
    done = subprocess.run(
        _command(module, conditions, arguments),
        cwd=HOME,
        env={**os.environ, **conditions.environment()},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SideError(_ended_early(done.stderr))
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def serve(
    name: str,
    step: Callable[[], object],
    *,
    conditions: Conditions,
    finish: Callable[[], object] = lambda: None,
    peak: Callable[[], float | None] | None = None,
) -> None:
    """Be a side: warm up, then do rounds until the input ends.

    `finish` waits for a device that computes by itself, `peak` gives the memory held there. The
    first step of a round is not timed: the other sides have emptied the caches.
    """
    clock = clock_of(conditions)
    for _ in range(WARM_UP):
        step()
    finish()
    _say({"name": name})
    for line in sys.stdin:
        steps = int(line)
        step()
        finish()
        start = clock()
        for _ in range(steps):
            step()
        finish()
        _say({"seconds": clock() - start})
    _say({"peak": (peak or peak_memory)()})


def clock_of(conditions: Conditions) -> Callable[[], float]:
    """The clock to time with, in seconds."""
    return time.process_time if conditions.cpu_time else time.perf_counter


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


def _command(module: str, conditions: Conditions, arguments: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", module, conditions.as_text(), *arguments]


def _ended_early(words: str) -> str:
    """The sentence that holds the last line of what a process said on its way out."""
    last = "".join(words.strip().splitlines()[-1:]) or tr("no reason given")
    return tr("a measured process ended early: {reason}", reason=last)


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)
