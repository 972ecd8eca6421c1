"""Fully connected layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.initializers import INITIALIZERS, Constant, Glyphs, HeNormal, Initializer
from core.kinds import Bool, Int
from core.layers.base import Array, Arrays, Layer, Run, Weight, vector
from core.settings import OneOf, setting
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
    bias_init: Initializer = setting(
        Constant(),
        OneOf(INITIALIZERS),
        label="Biases start as",
        keras="bias_initializer",
        advanced=True,
        help="How the learned numbers of the units start.",
    )

    def infer(self, *inputs: Shape) -> Shape:
        vector(inputs[0])
        return (self.out_features,)

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        n = vector(inputs[0])
        fan = (n, self.out_features)
        found = {"weight": Weight((self.out_features, n), self.weight_init, fan)}
        if self.bias:
            found["bias"] = Weight((self.out_features,), self.bias_init, fan)
        return found

    def macs(self, *inputs: Shape) -> int:
        return vector(inputs[0]) * self.out_features

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        y = run.empty("y", (len(x), self.out_features))
        return run.backend.linear(x, w["weight"], w.get("bias"), out=y), x

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        x = saved
        run.backend.linear_filter(x, dy, out=dw["weight"])
        if self.bias:
            dy.sum(axis=0, out=dw["bias"])
        if not run.wants_dx:
            return (None,)
        return (run.backend.linear_data(dy, w["weight"], out=run.gradient(x.shape)),)


@dataclass(frozen=True)
class RBF(Layer):
    """Compare the vector with a pattern for each unit: the nearer, the higher the score.

    Formula:
        y[k] = −Σ_i (x[i] − w[k, i])²
    Shape:
        (N,) → (out_features,). Weights: out_features × N patterns, kept as they are unless they
        may be learned.
    Backward:
        dx = −2 · Σ_k dy[k] · (x − w[k]); dw[k] = 2 · dy[k] · (x − w[k]), summed over the batch.
    Source:
        LeCun et al. 1998: the output of LeNet-5, whose patterns are drawn digits. With softmax
        cross-entropy on these scores it learns by their equation 9 without its constant.
    See also:
        Linear. PyTorch: -torch.cdist(x, w) ** 2. Keras has none.
    """

    family: ClassVar[str] = "dense"

    out_features: int = setting(
        10,
        Int(1, 1_000_000),
        label="Units",
        keras="units",
        brief="{} units",
        help="Number of patterns.",
    )
    trained: bool = setting(False, Bool(), help="Let the patterns learn, too.")
    weight_init: Initializer = setting(
        Glyphs(),
        OneOf(INITIALIZERS),
        label="Patterns",
        advanced=True,
        help="What the vector is compared with, before training.",
    )

    def infer(self, *inputs: Shape) -> Shape:
        vector(inputs[0])
        return (self.out_features,)

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        n = vector(inputs[0])
        shape, fan = (self.out_features, n), (n, self.out_features)
        return {"weight": Weight(shape, self.weight_init, fan, trained=self.trained)}

    def macs(self, *inputs: Shape) -> int:
        return vector(inputs[0]) * self.out_features

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,), patterns = inputs, w["weight"]
        # −(x − w)² = 2·x·w − x² − w²
        y = run.backend.xp.matmul(x, patterns.T, out=run.empty("y", (len(x), self.out_features)))
        y *= 2
        y -= (x * x).sum(axis=1, keepdims=True)
        y -= (patterns * patterns).sum(axis=1)
        return y, x

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        x, patterns, matmul = saved, w["weight"], run.backend.xp.matmul
        if self.trained:
            slope = matmul(dy.T, x, out=dw["weight"])
            slope -= patterns * dy.sum(axis=0)[:, None]
            slope *= 2
        if not run.wants_dx:
            return (None,)
        dx = matmul(dy, patterns, out=run.gradient(x.shape))
        dx -= x * dy.sum(axis=1, keepdims=True)
        dx *= 2
        return (dx,)
