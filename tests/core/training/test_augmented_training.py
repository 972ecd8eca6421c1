"""Training on changed items: deterministic, resumed exactly, validation untouched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.data.augment import PLANKTON, Augmentation, Cutout, Noise, Rotate
from core.data.sources import Digits, Points
from core.design import DataChoice, Design
from core.graph import chain
from core.layers import Input, Linear, Output
from core.network import Network
from core.project import design_to_json
from core.training.control import Control
from core.training.events import Failed, Finished
from core.training.runs import RunFolder
from core.training.train import train
from core.training.trainer import Trainer
from tests.support.training import curve, few_digits, small_design

EVERYTHING = (*PLANKTON, Noise(), Cutout())


def augmented(augment: tuple[Augmentation, ...] = EVERYTHING) -> Design:
    return replace(small_design(epochs=2), data=DataChoice(Digits(), augment=augment))


def test_a_seed_gives_one_run_and_augmentation_another() -> None:
    runs = [
        curve(list(train(design, dataset=few_digits())))
        for design in (augmented(), augmented(), augmented(()))
    ]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


class StopBefore(Control):
    """Stops before a step, counted over all epochs from 1."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self.step = step

    def attend(self, network: Network) -> None:
        super().attend(network)
        if network.clock + 1 == self.step:
            self.stop()


@pytest.mark.parametrize("step", [3, 10])
def test_a_run_stopped_within_an_epoch_goes_on_bit_for_bit(step: int, tmp_path: Path) -> None:
    design = augmented()
    whole = Trainer(design, dataset=few_digits())
    expected = list(whole.events())
    run = RunFolder.at(tmp_path / "run", design_to_json(design))
    first = list(train(design, dataset=few_digits(), run=run, control=StopBefore(step)))
    assert isinstance(first[-1], Finished)
    assert (first[-1].reason, first[-1].step) == ("stopped", step - 1)
    again = Trainer(design, dataset=few_digits(), run=run, resume=True)
    rest = list(again.events())
    assert curve(first) + curve(rest) == curve(expected)
    assert whole.network
    assert again.network
    assert np.array_equal(whole.network.parameters, again.network.parameters)


def test_what_cannot_be_augmented_is_told() -> None:
    choice = DataChoice(Points(), augment=(Rotate(),))
    graph = chain(Input((2,)), Linear(2), Output())
    last = list(train(replace(augmented(), graph=graph, data=choice)))[-1]
    assert isinstance(last, Failed)
    assert last.sentence.startswith("Rotate changes pictures, points has none")
