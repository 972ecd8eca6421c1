"""Normalization layers: keep the values that flow through a deep network in a good range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.initializers import Constant
from core.layers.base import Array, Arrays, Layer, Run, Weight, maps
from core.settings import Float, setting
from core.shapes import Shape


@dataclass(frozen=True)
class BatchNorm2d(Layer):
    """Give every map mean 0 and variance 1 over the batch, then let it learn its own.

    Formula:
        y = (x − μ)/√(σ² + ε) · weight + bias; while training μ, σ² come from the batch, afterwards
        from running averages: running ← (1 − momentum)·running + momentum·batch (σ² unbiased).
    Shape:
        stays the same. Weights: weight and bias a map are trained, running_mean and running_var
        are kept.
    Backward:
        dx = weight/√(σ² + ε) · (dy − mean(dy) − x̂·mean(dy·x̂)); dweight = Σ dy·x̂; dbias = Σ dy.
    Source:
        Ioffe and Szegedy 2015.
    See also:
        Dropout. PyTorch: torch.nn.BatchNorm2d. Keras: BatchNormalization (its momentum is
        1 − this one).
    """

    family: ClassVar[str] = "normalization"
    keras_name: ClassVar[str] = "BatchNormalization"

    eps: float = setting(
        1e-5,
        Float(0.0, 1.0, log=True, open_low=True),
        label="ε",
        keras="epsilon",
        advanced=True,
        help="Added to the variance so that nothing is divided by 0.",
    )
    momentum: float = setting(
        0.1,
        Float(0.0, 1.0),
        advanced=True,
        help="Share of the newest batch in the running averages.",
    )

    def infer(self, *inputs: Shape) -> Shape:
        return maps(inputs[0])

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        shape = (maps(inputs[0])[0],)
        return {
            "weight": Weight(shape, Constant(1.0)),
            "bias": Weight(shape),
            "running_mean": Weight(shape, trained=False),
            "running_var": Weight(shape, Constant(1.0), trained=False),
        }

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        xp, y = run.backend.xp, run.empty("y", x.shape)
        if run.training:
            mean, var = self._batch_statistics(run, w, x)
        else:
            mean, var = w["running_mean"], w["running_var"]
        scale = 1 / xp.sqrt(var + self.eps)
        normal = xp.subtract(x, _each_map(mean), out=run.empty("normal", x.shape))
        normal *= _each_map(scale)
        xp.multiply(normal, _each_map(w["weight"]), out=y)
        y += _each_map(w["bias"])
        return y, (normal, scale, run.training)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        normal, scale, training = saved
        xp, count = run.backend.xp, dy.size // dy.shape[1]
        product = xp.multiply(dy, normal, out=run.empty("dx", dy.shape))
        dw["weight"][...] = product.sum(axis=(0, 2, 3), dtype=xp.float64)
        dw["bias"][...] = dy.sum(axis=(0, 2, 3), dtype=xp.float64)
        if not run.wants_dx:
            return (None,)
        dx = product
        if training:
            xp.multiply(normal, _each_map(dw["weight"] / -count), out=dx)
            dx += dy
            dx -= _each_map(dw["bias"] / count)
        else:
            dx[...] = dy
        dx *= _each_map(scale * w["weight"])
        return (dx,)

    def _batch_statistics(self, run: Run, w: Arrays, x: Array) -> tuple[Array, Array]:
        """Mean and variance of each map over the batch; the running averages move towards them.

        Sums are taken in float64: in float32 a large batch would lose digits.
        """
        xp, count = run.backend.xp, x.size // x.shape[1]
        mean = x.mean(axis=(0, 2, 3), dtype=xp.float64)
        centered = xp.subtract(x, _each_map(mean.astype(x.dtype)), out=run.empty("y", x.shape))
        var = (centered * centered).mean(axis=(0, 2, 3), dtype=xp.float64)
        unbiased = var * (count / max(count - 1, 1))
        for name, value in (("running_mean", mean), ("running_var", unbiased)):
            w[name][...] = (1 - self.momentum) * w[name] + self.momentum * value
        return mean.astype(x.dtype), var.astype(x.dtype)


def _each_map(values: Array) -> Array:
    """One value a map, (C,), shaped to meet N C H W."""
    return values.reshape(1, -1, 1, 1)
