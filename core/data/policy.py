"""The data policy: how pictures are made to fit a network; stored with each project."""

from __future__ import annotations

from dataclasses import dataclass

from core.kinds import Choice, Float, Int
from core.settings import Declared, setting

Sizing = str  # one of the words of SIZINGS
SIZINGS = ("fit", "resize", "pad", "crop")
SCALINGS = ("unit", "standardize", "none")


@dataclass(frozen=True)
class DataPolicy(Declared):
    """How pictures become what the Input takes, and which of them validate."""

    size: Sizing = setting(
        "fit",
        Choice(SIZINGS, ("Fit", "Stretch", "Pad", "Crop")),
        help="Fit: the whole picture with its proportions kept, the rest black; smaller pictures"
        " are enlarged only from twice on. Stretch: exactly the size of the Input. Pad: as Fit, but"
        " never enlarged. Crop: the Input is filled and the middle kept; larger pictures are"
        " shrunk only from twice on.",
    )
    channels: str = setting(
        "auto",
        Choice(("auto", "keep"), ("Convert", "Keep")),
        help="Convert: color becomes gray (brightness, ITU-R BT.601) or gray is repeated, as the"
        " Input wants. Keep: other channels are refused.",
    )
    scaling: str = setting(
        "unit",
        Choice(SCALINGS, ("0 to 1", "Mean 0, deviation 1", "0 to 255")),
        help="The range of the values. Mean and deviation are those of each channel over the"
        " training pictures.",
    )
    validation_fraction: float = setting(
        0.2,
        Float(0.01, 0.9),
        help="Share of each class that validates, for data that brings no validation pictures.",
    )
    split_seed: int = setting(
        0,
        Int(0, 2**31 - 1),
        advanced=True,
        help="Decides which pictures validate; the same seed gives the same ones.",
    )
