"""How a network is trained: everything the Train button needs beside the graph and the data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.optimizers import OPTIMIZERS, SGD, Optimizer
from core.settings import Bool, Declared, Int, OneOf, SettingError, Text, setting


@dataclass(frozen=True)
class Plan(Declared):
    """Epochs, batches, optimizer, device and when to stop."""

    epochs: int = setting(10, Int(1, 100_000), help="Passes over all training items.")
    batch_size: int = setting(
        64, Int(1, 65_536), help="Items that one step looks at before the weights move."
    )
    optimizer: Optimizer = setting(
        SGD(), OneOf(OPTIMIZERS), help="The rule by which the weights move."
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

    def check(self) -> None:
        if not re.fullmatch(r"auto|cpu|gpu:\d{1,3}", self.device):
            raise SettingError("device", f"auto, cpu or gpu:0 is expected, {self.device!r} came")
