"""Batch normalization, and the scale and shift that a network may learn by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.initializers import Constant
from core.kinds import Bool, Float
from core.layers.base import Array, Arrays, Layer, Run, Weight, maps
from core.settings import setting
from core.shapes import Shape, ShapeError, shape_text, volume
from core.tongue import tr


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
        mean, scale = self.standard(run, w, x)
        y = run.empty("y", x.shape)
        run.backend.normalize(x, mean, scale * w["weight"], w["bias"], out=y)
        return y, (x, mean, scale, run.training)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        x, mean, scale, training = saved
        sums = run.backend.normalize_sums(x, dy, mean)
        count = dy.size // dy.shape[1] if training else None
        parts = self.gradient(run, w, scale, sums, dw, count=count)
        if not run.wants_dx:
            return (None,)
        dx = run.gradient(dy.shape)
        return (run.backend.normalize_data(x, dy, mean, parts, out=dx),)

    def standard(self, run: Run, w: Arrays, x: Array) -> tuple[Array, Array]:
        """Mean and 1/√(σ² + ε) of every channel; of the batch while training, else as kept.

        While training, the running averages move towards those of the batch.
        """
        mean, var = w["running_mean"], w["running_var"]
        if run.training:
            mean, var = run.backend.moments(x)
            count = x.size // x.shape[1]
            unbiased = var * (count / max(count - 1, 1))
            for name, value in (("running_mean", mean), ("running_var", unbiased)):
                w[name][...] = (1 - self.momentum) * w[name] + self.momentum * value
        return mean.astype(x.dtype), (1 / run.backend.xp.sqrt(var + self.eps)).astype(x.dtype)

    def gradient(
        self, run: Run, w: Arrays, scale: Array, sums: tuple[Array, Array], dw: Arrays,
        *, count: int | None,
    ) -> tuple[Array, Array, Array]:  # fmt: skip
        """Write dw from the sums of dy and dy·(x − mean); gives what dx is made from.

        dx = dy · factor − (x − mean) · slope − offset. `count` is how many values a channel of the
        batch has, None where mean and variance were the kept ones, which x does not move.
        """
        total, product = sums
        factor = scale * w["weight"]
        dw["weight"][...] = product * scale
        dw["bias"][...] = total
        if count is None:
            nothing = run.backend.xp.zeros_like(factor)
            return factor, nothing, nothing
        slope = (factor * product * scale**2 / count).astype(factor.dtype)
        return factor, slope, (factor * total / count).astype(factor.dtype)


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
            flatten = ((tr("Insert Flatten"), "Flatten"),)
            raise ShapeError(
                "", tr("needs a vector or a signal, it gets {text} maps.", text=text), flatten
            )
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
        dx = xp.multiply(dy, x, out=run.gradient(x.shape))
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
