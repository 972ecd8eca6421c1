"""Pictures of the whole network."""

from __future__ import annotations

import pytest

from core.graph import chain
from core.layers import Input, ReLU
from designer.document import edits
from tests.designer.canvas.conftest import Hands, MakeHands


def test_picture_holds_everything_whatever_is_in_view(hands: Hands) -> None:
    whole = hands.view.grab_picture()
    hands.view.outlook.zoom_to(4.0)
    assert hands.view.grab_picture() == whole
    area = hands.scene.extent()
    assert whole.width() == pytest.approx(2 * (area.width() + 48), abs=2)
    band = hands.scene.ink.family("convolution")
    x, y = hands.scene.places["conv1"]
    at = (round(2 * (x + 2 - area.left() + 24)), round(2 * (y + 28 - area.top() + 24)))
    assert whole.pixelColor(*at) == band


def test_huge_network_is_scaled_to_what_programs_open(make_hands: MakeHands) -> None:
    hands = make_hands(chain(Input()))
    hands.document.apply("Move", hands.document.design.placed({"input1": (0, 0)}))
    hands.document.attempt("Add", lambda d: edits.add(d, ReLU(), (30_000, 0)))
    picture = hands.view.grab_picture()
    assert picture.width() <= 16_000
    assert not picture.isNull()
