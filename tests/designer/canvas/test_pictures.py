"""Pictures of the whole network."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage

from core.graph import chain
from core.layers import Input, ReLU
from designer.document import edits
from tests.designer.canvas.conftest import Hands, MakeHands


def test_picture_holds_everything_whatever_is_in_view(hands: Hands) -> None:
    whole = hands.view.grab_picture()
    hands.view.zoom_to(4.0)
    assert hands.view.grab_picture() == whole
    area = hands.scene.extent()
    assert whole.width() == pytest.approx(2 * (area.width() + 48), abs=2)
    band = hands.scene.ink.family("convolution")
    x, y = hands.scene.places["conv1"]
    at = (round(2 * (x + 2 - area.left() + 24)), round(2 * (y + 28 - area.top() + 24)))
    assert whole.pixelColor(*at) == band


def test_png_and_svg_are_written(hands: Hands, tmp_path: Path) -> None:
    hands.view.export_png(tmp_path / "net.png")
    hands.view.export_svg(tmp_path / "net.svg")
    assert QImage(str(tmp_path / "net.png")) == hands.view.grab_picture().convertToFormat(
        QImage(str(tmp_path / "net.png")).format()
    )
    root = ElementTree.parse(tmp_path / "net.svg").getroot()
    assert root.tag.endswith("svg")
    texts = {"".join(one.itertext()).strip() for one in root.iter() if one.tag.endswith("text")}
    assert {"conv1", "relu1", "10 × 10 × 4"} <= texts


@pytest.mark.parametrize("write", ["export_png", "export_svg"])
def test_place_that_cannot_be_written_is_told(hands: Hands, tmp_path: Path, write: str) -> None:
    with pytest.raises(OSError, match="no"):
        getattr(hands.view, write)(tmp_path / "no" / "folder")


def test_huge_network_is_scaled_to_what_programs_open(make_hands: MakeHands) -> None:
    hands = make_hands(chain(Input()))
    hands.document.apply("Move", hands.document.design.placed({"input1": (0, 0)}))
    hands.document.attempt("Add", lambda d: edits.add(d, ReLU(), (30_000, 0)))
    picture = hands.view.grab_picture()
    assert picture.width() <= 16_000
    assert not picture.isNull()
