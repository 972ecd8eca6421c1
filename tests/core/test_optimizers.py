"""Optimizers: their rules by hand, their memory, and PyTorch's step for step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.optimizers import OPTIMIZERS, SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop
from core.settings import SettingError, from_json, settings_of, to_json

RULES: list[Optimizer] = [
    SGD(momentum=0.0),
    SGD(momentum=0.0, weight_decay=0.1),
    SGD(momentum=0.9, weight_decay=0.01),
    SGD(momentum=0.5, nesterov=True, weight_decay=0.01),
    Adagrad(),
    Adagrad(lr=0.1, lr_decay=0.1, eps=1e-3, weight_decay=0.05),
    RMSprop(),
    RMSprop(lr=0.1, alpha=0.5, eps=1e-3, weight_decay=0.05),
    Adam(),
    Adam(lr=0.1, beta1=0.5, beta2=0.7, eps=1e-2, weight_decay=0.05),
    Adam(beta1=0.0, beta2=0.0),
    AdamW(),
    AdamW(lr=0.1, weight_decay=0.5),
]
every_rule = pytest.mark.parametrize("rule", RULES, ids=repr)


def path(rule: Optimizer, steps: int, *, dtype: Any = np.float64) -> list[np.ndarray]:
    """Weights after each step on gradients that change with weights and step."""
    w = np.array([1.0, -2.0, 0.5, 0.0], dtype)
    state, seen = rule.start(np, w), []
    for step in range(1, steps + 1):
        g = slope(w, step).astype(dtype)
        rule.update(np, w, g, state, step=step, lr=rule.lr)
        seen.append(w.copy())
    return seen


def slope(w: Any, step: int) -> Any:
    """A gradient to follow."""
    return 2 * w * np.arange(4.0) + np.cos(step + np.arange(4.0))


# ---- the rules, one step by hand -----------------------------------------------------


def first_step(rule: Optimizer) -> float:
    """Where a weight of 1 goes with a gradient of 0.5."""
    w, g = np.array([1.0]), np.array([0.5])
    rule.update(np, w, g, rule.start(np, w), step=1, lr=rule.lr)
    return float(w[0])


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        (SGD(lr=0.1, momentum=0.0), 1 - 0.1 * 0.5),
        (SGD(lr=0.1, momentum=0.0, weight_decay=0.2), 1 - 0.1 * (0.5 + 0.2)),
        (SGD(lr=0.1, momentum=0.9), 1 - 0.1 * 0.5),
        (SGD(lr=0.1, momentum=0.9, nesterov=True), 1 - 0.1 * (0.5 + 0.9 * 0.5)),
        (Adagrad(lr=0.1, eps=0.5), 1 - 0.1 * 0.5 / (0.5 + 0.5)),
        (RMSprop(lr=0.1, alpha=0.9, eps=1e-8), 1 - 0.1 * 0.5 / (0.025**0.5 + 1e-8)),
        (Adam(lr=0.1), 1 - 0.1 * 0.5 / (0.5 + 1e-8)),
        (AdamW(lr=0.1, weight_decay=0.2), 1 - 0.1 * 0.2 - 0.1 * 0.5 / (0.5 + 1e-8)),
    ],
    ids=repr,
)
def test_first_step_is_the_formula(rule: Optimizer, wanted: float) -> None:
    assert first_step(rule) == pytest.approx(wanted, rel=1e-12)


def test_momentum_gathers_speed() -> None:
    w, rule = np.array([0.0]), SGD(lr=1.0, momentum=0.5)
    state, places = rule.start(np, w), []
    for step in (1, 2, 3):
        rule.update(np, w, np.array([-1.0]), state, step=step, lr=rule.lr)
        places.append(float(w[0]))
    assert places == [1.0, 2.5, 4.25]


def test_the_rate_of_the_step_counts_not_the_setting() -> None:
    w, rule = np.array([1.0]), SGD(lr=0.5, momentum=0.0)
    rule.update(np, w, np.array([1.0]), rule.start(np, w), step=1, lr=0.25)
    assert w[0] == 0.75


# ---- memory --------------------------------------------------------------------------


@every_rule
def test_memory_is_named_and_starts_at_zero(rule: Optimizer) -> None:
    w = np.ones(3, np.float32)
    state = rule.start(np, w)
    assert set(state) == {*rule.slots, "scratch"}
    for values in state.values():
        assert values.dtype == w.dtype
        assert_array_equal(values, np.zeros(3))


@every_rule
def test_a_run_can_be_taken_up_from_its_memory(rule: Optimizer) -> None:
    whole = path(rule, 6)
    w = np.array([1.0, -2.0, 0.5, 0.0])
    state = rule.start(np, w)
    for step in range(1, 7):
        if step == 4:  # as from a checkpoint: named slots are all that matters
            kept = {name: state[name].copy() for name in rule.slots}
            state = {**rule.start(np, w), **kept}
        rule.update(np, w, slope(w, step), state, step=step, lr=rule.lr)
    assert_array_equal(w, whole[-1])


@every_rule
def test_weights_move_in_place_and_stay_float32(rule: Optimizer) -> None:
    w = np.ones(4, np.float32)
    view = w[1:3]
    rule.update(np, w, np.ones(4, np.float32), rule.start(np, w), step=1, lr=rule.lr)
    assert w.dtype == np.float32
    assert (view < 1).all()
    assert_allclose(path(rule, 10, dtype=np.float32)[-1], path(rule, 10)[-1], rtol=2e-4, atol=1e-5)


@every_rule
def test_nothing_moves_at_rate_zero(rule: Optimizer) -> None:
    w = np.array([1.0, -3.0])
    rule.update(np, w, np.array([2.0, 1.0]), rule.start(np, w), step=1, lr=0.0)
    assert w.tolist() == [1.0, -3.0]


@every_rule
def test_gradient_zero_gives_no_nan(rule: Optimizer) -> None:
    w = np.zeros(2)
    rule.update(np, w, np.zeros(2), rule.start(np, w), step=1, lr=rule.lr)
    assert w.tolist() == [0.0, 0.0]


# ---- settings ------------------------------------------------------------------------


@every_rule
def test_settings_round_trip(rule: Optimizer) -> None:
    assert from_json(to_json(rule), OPTIMIZERS) == rule


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=lambda kind: kind.__name__)
def test_optimizers_explain_themselves(kind: type[Optimizer]) -> None:
    text = kind.__doc__ or ""
    assert "Formula" in text or kind is SGD
    assert "Source:" in text
    assert "PyTorch: torch.optim." in text
    assert all(item.help for item in settings_of(kind))


@pytest.mark.parametrize(
    ("kind", "settings", "named"),
    [
        (SGD, {"lr": -0.1}, "lr"),
        (SGD, {"lr": float("nan")}, "lr"),
        (SGD, {"momentum": 1.0}, "momentum"),
        (SGD, {"momentum": 0.0, "nesterov": True}, "nesterov"),
        (SGD, {"weight_decay": -1e-4}, "weight_decay"),
        (Adagrad, {"lr_decay": -0.1}, "lr_decay"),
        (RMSprop, {"alpha": 1.0}, "alpha"),
        (Adam, {"beta1": 1.0}, "beta1"),
        (Adam, {"beta2": -0.1}, "beta2"),
        (AdamW, {"eps": -1.0}, "eps"),
    ],
)
def test_illegal_settings_are_named(
    kind: type[Optimizer], settings: dict[str, Any], named: str
) -> None:
    with pytest.raises(SettingError) as illegal:
        kind(**settings)
    assert illegal.value.setting == named


# ---- PyTorch -------------------------------------------------------------------------


@pytest.mark.oracle
@every_rule
def test_pytorch_goes_the_same_way(rule: Optimizer) -> None:
    import torch

    from tests.support.trajectory import pytorch_optimizer

    w = torch.tensor([1.0, -2.0, 0.5, 0.0], dtype=torch.float64, requires_grad=True)
    optimizer = pytorch_optimizer(rule, [w])
    for step, ours in enumerate(path(rule, 30), start=1):
        w.grad = torch.tensor(slope(w.detach().numpy(), step))
        optimizer.step()
        assert_allclose(ours, w.detach().numpy(), rtol=1e-10, atol=1e-13)
