"""Schedules: how the learning rate changes while a network is trained.

A schedule is a formula of where training is; the optimizer's learning rate is what it starts from
(`OneCycle`: its peak). Formulas are those of torch.optim.lr_scheduler. Step and Exponential count
epochs, ReduceOnPlateau validations, the others steps.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from core.kinds import Float, Int
from core.settings import Declared, OneOf, setting
from core.tongue import tr


@dataclass(frozen=True)
class Moment:
    """Where training is.

    Attributes:
        step: steps done.
        steps: steps in an epoch.
        total: steps in the whole training.
        falls: how often a plateau was met so far.
    """

    step: int
    steps: int
    total: int
    falls: int = 0


@dataclass
class Plateau:
    """What is remembered of validation losses, to see when they no longer fall.

    Attributes:
        lowest: the lowest loss that counted as better.
        waited: validations since.
        resting: validations that are not judged any more after a fall.
        falls: how often the rate was lowered.
    """

    lowest: float = math.inf
    waited: int = 0
    resting: int = 0
    falls: int = 0


def _factor(default: float, help: str, *, label: str = "Factor") -> Any:
    return setting(default, Float(0.0, 1.0, open_low=True), label=label, help=help)


@dataclass(frozen=True)
class Schedule(Declared, ABC):
    """Base of every schedule."""

    title: ClassVar[str] = ""

    @property
    def label(self) -> str:
        return self.title

    @abstractmethod
    def rate(self, lr: float, moment: Moment) -> float:
        """The learning rate of the next step; `lr` is the optimizer's."""

    def judge(self, plateau: Plateau, loss: float) -> None:
        """Take in a validation loss."""


@dataclass(frozen=True)
class Constant(Schedule):
    """The same learning rate throughout.

    Formula: η. PyTorch: no scheduler.
    """

    title = tr("Constant")

    def rate(self, lr: float, moment: Moment) -> float:
        return lr


