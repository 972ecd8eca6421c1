"""Help pages come from docstrings: every layer has all parts."""

from __future__ import annotations

import pytest

from core.explain.pages import names_elsewhere, sections
from core.layers import CATALOGUE, Conv2d, GlobalAvgPool2d, Layer, SiLU


@pytest.mark.parametrize("cls", CATALOGUE, ids=lambda cls: cls.__name__)
def test_every_layer_has_a_page(cls: type[Layer]) -> None:
    found = sections(cls)
    assert {"", "Formula", "Shape", "Backward", "Source", "See also"} == set(found)
    assert all("\n" not in text and text for text in found.values())


def test_names_in_pytorch_and_keras() -> None:
    assert names_elsewhere(Conv2d) == ("torch.nn.Conv2d", "Conv2D")
    assert names_elsewhere(GlobalAvgPool2d)[1] == "GlobalAveragePooling2D"
    assert names_elsewhere(SiLU) == ("torch.nn.SiLU", 'Activation("silu")')
