"""Schedules: every rate of a training beside PyTorch's, and what they promise by themselves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from core.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    Moment,
    OneCycle,
    Plateau,
    ReduceOnPlateau,
    Schedule,
    Step,
    Warmup,
)
from core.settings import from_json, settings_of, to_json

STEPS, EPOCHS, LR = 7, 12, 0.4
TOTAL = STEPS * EPOCHS


def rates(schedule: Schedule) -> list[float]:
    """The rate of every step."""
    return [schedule.rate(LR, Moment(step, STEPS, TOTAL)) for step in range(TOTAL)]


def optimizer() -> Any:
    import torch

    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=LR)


def theirs(scheduler: Any, *, every: int = 1) -> list[float]:
    """PyTorch's rate of every step; its scheduler moves after `every` of them."""
    found = []
    for step in range(1, TOTAL + 1):
        found.append(scheduler.optimizer.param_groups[0]["lr"])
        scheduler.optimizer.step()
        if step % every == 0:
            scheduler.step()
    return found


@pytest.mark.oracle
@pytest.mark.parametrize("step_size", [1, 3, 50])
def test_step_is_step_lr(step_size: int) -> None:
    from torch.optim.lr_scheduler import StepLR

    wanted = theirs(StepLR(optimizer(), step_size, 0.3), every=STEPS)
    assert rates(Step(step_size, 0.3)) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.oracle
def test_exponential_is_exponential_lr() -> None:
    from torch.optim.lr_scheduler import ExponentialLR

    wanted = theirs(ExponentialLR(optimizer(), 0.8), every=STEPS)
    assert rates(Exponential(0.8)) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.oracle
@pytest.mark.parametrize("eta_min", [0.0, 0.01])
def test_cosine_is_cosine_annealing_lr(eta_min: float) -> None:
    from torch.optim.lr_scheduler import CosineAnnealingLR

    wanted = theirs(CosineAnnealingLR(optimizer(), TOTAL, eta_min))
    assert rates(Cosine(eta_min)) == pytest.approx(wanted, rel=1e-9, abs=1e-15)


@pytest.mark.oracle
@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.9])
def test_one_cycle_is_one_cycle_lr(share: float) -> None:
    from torch.optim.lr_scheduler import OneCycleLR

    scheduler = OneCycleLR(
        optimizer(), LR, TOTAL + 1, pct_start=share, cycle_momentum=False, div_factor=10.0
    )
    # PyTorch may not be stepped beyond its total, so it is told of one step more than there are.
    moments = [Moment(step, STEPS, TOTAL + 1) for step in range(TOTAL)]
    found = [OneCycle(share, 10.0).rate(LR, moment) for moment in moments]
    assert found == pytest.approx(theirs(scheduler), rel=1e-10)


@pytest.mark.oracle
def test_warmup_is_linear_then_the_other() -> None:
    from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

    used, rise = optimizer(), 2 * STEPS
    linear = LinearLR(used, start_factor=0.2, total_iters=rise)
    cosine = CosineAnnealingLR(used, TOTAL - rise)
    wanted = theirs(SequentialLR(used, [linear, cosine], [rise]))
    assert rates(Warmup(2.0, 0.2, Cosine())) == pytest.approx(wanted, rel=1e-9)


def plateau_rates(schedule: Schedule, losses: list[float]) -> list[float]:
    """The rate after each validation."""
    plateau, found = Plateau(), []
    for loss in losses:
        schedule.judge(plateau, loss)
        found.append(schedule.rate(LR, Moment(0, STEPS, TOTAL, plateau.falls)))
    return found


@pytest.mark.oracle
@pytest.mark.parametrize("patience", [0, 1, 3])
@pytest.mark.parametrize("cooldown", [0, 2])
@pytest.mark.parametrize("min_lr", [0.0, 0.01])
def test_plateau_is_reduce_lr_on_plateau(patience: int, cooldown: int, min_lr: float) -> None:
    from torch.optim.lr_scheduler import ReduceLROnPlateau

    random = np.random.default_rng(patience + 10 * cooldown)
    losses = (np.linspace(1, 0.5, 60) + random.normal(0, 0.1, 60)).tolist()
    used = optimizer()
    scheduler = ReduceLROnPlateau(
        used, factor=0.5, patience=patience, cooldown=cooldown, min_lr=min_lr, eps=0.0
    )
    wanted = []
    for loss in losses:
        scheduler.step(loss)
        wanted.append(used.param_groups[0]["lr"])
    ours = ReduceOnPlateau(0.5, patience, cooldown=cooldown, min_lr=min_lr)
    assert plateau_rates(ours, losses) == pytest.approx(wanted, rel=1e-12)
    assert len(set(wanted)) > 2


def test_a_plateau_by_hand() -> None:
    """Lecture 004, AlexNet: the rate by ten when validation no longer falls."""
    losses = [1.0, 0.9, 0.9, 0.91, 0.8, 0.8, 0.8]
    found = plateau_rates(ReduceOnPlateau(0.1, patience=1), losses)
    assert found == pytest.approx([0.4, 0.4, 0.4, 0.04, 0.04, 0.04, 0.004])


def test_constant_is_exactly_the_rate() -> None:
    assert set(rates(Constant())) == {LR}
    assert rates(Warmup(0.0, then=Constant())) == rates(Constant())


def test_warmup_hands_plateaus_on() -> None:
    schedule = Warmup(1.0, then=ReduceOnPlateau(0.1, patience=0))
    plateau = Plateau()
    for loss in (1.0, 2.0):
        schedule.judge(plateau, loss)
    assert schedule.rate(LR, Moment(STEPS, STEPS, TOTAL, plateau.falls)) == pytest.approx(0.04)


@pytest.mark.parametrize("kind", SCHEDULES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("total", [1, 2, 3, 4, 10])
def test_short_trainings_have_rates_too(kind: type[Schedule], total: int) -> None:
    for step in range(total + 1):
        rate = kind().rate(LR, Moment(step, min(3, total), total))
        assert math.isfinite(rate)
        assert 0 <= rate <= LR


@pytest.mark.parametrize("kind", SCHEDULES, ids=lambda kind: kind.__name__)
def test_schedules_explain_themselves(kind: type[Schedule]) -> None:
    assert from_json(to_json(kind()), SCHEDULES) == kind()
    assert "Formula:" in (kind.__doc__ or "")
    assert "PyTorch:" in (kind.__doc__ or "")
    assert kind().label == kind.title
    assert all(item.help for item in settings_of(kind))
