"""A step that is recorded once and then played back: one launch for all its kernels.

A small network's step is hundreds of kernels of a few microseconds each, and starting them from
Python takes longer than they run. CUDA records what a step starts, its arguments and addresses, as
a graph, and starts the graph at once. So a recording is right only where a step does the same every
time, with the same arrays: what it reads lies in arrays of its own, and what it makes on the way
comes from a memory pool of its own that nobody else is given.

Nobody need trust that: a recording is used only after it has given what the step itself gave.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from core.backend.numpy import Array, Step

SMALL = 10**10  # multiply-adds of one batch, forward: beyond, kernels run longer than they start
TOLERANCE = 1e-4  # relative to the largest value, between a step and its recording
BATCH = ""  # the batch's name among the inputs; targets have the names of nodes

_log = logging.getLogger(__name__)


class Recording(Protocol):
    """What a backend lets a recorder know and set."""

    xp: Any
    uploads: int
    records: bool

    def asnumpy(self, values: Array) -> Any:
        """The values on the host."""


@dataclass(frozen=True)
class _Graph:
    """A recorded step: its own inputs, what it gives, and the memory that nobody else may get.

    That is the pool it took arrays from, and the buffers that it worked in.
    """

    inputs: Mapping[str, Array]
    outputs: Any
    graph: Any
    pool: Any
    buffers: Any

    def play(self, inputs: Mapping[str, Array]) -> Any:
        """Do the step with these inputs; gives the recorded step's arrays with new values."""
        for name, values in inputs.items():
            self.inputs[name][...] = values
        self.graph.launch()
        return self.outputs


class Recorder:
    """A step as it is called: once to get warm, once to be recorded, then played back.

    A batch of another shape, a network that is not small and a step that cannot be recorded are
    computed as they would be without. `state` are the arrays that a step changes, `buffers()` those
    that it works in.
    """

    def __init__(
        self, backend: Recording, step: Step,
        *, state: tuple[Array, ...], buffers: Callable[[], Any], macs: int,
    ) -> None:  # fmt: skip
        self._backend, self._step, self._macs = backend, step, macs
        self._state, self._buffers = state, buffers
        self._shapes: dict[str, Any] = {}
        self._graph: _Graph | None = None
        self._refused = False

    def __call__(self, batch: Array, targets: Mapping[str, Array]) -> Any:
        """What the step gives for a batch; overwritten by the next call."""
        if self._refused or self._macs * len(batch) > SMALL:
            return self._step(batch, targets)
        inputs = {BATCH: batch, **targets}
        shapes = {name: (values.shape, values.dtype) for name, values in inputs.items()}
        if self._graph is not None and shapes == self._shapes:
            return self._graph.play(inputs)
        if self._graph is not None or shapes != self._shapes:
            self._shapes = self._shapes if self._graph else shapes
            return self._step(batch, targets)
        return self._recorded(inputs)

    def _recorded(self, inputs: Mapping[str, Array]) -> Any:
        """Do the step, and record it if the recording then does the same."""
        backend, before = self._backend, self._copies()
        uploads, backend.records = backend.uploads, True
        try:
            outputs = self._do(inputs)
            if backend.uploads != uploads:
                self._refuse("it brings values to the GPU on its way")
                return outputs
            after = self._copies()
            self._restore(before)
            self._try(inputs, after)
            self._restore(after)
        finally:
            backend.records = False
        return outputs

    def _try(self, inputs: Mapping[str, Array], wanted: tuple[Array, ...]) -> None:
        """Record, play and compare; keeps the recording only if it leaves the wanted state."""
        try:
            graph = self._capture(inputs)
        except Exception as problem:  # CuPy refuses what cannot be recorded in many ways
            self._refuse(str(problem).partition("\n")[0] or type(problem).__name__)
            return
        graph.play(inputs)
        if self._is_state(wanted):
            self._graph = graph
        else:
            self._refuse("the recording gives other values")

    def _capture(self, inputs: Mapping[str, Array]) -> _Graph:
        """What the step starts, as a graph; nothing is computed meanwhile."""
        cuda: Any = self._backend.xp.cuda
        own = {name: values.copy() for name, values in inputs.items()}
        pool, stream = cuda.MemoryPool(), cuda.Stream(non_blocking=True)
        with stream, cuda.using_allocator(pool.malloc):
            stream.begin_capture()
            try:
                outputs = self._do(own)
            except BaseException:
                with suppress(Exception):  # it has failed already; but it must be ended
                    stream.end_capture()
                raise
            graph = stream.end_capture()
        return _Graph(own, outputs, graph, pool, self._buffers())

    def _do(self, inputs: Mapping[str, Array]) -> Any:
        targets = {name: values for name, values in inputs.items() if name != BATCH}
        return self._step(inputs[BATCH], targets)

    def _copies(self) -> tuple[Array, ...]:
        return tuple(values.copy() for values in self._state)

    def _restore(self, values: tuple[Array, ...]) -> None:
        for own, value in zip(self._state, values, strict=True):
            own[...] = value

    def _is_state(self, wanted: tuple[Array, ...]) -> bool:
        """Whether the state is near what is wanted; waits for the device."""
        xp, filled = self._backend.xp, [one for one in self._state if one.size]
        wanted = tuple(one for one in wanted if one.size)
        far = [xp.abs(own - want).max() for own, want in zip(filled, wanted, strict=True)]
        large = [xp.abs(want).max() for want in wanted]
        found = self._backend.asnumpy(xp.stack([*far, *large]))
        count = len(far)
        return bool((found[:count] <= TOLERANCE * found[count:]).all())

    def _refuse(self, reason: str) -> None:
        self._refused = True
        _log.info("steps are started kernel by kernel: %s", reason)
