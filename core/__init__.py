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
from core.losses import AbsoluteError, BinaryCrossEntropy, CrossEntropy, Huber, SquaredError
from core.network import Network, NetworkError
from core.optimizers import SGD, Adagrad, Adam, AdamW, RMSprop
from core.plan import Plan
from core.project import Project, load, save
from core.schedules import Cosine, Exponential, OneCycle, ReduceOnPlateau, Step, Warmup
from core.training.learner import Learner
from core.training.trainer import train
from core.zoo import TEMPLATES

__all__ = [
    "SGD",
    "TEMPLATES",
    "AbsoluteError",
    "Adagrad",
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
    "Cosine",
    "CrossEntropy",
    "DataChoice",
    "DataPolicy",
    "DepthwiseConv2d",
    "Design",
    "Digits",
    "Dropout",
    "Exponential",
    "Fashion",
    "Flatten",
    "Folder",
    "GlobalAvgPool2d",
    "Graph",
    "GraphError",
    "Huber",
    "Input",
    "LeakyReLU",
    "Learner",
    "Linear",
    "LocallyConnected2d",
    "MaskedConv2d",
    "MaxPool2d",
    "Network",
    "NetworkError",
    "OneCycle",
    "Output",
    "Plan",
    "Project",
    "RMSprop",
    "ReLU",
    "ReduceOnPlateau",
    "SeparableConv2d",
    "Sigmoid",
    "Softmax",
    "SquaredError",
    "Step",
    "Tanh",
    "TiedConv2d",
    "Warmup",
    "chain",
    "fit",
    "infer",
    "load",
    "open_source",
    "save",
    "train",
]
