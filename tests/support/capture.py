"""CUDA graphs for the strict stand-in of CuPy: what is captured is not done, but written down.

While a stream is captured, arrays that are made hold garbage, changes of arrays do not happen, and
what CUDA or CuPy refuse is refused. Launching the graph does everything that was written down, in
order, in the same memory.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import numpy as np

PRODUCTS = {"matmul", "dot", "tensordot", "einsum"}  # cuBLAS
CHANGES = {"copyto", "fill"}  # functions that write into what they are given


class Tape:
    """What is being captured, if anything is; `launches` counts graphs that were started."""

    def __init__(self) -> None:
        self.deeds: list[Callable[[], Any]] | None = None
        self.launches = 0

    @property
    def runs(self) -> bool:
        return self.deeds is not None

    def refuse(self, what: str) -> None:
        """Fail where the host would see or bring values while capturing."""
        if self.runs:
            raise RuntimeError(f"cudaErrorStreamCaptureUnsupported: {what}")

    def do(self, name: str, deed: Callable[[], Any], *, changes: bool = False) -> Any:
        """Do something, or write it down; `changes` where it writes into an array it was given."""
        if self.deeds is None:
            return deed()
        if name in PRODUCTS:
            raise NotImplementedError("calling cuBLAS API during stream capture is unsupported")
        if changes or name in CHANGES:
            self.deeds.append(deed)
            return None
        made = deed()
        if not isinstance(made, np.ndarray | np.generic):
            return made
        if isinstance(made, np.ndarray) and made.base is not None:
            return made  # a view: it shows what is done to its array
        place = np.full_like(made, np.nan if made.dtype.kind == "f" else 0)
        self.deeds.append(lambda: np.copyto(place, deed()))
        return place


TAPE = Tape()


class Stream:
    """`cupy.cuda.Stream`: captures between begin and end."""

    def __init__(self, *, non_blocking: bool) -> None:
        assert non_blocking, "only a stream that does not wait for others can be captured"

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        assert not TAPE.runs, "the capture was not ended"

    def begin_capture(self) -> None:
        TAPE.deeds = []

    def end_capture(self) -> Any:
        deeds, TAPE.deeds = TAPE.deeds, None
        assert deeds is not None

        def launch() -> None:
            TAPE.launches += 1
            for deed in deeds:
                deed()

        return SimpleNamespace(launch=launch)


def memory_pool() -> Any:
    """`cupy.cuda.MemoryPool`."""
    return SimpleNamespace(malloc=None)


def using_allocator(allocator: object) -> Any:
    """`cupy.cuda.using_allocator`."""
    return nullcontext()
