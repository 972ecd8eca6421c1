"""The catalogue: every layer by family, in the order of the palette. Nothing is found by magic."""

from __future__ import annotations

from core.layers.activation import (
    HardSigmoid,
    HardSwish,
    LeakyReLU,
    LogSoftmax,
    PReLU,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from core.layers.activation_smooth import ELU, GELU, SELU, Mish, SiLU, Softplus
from core.layers.base import Cost, Layer, Run, Weight
from core.layers.convolution import Conv1d, Conv2d
from core.layers.dense import RBF, Linear
from core.layers.endpoints import Input, Output
from core.layers.local import LocallyConnected2d, MaskedConv2d
from core.layers.merging import Add, Concat, Multiply
from core.layers.neocognitron import NeoC, NeoS
from core.layers.normalization import BatchNorm1d, BatchNorm2d, Scale
from core.layers.normalization_item import (
    GroupNorm,
    InstanceNorm2d,
    LayerNorm,
    LocalResponseNorm,
)
from core.layers.pooling import AvgPool2d, LearnedPool2d, LpPool2d, MaxPool2d, ScaledPool2d
from core.layers.pooling_1d import AvgPool1d, MaxPool1d
from core.layers.pooling_global import AdaptiveAvgPool2d, GlobalAvgPool2d, GlobalMaxPool2d
from core.layers.regularization import Dropout, Dropout2d
from core.layers.reshaping import ChannelPad, Crop2d, Flatten, Reshape, Slice2d
from core.layers.resizing import Pad2d, Upsample, ZeroInsert2d
from core.layers.separable import DepthwiseConv2d, SeparableConv2d
from core.layers.tied import TiedConv2d
from core.layers.transposed import ConvTranspose1d, ConvTranspose2d

CATALOGUE: tuple[type[Layer], ...] = (
    Input,
    Output,
    Conv2d,
    Conv1d,
    DepthwiseConv2d,
    SeparableConv2d,
    ConvTranspose2d,
    ConvTranspose1d,
    LocallyConnected2d,
    MaskedConv2d,
    TiedConv2d,
    MaxPool2d,
    AvgPool2d,
    LpPool2d,
    LearnedPool2d,
    ScaledPool2d,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    AdaptiveAvgPool2d,
    MaxPool1d,
    AvgPool1d,
    Linear,
    RBF,
    ReLU,
    LeakyReLU,
    PReLU,
    ELU,
    SELU,
    GELU,
    SiLU,
    Mish,
    Softplus,
    Sigmoid,
    HardSigmoid,
    HardSwish,
    Tanh,
    Softmax,
    LogSoftmax,
    BatchNorm2d,
    BatchNorm1d,
    LayerNorm,
    GroupNorm,
    InstanceNorm2d,
    LocalResponseNorm,
    Scale,
    Dropout,
    Dropout2d,
    Add,
    Multiply,
    Concat,
    Flatten,
    Reshape,
    Upsample,
    Pad2d,
    Crop2d,
    Slice2d,
    ZeroInsert2d,
    ChannelPad,
    NeoS,
    NeoC,
)

FAMILIES: dict[str, str] = {
    "endpoints": "Input and output",
    "convolution": "Convolution",
    "pooling": "Pooling",
    "dense": "Dense",
    "activation": "Activation",
    "normalization": "Normalization",
    "regularization": "Regularization",
    "merging": "Merging",
    "reshaping": "Reshaping",
    "biological": "Biological",
}

BY_NAME: dict[str, type[Layer]] = {layer.__name__: layer for layer in CATALOGUE}

__all__ = [
    "BY_NAME",
    "CATALOGUE",
    "ELU",
    "FAMILIES",
    "GELU",
    "RBF",
    "SELU",
    "AdaptiveAvgPool2d",
    "Add",
    "AvgPool1d",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "ChannelPad",
    "Concat",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "Cost",
    "Crop2d",
    "DepthwiseConv2d",
    "Dropout",
    "Dropout2d",
    "Flatten",
    "GlobalAvgPool2d",
    "GlobalMaxPool2d",
    "GroupNorm",
    "HardSigmoid",
    "HardSwish",
    "Input",
    "InstanceNorm2d",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "LearnedPool2d",
    "Linear",
    "LocalResponseNorm",
    "LocallyConnected2d",
    "LogSoftmax",
    "LpPool2d",
    "MaskedConv2d",
    "MaxPool1d",
    "MaxPool2d",
    "Mish",
    "Multiply",
    "NeoC",
    "NeoS",
    "Output",
    "PReLU",
    "Pad2d",
    "ReLU",
    "Reshape",
    "Run",
    "Scale",
    "ScaledPool2d",
    "SeparableConv2d",
    "SiLU",
    "Sigmoid",
    "Slice2d",
    "Softmax",
    "Softplus",
    "Tanh",
    "TiedConv2d",
    "Upsample",
    "Weight",
    "ZeroInsert2d",
]
