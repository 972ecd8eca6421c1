"""Shapes in either writing, everywhere in the window at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from designer.document import edits
from designer.notation import notation, shape_text
from designer.preferences import Preferences
from designer.window import Window


@pytest.fixture(autouse=True)
def sizes_again() -> Iterator[None]:
    yield
    notation.use("sizes")


def test_shapes_in_both_writings() -> None:
    shapes = [(16, 28, 28), (2, 100), (10,)]
    assert [shape_text(one) for one in shapes] == ["28 × 28 × 16", "100 × 2", "10"]
    notation.use("code")
    assert [shape_text(one) for one in shapes] == ["(16, 28, 28)", "(2, 100)", "(10,)"]


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("x needs a vector, it gets 3 × 4 × 2 maps.", "x needs a vector, it gets (2, 3, 4) maps."),
        ("it gets 6 × 6 × 2 and 3 × 3 × 2.", "it gets (2, 6, 6) and (2, 3, 3)."),
        ("it gets a signal of 100 × 2.", "it gets a signal of (2, 100)."),
        ("Make the input 32 × 32 × 3", "Make the input (3, 32, 32)"),
        ("needs an input of 9×9 or larger", "needs an input of 9×9 or larger"),
        ("it gets maps of 5 × 7.", "it gets maps of 5 × 7."),
    ],
)
def test_sentences_of_the_engine_follow(told: str, written: str) -> None:
    assert notation.sentence(told) == told
    notation.use("code")
    assert notation.sentence(told) == written


def test_one_switch_for_the_whole_window(window: Window) -> None:
    window.document.select(["conv1"])
    window.docks.show("sizes")
    window.actions_by_id["shapes"].trigger()
    assert window.canvas.network.nodes["conv1"].look.size == "(6, 28, 28)"
    wires = window.document.design.graph.incoming("relu1")
    assert window.canvas.network.wires[wires[0]].label == "(6, 28, 28)"
    assert window.docks.docks["sizes"].widget().title.text() == "conv1: (1, 28, 28) → (6, 28, 28)"
    assert window.summary.model.texts(1)[3] == "(6, 28, 28)"
    window.docks.show("problems")
    window.document.attempt("x", lambda d: edits.delete(d, ["flatten"]))
    sentence = window.problems.rows[0].note.sentence.text()
    assert sentence == "linear1 needs a vector, it gets (16, 5, 5) maps."
    assert Preferences().writing == "code"
    window.actions_by_id["shapes"].trigger()
    assert window.canvas.network.nodes["conv1"].look.size == "28 × 28 × 6"
