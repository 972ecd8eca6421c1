"""Text can be read in both themes; bands and glyphs can be told from their ground."""

from __future__ import annotations

import re
from dataclasses import fields
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.layers import CATALOGUE, FAMILIES
from designer import resources
from designer.stylesheet import style_sheet
from designer.tokens import DARK, LIGHT, Tokens, contrast, luminance

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)
TEXT_ON = [
    *[(ink, ground) for ink in ("text", "muted") for ground in
      ("ground", "surface", "hover", "selection")],
    ("text", "pressed"),
    *[(ink, ground) for ink in ("accent", "problem", "warning", "good")
      for ground in ("ground", "surface")],
    *[("accent_hover", ground) for ground in ("ground", "surface", "hover")],  # quiet buttons
    ("muted", "pressed"),
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


# ---- what the style sheet writes on what ------------------------------------------------


@BOTH
def test_words_of_the_style_sheet_can_be_read(tokens: Tokens) -> None:
    """Every rule that names both a color and a ground; what is disabled need not stand out."""
    rules = re.findall(
        r"([^{}]+){([^{}]*)}", re.sub(r"/\*.*?\*/", "", style_sheet(tokens), flags=re.S)
    )
    checked = 0
    for selector, body in rules:
        ink = re.search(r"(?<![-\w])color: (#\w{6})", body)
        ground = re.search(r"background: (#\w{6})", body)
        if ink and ground and ":disabled" not in selector:
            assert contrast(ink[1], ground[1]) >= 4.5, selector.strip()
            checked += 1
    assert checked >= 8


# ---- eyes that tell red from green badly ------------------------------------------------

# Linear RGB as seen without one kind of cone. Source: Machado, Oliveira and Fernandes (2009),
# doi 10.1109/TVCG.2009.113, severity 1.0.
SEEN = {
    "as it is": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868],
         [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968],
         [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
}  # fmt: skip
# Linear sRGB to XYZ, and the white it is measured against (IEC 61966-2-1, D65).
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375],
     [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
WHITE = np.array([0.95047, 1.0, 1.08883])
APART = 15  # CIE 1976 units between curves; 2.3 is the least that a trained eye sees
STATES = {"problem": "problem", "warning": "warning", "good": "check"}  # and their drawings


def lab(color: str, seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIELAB of a color as such eyes see it. Source: CIE 15:2004."""
    channels = np.array([int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    share = XYZ @ np.clip(seen @ linear, 0, 1) / WHITE
    root = np.where(share > (6 / 29) ** 3, np.cbrt(share), share * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def apart(one: str, other: str) -> float:
    """The distance of two colors for the eyes that see the least of it."""
    return min(float(np.linalg.norm(lab(one, seen) - lab(other, seen))) for seen in SEEN.values())


def test_the_simulation_does_what_is_published() -> None:
    assert np.linalg.norm(lab("#FFFFFF", SEEN["as it is"]) - (100, 0, 0)) < 0.1
    assert lab("#FF0000", SEEN["as it is"]) == pytest.approx((53.24, 80.09, 67.20), abs=0.1)
    for seen in SEEN.values():  # gray stays gray: the rows of each matrix add up to one
        assert seen.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-4)
    assert apart("#BB5500", "#7F7A00") < APART < apart("#0072B2", "#E69F00")


@BOTH
def test_curves_are_told_apart_by_all_eyes(tokens: Tokens) -> None:
    assert apart(tokens.training, tokens.validation) > 3 * APART
    near = {pair for pair in combinations(tokens.series, 2) if apart(*pair) < APART}
    assert near == set()


@BOTH
def test_what_looks_alike_to_some_has_a_drawing_of_its_own(tokens: Tokens) -> None:
    """Families and states are more than colors that all eyes can tell apart."""
    states = [tokens.color(name) for name in STATES]
    assert min(apart(*pair) for pair in combinations(states, 2)) > 5
    drawings = [resources.text(f"icons/{name}.svg") for name in STATES.values()]
    assert len(set(drawings)) == len(drawings)
    glyphs = {cls: resources.text(f"icons/layers/{cls.__name__.lower()}.svg") for cls in CATALOGUE}
    assert len(set(glyphs.values())) == len(glyphs)
