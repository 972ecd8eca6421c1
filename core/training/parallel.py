"""Several processes train one network: each sees its share of every batch, and all move alike.

A gradient is a sum over items, so shares of it are computed apart and added up: after a step every
process has the weights that one process would have that saw the whole batch. What differs is told
in docs/several-processes.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backend.communicator import ALONE, Communicator
from core.data.batches import Indices
from core.data.dataset import Fingerprint
from core.data.fitted import FitError
from core.graph import Graph
from core.network import Losses, Network
from core.plan import Plan
from core.tongue import tr
from core.training.checkpoint import Checkpoint
from core.training.control import Control
from core.training.events import Event
from core.training.learner import Learner
from core.training.runs import RunFolder

Array = Any
Host = NDArray[Any]

_NOTHING = 1e-300  # what a batch counts at least, so that nothing is divided by 0
_NO_LOSSES = Losses(0.0, {}, {})


def share(indices: Indices, together: Communicator) -> Indices:
    """What this process does of a batch; the shares differ by one item at most."""
    rank, size, count = together.rank, together.size, len(indices)
    return indices[rank * count // size : (rank + 1) * count // size]


def learner_of(network: Network, plan: Plan, together: Communicator) -> Learner:
    """What learns as a plan says, in one of these processes."""
    limits = {
        "clip_norm": plan.clip_norm,
        "clip_value": plan.clip_value,
        "ema_decay": plan.ema_decay,
    }
    if together.size == 1:
        return Learner(network, plan.optimizer, **limits)
    return SharedLearner(network, plan.optimizer, **limits)


def gather(learner: Learner, together: Communicator, data: Fingerprint) -> None:
    """Wait until all processes are here, with the same data and weights.

    FitError in every process where one has found other data.
    """
    digest = hashlib.sha256(repr(data).encode()).digest()
    ours, first = np.frombuffer(digest, np.uint8), np.frombuffer(digest, np.uint8).copy()
    together.broadcast(first)
    if together.agree(not np.array_equal(ours, first)):
        raise FitError(
            tr(
                "The processes do not find the same data: give every computer the same files in the"
                " same place."
            )
        )
    if isinstance(learner, SharedLearner):
        learner.join(together.on(learner.network.backend))


class SharedLearner(Learner):
    """A learner that sees its share of each batch, which may be empty; all must take each step.

    Running statistics move by the mean of what the processes saw, weighted by their items.
    """

    _together = ALONE  # until it joins others

    def join(self, together: Communicator) -> None:
        """Go on as one of several from here, with the weights that process 0 has."""
        self._together, network = together, self.network
        network.lane = together.rank
        for flat in (network.parameters, network.kept):
            host = network.backend.asnumpy(flat).copy()
            together.broadcast(host)
            flat[...] = network.backend.asarray(host)

    def step(self, x: Host, labels: Host | Mapping[str, Host], *, lr: float | None = None) -> Array:
        """Learn from a batch of which these are a share; gives the loss of all of it before."""
        network = self.network
        kept = network.kept.copy()
        if len(x):
            losses, targets = self._look(x, labels)
        else:
            losses, targets, self.values = _NO_LOSSES, {}, {}
        total = self._add_up(losses, targets, kept, len(x))
        if len(x):
            network.run_backward(losses.gradients, every=False)
        else:
            network.gradients[...] = 0
        self._together.sum_into(network.gradients)
        self.update(lr=lr)
        return total

    def correct(self, labels: Host | Mapping[str, Host]) -> Array:
        right = self.network.backend.xp.zeros(1)
        if self.values:
            right[0] = super().correct(labels)
        self._together.sum_into(right)
        return right[0]

    def first_bad_node(self) -> str:
        order, node = self.network.graph.order, super().first_bad_node()
        found = np.array([id == node for id in order], np.int64)
        self._together.sum_into(found)
        return next((id for id, count in zip(order, found, strict=True) if count), "")

    def _look(
        self, x: Host, labels: Host | Mapping[str, Host]
    ) -> tuple[Losses, Mapping[str, Array]]:
        """What a share costs before the step, and its targets by output."""
        network = self.network
        batch, targets = network.prepare(x, labels)
        self.values = network.run_forward(batch, training=True, every=False)
        return network.losses(self.values, targets), targets

    def _add_up(
        self, losses: Losses, targets: Mapping[str, Array], kept: Array, items: int
    ) -> Array:
        """Gradients become those of the whole batch's loss, which is given (0-d).

        One sum over the processes carries everything small: for each output what its items count
        and cost, the number of items, and by how much they moved what stood in `kept` before.
        """
        network, xp, count = self.network, self.network.backend.xp, len(self.network.outputs)
        sums = xp.zeros(2 * count + 1 + kept.size)
        mass, cost, moved = sums[:count], sums[count : 2 * count], sums[2 * count + 1 :]
        for at, id in enumerate(targets):
            mass[at] = network.output(id).loss.mass(xp, targets[id])
            cost[at] = losses.each[id] * mass[at]
        sums[2 * count] = items
        moved[...] = (network.kept - kept) * items
        own = mass.copy()
        self._together.sum_into(sums)
        total: Array = 0.0
        each: dict[str, Array] = {}
        for at, id in enumerate(network.outputs):
            whole = xp.maximum(mass[at], _NOTHING)
            each[id] = cost[at] / whole
            total = total + each[id] * network.output(id).weight
            if id in losses.gradients:
                losses.gradients[id][...] *= own[at] / whole
        network.kept[...] = kept + moved / sums[2 * count]
        self.each = each if count > 1 else {}
        return total


class SharedControl(Control):
    """Controls on which all processes agree whenever they look.

    `wishes` is what this process hears: process 0 says when to pause and how fast to learn, a stop
    may come from any.
    """

    def __init__(self, wishes: Control, together: Communicator) -> None:
        super().__init__()
        self._wishes, self._together = wishes, together

    def attend(self, network: Network) -> None:
        self._wishes.attend(network)
        self._agree()

    def wait(self, network: Network) -> bool:
        self._wishes.wait(network)
        self._agree()
        return self.paused

    def _agree(self) -> None:
        wishes = self._wishes
        said = np.zeros(4)  # stop, pause, whether the rate is turned, and to what
        said[0] = wishes.stopped
        if self._together.rank == 0:
            lr = wishes.take_learning_rate()
            said[1:] = wishes.paused, lr is not None, lr or 0.0
        self._together.sum_into(said)
        stop, pause, turned, rate = said.tolist()
        self._set(stopped=stop > 0, paused=pause > 0 and not stop)
        if turned:
            self.set_learning_rate(rate)


class FollowedRun(RunFolder):
    """A run whose files another process writes: read here, never written."""

    def withdraw(self) -> None:
        pass

    def note(self, **facts: Any) -> None:
        pass

    def record(self, event: Event) -> None:
        pass

    def save(self, checkpoint: Checkpoint, graph: Graph) -> Path:
        return self.path

    def save_best(self, weights: Mapping[str, Host], graph: Graph, steps: int) -> None:
        pass

    def take_back_best(self, steps: int) -> None:
        pass
