"""Data sets that are drawn: any size, any count, no files."""

from __future__ import annotations

from core.data.sources.synthetic.bars import Bars
from core.data.sources.synthetic.base import Synthetic
from core.data.sources.synthetic.points import Points
from core.data.sources.synthetic.shapes import Shapes, ShapesWithBoxes, ShapesWithMasks
from core.data.sources.synthetic.sticks import Sticks
from core.data.sources.synthetic.tones import Tones

__all__ = [
    "SYNTHETIC", "Bars", "Points", "Shapes", "ShapesWithBoxes", "ShapesWithMasks", "Sticks",
    "Synthetic", "Tones",
]  # fmt: skip

SYNTHETIC: tuple[type[Synthetic], ...] = (
    Shapes,
    ShapesWithBoxes,
    ShapesWithMasks,
    Sticks,
    Bars,
    Tones,
    Points,
)
