"""Ways out of a problem: each is tried on the network before a button offers it."""

from __future__ import annotations

from core.fixes.fix import AddLayers, AddWire, Change, Fix, PutLayer, TakeOut, repaired
from core.fixes.ways import Resized, WayOut, ways_out

__all__ = [
    "AddLayers",
    "AddWire",
    "Change",
    "Fix",
    "PutLayer",
    "Resized",
    "TakeOut",
    "WayOut",
    "repaired",
    "ways_out",
]
