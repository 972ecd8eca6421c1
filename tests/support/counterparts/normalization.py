"""PyTorch's side of the family "normalization"."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from core import layers
from tests.support.cases.case import Case
from tests.support.counterparts.counterpart import Counterparts, Weights


def _batch_norm(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return functional.batch_norm(
        xs[0], w["running_mean"], w["running_var"], w["weight"], w["bias"], case.training,
        case.layer.momentum, case.layer.eps,
    )  # fmt: skip


def _layer_norm(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    shape = case.inputs[0][-case.layer.last_axes :]
    return functional.layer_norm(xs[0], shape, w.get("weight"), w.get("bias"), case.layer.eps)


def _group_norm(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    layer = case.layer
    return functional.group_norm(xs[0], layer.num_groups, w.get("weight"), w.get("bias"), layer.eps)


def _instance_norm(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    return functional.instance_norm(
        xs[0], weight=w.get("weight"), bias=w.get("bias"), eps=case.layer.eps
    )


def _local_response_norm(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    layer = case.layer
    return functional.local_response_norm(xs[0], layer.size, layer.alpha, layer.beta, layer.k)


def _scale(case: Case, w: Weights, xs: list[Tensor]) -> Tensor:
    each = (-1, *(1,) * (xs[0].ndim - 2))
    y = xs[0] * w["weight"].reshape(each)
    return y + w["bias"].reshape(each) if case.layer.bias else y


COUNTERPARTS: Counterparts = {
    layers.BatchNorm2d: _batch_norm,
    layers.BatchNorm1d: _batch_norm,
    layers.LayerNorm: _layer_norm,
    layers.GroupNorm: _group_norm,
    layers.InstanceNorm2d: _instance_norm,
    layers.LocalResponseNorm: _local_response_norm,
    layers.Scale: _scale,
}
