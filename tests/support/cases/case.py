"""What a case is, and the helpers that the families share."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

from core.layers import Layer
from core.shapes import Shape

Table = dict[type[Layer], list["Case"]]

VALUES: tuple[Shape, ...] = ((7,), (2, 3, 4))  # a vector and maps, for layers that take either


@dataclass(frozen=True)
class Case:
    """One layer in one place: its settings, the shapes it gets, and how it runs.

    `ties` draws inputs of which many are equal (no finite differences there); `spread` makes them
    so many times larger than ±2; `uneven` draws weights off any grid, so that no two sums of
    products agree where a layer compares them.
    """

    layer: Layer
    inputs: tuple[Shape, ...]
    batch: int = 2
    training: bool = True
    ties: bool = False
    spread: float = 1.0
    uneven: bool = False
    number: int = field(default=0, compare=False)

    @property
    def id(self) -> str:
        """The case's name in test output and in stored results."""
        return f"{type(self.layer).__name__}-{self.number:02}"

    @property
    def seed(self) -> int:
        """Decides inputs and weights; it follows from what the case is, not from its number."""
        return zlib.crc32(repr((self.layer, self.inputs, self.batch, self.training)).encode())


def nasty(case: Case) -> set[str]:
    """What is nasty about a window: "6/3/2" (cells, kernel, stride) without padding, …"""
    layer: Any = case.layer
    size = max(case.inputs[0][1:], layer.infer(*case.inputs)[1:])  # transposed ones grow
    padding = getattr(layer, "padding", ())
    sides = () if isinstance(padding, str) else padding
    found = {"uneven padding"} if sides[::2] != sides[1::2] else set()
    kernels, strides = (_on_both_axes(one) for one in (layer.kernel_size, layer.stride))
    for cells, kernel, stride in zip(size, kernels, strides, strict=False):  # a signal has one axis
        if not any(sides):
            found.add(f"{cells}/{kernel}/{stride}")
        found |= {"even kernel"} if kernel % 2 == 0 else set()
        found |= {"overlap"} if stride < kernel else {"gaps"} if stride > kernel else set()
    return found


def _on_both_axes(number: Any) -> tuple[int, ...]:
    return number if isinstance(number, tuple) else (number, number)


@dataclass(frozen=True)
class Refusal:
    """Settings that are illegal, or shapes that a layer cannot take; `setting` must be named."""

    layer: type[Layer]
    settings: dict[str, Any]
    inputs: tuple[Shape, ...] = ()
    setting: str = ""

    @property
    def id(self) -> str:
        """The case's name in test output."""
        return f"{self.layer.__name__}-{self.setting or 'wire'}-{self.settings}-{self.inputs}"


def elementwise(*layers: Layer) -> list[Case]:
    """Cases of layers that take any shape."""
    return [
        Case(layer, (shape,), batch) for layer in layers for shape in VALUES for batch in (1, 3)
    ]


def illegal(layer: type[Layer], setting: str, *values: object, **more: object) -> list[Refusal]:
    """One refusal for each value of a setting."""
    return [Refusal(layer, {setting: value, **more}, (), setting) for value in values]


def windows(layer: type[Layer], **more: object) -> list[Refusal]:
    """What every layer with a window refuses."""
    small: list[tuple[dict[str, Any], Shape]] = [
        ({"kernel_size": 5}, (2, 4, 4)),
        ({"kernel_size": (1, 7)}, (2, 9, 6)),
        ({"kernel_size": 7, "padding": (3, 0, 3, 0)}, (1, 1, 1)),
        ({"kernel_size": 6, "padding": 1, "stride": 3}, (1, 3, 9)),
    ]
    return [
        *illegal(layer, "kernel_size", 0, (2, 0), (1, 2, 3), 2.5, True, "3", None),
        *illegal(layer, "stride", 0, (1,), -1),
        *illegal(layer, "padding", -1, (1, 2, 3), "reflectt", (1, 1, 1, -1)),
        *(
            Refusal(layer, {**settings, **more}, (shape,), "kernel_size")
            for settings, shape in small
        ),
        Refusal(layer, {**more}, ((10,),)),
    ]
