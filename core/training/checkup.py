"""Checks how a network learns, now and then, between two steps: gives the figures of `health`.

A check runs some items of the batch that was just learned from through the network once more, layer
by layer, forward and backward. It changes nothing that a step reads, so training is the same bit
for bit with checks and without; a governor keeps their share of the time small.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.layers import Output
from core.layers.activation_base import Activation
from core.network import Network
from core.steps import Parts, Step
from core.training.control import Control
from core.training.health import BINS, SPREADS, Histogram, NodeHealth

SHARE = 0.015  # of the time in any case; more of it where views leave theirs
EVERY = 0.25  # seconds between two checks, at least
ITEMS = 32  # of the batch, at most
MOST_BYTES = 128 << 20  # of what the layers give for them
SAMPLED = 1 << 14  # values of an array that make a histogram, at most
LOOKS_BACK = 5  # checks in which a dead unit gave nothing
NEAR = 0.03  # of the way between the ends of a bounded activation: saturated

# Names of activations that are bounded, with their ends.
BOUNDED = {"Sigmoid": (0.0, 1.0), "HardSigmoid": (0.0, 1.0), "Tanh": (-1.0, 1.0)}

Array = Any
Host = NDArray[Any]


class Checkup:
    """Checks a network that learns, whenever `share` of the time allows: 0 never, 1 at each step.

    The time of views that nobody asks for is spent too, as the governor in `control` tells.
    Attributes: `loss`, of the items that were looked at last.

    checkup.begin()
    learner.step(x, labels)
    measured = checkup.end(x, labels)
    """

    def __init__(
        self,
        network: Network,
        share: float = SHARE,
        *,
        control: Control | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._network, self._share, self._clock = network, share, clock
        self._control = control or Control(clock=clock)
        self._next = self._earliest = -float("inf")
        self._before: dict[str, list[Array]] = {}
        self._alive: dict[str, deque[Host]] = {}
        self._spent, self._first = 0.0, True
        self.loss = float("nan")
        outputs = sum(info.cost.outputs for info in network.inference.nodes.values())
        self._items = max(2, min(ITEMS, MOST_BYTES // max(1, 4 * outputs)))

    def begin(self) -> None:
        """Before a step: where a check is due, remember the weights to see how far they move."""
        start = self._clock()
        if not self._is_due(start):
            return
        self._before = {
            id: [weight.copy() for weight in self._trained(id)]
            for id in self._network.graph.order
            if self._network.parts(id).gradients
        } or {"": []}
        self._spent = self._clock() - start

    def end(self, x: Host, labels: Host | Mapping[str, Host]) -> dict[str, NodeHealth]:
        """After the step on a batch: what was measured, by node; nothing where none is due."""
        if not self._before:
            return {}
        start = self._clock()
        try:
            return self._measured(x, labels) if len(x) else {}
        except MemoryError:  # there is room to learn, but not to look
            self._share = 0.0
            return {}
        finally:
            self._before = {}
            self._spent += self._clock() - start
            self._rest()

    def _is_due(self, now: float) -> bool:
        if not 0 < self._share < 1:
            return self._share > 0
        return now >= self._next or (now >= self._earliest and self._control.has_time)

    def _rest(self) -> None:
        """What was spent is paid by the views' time where that is free, and by ours."""
        now, cost = self._clock(), self._spent
        if self._first:  # what is made ready once is not what a check takes
            self._first, cost = False, 0.0
        if self._control.has_time:
            self._control.spend(cost)
        self._earliest = now + EVERY
        self._next = now + max(EVERY, cost / max(self._share, 1e-9) - cost)

    @property
    def items(self) -> int:
        """How many items of a batch are looked at, at most."""
        return self._items

    @property
    def checks(self) -> int:
        """How many checks, the last one included, dead units are looked for in."""
        return max((len(found) for found in self._alive.values()), default=0)

    # ---- one check ----------------------------------------------------------------------

    def _measured(self, x: Host, labels: Host | Mapping[str, Host]) -> dict[str, NodeHealth]:
        network, items = self._network, slice(0, self._items)
        cut = (
            {name: field[items] for name, field in labels.items()}
            if isinstance(labels, Mapping)
            else labels[items]
        )
        sheet = _Sheet(network)
        with np.errstate(all="ignore"), _kept(network):
            batch, targets = network.prepare(x[items], cut)
            steps = tuple(_Watched(step, sheet) for step in network.singles)
            values = network.run_forward(batch, training=True, steps=steps)
            losses = network.losses(values, targets)
            network.run_backward(losses.gradients, every=False)
            self.loss = float(losses.total)
            for id, before in self._before.items():
                if id:
                    sheet.note_weights(id, self._trained(id), self._gradients(id), before)
            return {id: self._filled(id, found) for id, found in sheet.read().items()}

    def _filled(self, id: str, found: dict[str, Any]) -> NodeHealth:
        """The figures of a node, with its dead units over the last checks."""
        alive = found.pop("alive", None)
        if alive is not None:
            seen = self._alive.setdefault(id, deque(maxlen=LOOKS_BACK))
            seen.append(alive)
            found["dead"] = 1.0 - float(np.any(list(seen), axis=0).mean())
        return NodeHealth(**found)

    def _trained(self, id: str) -> list[Array]:
        _, weights, gradients = self._network.parts(id)
        return [weights[name] for name in gradients]

    def _gradients(self, id: str) -> list[Array]:
        return list(self._network.parts(id).gradients.values())


