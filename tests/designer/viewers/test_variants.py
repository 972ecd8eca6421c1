"""The preview of augmentation: what is asked, and what stands beside the pictures."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.data.augment import Rotate
from core.explain.variants import Draw, Variants
from core.messages import Cancelled
from core.questions.exploring import ShowVariants, VariantsShown
from designer.document import edits
from designer.document.document import Document
from designer.viewers.selection import Selection
from designer.viewers.variants import VariantsView
from tests.designer.viewers.conftest import QuietEngine

RANDOM = np.random.default_rng(1)
PICTURES = RANDOM.integers(0, 256, (24, 1, 28, 28)).astype(np.uint8)


@pytest.fixture
def view(
    qtbot: QtBot, selection: Selection, engine: QuietEngine, document: Document
) -> VariantsView:
    design = document.design
    document.apply("Augment", edits.set_data(design, design.data.replace(augment=(Rotate(),))))
    made = VariantsView(selection, engine)
    qtbot.addWidget(made)
    made.resize(700, 260)
    made.show()
    return made


def answer(engine: QuietEngine) -> None:
    request = engine.asked("variants")[-1]
    draw = Draw("Rotate: degrees", np.linspace(-15, 15, 24), RANDOM.uniform(-15, 15, 1000))
    found = Variants(PICTURES[0], PICTURES, (draw,))
    engine.say(VariantsShown(0, request, request.item, 4000, "3", found))


def test_the_seed_of_the_plan_is_asked_for(
    view: VariantsView, engine: QuietEngine, document: Document, qtbot: QtBot
) -> None:
    assert engine.asked("variants")[-1] == ShowVariants(0, 0, 1, 24)
    answer(engine)
    np.testing.assert_array_equal(view.mosaic._tiles.values[..., 0], PICTURES[:, 0])
    assert view.title.text() == "item 0, class 3 · epochs 1 to 24 · seed 0"
    plan = document.design.plan.replace(seed=7)
    document.apply("Seed", edits.set_plan(document.design, plan))
    qtbot.waitUntil(lambda: engine.asked("variants")[-1].seed == 7)


def test_the_mean_and_the_spread_stand_beside(
    view: VariantsView, engine: QuietEngine, qtbot: QtBot
) -> None:
    answer(engine)
    assert view.mean.isVisible()
    np.testing.assert_allclose(
        view.mean._tiles.values[0, :, :, 0], PICTURES[:, 0].mean(axis=0) / 255
    )
    qtbot.keyClick(view.beside, Qt.Key.Key_Down)
    assert view.spread.isVisible()
    assert view.spread.curve("items")[1].sum() == 1000
    assert view._name(0) == "epoch 1, Rotate: degrees −15"


def test_another_item_and_other_epochs(view: VariantsView, engine: QuietEngine) -> None:
    answer(engine)
    view.asking._rest.stop()
    view.number.setValue(12)
    engine.say(Cancelled("variants"))
    view.first.setValue(5)
    engine.say(Cancelled("variants"))
    assert engine.asked("variants")[-1] == ShowVariants(12, 0, 5, 24)
    answer(engine)
    assert set(view.numbers()) >= {"original", "variants", "Rotate: degrees"}


def test_without_augmentation_it_says_where_to_add_one(
    view: VariantsView, document: Document
) -> None:
    design = document.design
    document.apply("None", edits.set_data(design, design.data.replace(augment=())))
    assert "Add an augmentation in the Data panel" in view.empty.accessibleName()
