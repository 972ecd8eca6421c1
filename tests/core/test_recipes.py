"""Recipes: the numbers of the lectures, and designs that keep what a recipe leaves open."""

from __future__ import annotations

import pytest

from core.data.augment import PLANKTON, Crop, Flip
from core.data.sources import Tones
from core.design import DataChoice, Design
from core.graph import Graph, chain
from core.hebb import Hebb
from core.layers import Conv2d, Flatten, Input, Linear, Output
from core.optimizers import SGD
from core.plan import Gradient, Plan
from core.recipes import BY_NAME, RECIPES, Recipe, changes, recipe_of
from core.schedules import Cosine, ReduceOnPlateau

PICTURES = chain(Input((3, 32, 48)), Conv2d(4), Flatten(), Linear(10), Output())


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.id)
def test_a_recipe_leaves_the_rest_of_the_design(recipe: Recipe) -> None:
    plan = Plan(epochs=7, seed=3, device="cpu", ema_decay=0.9, schedule=Cosine(), method=Hebb())
    design = Design(PICTURES, plan=plan)
    made = recipe.applied(design)
    kept = (made.plan.epochs, made.plan.seed, made.plan.device, made.plan.ema_decay)
    assert kept == (7, 3, "cpu", 0.9)
    assert made.graph is design.graph
    assert made.data.source == design.data.source
    assert made.plan.method == Gradient()
    assert recipe.fits(made)
    assert not recipe.fits(design)
    assert recipe_of(made) is recipe
    assert recipe_of(design) is None


def test_alexnet_is_o4() -> None:
    made = BY_NAME["alexnet"].applied(Design(chain(Input((3, 224, 224)), Output())))
    assert made.plan.optimizer == SGD(lr=0.01, momentum=0.9, weight_decay=5e-4)
    assert made.plan.batch_size == 128
    assert isinstance(made.plan.schedule, ReduceOnPlateau)
    assert made.plan.schedule.factor == 0.1
    assert made.data.augment == (Crop(16), Flip(0.5, 0.0))  # the paper's 224 out of 256


def test_resnet_is_o5_with_the_papers_weight_decay() -> None:
    """X28: the lecture prints 1e-5."""
    made = BY_NAME["resnet"].applied(Design(PICTURES))
    assert made.plan.optimizer == SGD(lr=0.1, momentum=0.9, weight_decay=1e-4)
    assert made.plan.batch_size == 256
    assert made.data.augment == (Crop(4), Flip(0.5, 0.0))
    assert "1e-5" in BY_NAME["resnet"].sentence


@pytest.mark.parametrize(
    "design",
    [
        Design(),
        Design(Graph().with_node(Input((1, 1024)))),
        Design(Graph().with_node(Input((1, 64, 29))), data=DataChoice(Tones(view="spectrogram"))),
    ],
    ids=["no input", "signals", "spectrograms"],
)
def test_what_is_no_picture_is_not_mirrored(design: Design) -> None:
    assert BY_NAME["resnet"].applied(design).data.augment == ()


def test_other_augmentation_makes_it_custom() -> None:
    made = BY_NAME["resnet"].applied(Design(PICTURES))
    other = Design(made.graph, plan=made.plan, data=made.data.replace(augment=PLANKTON))
    assert recipe_of(other) is None


def test_changes_are_told_in_words() -> None:
    before = Design(PICTURES, plan=Plan(batch_size=256))
    assert changes(before, BY_NAME["resnet"].applied(before)) == (
        "optimizer SGD (learning rate 0.1, momentum 0.9, weight decay 0.0001)",
        "rate over time Reduce on plateau (factor 0.1, patience 5)",
        "augmentation Crop, Flip",
    )
    assert changes(before, before) == ()