class _Sheet:
    """What was noted of every node: numbers stay on the device until all are read at once."""

    def __init__(self, network: Network) -> None:
        self._network, self._xp = network, network.backend.xp
        self._notes: dict[str, dict[str, Array]] = {id: {} for id in network.graph.order}
        self._seconds: dict[str, float] = dict.fromkeys(network.graph.order, 0.0)

    @contextmanager
    def timed(self, id: str) -> Iterator[None]:
        """Count the time of a node; a device is waited for."""
        wait = self._network.backend.synchronize
        wait()
        start = time.perf_counter()
        yield
        wait()
        self._seconds[id] += time.perf_counter() - start

    def note_output(self, id: str, y: Array) -> None:
        """What a node gives, (N, …)."""
        xp, note, layer = self._xp, self._notes[id], self._network.graph[id].layer
        note["mean"], note["std"] = y.mean(), y.std()
        note["outputs"] = self._spread([y])
        name = type(layer).__name__
        if isinstance(layer, Output):
            note["spread"] = y.std(axis=0).mean()
        if name in BOUNDED:
            low, high = BOUNDED[name]
            near = NEAR * (high - low)
            note["saturated"] = ((y < low + near) | (y > high - near)).mean()
        elif isinstance(layer, Activation):
            gave = y != 0
            rest = tuple(axis for axis in range(y.ndim) if axis != 1)
            note["alive"] = xp.any(gave, axis=rest)

    def note_returned(self, id: str, dy: Array) -> None:
        """The gradient by what a node gives."""
        self._notes[id]["returned"] = self._norm([dy])

    def note_weights(
        self, id: str, weights: list[Array], gradients: list[Array], before: list[Array]
    ) -> None:
        """The weights of a node, their gradients, and what they were before the step."""
        note = self._notes[id]
        moved = [weight - old for weight, old in zip(weights, before, strict=True)]
        note["gradient"], note["weight"] = self._norm(gradients), self._norm(weights)
        note["update"] = self._norm(moved) / self._norm(before)
        note["weights"], note["gradients"] = self._spread(weights), self._spread(gradients)

    def read(self) -> dict[str, dict[str, Any]]:
        """Everything on the host, by node and figure."""
        host = self._network.backend.asnumpy
        found: dict[str, dict[str, Any]] = {}
        for id, note in self._notes.items():
            read = {name: host(value) for name, value in note.items()}
            found[id] = {
                name: _histogram(value)
                if name in SPREADS
                else value.copy()
                if name == "alive"
                else float(value)
                for name, value in read.items()
            }
            found[id]["seconds"] = self._seconds[id]
        return found

    def _norm(self, arrays: list[Array]) -> Array:
        """√Σ of the squares of all values; 0-d."""
        xp = self._xp
        return xp.sqrt(sum(xp.vdot(flat, flat) for flat in map(xp.ravel, arrays)))

    def _spread(self, arrays: list[Array]) -> Array:
        """Exponent and counts (1 + BINS,) of a histogram of values, evenly picked where many.

        It reaches to the power of 2 next above four times their root mean square.
        """
        xp = self._xp
        flat = xp.concatenate([xp.ravel(one) for one in arrays])
        flat = flat[:: max(1, flat.size // SAMPLED)]
        flat = flat[xp.isfinite(flat)]
        scale = 4 * xp.sqrt(xp.mean(flat * flat)) if flat.size else xp.zeros(())
        exponent = xp.ceil(xp.log2(xp.where(scale > 0, scale, 1.0)))
        exponent = xp.clip(xp.where(xp.isfinite(exponent), exponent, 0.0), -120, 120)
        bins = xp.floor((flat * xp.exp2(-exponent) + 1) * (BINS // 2))
        counts = xp.bincount(xp.clip(bins, 0, BINS - 1).astype(xp.int32), minlength=BINS)
        return xp.concatenate([exponent.reshape(1), counts])


@dataclass(frozen=True)
class _Watched(Step):
    """A step that notes on a sheet what it gives, what it gets back, and its time."""

    step: Step
    sheet: _Sheet
    ids: tuple[str, ...] = field(init=False)
    sources: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", self.step.ids)
        object.__setattr__(self, "sources", self.step.sources)

    def forward(self, parts: Callable[[str], Parts], *inputs: Array) -> tuple[Array, Any]:
        id = self.ids[-1]
        with self.sheet.timed(id):
            y, saved = self.step.forward(parts, *inputs)
        self.sheet.note_output(id, y)
        return y, saved

    def backward(self, parts: Callable[[str], Parts], saved: Any, dy: Array) -> tuple[Any, ...]:
        id = self.ids[-1]
        self.sheet.note_returned(id, dy)
        with self.sheet.timed(id):
            return self.step.backward(parts, saved, dy)


@contextmanager
def _kept(network: Network) -> Iterator[None]:
    """Running statistics and gradients are afterwards what they were."""
    kept, gradients = network.kept.copy(), network.gradients.copy()
    try:
        yield
    finally:
        network.kept[...] = kept
        network.gradients[...] = gradients


def _histogram(values: Host) -> Histogram:
    exponent, *counts = values.astype(np.int64).tolist()
    return Histogram(exponent, np.array(counts, np.int64))
