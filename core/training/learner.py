"""One training step: forward, loss, backward, update."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from numpy.typing import NDArray

from core.network import Network
from core.optimizers import Optimizer
from core.training.diagnosis import first_bad_node
from core.training.evaluate import count_correct

Array = Any
Host = NDArray[Any]


class Learner:
    """A network, the optimizer that moves its weights, and what that optimizer remembers.

        learner = Learner(network, SGD(lr=0.05))
        loss = float(learner.step(x, labels))

    Attributes:
        network, optimizer: what it was made from.
        state: the optimizer's flat vectors, by slot; on the device.
        average: the weights averaged over the last steps, flat, or None.
        steps: steps taken with this state.
        values: what every node gave in the last step; valid until the network computes again.
        each: what each of several outputs cost in the last step, 0-d on the device, by node in
            the order of `network.outputs`; empty where there is one.
    """

    def __init__(
        self,
        network: Network,
        optimizer: Optimizer,
        *,
        clip_norm: float = 0.0,
        clip_value: float = 0.0,
        ema_decay: float = 0.0,
    ) -> None:
        self.network, self.optimizer = network, optimizer
        self.clip_norm, self.clip_value, self.ema_decay = clip_norm, clip_value, ema_decay
        self.state = optimizer.start(network.backend.xp, network.parameters)
        self.average: Array = network.parameters.copy() if ema_decay else None
        self.steps = 0
        self.values: dict[str, Array] = {}
        self.each: dict[str, Array] = {}
        self._learn = network.backend.repeating(
            partial(_learned, network),
            state=(network.gradients, network.kept),
            buffers=network.buffers,
            macs=network.inference.macs,
        )

    def step(self, x: Host, labels: Host | Mapping[str, Host], *, lr: float | None = None) -> Array:
        """Learn from a batch N C H W and its labels; gives the loss before the step.

        The loss is 0-d and still on the device, so that a GPU need not be waited for. `lr` takes
        the place of the optimizer's own learning rate.
        """
        self.values, loss, each = self._learn(*self.network.prepare(x, labels))
        self.update(lr=lr)
        # The next step may overwrite them.
        self.each = {id: one.copy() for id, one in each.items()} if len(each) > 1 else {}
        return loss.copy()

    def correct(self, labels: Host | Mapping[str, Host]) -> Array:
        """Right answers of the first output in the last step; 0-d and still on the device."""
        return count_correct(self.network, self.values, labels)

    def first_bad_node(self) -> str:
        """The first node that gave a value that is not finite in the last step; "" if none did."""
        return first_bad_node(self.network, self.values)

    def update(self, *, lr: float | None = None) -> None:
        """Move the weights by the gradients that the network holds; its clock ticks."""
        self.steps += 1
        self.network.clock += 1
        self._clip()
        self.optimizer.update(
            self.network.backend.xp,
            self.network.parameters,
            self.network.gradients,
            self.state,
            step=self.steps,
            lr=self.optimizer.lr if lr is None else lr,
        )
        self._follow()

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """The network has the averaged weights meanwhile, where there are any."""
        weights = self.network.parameters
        if self.average is None:
            yield
            return
        learning = weights.copy()
        weights[...] = self.average
        try:
            yield
        finally:
            weights[...] = learning

    def settle(self) -> None:
        """Learning is over: the network keeps the averaged weights, where there are any."""
        if self.average is not None:
            self.network.parameters[...] = self.average

    def averaged_weights(self) -> dict[str, Host]:
        """The averaged weights by name, trained ones alone; empty where none are averaged."""
        if self.average is None:
            return {}
        trained = self.network.inference.nodes
        with self.averaged():
            return {
                f"{id}.{name}": self.network.weight(f"{id}.{name}")
                for id, info in trained.items()
                for name, weight in info.weights.items()
                if weight.trained
            }

    def start_average(self, weights: Mapping[str, Host]) -> None:
        """Go on from these averaged weights; without any, from the weights as they are."""
        if self.average is None:
            return
        network = self.network
        learning = network.parameters.copy()
        network.set_weights(weights)
        self.average[...] = network.parameters
        network.parameters[...] = learning

    def _clip(self) -> None:
        """Limit the gradients, as PyTorch's clip_grad_norm_ and clip_grad_value_ do."""
        g, xp = self.network.gradients, self.network.backend.xp
        if self.clip_value:
            xp.clip(g, -self.clip_value, self.clip_value, out=g)
        if self.clip_norm:
            norm = xp.sqrt(xp.dot(g, g))
            g *= xp.minimum(self.clip_norm / (norm + 1e-6), 1)

    def _follow(self) -> None:
        """The averaged weights take their share of the new ones; at first they are the same."""
        if self.average is None:
            return
        xp, weights = self.network.backend.xp, self.network.parameters
        if self.steps == 1:
            self.average[...] = weights
            return
        self.average *= self.ema_decay
        self.average += xp.multiply(weights, 1 - self.ema_decay, out=self.state["scratch"])


def _learned(
    network: Network, batch: Array, targets: Mapping[str, Array]
) -> tuple[dict[str, Array], Array, dict[str, Array]]:
    """What the nodes give for a batch, its loss, that of each output; fills the gradients."""
    values = network.run_forward(batch, training=True, every=False)
    losses = network.losses(values, targets)
    network.run_backward(losses.gradients, every=False)
    return values, losses.total, losses.each
