"""The contract of a layer, and nothing else.

A layer is an immutable value: its settings. It holds no arrays; `Network` owns those and passes
them in. Letters in this folder: `x` input, `y` output, `w` weights, `dx dy dw` gradients of the
loss by them. Arrays are `N C H W` (batch, channels, height, width), vectors `N F`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from core.backend.numpy import Backend
from core.initializers import Constant, Initializer
from core.settings import Declared
from core.shapes import Shape, ShapeError, Step, Window, shape_text, volume
from core.tongue import tr

Array = Any  # a numpy or cupy array; the backend knows which
Arrays = Mapping[str, Array]


class Run(Protocol):
    """What a layer may use while it computes; `Network` makes one for each node.

    Attributes:
        backend: the kernels; `backend.xp` is numpy or cupy.
        training: True while learning (dropout drops, batch norm uses the batch).
        wants_dx: False where nothing before this layer learns, so dx need not be computed.
    """

    backend: Backend
    training: bool
    wants_dx: bool

    def empty(self, name: str, shape: tuple[int, ...]) -> Array:
        """An uninitialised array, the same memory every step (planned once per batch size)."""

    def gradient(self, shape: tuple[int, ...]) -> Array:
        """An uninitialised array for a gradient by an input; free again once it has been used."""

    def random(self) -> np.random.Generator:
        """This node's own random stream for this step; repeats for the same seed and step."""


@dataclass(frozen=True)
class Weight:
    """A weight array a layer asks for.

    Attributes:
        shape: in PyTorch's axis order.
        initializer: how it starts.
        fan: (inputs, outputs) of one unit, for initialisers that scale by it.
        trained: False for values the layer keeps itself, such as running means.
    """

    shape: tuple[int, ...]
    initializer: Initializer = Constant()
    fan: tuple[int, int] = (1, 1)
    trained: bool = True


@dataclass(frozen=True)
class Cost:
    """What a layer costs for one item.

    Attributes: `parameters` (trained values), `macs` (multiply-adds, biases not counted;
    1 MAC = 2 FLOPs), `outputs` (values it gives).
    """

    parameters: int
    macs: int
    outputs: int


@dataclass(frozen=True)
class Layer(Declared, ABC):
    """Base of every layer."""

    family: ClassVar[str] = ""
    slots: ClassVar[tuple[str, ...]] = ("x",)
    many_slots: ClassVar[bool] = False  # takes two or more wires, in order (Add, Concat)
    keras_name: ClassVar[str] = ""  # where it differs from the class name

    @abstractmethod
    def infer(self, *inputs: Shape) -> Shape:
        """The output shape from the input shapes; ShapeError where the layer cannot take them."""

    @abstractmethod
    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        """The output and what `backward` will need."""

    @abstractmethod
    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        """Gradients by the inputs (None where not wanted); weight gradients are written into `dw`.

        A layer never changes the arrays it is given, `dw` excepted.
        """

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        """The size formula with the numbers in it, per axis; empty where the size stays."""
        return ()

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        """The weights this layer needs for these input shapes."""
        return {}

    def window(self, *inputs: Shape) -> Window | None:
        """The sliding window, for receptive fields; None where each value sees one value."""
        return None

    def window_backwards(self, *inputs: Shape) -> Window | None:
        """The window of the convolution whose input this layer gives; None for all others."""
        return None

    def macs(self, *inputs: Shape) -> int:
        """Multiply-adds for one item, biases not counted."""
        return 0

    def cost(self, *inputs: Shape) -> Cost:
        """Parameters, multiply-adds and outputs for one item."""
        trained = (weight for weight in self.weights(*inputs).values() if weight.trained)
        parameters = sum(volume(weight.shape) for weight in trained)
        return Cost(parameters, self.macs(*inputs), volume(self.infer(*inputs)))


def maps(shape: Shape) -> tuple[int, int, int]:
    """The shape as (C, H, W), or a ShapeError saying that maps are needed."""
    if len(shape) == 3:
        return (shape[0], shape[1], shape[2])
    raise ShapeError(
        "", tr("needs maps (height × width × channels), it gets {shape}.", shape=_kind_of(shape))
    )


def signal(shape: Shape) -> tuple[int, int]:
    """The shape as (C, T), or a ShapeError saying that a signal is needed."""
    if len(shape) == 2:
        return (shape[0], shape[1])
    raise ShapeError(
        "", tr("needs a signal (length × channels), it gets {shape}.", shape=_kind_of(shape))
    )


def vector(shape: Shape) -> int:
    """The length of a vector, or a ShapeError that offers to flatten."""
    if len(shape) == 1:
        return shape[0]
    pooling = "GlobalAvgPool2d" if len(shape) == 3 else "GlobalAvgPool1d"
    remedies = [(tr("Insert Flatten"), "Flatten"), (tr("Insert global average pooling"), pooling)]
    raise ShapeError(
        "", tr("needs a vector, it gets {shape}.", shape=_kind_of(shape)), tuple(remedies)
    )


def _kind_of(shape: Shape) -> str:
    text = shape_text(shape)
    return {1: tr("a vector of {text}", text=text), 2: tr("a signal of {text}", text=text)}.get(
        len(shape), tr("{text} maps", text=text)
    )
