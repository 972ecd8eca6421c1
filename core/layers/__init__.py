"""The catalogue: every layer by family, in the order of the palette. Nothing is found by magic."""

from __future__ import annotations

from core.layers.activation import LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from core.layers.base import Cost, Layer, Run, Weight
from core.layers.convolution import Conv2d
from core.layers.dense import Linear
from core.layers.endpoints import Input, Output
from core.layers.merging import Add, Concat
from core.layers.normalization import BatchNorm2d
from core.layers.pooling import AvgPool2d, LearnedPool2d, LpPool2d, MaxPool2d, ScaledPool2d
from core.layers.pooling_1d import AvgPool1d, MaxPool1d
from core.layers.pooling_global import AdaptiveAvgPool2d, GlobalAvgPool2d, GlobalMaxPool2d
from core.layers.regularization import Dropout
from core.layers.reshaping import Flatten

CATALOGUE: tuple[type[Layer], ...] = (
    Input,
    Output,
    Conv2d,
    MaxPool2d,
    AvgPool2d,
    GlobalAvgPool2d,
    Linear,
    ReLU,
    LeakyReLU,
    Sigmoid,
    Tanh,
    Softmax,
    BatchNorm2d,
    Dropout,
    Add,
    Concat,
    Flatten,
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
}

BY_NAME: dict[str, type[Layer]] = {layer.__name__: layer for layer in CATALOGUE}

__all__ = [
    "BY_NAME",
    "CATALOGUE",
    "FAMILIES",
    "Add",
    "AvgPool2d",
    "BatchNorm2d",
    "Concat",
    "Conv2d",
    "Cost",
    "Dropout",
    "Flatten",
    "GlobalAvgPool2d",
    "Input",
    "Layer",
    "LeakyReLU",
    "Linear",
    "MaxPool2d",
    "Output",
    "ReLU",
    "Run",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "Weight",
]
