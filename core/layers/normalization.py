"""Batch normalization, and the scale and shift that a network may learn by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.initializers import Constant
from core.layers.base import Array, Arrays, Layer, Run, Weight, maps
from core.settings import Bool, Float, setting
from core.shapes import Shape, ShapeError, shape_text, volume


@dataclass(frozen=True)
class BatchNorm(Layer):
    """What batch normalization of vectors, signals and maps shares; C channels, one after N."""

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

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        shape = (self.infer(*inputs)[0],)
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
        normal = xp.subtract(x, _each(mean, x), out=run.empty("normal", x.shape))
        normal *= _each(scale, x)
        xp.multiply(normal, _each(w["weight"], x), out=y)
        y += _each(w["bias"], x)
        return y, (normal, scale, run.training)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        normal, scale, training = saved
        xp, count = run.backend.xp, dy.size // dy.shape[1]
        product = xp.multiply(dy, normal, out=run.empty("dx", dy.shape))
        dw["weight"][...] = product.sum(axis=_places(dy), dtype=xp.float64)
        dw["bias"][...] = dy.sum(axis=_places(dy), dtype=xp.float64)
        if not run.wants_dx:
            return (None,)
        dx = product
        if training:
            xp.multiply(normal, _each(dw["weight"] / -count, dy), out=dx)
            dx += dy
            dx -= _each(dw["bias"] / count, dy)
        else:
            dx[...] = dy
        dx *= _each(scale * w["weight"], dy)
        return (dx,)

    def _batch_statistics(self, run: Run, w: Arrays, x: Array) -> tuple[Array, Array]:
        """Mean and variance of each map over the batch; the running averages move towards them.

        Sums are taken in float64: in float32 a large batch would lose digits.
        """
        xp, count = run.backend.xp, x.size // x.shape[1]
        mean = x.mean(axis=_places(x), dtype=xp.float64)
        centered = xp.subtract(x, _each(mean.astype(x.dtype), x), out=run.empty("y", x.shape))
        var = (centered * centered).mean(axis=_places(x), dtype=xp.float64)
        unbiased = var * (count / max(count - 1, 1))
        for name, value in (("running_mean", mean), ("running_var", unbiased)):
            w[name][...] = (1 - self.momentum) * w[name] + self.momentum * value
        return mean.astype(x.dtype), var.astype(x.dtype)


@dataclass(frozen=True)
class BatchNorm1d(BatchNorm):
    """Give every unit of a vector, or every channel of a signal, mean 0 and variance 1.

    Formula:
        y = (x − μ)/√(σ² + ε) · weight + bias; while training μ, σ² come from the batch, afterwards
        from running averages: running ← (1 − momentum)·running + momentum·batch (σ² unbiased).
    Shape:
        (N,) or (C, T) stays the same. Weights: weight and bias a unit or channel are trained,
        running_mean and running_var are kept.
    Backward:
        dx = weight/√(σ² + ε) · (dy − mean(dy) − x̂·mean(dy·x̂)); dweight = Σ dy·x̂; dbias = Σ dy.
    Source:
        Ioffe and Szegedy 2015.
    See also:
        BatchNorm2d, LayerNorm. PyTorch: torch.nn.BatchNorm1d. Keras: BatchNormalization (its
        momentum is 1 − this one).
    """

    def infer(self, *inputs: Shape) -> Shape:
        if len(inputs[0]) > 2:
            text = shape_text(inputs[0])
            flatten = (("Insert Flatten", "Flatten"),)
            raise ShapeError("", f"needs a vector or a signal, it gets {text} maps.", flatten)
        return inputs[0]


@dataclass(frozen=True)
class BatchNorm2d(BatchNorm):
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
        BatchNorm1d, GroupNorm. PyTorch: torch.nn.BatchNorm2d. Keras: BatchNormalization (its
        momentum is 1 − this one).
    """

    def infer(self, *inputs: Shape) -> Shape:
        return maps(inputs[0])


@dataclass(frozen=True)
class Scale(Layer):
    """Multiply every channel by a learned number and add another.

    Formula:
        y[c, …] = weight[c] · x[c, …] + bias[c]
    Shape:
        stays the same. Weights: one weight (starts at 1) and one bias (0) a channel.
    Backward:
        dx = weight · dy; dweight = Σ dy·x; dbias = Σ dy, over batch and places.
    Source:
        the last step of batch normalization, by itself.
    See also:
        BatchNorm2d, ScaledPool2d. PyTorch: weight * x + bias. Keras has none.
    """

    family: ClassVar[str] = "normalization"

    bias: bool = setting(True, Bool(), help="Add a learned number to each channel, too.")

    def infer(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        shape = (inputs[0][0],)
        found = {"weight": Weight(shape, Constant(1.0))}
        if self.bias:
            found["bias"] = Weight(shape)
        return found

    def macs(self, *inputs: Shape) -> int:
        return volume(inputs[0])

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        y = run.backend.xp.multiply(x, _each(w["weight"], x), out=run.empty("y", x.shape))
        if self.bias:
            y += _each(w["bias"], x)
        return y, x

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        x, xp = saved, run.backend.xp
        dx = xp.multiply(dy, x, out=run.empty("dx", x.shape))
        dw["weight"][...] = dx.sum(axis=_places(x), dtype=xp.float64)
        if self.bias:
            dw["bias"][...] = dy.sum(axis=_places(x), dtype=xp.float64)
        if not run.wants_dx:
            return (None,)
        return (xp.multiply(dy, _each(w["weight"], x), out=dx),)


def _places(x: Array) -> tuple[int, ...]:
    """All axes of (N, C, …) but the channels."""
    return (0, *range(2, x.ndim))


def _each(values: Array, x: Array) -> Array:
    """One value a channel, (C,), shaped to meet x (N, C, …)."""
    return values.reshape(1, -1, *(1,) * (x.ndim - 2))
