"""What a person chooses for a figure. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.tongue import tr
from designer.figures.flow import CHAIN

Style = Literal["canvas", "blocks", "compact"]
Page = Literal["chain", "wide", "square", "tall"]

STYLES: Mapping[Style, str] = {
    "blocks": tr("Blocks to scale"),
    "compact": tr("Compact chain"),
    "canvas": tr("As on the canvas"),
}
PAGES: Mapping[Page, str] = {
    "chain": tr("One row"),
    "wide": tr("Wide, for slides"),
    "square": tr("Square"),
    "tall": tr("Tall, for a column"),
}
ASPECTS: Mapping[Page, float] = {"chain": CHAIN, "wide": 2.4, "square": 1.0, "tall": 0.5}


@dataclass(frozen=True)
class FigureLook:
    """How a figure looks.

    Attributes:
        style: blocks whose sides are the sizes of the maps, small boxes, or the canvas.
        dark: light lines on a dark ground.
        family: of the font, "" for the interface's own.
        caption: a sentence below, "" for none.
        names, settings, sizes: what is written beside the layers.
        every: activations and their like drawn by themselves.
        linear: lengths in proportion, else their square roots, in which small maps can be seen.
        page: its shape, which decides where long networks are broken.
    """

    style: Style = "blocks"
    dark: bool = False
    family: str = ""
    caption: str = ""
    names: bool = False
    settings: bool = True
    sizes: bool = True
    every: bool = False
    linear: bool = True
    page: Page = "wide"

    @property
    def aspect(self) -> float:
        """Width of the page by its height; `CHAIN` where it is as long as it comes."""
        return ASPECTS[self.page]
