"""Striate's engine as a library: design, train and look inside convolutional networks.

The public names stand here one by one. Importing them needs NumPy only; what a part needs beyond
NumPy is loaded when it computes.
"""

from __future__ import annotations

from core.data.fitted import fit
from core.data.policy import DataPolicy
from core.data.sources import Digits, Fashion, Folder, open_source
from core.design import DataChoice, Design
from core.graph import Graph, GraphError, chain
from core.infer import infer
from core.layers import (
    Add,
    AvgPool2d,
    BatchNorm2d,
    Concat,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    ConvTranspose2d,
    DepthwiseConv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Input,
    LeakyReLU,
    Linear,
    LocallyConnected2d,
    MaskedConv2d,
    MaxPool2d,
    Output,
    ReLU,
    SeparableConv2d,
    Sigmoid,
    Softmax,
    Tanh,
    TiedConv2d,
)
from core.losses import BinaryCrossEntropy, CrossEntropy, SquaredError
from core.network import Network, NetworkError
from core.optimizers import SGD, Adam, AdamW, RMSprop
from core.plan import Plan
from core.project import Project, load, save
from core.training.learner import Learner
from core.training.trainer import train
from core.zoo import TEMPLATES

__all__ = [
    "SGD",
    "TEMPLATES",
    "Adam",
    "AdamW",
    "Add",
    "AvgPool2d",
    "BatchNorm2d",
    "BinaryCrossEntropy",
    "Concat",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "CrossEntropy",
    "DataChoice",
    "DataPolicy",
    "DepthwiseConv2d",
    "Design",
    "Digits",
    "Dropout",
    "Fashion",
    "Flatten",
    "Folder",
    "GlobalAvgPool2d",
    "Graph",
    "GraphError",
    "Input",
    "LeakyReLU",
    "Learner",
    "Linear",
    "LocallyConnected2d",
    "MaskedConv2d",
    "MaxPool2d",
    "Network",
    "NetworkError",
    "Output",
    "Plan",
    "Project",
    "RMSprop",
    "ReLU",
    "SeparableConv2d",
    "Sigmoid",
    "Softmax",
    "SquaredError",
    "Tanh",
    "TiedConv2d",
    "chain",
    "fit",
    "infer",
    "load",
    "open_source",
    "save",
    "train",
]
