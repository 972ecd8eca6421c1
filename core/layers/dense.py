"""Fully connected layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.initializers import INITIALIZERS, Constant, HeNormal, Initializer
from core.layers.base import Array, Arrays, Layer, Run, Weight, vector
from core.settings import Bool, Int, OneOf, setting
from core.shapes import Shape


@dataclass(frozen=True)
class Linear(Layer):
    """Connect every input to every output unit: the fully connected layer.

    Formula:
        y = x · wᵀ + b
    Shape:
        (N,) → (out_features,). Weights: out_features × N, and one bias a unit.
    Backward:
        dx = dy · w; dw = dyᵀ · x; db sums dy over the batch.
    Source:
        Lecture 002, "One hidden layer, vectorized".
    See also:
        Flatten, Conv2d. PyTorch: torch.nn.Linear. Keras: Dense.
    """

    family: ClassVar[str] = "dense"
    keras_name: ClassVar[str] = "Dense"

    out_features: int = setting(
        128,
        Int(1, 1_000_000),
        label="Units",
        keras="units",
        brief="{} units",
        help="Number of output units.",
    )
    bias: bool = setting(
        True, Bool(), keras="use_bias", advanced=True, help="Add a learned number to each unit."
    )
    weight_init: Initializer = setting(
        HeNormal(),
        OneOf(INITIALIZERS),
        label="Weights start as",
        keras="kernel_initializer",
        advanced=True,
        help="How the weights are drawn before training.",
    )

    def infer(self, *inputs: Shape) -> Shape:
        vector(inputs[0])
        return (self.out_features,)

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        n = vector(inputs[0])
        fan = (n, self.out_features)
        found = {"weight": Weight((self.out_features, n), self.weight_init, fan)}
        if self.bias:
            found["bias"] = Weight((self.out_features,), Constant(), fan)
        return found

    def macs(self, *inputs: Shape) -> int:
        return vector(inputs[0]) * self.out_features

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        y = run.empty("y", (len(x), self.out_features))
        run.backend.xp.matmul(x, w["weight"].T, out=y)
        if self.bias:
            y += w["bias"]
        return y, x

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        x, matmul = saved, run.backend.xp.matmul
        matmul(dy.T, x, out=dw["weight"])
        if self.bias:
            dy.sum(axis=0, out=dw["bias"])
        if not run.wants_dx:
            return (None,)
        return (matmul(dy, w["weight"], out=run.empty("dx", x.shape)),)
