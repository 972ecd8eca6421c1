"""Layers side by side on one item: for examples that compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.design import Design
from core.initializers import Listed
from core.layers import Conv2d, Flatten, Input, Layer, Output
from core.lessons.example import written
from core.losses import SquaredError
from core.shapes import Shape
from core.zoo import Builder


def plain(
    kernel: int, weights: tuple[float, ...], *, stride: int = 1, padding: str | int = 0
) -> Conv2d:
    """One filter without a bias, its weights written down (they begin again)."""
    return Conv2d(1, kernel, stride, padding, bias=False, weight_init=Listed(weights))


def beside(shape: Shape, values: Iterable[float], layers: Mapping[str, Layer]) -> Design:
    """Layers by id that look at the same item, each with an Output of its own."""
    build = Builder()
    first = build(Input(shape), id="input")
    for id, layer in layers.items():
        build(layer, first, id=id)
        build(Flatten(), id=f"flatten_{id}")
        build(Output(SquaredError()), id=f"output_{id}")
    return written(build, shape, values)
