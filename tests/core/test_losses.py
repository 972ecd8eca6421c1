"""Losses: values by hand, gradients by differences, extreme scores, labels; PyTorch's numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.losses import (
    LOSSES,
    AbsoluteError,
    BinaryCrossEntropy,
    CrossEntropy,
    Huber,
    Loss,
    SquaredError,
)
from core.metrics import correct
from core.settings import from_json, to_json
from tests.support.gradients import error, numeric_gradient

SETTINGS: list[Loss] = [
    *(kind() for kind in LOSSES),
    CrossEntropy(label_smoothing=0.1),
    CrossEntropy(class_weights=(0.5, 2.0, 1.0, 0.0)),
    CrossEntropy(label_smoothing=0.2, class_weights=(0.5, 2.0, 1.0, 0.0)),
    Huber(0.3),
    Huber(4.0),
]
every_loss = pytest.mark.parametrize("kind", LOSSES, ids=lambda kind: kind.__name__)


def scores(n: int = 6, k: int = 4, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 3, (n, k))


def targets(loss: Loss, n: int = 6, k: int = 4) -> np.ndarray:
    return loss.encode(np.arange(n) % k, k)


every_setting = pytest.mark.parametrize("loss", SETTINGS, ids=repr)


@every_setting
def test_gradient_is_the_slope(loss: Loss) -> None:
    z = scores()
    target = targets(loss)
    _, dz = loss.value_and_gradient(np, z, target)
    slope = numeric_gradient(lambda: float(loss.value_and_gradient(np, z, target)[0]), z)
    assert error(dz, slope) <= 1e-6


@every_setting
def test_value_is_a_mean_over_the_batch(loss: Loss) -> None:
    z = scores()
    once = loss.value_and_gradient(np, z, targets(loss))
    twice = loss.value_and_gradient(np, np.concatenate([z, z]), np.concatenate([targets(loss)] * 2))
    assert_allclose(once[0], twice[0], rtol=1e-12)
    assert_allclose(once[1] / 2, twice[1][:6], rtol=1e-12)


@every_loss
def test_scores_are_not_changed(kind: type[Loss]) -> None:
    loss, z = kind(), scores()
    before = z.copy()
    loss.value_and_gradient(np, z, targets(loss))
    loss.predict(np, z)
    assert (z == before).all()


@every_loss
def test_losses_explain_themselves(kind: type[Loss]) -> None:
    assert from_json(to_json(kind()), LOSSES) == kind()
    assert "Formula:" in (kind.__doc__ or "")
    assert "PyTorch:" in (kind.__doc__ or "")
    assert kind().label == kind.title


@pytest.mark.parametrize("kind", [CrossEntropy, BinaryCrossEntropy])
def test_huge_scores_stay_finite(kind: type[Loss]) -> None:
    loss = kind()
    for size in (1e3, 1e30):
        z = np.array([[size, -size, 0.0], [-size, size, -size]])
        value, dz = loss.value_and_gradient(np, z, loss.encode(np.array([0, 0]), 3))
        assert np.isfinite(dz).all()
        assert math.isfinite(value)
        assert np.isfinite(loss.predict(np, z)).all()


def test_one_unit_tells_no_classes_apart_by_softmax() -> None:
    assert CrossEntropy().classes(1) == 0
    assert (CrossEntropy().classes(3), BinaryCrossEntropy().classes(1)) == (3, 2)


# ---- by hand -------------------------------------------------------------------------


def test_cross_entropy_by_hand() -> None:
    z = np.log(np.array([[0.7, 0.2, 0.1], [0.25, 0.25, 0.5]]))
    value, dz = CrossEntropy().value_and_gradient(np, z, np.array([0, 2]))
    assert value == pytest.approx(-(math.log(0.7) + math.log(0.5)) / 2)
    assert_allclose(dz, [[-0.15, 0.1, 0.05], [0.125, 0.125, -0.25]], rtol=1e-12)
    assert_allclose(CrossEntropy().predict(np, z), np.exp(z), rtol=1e-12)


def test_one_neuron_of_lecture_002() -> None:
    # A4: dz = a − y for a sigmoid unit with cross-entropy
    z, y = np.array([[0.3], [-1.2]]), np.array([[1.0], [0.0]])
    loss = BinaryCrossEntropy()
    value, dz = loss.value_and_gradient(np, z, y)
    a = 1 / (1 + np.exp(-z))
    assert_allclose(dz, (a - y) / 2, rtol=1e-12)
    assert value == pytest.approx(float(-(y * np.log(a) + (1 - y) * np.log(1 - a)).mean()))
    assert_allclose(loss.predict(np, z), a, rtol=1e-12)


def test_squared_error_by_hand() -> None:
    value, dz = SquaredError().value_and_gradient(
        np, np.array([[1.0, 4.0]]), np.array([[0.0, 1.0]])
    )
    assert value == 5.0
    assert dz.tolist() == [[1.0, 3.0]]


# ---- labels --------------------------------------------------------------------------


def test_labels_become_what_a_loss_wants() -> None:
    labels = np.array([2, 0])
    assert CrossEntropy().encode(labels, 3) is labels
    for loss in (BinaryCrossEntropy(), SquaredError()):
        assert loss.encode(labels, 3).tolist() == [[0, 0, 1], [1, 0, 0]]
        assert loss.encode(np.array([1, 0]), 1).tolist() == [[1], [0]]
        rows = np.ones((2, 3))
        assert loss.encode(rows, 3) is rows


def test_correct_counts_classes_and_yes_or_no() -> None:
    z = np.array([[1.0, 3.0], [2.0, 0.0], [0.0, 1.0]])
    assert correct(np, z, np.array([1, 0, 0])) == 2
    assert correct(np, np.array([[-1.0], [2.0], [3.0]]), np.array([0, 1, 0])) == 2


# ---- values ---------------------------------------------------------------------------


def test_absolute_error_by_hand() -> None:
    value, dz = AbsoluteError().value_and_gradient(
        np, np.array([[1.0, 4.0, 2.0, 0.0]]), np.array([[0.0, 5.0, 2.0, 0.0]])
    )
    assert value == 0.5
    assert dz.tolist() == [[0.25, -0.25, 0.0, 0.0]]


def test_huber_is_a_square_within_and_straight_beyond() -> None:
    z = np.array([[0.5, 2.0, -3.0, 12.0]])
    value, dz = Huber(2.0).value_and_gradient(np, z, np.zeros((1, 4)))
    assert value == (0.125 + 2 + 4 + 22) / 4
    assert dz.tolist() == [[0.125, 0.5, -0.5, 0.5]]


def test_values_keep_their_digits() -> None:
    values = np.array([0.1, 0.2])
    assert SquaredError().encode(values, 1).tolist() == [[0.1], [0.2]]


# ---- class weights and smoothing ------------------------------------------------------


def test_a_class_that_does_not_count_is_not_learned() -> None:
    loss, z = CrossEntropy(class_weights=(1.0, 0.0)), np.array([[1.0, 0.0], [3.0, 1.0]])
    alone = CrossEntropy().value_and_gradient(np, z[:1], np.array([0]))
    both = loss.value_and_gradient(np, z, np.array([0, 1]))
    assert both[0] == pytest.approx(alone[0])
    assert_allclose(both[1], [*alone[1], [0, 0]], rtol=1e-12)
    nothing, dz = loss.value_and_gradient(np, z, np.array([1, 1]))
    assert nothing == 0
    assert not dz.any()


def test_smoothing_asks_for_a_share_of_every_class() -> None:
    z = np.log(np.array([[0.9, 0.05, 0.05]]))
    dz = CrossEntropy(label_smoothing=0.15).value_and_gradient(np, z, np.array([0]))[1]
    assert_allclose(dz, [[0, 0, 0]], atol=1e-15)


def test_the_mass_of_a_batch_is_what_its_mean_divides_by() -> None:
    assert CrossEntropy().mass(np, np.array([0, 1, 1])) == 3
    assert CrossEntropy(class_weights=(1.0, 0.5)).mass(np, np.array([0, 1, 1])) == 2


def test_too_few_class_weights_are_a_problem_of_the_output() -> None:
    from core.graph import chain
    from core.infer import infer
    from core.layers import Input, Linear, Output

    output = Output(CrossEntropy(class_weights=(1.0, 2.0)))
    (problem,) = infer(chain(Input((4,)), Linear(3), output)).problems
    assert (problem.node, problem.setting) == ("output1", "loss")
    assert problem.sentence == (
        "output1 has a loss with 2 class weights for 3 classes: give one for each class or none."
    )


# ---- PyTorch -------------------------------------------------------------------------

WEIGHTS = (0.5, 2.0, 1.0, 0.0)


def pytorch(loss: Loss, z: Any, target: Any) -> Any:
    """PyTorch's loss of the same name with the same settings."""
    import torch
    from torch.nn import functional as f

    match loss:
        case CrossEntropy():
            given = loss.class_weights
            weight = torch.tensor(given, dtype=z.dtype) if given else None
            smooth = loss.label_smoothing
            return f.cross_entropy(z, torch.tensor(target), weight, label_smoothing=smooth)
        case BinaryCrossEntropy():
            function: Any = f.binary_cross_entropy_with_logits
        case SquaredError():
            function = f.mse_loss
        case AbsoluteError():
            function = f.l1_loss
        case Huber():
            return f.huber_loss(z, torch.tensor(target, dtype=z.dtype), delta=loss.delta)
    return function(z, torch.tensor(target, dtype=z.dtype))


@pytest.mark.oracle
@every_setting
@pytest.mark.parametrize(("n", "k"), [(6, 4), (1, 2), (9, 1), (64, 10)])
def test_pytorch_gives_the_same(loss: Loss, n: int, k: int) -> None:
    import torch

    if isinstance(loss, CrossEntropy) and loss.class_weights:
        loss = loss.replace(class_weights=(WEIGHTS * 3)[:k])
    z = scores(n, k, seed=n)
    target = targets(loss, n, k)
    value, dz = loss.value_and_gradient(np, z, target)
    theirs = torch.tensor(z, requires_grad=True)
    want = pytorch(loss, theirs, target)
    want.backward()
    assert float(value) == pytest.approx(want.item(), rel=1e-12, abs=1e-15)
    assert error(dz, theirs.grad.numpy()) <= 1e-10
