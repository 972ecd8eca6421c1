"""Why a size is what it is: hand-drawn windows, and costs as the lectures write them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.explain.sizes import Axis, explained, product
from core.layers import (
    Add,
    BatchNorm2d,
    Conv1d,
    Conv2d,
    ConvTranspose2d,
    DepthwiseConv2d,
    Flatten,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    SeparableConv2d,
)
from core.shapes import Shape


def axis(layer: Layer, shape: Shape, number: int = 0) -> Axis:
    return explained(layer, (shape,)).axes[number]


def test_a_window_lies_on_padding_left_and_right() -> None:
    width = axis(Conv2d(1, 5, 2, "same"), (1, 28, 28), 1)
    assert (width.before, width.after, width.outputs) == (1, 2, 14)
    assert list(width.under(0)) == [-1, 0, 1, 2, 3]
    assert list(width.under(13)) == [25, 26, 27, 28, 29]
    assert width.untouched == ()


def test_rows_and_columns_that_the_stride_throws_away() -> None:
    height, width = explained(Conv2d(1, 5, (3, 2)), ((1, 28, 28),)).axes
    assert height.untouched == (26, 27)
    assert width.untouched == (27,)
    assert height.text == "⌊(28 − 5)/3⌋ + 1 = 8"


def test_a_stride_beyond_the_kernel_leaves_gaps() -> None:
    assert axis(MaxPool2d(2, 3), (1, 8, 8)).untouched == (2, 5)


def test_dilation_leaves_holes_that_neighbors_fill() -> None:
    height = axis(Conv2d(1, 3, dilation=2), (1, 6, 6))
    assert list(height.under(0)) == [0, 2, 4]
    assert (height.reach, height.untouched) == (5, ())
    assert axis(Conv2d(1, 3, 8, dilation=2), (1, 6, 6)).untouched == (1, 3, 5)


def test_a_signal_has_a_length() -> None:
    (length,) = explained(Conv1d(2, 4, 3), ((1, 12),)).axes
    assert (length.name, length.outputs) == ("length", 3)
    assert length.untouched == (10, 11)


@pytest.mark.parametrize(("kernel", "stride", "padding"), [(3, 2, 1), (2, 2, 0), (5, 3, 2)])
def test_a_transposed_window_stamps_where_pytorch_does(
    kernel: int, stride: int, padding: int
) -> None:
    made = axis(ConvTranspose2d(1, kernel, stride, padding), (1, 4, 4), 1)
    assert made.backwards
    for position in range(made.positions):
        x = torch.zeros(1, 1, 4)
        x[0, 0, position] = 1
        y = torch.nn.functional.conv_transpose1d(
            x, torch.ones(1, 1, kernel), stride=stride, padding=padding
        )
        assert len(y[0, 0]) == made.cells
        stamped = {cell for cell in made.under(position) if 0 <= cell < made.cells}
        assert stamped == set(np.flatnonzero(y[0, 0].numpy()))


def test_nothing_slides_in_layers_without_a_window() -> None:
    for layer, shapes in ((ReLU(), ((1, 3, 3),)), (Flatten(), ((1, 3, 3),)),
                          (Add(), ((2, 3, 3), (2, 3, 3)))):  # fmt: skip
        assert explained(layer, shapes).axes == ()


COSTS = [
    (Conv2d(16, 5), (3, 28, 28), "16·(3·5² + 1)", 1216, "24·24·16 · 3·5²", 691_200),
    (Conv2d(4, (3, 5), bias=False), (2, 5, 9), "4·2·3·5", 120, "3·5·4 · 2·3·5", 1800),
    (Linear(120), (400,), "120·(400 + 1)", 48_120, "120 · 400", 48_000),
    (BatchNorm2d(), (8, 3, 3), "8 + 8", 16, "", 0),
    (DepthwiseConv2d(3), (8, 9, 9), "8·(3² + 1)", 80, "7·7·8 · 3²", 3528),
    (SeparableConv2d(6, 3), (8, 9, 9), "8·3² + 6·8 + 6", 126, "7·7·6 · 20", 5880),
    (ConvTranspose2d(4, 3, 2), (8, 7, 7), "8·4·3² + 4", 292, "7·7·8 · 4·3²", 14_112),
    (Conv1d(4, 5), (2, 100), "4·(2·5 + 1)", 44, "96·4 · 2·5", 3840),
    (Conv2d(4, 3, groups=2), (4, 9, 9), "4·(2·3² + 1)", 76, "7·7·4 · 2·3²", 3528),
    (Conv2d(6, 1), (1, 4, 4), "6·(1 + 1)", 12, "4·4·6 · 1", 96),
]  # fmt: skip


@pytest.mark.parametrize("case", COSTS, ids=lambda case: type(case[0]).__name__)
def test_costs_come_about_as_they_are_written(
    case: tuple[Layer, Shape, str, int, str, int],
) -> None:
    layer, shape, parameters, count, macs, times = case
    told = explained(layer, (shape,))
    assert (told.parameters.text, told.parameters.value) == (parameters, count)
    assert (told.macs.text, told.macs.value) == (macs, times)
    for made in (told.parameters, told.macs, told.values):
        if made.text:  # what is written is what it comes to
            assert evaluated(made.text) == made.value


def evaluated(text: str) -> int:
    """The value of a sum of products, read by Python itself."""
    import ast

    tree = ast.parse(text.replace("²", "**2").replace("·", "*").replace(" ", ""), mode="eval")

    def value(node: ast.AST) -> int:
        if isinstance(node, ast.BinOp):
            left, right = value(node.left), value(node.right)
            return {ast.Add: left + right, ast.Mult: left * right, ast.Pow: left**right}[
                type(node.op)
            ]
        assert isinstance(node, ast.Constant)
        return int(node.value)  # type: ignore[arg-type]

    return value(tree.body)


def test_products_leave_out_what_changes_nothing() -> None:
    assert [product(one) for one in [(3, 5, 5), (1, 5, 5), (4, 1, 1), (1, 1), (7,), (2, 3)]] == [
        "3·5²", "5²", "4", "1", "7", "2·3",
    ]  # fmt: skip
