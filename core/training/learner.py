"""One training step: forward, loss, backward, update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from core.network import Network
from core.optimizers import Optimizer

Array = Any
Host = NDArray[Any]


class Learner:
    """A network, the optimizer that moves its weights, and what that optimizer remembers.

        learner = Learner(network, SGD(lr=0.05))
        loss = float(learner.step(x, labels))

    Attributes:
        network, optimizer: what it was made from.
        state: the optimizer's flat vectors, by slot; on the device.
        steps: steps taken with this state.
        values: what every node gave in the last step; valid until the network computes again.
    """

    def __init__(self, network: Network, optimizer: Optimizer) -> None:
        self.network, self.optimizer = network, optimizer
        self.state = optimizer.start(network.backend.xp, network.parameters)
        self.steps = 0
        self.values: dict[str, Array] = {}

    def step(self, x: Host, labels: Host | Mapping[str, Host], *, lr: float | None = None) -> Array:
        """Learn from a batch N C H W and its labels; gives the loss before the step.

        The loss is 0-d and still on the device, so that a GPU need not be waited for. `lr` takes
        the place of the optimizer's own learning rate.
        """
        network = self.network
        targets = network.encode(labels)
        self.values = network.run_forward(network.upload(x), training=True)
        loss, gradients = network.losses(self.values, targets)
        network.run_backward(gradients)
        self.update(lr=lr)
        return loss

    def update(self, *, lr: float | None = None) -> None:
        """Move the weights by the gradients that the network holds; its clock ticks."""
        self.steps += 1
        self.network.clock += 1
        self.optimizer.update(
            self.network.backend.xp,
            self.network.parameters,
            self.network.gradients,
            self.state,
            step=self.steps,
            lr=self.optimizer.lr if lr is None else lr,
        )
