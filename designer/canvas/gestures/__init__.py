"""Gestures: each is one object that lives from the press of the mouse to its release."""

from designer.canvas.gestures.band import Band
from designer.canvas.gestures.drop import MIME, LayerDrop
from designer.canvas.gestures.gesture import Gesture, Stage
from designer.canvas.gestures.knife import KNIFE, Knife
from designer.canvas.gestures.move import Move
from designer.canvas.gestures.pan import Pan
from designer.canvas.gestures.wire import LayWire, Reach

__all__ = [
    "KNIFE",
    "MIME",
    "Band",
    "Gesture",
    "Knife",
    "LayWire",
    "LayerDrop",
    "Move",
    "Pan",
    "Reach",
    "Stage",
]
