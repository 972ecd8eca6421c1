"""Text can be read in both themes; bands and glyphs can be told from their ground."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from core.layers import FAMILIES
from designer.tokens import DARK, LIGHT, Tokens, contrast, luminance

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)
TEXT_ON = [
    *[(ink, ground) for ink in ("text", "muted") for ground in
      ("ground", "surface", "hover", "selection")],
    ("text", "pressed"),
    *[(ink, ground) for ink in ("accent", "problem", "warning", "good")
      for ground in ("ground", "surface")],
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
]  # fmt: skip


def test_contrast_of_black_and_white_is_the_known_one() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert luminance("#FFFFFF") == pytest.approx(1)


@BOTH
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON)
def test_text_stands_out(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(tokens.color(ink), tokens.color(ground)) >= 4.5


@BOTH
def test_bands_and_curves_stand_out(tokens: Tokens) -> None:
    # Graphics want 3 : 1; curves are judged against the ground they are drawn on.
    drawn = [*tokens.families.values(), tokens.training, tokens.validation]
    assert {c for c in drawn if contrast(c, tokens.surface) < 3} == set()
    assert {c for c in tokens.series if contrast(c, tokens.ground) < 1.9} == set()
    assert len(set(tokens.series)) == len(tokens.series)


def test_light_warning_is_the_darker_amber() -> None:
    assert LIGHT.warning == "#A05F00"
    assert luminance(DARK.on_accent) < luminance(DARK.accent)


@BOTH
def test_every_family_of_layers_has_a_band(tokens: Tokens) -> None:
    assert set(FAMILIES) <= set(tokens.families)


@BOTH
def test_every_color_is_written_in_full(tokens: Tokens) -> None:
    values = [getattr(tokens, f.name) for f in fields(tokens) if f.name != "name"]
    colors = [v for v in values if isinstance(v, str)]
    colors += [*tokens.families.values(), *tokens.series]
    assert [c for c in colors if not re.fullmatch("#[0-9A-F]{6}", c)] == []


def test_color_by_name() -> None:
    assert LIGHT.color("accent") == "#2F6FDE"
    assert LIGHT.color("pooling") == "#0F8B8D"
    assert LIGHT.color("#123456") == "#123456"
    assert LIGHT.run_color(0) == LIGHT.run_color(len(LIGHT.series))
    with pytest.raises(AttributeError):
        LIGHT.color("no such color")
