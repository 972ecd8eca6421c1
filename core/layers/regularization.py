"""Regularization layers: they act while training and step aside afterwards."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from core.kinds import Float
from core.layers.base import Array, Arrays, Layer, Run, maps
from core.settings import setting
from core.shapes import Shape


@dataclass(frozen=True)
class Dropping(Layer):
    """What the dropout layers share: a mask, drawn anew for every step."""

    family: ClassVar[str] = "regularization"

    p: float = setting(
        0.5, Float(0.0, 0.99), label="Share dropped", keras="rate", brief="{}",
        help="Probability that a value is silenced in a step.",
    )  # fmt: skip

    @abstractmethod
    def mask_shape(self, shape: Shape) -> Shape:
        """The shape of the mask for a batch (N, C, …)."""

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        if not run.training or self.p == 0:
            return x, None
        # drawn by NumPy on the host, so that every device drops the same values
        kept = run.random().random(self.mask_shape(x.shape), dtype="float32") >= self.p
        mask = run.backend.asarray(kept.astype(x.dtype) / (1 - self.p), x.dtype)
        return run.backend.xp.multiply(x, mask, out=run.empty("y", x.shape)), mask

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        if saved is None:
            return (dy,)
        return (run.backend.xp.multiply(dy, saved, out=run.gradient(dy.shape)),)


@dataclass(frozen=True)
class Dropout(Dropping):
    """Silence a random share of the values while training, so that none is relied upon.

    Formula:
        y = x · m / (1 − p), each m being 0 with probability p, else 1; afterwards y = x.
    Shape:
        stays the same.
    Backward:
        dx = dy · m / (1 − p) with the same m.
    Source:
        Srivastava et al. 2014; AlexNet uses 0.5 in its dense end.
    See also:
        Dropout2d, BatchNorm2d. PyTorch: torch.nn.Dropout. Keras: Dropout.
    """

    def infer(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def mask_shape(self, shape: Shape) -> Shape:
        return shape


@dataclass(frozen=True)
class Dropout2d(Dropping):
    """Silence whole maps at random while training: neighboring cells say nearly the same.

    Formula:
        y[c] = x[c] · m[c] / (1 − p), each m being 0 with probability p, else 1; afterwards y = x.
    Shape:
        (C, H, W) stays the same.
    Backward:
        dx[c] = dy[c] · m[c] / (1 − p) with the same m.
    Source:
        Tompson et al. 2015, "Efficient object localization using convolutional networks".
    See also:
        Dropout. PyTorch: torch.nn.Dropout2d. Keras: SpatialDropout2D.
    """

    keras_name: ClassVar[str] = "SpatialDropout2D"

    def infer(self, *inputs: Shape) -> Shape:
        return maps(inputs[0])

    def mask_shape(self, shape: Shape) -> Shape:
        return (*shape[:2], 1, 1)
