"""All claims, in the order of the lectures' list."""

from __future__ import annotations

from tests.campaigns.claims import (
    t01_unprocessed,
    t02_fewer_weights,
    t03_shift,
    t04_pooling,
    t05_relu,
    t06_depth,
    t07_augmentation,
    t08_dropout,
    t09_lrn,
    t10_crops,
    t11_batch_norm,
    t12_separable,
)

CLAIMS = tuple(
    module.CLAIM
    for module in (
        t01_unprocessed, t02_fewer_weights, t03_shift, t04_pooling, t05_relu, t06_depth,
        t07_augmentation, t08_dropout, t09_lrn, t10_crops, t11_batch_norm, t12_separable,
    )
)  # fmt: skip
