"""The engine as a library: the example of the README, and the names it is found under."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import numpy as np

import core
from core import (
    SGD,
    Conv2d,
    Flatten,
    Input,
    Learner,
    Linear,
    Network,
    Output,
    ReLU,
    chain,
    schedules,
)
from core.data.augment import AUGMENTATIONS
from core.data.sources import SOURCES
from core.initializers import INITIALIZERS
from core.layers import CATALOGUE
from core.losses import LOSSES
from core.optimizers import OPTIMIZERS, Adam
from core.schedules import SCHEDULES

ROOT = Path(__file__).parents[2]


def test_the_readme_example_says_what_it_promises() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    sizes, scores, last = done.stdout.splitlines()
    promised = re.findall(r"# (\(.*)$", example, re.M)
    assert [sizes, scores] == promised
    learned, said, right = re.fullmatch(r"(True|False) (\[.*?\]) (\[.*?\])", last).groups()  # type: ignore[union-attr]
    assert learned == "True"
    assert said == right


def test_every_public_name_is_there_and_no_other() -> None:
    imported = {
        alias.name
        for node in ast.parse(Path(core.__file__).read_text("utf-8")).body
        if isinstance(node, ast.ImportFrom) and node.module != "__future__"
        for alias in node.names
    }
    assert imported == set(core.__all__)
    assert all(getattr(core, name).__doc__ for name in core.__all__ if name != "TEMPLATES")


def test_everything_that_can_be_chosen_is_public() -> None:
    chosen = (
        *CATALOGUE, *LOSSES, *OPTIMIZERS, *SCHEDULES, *INITIALIZERS, *SOURCES, *AUGMENTATIONS,
    )  # fmt: skip
    hidden = [cls for cls in chosen if getattr(core, cls.__name__, None) is not cls]
    assert hidden == [schedules.Constant]  # its name is that of the start of a weight


def small() -> Network:
    """Pictures of 6 × 6 into three classes."""
    layers = Conv2d(4, (3, 3)), ReLU(), Flatten(), Linear(3)
    return Network(chain(Input((1, 6, 6)), *layers, Output()), seed=5)


def batch() -> tuple[np.ndarray, np.ndarray]:
    """Twelve pictures of noise, four for each class."""
    x = np.random.default_rng(1).random((12, 1, 6, 6), np.float32)
    return x, np.arange(12) % 3


def test_a_learner_learns_by_heart() -> None:
    network, (x, labels) = small(), batch()
    learner = Learner(network, Adam(lr=0.02))
    first = float(learner.step(x, labels))
    for _ in range(200):
        last = float(learner.step(x, labels))
    assert last < 0.1 < first
    assert (network.predict(x).argmax(axis=1) == labels).all()
    assert learner.steps == network.clock == 201


def test_a_step_is_the_optimizers_rule() -> None:
    network, (x, labels) = small(), batch()
    before = network.weight("linear1.weight")
    loss = Learner(network, SGD(lr=0.5, momentum=0.0)).step(x, labels)
    again = small()
    assert float(loss) == again.loss_and_gradients(x, labels)
    expected = before - np.float32(0.5) * again.gradient("linear1.weight")
    np.testing.assert_array_equal(network.weight("linear1.weight"), expected)


def test_a_learning_rate_can_be_given_for_one_step() -> None:
    network, (x, labels) = small(), batch()
    before = network.weights()
    Learner(network, SGD(lr=0.5)).step(x, labels, lr=0.0)
    for name, value in network.weights().items():
        np.testing.assert_array_equal(value, before[name])


def test_the_same_seed_learns_the_same() -> None:
    (x, labels), found = batch(), []
    for _ in range(2):
        network = small()
        learner = Learner(network, SGD())
        found.append([float(learner.step(x, labels)) for _ in range(5)])
    assert found[0] == found[1]
