"""Optimizers: how weights move against their gradient. In order of increasing complexity.

All weights of a network lie in one flat vector, so each rule is a few whole-vector operations,
in place. Conventions are PyTorch's: weight decay is added to the gradient (AdamW: taken from the
weights), momentum is v ← μ·v + g, ε is added outside the square root.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from core.kinds import Bool, Float
from core.settings import Declared, SettingError, setting
from core.tongue import tr

Array = Any


def _rate(default: float) -> Any:
    return setting(
        default,
        Float(0.0, 1000.0, log=True),
        label="Learning rate",
        keras="learning_rate",
        help="How far the weights move in a step.",
    )


def _decay(default: float = 0.0) -> Any:
    return setting(
        default,
        Float(0.0, 1.0, log=True),
        advanced=True,
        help="Pulls every weight towards 0 by this share, so that none grows without need.",
    )


def _epsilon(default: float) -> Any:
    return setting(
        default,
        Float(0.0, 1.0, log=True),
        keras="epsilon",
        advanced=True,
        help="Added to the root so that nothing is divided by 0.",
    )


@dataclass(frozen=True)
class Optimizer(Declared, ABC):
    """Base of every optimizer. `slots` name the flat vectors it remembers between steps."""

    slots: ClassVar[tuple[str, ...]] = ()

    lr: float = _rate(0.01)

    def start(self, xp: Any, w: Array) -> dict[str, Array]:
        """Zeroed memory for the weights `w`; "scratch" is working space and is not saved."""
        return {name: xp.zeros_like(w) for name in (*self.slots, "scratch")}

    @abstractmethod
    def update(
        self, xp: Any, w: Array, g: Array, state: Mapping[str, Array], *, step: int, lr: float
    ) -> None:
        """Move `w` in place by its gradient `g`; `step` counts from 1. May overwrite `g`."""


@dataclass(frozen=True)
class SGD(Optimizer):
    """Stochastic gradient descent, with momentum if wanted.

    Formula: g ← g + decay·w; v ← momentum·v + g; w ← w − lr·v (Nesterov: w − lr·(g + momentum·v)).
    Source: Robbins and Monro 1951; Sutskever et al. 2013. PyTorch: torch.optim.SGD.
    """

    slots: ClassVar[tuple[str, ...]] = ("velocity",)

    lr: float = _rate(0.05)
    momentum: float = setting(
        0.9, Float(0.0, 0.9999), help="Share of the last step that goes on into the next."
    )
    nesterov: bool = setting(
        False, Bool(), advanced=True, help="Look ahead along the momentum before stepping."
    )
    weight_decay: float = _decay()

    def check(self) -> None:
        if self.nesterov and self.momentum == 0:
            raise SettingError("nesterov", tr("a momentum above 0 is expected with it"))

    def update(
        self, xp: Any, w: Array, g: Array, state: Mapping[str, Array], *, step: int, lr: float
    ) -> None:
        velocity, scratch = state["velocity"], state["scratch"]
        _add_decay(xp, w, g, self.weight_decay, scratch)
        if self.momentum == 0:
            w -= xp.multiply(g, lr, out=scratch)
            return
        velocity *= self.momentum
        velocity += g
        if self.nesterov:
            g += xp.multiply(velocity, self.momentum, out=scratch)
            w -= xp.multiply(g, lr, out=scratch)
        else:
            w -= xp.multiply(velocity, lr, out=scratch)


@dataclass(frozen=True)
class Adagrad(Optimizer):
    """Divide each step by the size of all gradients so far: seldom used weights move further.

    Formula: s ← s + g²; w ← w − lr/(1 + lr_decay·(t − 1))·g/(√s + ε).
    Source: Duchi et al. 2011. PyTorch: torch.optim.Adagrad (Keras starts s at 0.1).
    """

    slots: ClassVar[tuple[str, ...]] = ("square",)

    lr: float = _rate(0.01)
    lr_decay: float = setting(
        0.0, Float(0.0, 1.0, log=True), advanced=True,
        help="Lowers the rate with every step; the sum of gradients already does so.",
    )  # fmt: skip
    eps: float = _epsilon(1e-10)
    weight_decay: float = _decay()

    def update(
        self, xp: Any, w: Array, g: Array, state: Mapping[str, Array], *, step: int, lr: float
    ) -> None:
        square, scratch = state["square"], state["scratch"]
        _add_decay(xp, w, g, self.weight_decay, scratch)
        square += xp.multiply(g, g, out=scratch)
        xp.sqrt(square, out=scratch)
        scratch += self.eps
        xp.divide(g, scratch, out=scratch)
        scratch *= lr / (1 + self.lr_decay * (step - 1))
        w -= scratch


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """Divide each step by a running size of the gradient.

    Formula: s ← α·s + (1 − α)·g²; w ← w − lr·g/(√s + ε).
    Source: Tieleman and Hinton 2012. PyTorch: torch.optim.RMSprop (Keras calls α rho).
    """

    slots: ClassVar[tuple[str, ...]] = ("square",)

    lr: float = _rate(0.001)
    alpha: float = setting(
        0.99, Float(0.0, 0.9999), keras="rho", help="How slowly the running size forgets."
    )
    eps: float = _epsilon(1e-8)
    weight_decay: float = _decay()

    def update(
        self, xp: Any, w: Array, g: Array, state: Mapping[str, Array], *, step: int, lr: float
    ) -> None:
        square, scratch = state["square"], state["scratch"]
        _add_decay(xp, w, g, self.weight_decay, scratch)
        _running_square(xp, g, square, self.alpha, scratch)
        xp.sqrt(square, out=scratch)
        scratch += self.eps
        xp.divide(g, scratch, out=scratch)
        scratch *= lr
        w -= scratch


@dataclass(frozen=True)
class Adam(Optimizer):
    """Momentum and a running size of the gradient together, corrected for their slow start.

    Formula: m ← β₁·m + (1 − β₁)·g; s ← β₂·s + (1 − β₂)·g²;
    w ← w − lr·(m/(1 − β₁ᵗ)) / (√(s/(1 − β₂ᵗ)) + ε).
    Source: Kingma and Ba 2015. PyTorch: torch.optim.Adam.
    """

    slots: ClassVar[tuple[str, ...]] = ("mean", "square")

    lr: float = _rate(0.001)
    beta1: float = setting(
        0.9, Float(0.0, 0.9999), label="β₁", keras="beta_1", advanced=True,
        help="How slowly the running mean forgets.",
    )  # fmt: skip
    beta2: float = setting(
        0.999, Float(0.0, 0.99999), label="β₂", keras="beta_2", advanced=True,
        help="How slowly the running size forgets.",
    )  # fmt: skip
    eps: float = _epsilon(1e-8)
    weight_decay: float = _decay()

    def update(
        self, xp: Any, w: Array, g: Array, state: Mapping[str, Array], *, step: int, lr: float
    ) -> None:
        _add_decay(xp, w, g, self.weight_decay, state["scratch"])
        self._move(xp, w, g, state, step, lr)

    def _move(
        self, xp: Any, w: Array, g: Array, state: Mapping[str, Array], step: int, lr: float
    ) -> None:
        mean, square, scratch = state["mean"], state["square"], state["scratch"]
        mean *= self.beta1
        mean += xp.multiply(g, 1 - self.beta1, out=scratch)
        _running_square(xp, g, square, self.beta2, scratch)
        xp.sqrt(square, out=scratch)
        scratch /= (1 - self.beta2**step) ** 0.5
        scratch += self.eps
        xp.divide(mean, scratch, out=scratch)
        scratch *= lr / (1 - self.beta1**step)
        w -= scratch


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam whose weight decay is taken from the weights themselves, not from the gradient.

    Formula: w ← w·(1 − lr·decay), then Adam's step.
    Source: Loshchilov and Hutter 2019. PyTorch: torch.optim.AdamW.
    """

    weight_decay: float = _decay(0.01)

    def update(
        self, xp: Any, w: Array, g: Array, state: Mapping[str, Array], *, step: int, lr: float
    ) -> None:
        w *= 1 - lr * self.weight_decay
        self._move(xp, w, g, state, step, lr)


OPTIMIZERS: tuple[type[Optimizer], ...] = (SGD, Adagrad, RMSprop, Adam, AdamW)


def _add_decay(xp: Any, w: Array, g: Array, decay: float, scratch: Array) -> None:
    if decay:
        g += xp.multiply(w, decay, out=scratch)


def _running_square(xp: Any, g: Array, square: Array, keep: float, scratch: Array) -> None:
    """square ← keep·square + (1 − keep)·g²."""
    square *= keep
    xp.multiply(g, g, out=scratch)
    scratch *= 1 - keep
    square += scratch
