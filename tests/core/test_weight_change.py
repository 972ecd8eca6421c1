"""How far filters have come since the first step of their run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.answers.studio import Studio
from core.answers.views import ViewAnswers
from core.network import Network
from core.project import design_to_json
from core.questions.viewing import ShowFilters
from core.training.runs import RunFolder
from core.training.trainer import Trainer
from tests.support.training import few_digits, small_design


def test_the_change_is_what_training_has_added(tmp_path: Path) -> None:
    design = small_design()
    run = RunFolder.create(tmp_path, design_to_json(design))
    trainer = Trainer(design, dataset=few_digits(), run=run, checkups=0.0)
    list(trainer.events())
    studio = Studio()
    studio.show(design, str(run.path))
    network = studio.network()
    shown = ViewAnswers(studio).filters(network, ShowFilters("conv1", change=True))
    first = Network(design.graph, seed=design.plan.seed).weight("conv1.weight")
    learned = network.weight("conv1.weight")
    assert np.abs(learned - first).max() > 1e-3
    rounding = 2**-10 * np.abs(first).max()  # the first weights are kept in 16 bits
    np.testing.assert_allclose(shown.filters.tiles, learned - first, atol=rounding)
    assert shown.note == ""


@pytest.mark.parametrize("change", [True, False])
def test_without_a_run_there_is_no_change_and_it_is_said(change: bool) -> None:
    studio = Studio()
    studio.show(small_design())
    shown = ViewAnswers(studio).filters(studio.network(), ShowFilters("conv1", change=change))
    assert bool(shown.note) == change
    assert shown.filters.tiles.any() != change
