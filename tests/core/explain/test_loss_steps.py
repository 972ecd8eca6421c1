"""Every loss's steps end in the loss and the gradient that PyTorch has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.explain.loss_steps import loss_table
from core.losses import AbsoluteError, BinaryCrossEntropy, CrossEntropy, Huber, Loss, SquaredError

Z = np.array([2.0, -1.0, 0.5, 3.0, -200.0])
ROW = np.array([1.0, 0.0, 0.0, 1.0, 0.0])


def peers(functional: Any, torch: Any) -> list[tuple[Loss, Any, Any]]:
    weights = (0.5, 1.0, 2.0, 0.25, 1.0)
    label, row = torch.tensor([2]), torch.tensor(ROW)[None]
    return [
        (CrossEntropy(), 2, lambda z: functional.cross_entropy(z, label)),
        (
            CrossEntropy(0.1),
            2,
            lambda z: functional.cross_entropy(z, label, label_smoothing=0.1),
        ),
        (
            CrossEntropy(0.1, weights),
            2,
            lambda z: functional.cross_entropy(
                z, label, weight=torch.tensor(weights, dtype=torch.float64), label_smoothing=0.1
            ),
        ),
        (
            BinaryCrossEntropy(),
            ROW,
            lambda z: functional.binary_cross_entropy_with_logits(z, row),
        ),
        (SquaredError(), ROW, lambda z: functional.mse_loss(z, row)),
        (AbsoluteError(), ROW, lambda z: functional.l1_loss(z, row)),
        (Huber(2.0), ROW, lambda z: functional.huber_loss(z, row, delta=2.0)),
    ]


@pytest.mark.oracle
def test_pytorch_has_the_same_loss_and_gradient() -> None:
    import torch
    from torch.nn import functional

    for loss, target, peer in peers(functional, torch):
        z = torch.tensor(Z[None], requires_grad=True)
        cost = peer(z)
        cost.backward()
        table = loss_table(loss, Z, target)
        assert_allclose(table.loss, cost.item(), rtol=1e-9, err_msg=str(loss))
        assert_allclose(table.columns[-1].values, z.grad[0], rtol=1e-9, atol=1e-15)
        assert_allclose(table.columns[0].values, Z)


def test_softmax_by_hand() -> None:
    table = loss_table(CrossEntropy(), np.log([1.0, 2.0, 5.0]), 1)
    by_title = {column.title: column.values for column in table.columns}
    assert_allclose(by_title["p"], [1 / 8, 2 / 8, 5 / 8])
    assert_allclose(table.loss, np.log(4))
    assert_allclose(by_title["dz"], [1 / 8, -6 / 8, 5 / 8])


def test_an_outputs_weight_counts() -> None:
    once, twice = (loss_table(CrossEntropy(), Z, 0, weight=weight) for weight in (1.0, 2.0))
    assert_allclose(twice.loss, 2 * once.loss)
    assert_allclose(twice.columns[-1].values, 2 * once.columns[-1].values)