@dataclass(frozen=True)
class Step(Schedule):
    """Lower the rate by a factor every so many epochs.

    Formula: η·γ^⌊epoch / step_size⌋. PyTorch: StepLR.
    """

    title = tr("Step")

    step_size: int = setting(10, Int(1, 100_000), label="Every", help="Epochs between two falls.")
    gamma: float = _factor(0.1, tr("The rate is multiplied by it; 0.1 is a tenth."))

    def rate(self, lr: float, moment: Moment) -> float:
        return lr * self.gamma ** (moment.step // moment.steps // self.step_size)


@dataclass(frozen=True)
class Exponential(Schedule):
    """Lower the rate by the same factor after every epoch.

    Formula: η·γ^epoch. PyTorch: ExponentialLR.
    """

    title = tr("Exponential")

    gamma: float = _factor(0.9, tr("The rate is multiplied by it after each epoch."))

    def rate(self, lr: float, moment: Moment) -> float:
        return lr * self.gamma ** (moment.step // moment.steps)


@dataclass(frozen=True)
class Cosine(Schedule):
    """Fall along half a cosine, step by step, over the whole training.

    Formula: η_min + (η − η_min)·(1 + cos(π·step / total)) / 2. Source: Loshchilov and Hutter 2017.
    PyTorch: CosineAnnealingLR with T_max = all steps.
    """

    title = tr("Cosine")

    eta_min: float = setting(
        0.0, Float(0.0, 1000.0, log=True), label="Ends at", help="The learning rate at the end."
    )

    def rate(self, lr: float, moment: Moment) -> float:
        share = moment.step / max(moment.total, 1)
        return self.eta_min + (lr - self.eta_min) * (1 + math.cos(math.pi * share)) / 2


@dataclass(frozen=True)
class ReduceOnPlateau(Schedule):
    """Lower the rate whenever the validation loss no longer falls.

    Formula: η·factor^falls; a fall after more than `patience` validations in a row that are not
    below lowest·(1 − threshold). Source: the recipe of AlexNet. PyTorch: ReduceLROnPlateau.
    """

    title = tr("Reduce on plateau")

    factor: float = _factor(0.1, tr("The rate is multiplied by it; 0.1 is a tenth."))
    patience: int = setting(
        5, Int(0, 100_000), help="Epochs without a lower validation loss that are put up with."
    )
    threshold: float = setting(
        1e-4, Float(0.0, 1.0, log=True), advanced=True,
        help="Share by which a loss must be lower to count.",
    )  # fmt: skip
    cooldown: int = setting(
        0, Int(0, 100_000), advanced=True, help="Epochs after a fall that are not judged."
    )
    min_lr: float = setting(
        0.0, Float(0.0, 1000.0, log=True), label="Not below", advanced=True,
        help="The smallest learning rate.",
    )  # fmt: skip

    def rate(self, lr: float, moment: Moment) -> float:
        return max(lr * self.factor**moment.falls, min(self.min_lr, lr))

    def judge(self, plateau: Plateau, loss: float) -> None:
        if loss < plateau.lowest * (1 - self.threshold):
            plateau.lowest, plateau.waited = loss, 0
        else:
            plateau.waited += 1
        if plateau.resting:
            plateau.resting, plateau.waited = plateau.resting - 1, 0
        if plateau.waited > self.patience:
            plateau.falls += 1
            plateau.resting, plateau.waited = self.cooldown, 0


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Rise to the learning rate, then fall far below where it began: one wave over the training.

    Formula: cosine from η/div_factor to η over the first pct_start of all steps, then down to
    η/(div_factor·final_div_factor). Source: Smith and Topin 2018. PyTorch: OneCycleLR with
    max_lr = η and cycle_momentum=False.
    """

    title = tr("One cycle")

    pct_start: float = setting(0.3, Float(0.0, 1.0), label="Rise", help="Share of the steps.")
    div_factor: float = setting(
        25.0, Float(1.0, 1e9, log=True), label="Begins at peak over", advanced=True,
        help="The first rate is the peak divided by it.",
    )  # fmt: skip
    final_div_factor: float = setting(
        1e4, Float(1.0, 1e12, log=True), label="Ends at begin over", advanced=True,
        help="The last rate is the first one divided by it.",
    )  # fmt: skip

    def rate(self, lr: float, moment: Moment) -> float:
        top, last = self.pct_start * moment.total - 1, moment.total - 1
        begin = lr / self.div_factor
        if moment.step <= top and top > 0:
            return _cosine(begin, lr, moment.step / top)
        share = (moment.step - top) / (last - top) if last > top else 1.0
        return _cosine(lr, begin / self.final_div_factor, share)


_PLAIN: tuple[type[Schedule], ...] = (Constant, Step, Exponential, Cosine, ReduceOnPlateau)


@dataclass(frozen=True)
class Warmup(Schedule):
    """Rise linearly at first, then go on with another schedule, which begins there.

    Formula: η·(start + (1 − start)·step / warm-up steps). Source: Goyal et al. 2017. PyTorch:
    LinearLR and the other scheduler in SequentialLR.
    """

    title = tr("Warm-up")

    epochs: float = setting(1.0, Float(0.0, 100_000.0), help="Epochs that the rise takes.")
    start_factor: float = _factor(
        0.1, tr("The first rate is this share of the learning rate."), label=tr("Begins at share")
    )
    then: Schedule = setting(Cosine(), OneOf(_PLAIN), label="Then", help="What comes afterwards.")

    def rate(self, lr: float, moment: Moment) -> float:
        rise = round(self.epochs * moment.steps)
        if moment.step < rise:
            return lr * (self.start_factor + (1 - self.start_factor) * moment.step / rise)
        after = replace(moment, step=moment.step - rise, total=moment.total - rise)
        return self.then.rate(lr, after)

    def judge(self, plateau: Plateau, loss: float) -> None:
        self.then.judge(plateau, loss)


SCHEDULES: tuple[type[Schedule], ...] = (*_PLAIN, Warmup, OneCycle)


def _cosine(start: float, end: float, share: float) -> float:
    """From `start` at share 0 to `end` at 1, flat at both ends."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))
