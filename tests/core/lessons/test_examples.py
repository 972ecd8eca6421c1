"""The worked examples: what each stage says must come out, the engine has.

The numbers in the examples are the lectures', or were worked out by hand.
"""

from __future__ import annotations

import uuid
from pathlib import Path

import numpy as np
import pytest

from core import project
from core.answers.studio import Studio
from core.answers.views import ViewAnswers
from core.data.sources.toy import PICTURE
from core.infer import infer
from core.lessons import BY_ID, EXAMPLES, Example, Stage
from core.lessons.notes import NOTES
from core.lessons.showing import Shown, number, shown, wants, whole
from core.project import Project
from core.training.train import trainer_of
from core.zoo.toy import BIASES, FILTERS, OMEGA_0, OMEGAS

NEAR = 1e-4
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
# Their weights are drawn at random, so that nothing can be said of their values beforehand.
DRAWN = {"neocognitron", "lenet"}


class Player:
    """An example in the engine, as the window would ask for it."""

    def __init__(self, example: Example) -> None:
        self.design = example.make()
        self.known = infer(self.design.graph)
        self._studio = Studio()
        self._studio.show(self.design)

    def shown(self, stage: Stage) -> Shown:
        info, layer = self.known.nodes[stage.node], self.design.graph[stage.node].layer
        wanted, tensors = wants(stage, info.weights), {}
        if wanted:
            network = self._studio.network()
            tensors = ViewAnswers(self._studio).tensors(network, stage.node, 0, wanted).tensors
        return shown(stage, layer, info.inputs, tensors)


@each_example
def test_the_engine_has_what_must_come_out(example: Example) -> None:
    player = Player(example)
    assert player.known.ok
    for place, stage in enumerate(example.stages):
        found = player.shown(stage)
        got = number(stage, found)
        assert np.isfinite(got)
        if stage.right is not None:
            assert got == pytest.approx(stage.right, rel=NEAR, abs=NEAR), (place, stage.words)
        if stage.whole is not None:
            sheet = whole(stage, found)
            assert sheet.shape == np.shape(stage.whole), (place, stage.words)
            assert np.abs(sheet - np.array(stage.whole)).max() <= NEAR, (place, stage.words)


@each_example
def test_an_example_says_what_it_does(example: Example) -> None:
    assert len(example.stages) >= 2
    assert example.lecture in ("000", "001", "002", "004")
    said = [stage.right is not None for stage in example.stages]
    assert example.id in DRAWN or sum(said) >= len(said) - 2
    for stage in example.stages:
        assert 8 <= len(stage.words) <= 170
        assert stage.words.endswith((".", "?", "…", "”"))
        assert set(stage.notes) <= NOTES.keys()


@each_example
def test_an_example_is_a_project_like_any_other(example: Example, tmp_path: Path) -> None:
    design = example.make()
    project.save(tmp_path / "example.striate", Project(design, str(uuid.uuid4())))
    assert project.load(tmp_path / "example.striate").design == design


def test_every_slide_note_has_its_stage() -> None:
    told = {note for example in EXAMPLES for stage in example.stages for note in stage.notes}
    assert set(NOTES) == told == {f"X{place}" for place in range(1, 31)}
    for name, note in NOTES.items():
        assert note.text.startswith("Slide note: lecture 00"), name
        assert note.right.endswith("."), name


def test_ids_are_names() -> None:
    assert len(BY_ID) == len(EXAMPLES)
    assert len({example.title for example in EXAMPLES}) == len(EXAMPLES)


def test_training_takes_the_step_that_the_last_stage_tells() -> None:
    """000: one step with λ = 0.1 for all weights at once raises y from 0.332 to 0.902."""
    example = BY_ID["toy"]
    trainer = trainer_of(example.make())
    for _ in trainer.events():
        pass
    assert trainer.network is not None
    x = np.array(PICTURE, float)
    before, after = by_hand(x, steps=0), by_hand(x, steps=1)
    assert trainer.network.predict(x[None, None]).item() == pytest.approx(after, abs=1e-6)
    assert f"{before:.3f} to {after:.3f}" in example.stages[-1].words


def by_hand(x: np.ndarray, *, steps: int) -> float:
    """What the network of 000 says after so many steps, in plain sums."""
    f = np.array(FILTERS, float).reshape(2, 3, 3)
    b, omega, omega_0 = np.array(BIASES, float), np.array(OMEGAS), OMEGA_0
    ring = np.pad(x, 1)
    windows = {(p, q): ring[2 * p : 2 * p + 3, 2 * q : 2 * q + 3] for p, q in np.ndindex(3, 3)}
    for step in range(steps + 1):
        z = np.array([[(f[k] * one).sum() + b[k] for one in windows.values()] for k in (0, 1)])
        won, pooled = z.argmax(axis=1), np.maximum(z, 0).max(axis=1)
        y = 1 / (1 + np.exp(-(omega_0 + omega @ pooled)))
        if step == steps:
            break
        slope = y - 1
        moved = slope * omega * (pooled > 0)
        omega, omega_0 = omega - 0.1 * slope * pooled, omega_0 - 0.1 * slope
        for k in (0, 1):
            f[k] -= 0.1 * moved[k] * windows[divmod(int(won[k]), 3)]
            b[k] -= 0.1 * moved[k]
    return float(y)
