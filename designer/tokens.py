"""Every number and color of the look, in light and dark: the one place to change them.

Colors are "#rrggbb" strings, lengths are logical pixels, times are milliseconds. Nothing here
needs Qt, so scripts and pictures made without a window wear the same colors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

# The color-blind safe set of Okabe and Ito (2008), black left out: it vanishes on a dark ground.
OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")


@dataclass(frozen=True)
class Tokens:
    """The look in one theme. `LIGHT` and `DARK` are the two there are."""

    TIGHT: ClassVar[int] = 4
    SMALL: ClassVar[int] = 8
    MEDIUM: ClassVar[int] = 12
    LARGE: ClassVar[int] = 16
    HUGE: ClassVar[int] = 24

    RADIUS: ClassVar[int] = 6  # buttons and fields
    CARD_RADIUS: ClassVar[int] = 10  # nodes and cards

    CAPTION: ClassVar[int] = 11
    BODY: ClassVar[int] = 12
    HEADING: ClassVar[int] = 14
    TITLE: ClassVar[int] = 20

    MOTION: ClassVar[int] = 120  # moves and collapses, eased out
    GRID_ALPHA: ClassVar[float] = 0.12

    name: str
    ground: str  # behind everything, and the canvas
    surface: str  # what lies on the ground: fields, nodes, menus, docks
    hover: str  # a surface under the mouse
    pressed: str
    selection: str  # chosen rows and words; text keeps its color on it
    line: str  # hairlines
    edge: str  # outlines of what can be typed in or pressed
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str  # text and icons on the accent
    problem: str
    warning: str
    good: str
    missing: str  # in pictures, a value that is not a number
    dots: str  # the dotted ground of the canvas
    scroll: str
    shadow: str
    families: Mapping[str, str]  # the band of each family of layers
    training: str  # the training curve
    validation: str
    series: tuple[str, ...]  # further curves, in this order

    def color(self, name: str) -> str:
        """A color as "#rrggbb": by token ("accent"), by family ("pooling"), or as it is."""
        if name.startswith("#"):
            return name
        if name in self.families:
            return self.families[name]
        return str(getattr(self, name))

    def run_color(self, index: int) -> str:
        """The color of curve number `index` when there are several, from 0, going round."""
        return self.series[index % len(self.series)]


LIGHT = Tokens(
    name="light",
    ground="#FAFAF8",
    surface="#FFFFFF",
    hover="#F0F0EC",
    pressed="#E6E6E1",
    selection="#E1EBFB",
    line="#E3E3DE",
    edge="#CFCFC9",
    text="#1C1D1F",
    muted="#5F6368",
    disabled="#A5A8AD",
    accent="#2F6FDE",
    accent_hover="#2662CB",
    on_accent="#FFFFFF",
    problem="#C4314B",
    warning="#A05F00",
    good="#1F7A4D",
    missing="#D9D6E3",
    dots="#D8D8D2",
    scroll="#CBCBC5",
    shadow="#1C1D1F",
    families=MappingProxyType(
        {
            "endpoints": "#6B7280",
            "convolution": "#2F6FDE",
            "pooling": "#0F8B8D",
            "dense": "#7A4FC9",
            "activation": "#C7771A",
            "normalization": "#4C7D2B",
            "regularization": "#8A6D3B",
            "merging": "#B0437A",
            "reshaping": "#5B6B7F",
            "biological": "#9A4B2F",
        }
    ),
    training="#2F6FDE",
    validation="#D9730D",
    # Yellow is too faint on white: indigo stands in for it, which no other turns into for eyes that
    # tell red from green badly.
    series=(*OKABE_ITO[:6], "#332288"),
)

DARK = Tokens(
    name="dark",
    ground="#17181B",
    surface="#202227",
    hover="#2A2D33",
    pressed="#34373E",
    selection="#2A3A57",
    line="#33363D",
    edge="#454952",
    text="#ECEDEE",
    muted="#A0A4AB",
    disabled="#666A72",
    accent="#7AA7FF",
    accent_hover="#93B8FF",
    on_accent="#0F1420",
    problem="#FF7A8A",
    warning="#F2B14C",
    good="#5CC795",
    missing="#4A4558",
    dots="#2C2F35",
    scroll="#464A53",
    shadow="#000000",
    families=MappingProxyType(
        {
            "endpoints": "#9CA3AF",
            "convolution": "#7AA7FF",
            "pooling": "#4CC9C0",
            "dense": "#B79BF2",
            "activation": "#F0B35E",
            "normalization": "#97C972",
            "regularization": "#CDB184",
            "merging": "#F08DBB",
            "reshaping": "#A9B7C8",
            "biological": "#E39A7C",
        }
    ),
    training="#7AA7FF",
    validation="#F0983F",
    # The two deep tones are lifted so that a hairline of them stays visible on the dark ground.
    series=("#4F7DF0", "#E69F00", "#12B886", "#CC79A7", "#56B4E9", "#E8743B", "#F0E442"),
)


def luminance(color: str) -> float:
    """Relative luminance of "#rrggbb", 0 black to 1 white. Source: WCAG 2.2, its definition."""
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(color: str, ground: str) -> float:
    """How well `color` stands out on `ground`: 1 (not at all) to 21; text wants 4.5 or more."""
    low, high = sorted((luminance(color), luminance(ground)))
    return (high + 0.05) / (low + 0.05)
