"""How a network is trained: everything the Train button needs beside the graph and the data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.backend import Backend, backend
from core.hebb import Hebb
from core.kinds import Bool, Float, Int, Text
from core.optimizers import OPTIMIZERS, SGD, Optimizer
from core.schedules import SCHEDULES, Constant, Schedule
from core.settings import Declared, OneOf, SettingError, setting
from core.tongue import tr


@dataclass(frozen=True)
class Gradient(Declared):
    """All weights move against the gradient of the loss, as optimizer and rate say."""


METHODS: tuple[type[Declared], ...] = (Gradient, Hebb)


@dataclass(frozen=True)
class Plan(Declared):
    """Epochs, batches, optimizer, learning rate over time, device and when to stop."""

    method: Gradient | Hebb = setting(
        Gradient(),
        OneOf(METHODS),
        label="Train by",
        help="How weights learn: all of them by the gradient of the loss, or S-cells alone, by"
        " Hebb's rule, which looks at no class. Then only the device and its own settings count.",
    )
    epochs: int = setting(10, Int(1, 100_000), help="Passes over all training items.")
    batch_size: int = setting(
        64, Int(1, 65_536), help="Items that one step looks at before the weights move."
    )
    optimizer: Optimizer = setting(
        SGD(), OneOf(OPTIMIZERS), help="The rule by which the weights move."
    )
    schedule: Schedule = setting(
        Constant(),
        OneOf(SCHEDULES),
        label="Rate over time",
        help="How the learning rate changes from the optimizer's while training goes on.",
    )
    clip_norm: float = setting(
        0.0,
        Float(0.0, 1e6, log=True),
        label="Gradient norm at most",
        keras="global_clipnorm",
        advanced=True,
        help="A longer gradient, of all weights together, is shortened to this length; 0 leaves"
        " it. PyTorch: clip_grad_norm_.",
    )
    clip_value: float = setting(
        0.0,
        Float(0.0, 1e6, log=True),
        label="Gradients at most",
        keras="clipvalue",
        advanced=True,
        help="The gradient of each weight is cut to ± this; 0 leaves it. PyTorch:"
        " clip_grad_value_.",
    )
    ema_decay: float = setting(
        0.0,
        Float(0.0, 0.99999),
        label="Averaged weights keep",
        keras="ema_momentum",
        advanced=True,
        help="Weights averaged over the last steps are validated and kept as the best: each step"
        " they keep this share, 0.999 for example, and take the rest from the weights that learn;"
        " 0 averages nothing.",
    )
    seed: int = setting(
        0,
        Int(0, 2**31 - 1),
        help="Decides first weights, order of items and every random choice: the same seed"
        " repeats a run on the CPU bit for bit.",
    )
    device: str = setting(
        "auto", Text(12), help="Where to compute: auto, cpu, or a GPU such as gpu:0."
    )
    tf32: bool = setting(
        True,
        Bool(),
        label="TF32",
        advanced=True,
        help="A GPU from 2020 or newer multiplies in convolutions with 10 bits of fraction instead"
        " of 23, as PyTorch's do: several times faster, and exact enough for training. Off: full"
        " precision.",
    )
    keep_best: bool = setting(
        True, Bool(), advanced=True, help="Remember the weights of the best validation accuracy."
    )
    patience: int = setting(
        0,
        Int(0, 10_000),
        label="Stop early after",
        advanced=True,
        help="Epochs without a better validation loss before training stops by itself; 0 never.",
    )

    def backend(self) -> Backend:
        """What computes, as device and TF32 say; DeviceError where it cannot be used."""
        return backend(self.device, tf32=self.tf32)

    def check(self) -> None:
        if self.clip_norm and self.clip_value:
            raise SettingError("clip_value", tr("0 is expected where the norm is limited"))
        if not re.fullmatch(r"auto|cpu|gpu:\d{1,3}", self.device):
            raise SettingError(
                "device", tr("auto, cpu or gpu:0 is expected, {device!r} came", device=self.device)
            )
