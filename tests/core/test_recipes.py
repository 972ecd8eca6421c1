"""Recipes: the numbers of the lectures, and plans that keep what a recipe leaves open."""

from __future__ import annotations

import pytest

from core.optimizers import SGD
from core.plan import Plan
from core.recipes import BY_NAME, RECIPES, Recipe
from core.schedules import ReduceOnPlateau


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.id)
def test_a_recipe_leaves_the_rest_of_the_plan(recipe: Recipe) -> None:
    plan = Plan(epochs=7, seed=3, device="cpu", ema_decay=0.9)
    made = recipe.applied(plan)
    assert (made.epochs, made.seed, made.device, made.ema_decay) == (7, 3, "cpu", 0.9)
    assert recipe.fits(made)
    assert not recipe.fits(plan)


def test_alexnet_is_o4() -> None:
    plan = BY_NAME["alexnet"].applied(Plan())
    assert plan.optimizer == SGD(lr=0.01, momentum=0.9, weight_decay=5e-4)
    assert plan.batch_size == 128
    assert isinstance(plan.schedule, ReduceOnPlateau)
    assert plan.schedule.factor == 0.1


def test_resnet_is_o5_with_the_papers_weight_decay() -> None:
    """X28: the lecture prints 1e-5."""
    plan = BY_NAME["resnet"].applied(Plan())
    assert plan.optimizer == SGD(lr=0.1, momentum=0.9, weight_decay=1e-4)
    assert plan.batch_size == 256
    assert "1e-5" in BY_NAME["resnet"].sentence
