"""What a person types for a layer, read as the layer it means; expected values are by hand."""

from __future__ import annotations

import pytest

from core.layers import (
    CATALOGUE,
    AdaptiveAvgPool2d,
    Add,
    AvgPool2d,
    BatchNorm2d,
    Conv1d,
    Conv2d,
    ConvTranspose2d,
    Crop2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    GroupNorm,
    Input,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    Output,
    Pad2d,
    ReLU,
    Reshape,
    Upsample,
)
from designer.document.offers import offers, size_after


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("conv 3x3 64", Conv2d(64)),
        ("Conv 64 5", Conv2d(64, 5)),
        ("conv 64 5 2 1", Conv2d(64, 5, 2, 1)),
        ("conv 6 5x5 pad 2", Conv2d(6, 5, padding=2)),
        ("conv 3 × 3 8", Conv2d(8)),
        ("conv3x3 8", Conv2d(8)),
        ("conv3-64", Conv2d(64)),
        ("conv2d 16 k5 s2 p1 d1 g4", Conv2d(16, 5, 2, 1, groups=4)),
        ("conv 16 same nobias", Conv2d(16, padding="same", bias=False)),
        ("conv out_channels=12 kernel_size=1", Conv2d(12, 1)),
        ("conv filters=12 strides=2", Conv2d(12, stride=2)),
        ("conv 6 filters · 5×5 · pad 2", Conv2d(6, 5, padding=2)),  # as a node shows it
        ("conv1d 8 3", Conv1d(8, 3)),
        ("upconv 8 2 2", ConvTranspose2d(8, 2, 2)),
        ("maxpool 2", MaxPool2d(2)),
        ("max pool 3", MaxPool2d(3, 3)),  # the stride follows the window, as in PyTorch
        ("maxpool 3 s2", MaxPool2d(3, 2)),
        ("pool 3x3 2 p1", MaxPool2d(3, 2, 1)),
        ("avg 7", AvgPool2d(7, 7)),
        ("aap 1", AdaptiveAvgPool2d(1)),
        ("gap", GlobalAvgPool2d()),
        ("global average pooling", GlobalAvgPool2d()),
        ("dropout 0.3", Dropout(0.3)),
        ("dropout 30%", Dropout(0.3)),
        ("drop .25", Dropout(0.25)),
        ("fc 10", Linear(10)),
        ("dense 84 units", Linear(84)),
        ("bn", BatchNorm2d()),
        ("groupnorm 8", GroupNorm(num_groups=8)),
        ("leakyrelu 0.2", LeakyReLU(0.2)),
        ("relu", ReLU()),
        ("upsample 2 bilinear", Upsample(2, "bilinear")),
        ("pad 1x2", Pad2d((1, 1, 2, 2))),
        ("crop 2", Crop2d(2)),
        ("input 28x28x1", Input((1, 28, 28))),
        ("input 3x32x32", Input((3, 32, 32))),
        ("input 32x32x3", Input((3, 32, 32))),
        ("input 64x48", Input((1, 64, 48))),
        ("input 28 3", Input((3, 28, 28))),
        ("reshape 16x5x5", Reshape((16, 5, 5))),
        ("output", Output()),
        ("flat", Flatten()),
    ],
)
def test_text_means_this_layer(text: str, expected: Layer) -> None:
    first = offers(text)[0]
    assert first.layers == (expected,)
    assert not first.sentence


@pytest.mark.parametrize("cls", CATALOGUE, ids=lambda cls: cls.__name__)
def test_every_layer_is_found_first_by_its_own_name(cls: type[Layer]) -> None:
    for name in (cls.__name__, cls.__name__.lower()):
        assert type(offers(name)[0].layers[0]) is cls


def test_nothing_typed_offers_everything_in_the_order_of_the_palette() -> None:
    assert [type(one.layers[0]) for one in offers("")] == list(CATALOGUE)


@pytest.mark.parametrize("text", ["zzz", "conv zzz", "tanh 3", "linear 10 20 30", "flatten same"])
def test_what_means_nothing_offers_nothing(text: str) -> None:
    assert offers(text) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("conv 3x3 0", "Filters: 1 or more is expected, 0 came."),
        ("dropout 1.5", "Share dropped: 0.99 or less is expected, 1.5 came."),
        ("maxpool 3x3 s2 p9", "Padding: at most half the kernel's height is expected"),
    ],
)
def test_an_illegal_setting_is_offered_with_the_reason(text: str, sentence: str) -> None:
    found = offers(text)[0]
    assert found.sentence.startswith(sentence.split(":")[0])
    assert sentence.partition(":")[2].strip() in found.sentence


def test_several_layers_at_once() -> None:
    (first, *_) = offers("conv 3x3 64, bn > relu -> maxpool 2")
    assert first.layers == (Conv2d(64), BatchNorm2d(), ReLU(), MaxPool2d(2))
    assert first.text == "Conv2d 64 filters · 3×3 → BatchNorm2d → ReLU → MaxPool2d"


def test_sizes_are_told_and_what_does_not_fit_is_left_out() -> None:
    sizes = {type(one.layers[0]): one.size for one in offers("", (16, 5, 5), fitting=True)}
    assert sizes[Flatten] == (400,)
    assert sizes[MaxPool2d] == (16, 2, 2)  # ⌊(5 − 2)/2⌋ + 1 = 2
    assert sizes[Conv2d] == (32, 3, 3)
    assert sizes[Add] is None  # waits for a second wire
    assert Linear not in sizes  # needs a vector
    assert Input not in sizes
    assert Conv2d not in {
        type(one.layers[0]) for one in offers("conv 7x7", (16, 5, 5), fitting=True)
    }  # a window of 7 does not fit on 5 cells


def test_sizes_go_through_a_chain() -> None:
    (first, *_) = offers("input 28x28, conv 6 5 p2, maxpool 2, flatten, fc 10")
    assert first.size == (10,)
    assert size_after([Conv2d(6, 5, padding=2), MaxPool2d(2), Flatten()], (1, 28, 28)) == (1176,)


def test_a_chain_that_does_not_fit_says_where() -> None:
    (first, *_) = offers("conv 3x3 8, fc 10", (1, 28, 28))
    assert first.sentence.startswith("Linear needs a vector")
