"""Help pages: set as on paper, with names elsewhere and an example, by F1 from anywhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from core.layers import BY_NAME, CATALOGUE, Layer
from designer.panels.layer_page import example, page_of, tip_of
from designer.panels.typeset import typeset
from designer.window import Window


@pytest.mark.parametrize(
    ("formula", "html"),
    [
        ("y[c, p] = x[c, p·s + i]",
         "<i>y</i><sub><i>c</i>, <i>p</i></sub> = <i>x</i><sub><i>c</i>, <i>p</i>·<i>s</i> +"
         " <i>i</i></sub>"),
        ("Σ_c w_t", "Σ<sub><i>c</i></sub> <i>w</i><sub><i>t</i></sub>"),
        ("e^x + e^(β·x)", "<i>e</i><sup><i>x</i></sup> + <i>e</i><sup>β·<i>x</i></sup>"),
        ("x where x > 0, else negative_slope · x",
         "<i>x</i> where <i>x</i> &gt; 0, else negative_slope · <i>x</i>"),
        ("a mean over a window; y = a · x",
         "a mean over a window;<br><i>y</i> = <i>a</i> · <i>x</i>"),
    ],
)  # fmt: skip
def test_formulas_are_set_as_on_paper(formula: str, html: str) -> None:
    assert typeset(formula) == html


@pytest.mark.parametrize("cls", CATALOGUE, ids=lambda cls: cls.__name__)
def test_every_page_is_whole(cls: type[Layer]) -> None:
    page = page_of(cls, muted="#777777")
    assert page.count("<sub>") == page.count("</sub>")
    assert page.count("<sup>") == page.count("</sup>")
    assert not set(page) & {chr(code) for code in range(1, 9)}
    assert "Backward" in page


def test_names_elsewhere_and_an_example() -> None:
    conv = BY_NAME["Conv2d"]
    assert example(conv) == "32 × 32 × 3 → 30 × 30 × 32"
    assert example(BY_NAME["Conv1d"]) == "100 × 3 → 98 × 32"
    assert example(BY_NAME["Linear"]) == "64 → 128"
    assert "PyTorch: torch.nn.Conv2d · Keras: Conv2D" in page_of(conv, muted="#777777")
    assert "32 × 32 × 3 → 30 × 30 × 32" in tip_of(conv)


def test_f1_follows_the_canvas_and_the_palette(window: Window, qtbot: QtBot) -> None:
    window.document.select(["pool1"])
    window.actions_by_id["help"].trigger()
    assert window.help.isVisible()
    assert window.help.page.toPlainText().startswith("MaxPool2d")
    tree = window.palette_panel.tree
    item = next(one for one in tree.leaves() if one.text(0) == "Dropout")
    tree.scrollToItem(item, QAbstractItemView.ScrollHint.PositionAtCenter)
    tree.setFocus()
    tree.setCurrentItem(item)
    qtbot.keyClick(tree, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: window.help.page.toPlainText().startswith("Dropout"))
    window.canvas.setFocus()
    window.actions_by_id["help"].trigger()
    assert window.help.page.toPlainText().startswith("MaxPool2d")


def test_hovering_the_palette_tells_the_formula(window: Window) -> None:
    leaves = window.palette_panel.tree.leaves()
    tips = {item.text(0): item.toolTip(0) for item in leaves}
    assert "<sub>" in tips["Conv2d"]
    assert "torch.nn.MaxPool2d" in tips["MaxPool2d"]
