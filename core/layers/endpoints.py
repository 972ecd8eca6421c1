"""Where data comes in and where the loss is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.kinds import Dimensions, Float, Text
from core.layers.base import Array, Arrays, Layer, Run, vector
from core.losses import LOSSES, CrossEntropy, Loss
from core.settings import OneOf, setting
from core.shapes import Shape, ShapeError


@dataclass(frozen=True)
class Input(Layer):
    """Where the pictures enter; its shape is what every data set is fitted to.

    Formula:
        y = x
    Shape:
        the size you choose: channels, height, width.
    Backward:
        ends here.
    Source:
        the data set; gray pictures have 1 channel, color pictures 3.
    See also:
        Output. Keras: Input.
    """

    family: ClassVar[str] = "endpoints"
    slots: ClassVar[tuple[str, ...]] = ()

    shape: Shape = setting(
        (1, 28, 28), Dimensions(), help="Channels, height and width of one item."
    )

    def infer(self, *inputs: Shape) -> Shape:
        return self.shape

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        return inputs[0], None

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        return ()


@dataclass(frozen=True)
class Output(Layer):
    """Where the answer comes out and the loss is measured against the data's labels.

    Formula:
        y = x while training, where the loss takes raw scores; predictions are the loss's own
        reading of them: softmax, sigmoid, or the values as they are.
    Shape:
        (K,) → (K,), K being the number of classes.
    Backward:
        starts here with weight · dL/dx.
    Source:
        lecture 004, divergence; each loss names its formula.
    See also:
        Input, Softmax. PyTorch: CrossEntropyLoss, BCEWithLogitsLoss, MSELoss,
        L1Loss, HuberLoss.
    """

    family: ClassVar[str] = "endpoints"

    loss: Loss = setting(CrossEntropy(), OneOf(LOSSES), brief="{}", help="What training minimizes.")
    weight: float = setting(
        1.0,
        Float(0.0, 1e6),
        label="Weight of the loss",
        keras="loss_weights",
        advanced=True,
        help="How much this output counts where a network has several.",
    )
    target: str = setting(
        "label",
        Text(60),
        label="Learns from",
        advanced=True,
        help="The field of the data set that holds the right answers.",
    )

    def infer(self, *inputs: Shape) -> Shape:
        units = vector(inputs[0])
        if misfit := self.loss.misfit(units):
            raise ShapeError("loss", misfit)
        return (units,)

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        return inputs[0], None

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        return (dy,)
