"""Activations without a kink, and those that bend smoothly below zero."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from core.kinds import Choice, Float
from core.layers.activation_base import Curve
from core.layers.base import Array
from core.losses import sigmoid
from core.settings import setting


@dataclass(frozen=True)
class ELU(Curve):
    """Pass what is positive; bend what is negative smoothly towards −α.

    Formula:
        y = x where x > 0, else α · (e^x − 1)
    Shape:
        stays the same.
    Backward:
        dx = dy where x > 0, else α · e^x · dy.
    Source:
        Clevert et al. 2015.
    See also:
        SELU, LeakyReLU. PyTorch: torch.nn.ELU. Keras: ELU.
    """

    alpha: float = setting(
        1.0, Float(0.0, 100.0), label="α", brief="α {}", help="How far the curve goes below 0."
    )

    def value(self, xp: Any, x: Array) -> Array:
        return xp.where(x > 0, x, self.alpha * xp.expm1(xp.minimum(x, 0)))

    def slope(self, xp: Any, x: Array) -> Array:
        return xp.where(x > 0, 1, self.alpha * xp.exp(xp.minimum(x, 0)))


SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


@dataclass(frozen=True)
class SELU(Curve):
    """An ELU with two fixed numbers that pull activations towards mean 0 and variance 1.

    Formula:
        y = λ · x where x > 0, else λ · α · (e^x − 1), with λ = 1.0507 and α = 1.6733
    Shape:
        stays the same.
    Backward:
        dx = λ · dy where x > 0, else λ · α · e^x · dy.
    Source:
        Klambauer et al. 2017, "Self-normalizing neural networks".
    See also:
        ELU, BatchNorm2d. PyTorch: torch.nn.SELU. Keras: Activation("selu").
    """

    def value(self, xp: Any, x: Array) -> Array:
        below = SELU_SCALE * SELU_ALPHA * xp.expm1(xp.minimum(x, 0))
        return xp.where(x > 0, SELU_SCALE * x, below)

    def slope(self, xp: Any, x: Array) -> Array:
        below = SELU_SCALE * SELU_ALPHA * xp.exp(xp.minimum(x, 0))
        return xp.where(x > 0, SELU_SCALE, below)


@dataclass(frozen=True)
class GELU(Curve):
    """Weigh each value by the share of a normal distribution that lies below it.

    Formula:
        y = x · Φ(x), Φ being the normal distribution function; the tanh form is
        y = ½ · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))
    Shape:
        stays the same.
    Backward:
        dx = dy · (Φ(x) + x · φ(x)) with the bell curve φ.
    Source:
        Hendrycks and Gimpel 2016.
    See also:
        SiLU, ReLU. PyTorch: torch.nn.GELU. Keras: Activation("gelu").
    """

    approximate: str = setting(
        "none",
        Choice(("none", "tanh"), ("exact", "tanh")),
        label="Computed",
        brief="{}",
        quiet="none",
        help="The exact curve, or the tanh form that some published networks were trained with.",
    )

    def value(self, xp: Any, x: Array) -> Array:
        if self.approximate == "tanh":
            return 0.5 * x * (1 + xp.tanh(_bent(x)))
        return x * normal_share(xp, x)

    def slope(self, xp: Any, x: Array) -> Array:
        if self.approximate == "tanh":
            t = xp.tanh(_bent(x))
            inner = ROOT_2_PI * (1 + 3 * CUBIC * x * x)
            return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner
        bell = xp.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
        return normal_share(xp, x) + x * bell


ROOT_2_PI = math.sqrt(2 / math.pi)
CUBIC = 0.044715


def _bent(x: Array) -> Array:
    """√(2/π) · (x + 0.044715 · x³)."""
    return ROOT_2_PI * (x + CUBIC * x * x * x)


@dataclass(frozen=True)
class SiLU(Curve):
    """Weigh each value by its own sigmoid; also called swish.

    Formula:
        y = x · σ(x)
    Shape:
        stays the same.
    Backward:
        dx = dy · σ(x) · (1 + x · (1 − σ(x))).
    Source:
        Elfwing et al. 2017; Ramachandran et al. 2017.
    See also:
        GELU, HardSwish. PyTorch: torch.nn.SiLU. Keras: Activation("silu").
    """

    keras_name: ClassVar[str] = "silu"

    def value(self, xp: Any, x: Array) -> Array:
        return x * sigmoid(xp, x)

    def slope(self, xp: Any, x: Array) -> Array:
        s = sigmoid(xp, x)
        return s * (1 + x * (1 - s))


@dataclass(frozen=True)
class Mish(Curve):
    """Weigh each value by the tanh of its softplus: a smooth curve with a small dip.

    Formula:
        y = x · tanh(ln(1 + e^x))
    Shape:
        stays the same.
    Backward:
        dx = dy · (t + x · σ(x) · (1 − t²)) with t = tanh(ln(1 + e^x)).
    Source:
        Misra 2019.
    See also:
        SiLU. PyTorch: torch.nn.Mish. Keras: Activation("mish").
    """

    def value(self, xp: Any, x: Array) -> Array:
        return x * xp.tanh(xp.logaddexp(x, 0))

    def slope(self, xp: Any, x: Array) -> Array:
        t = xp.tanh(xp.logaddexp(x, 0))
        return t + x * sigmoid(xp, x) * (1 - t * t)


@dataclass(frozen=True)
class Softplus(Curve):
    """A ReLU with a rounded corner; always above 0.

    Formula:
        y = ln(1 + e^(β·x)) / β, and y = x where β·x is above the threshold
    Shape:
        stays the same.
    Backward:
        dx = dy · σ(β·x), dy above the threshold.
    Source:
        Dugas et al. 2001.
    See also:
        ReLU. PyTorch: torch.nn.Softplus. Keras: Activation("softplus").
    """

    beta: float = setting(
        1.0,
        Float(0.0, 1000.0, open_low=True),
        label="β",
        brief="β {}",
        quiet=1.0,
        help="The larger, the sharper the corner.",
    )
    threshold: float = setting(
        20.0, Float(0.0, 1000.0), advanced=True, help="Above it the curve is taken as straight."
    )

    def value(self, xp: Any, x: Array) -> Array:
        scaled = self.beta * x
        return xp.where(scaled > self.threshold, x, xp.logaddexp(scaled, 0) / self.beta)

    def slope(self, xp: Any, x: Array) -> Array:
        scaled = self.beta * x
        return xp.where(scaled > self.threshold, 1, sigmoid(xp, scaled))


# The normal distribution above a ≥ 0 is t · e^(−a²/2) · Σ c_k · T_k(2t − 1) with t = 5/(5 + a) and
# Chebyshev's polynomials T_k. The coefficients were fitted with 50 digits; all of them give an
# error below 3e-16, the first eleven one below 2e-7.
TAIL = (
    0.21699948622563014, 0.18902424660470477, 0.06790856496794134, 0.02016022980025585,
    0.004868323478389638, 0.000915613550616753, 0.00011925269587745173, 6.006914480799665e-06,
    -1.3916416057946291e-06, -3.3232445501505915e-07, -8.581182555069986e-09,
    7.556945336815189e-09, 9.313110810874152e-10, -1.4534637962391662e-10,
    -3.752141912089576e-11, 2.709695071038887e-12, 1.3509670786842636e-12,
    -5.677954968791113e-14, -4.9410024856740004e-14, 1.809006309344839e-15,
    1.8902320940975687e-15, -9.649844146664992e-17, -7.490595420119912e-17,
)  # fmt: skip
SINGLE_TERMS = 11


def normal_share(xp: Any, x: Array) -> Array:
    """Φ(x): the share of a standard normal distribution below x. Neither module offers erf."""
    a = xp.abs(x)
    t = 5 / (5 + a)
    terms = TAIL if x.dtype == xp.float64 else TAIL[:SINGLE_TERMS]
    u, last, before = 4 * t - 2, terms[-1], 0.0
    for coefficient in terms[-2:0:-1]:  # Clenshaw's recurrence
        last, before = u * last - before + coefficient, last
    above = t * (0.5 * u * last - before + terms[0]) * xp.exp(-0.5 * a * a)
    return xp.where(x > 0, 1 - above, above)
