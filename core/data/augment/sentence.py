"""What is said about augmentation before training."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.augment.base import Augmentation
from core.data.augment.geometric import Flip, Rotate
from core.tongue import tr

_TURNED = (120.0, 240.0)  # degrees between which a 6 reads as a 9


def augment_text(augment: Sequence[Augmentation]) -> list[str]:
    """A part of the sentence about the data: `in training each is rotated and shifted, ...`."""
    verbs = list(dict.fromkeys(one.verb for one in augment))
    if not verbs:
        return []
    *first, last = verbs
    row = tr("{first} and {last}", first=", ".join(first), last=last) if first else last
    return [tr("in training each is {row}, anew in every epoch", row=row)]


def remarks(augment: Sequence[Augmentation], classes: Sequence[str]) -> tuple[str, ...]:
    """Where a random change turns one class into another."""
    if not {"6", "9"} <= set(classes):
        return ()
    turned = any(isinstance(one, Rotate) and _overturns(one) for one in augment)
    overturned = any(isinstance(one, Flip) and one.vertical and one.horizontal for one in augment)
    what = tr("Rotation") if turned else tr("Flipping both ways") if overturned else ""
    return (
        tr("{what} turns a 6 into a 9: the labels then contradict the pictures.", what=what),
    ) * bool(what)


def _overturns(rotate: Rotate) -> bool:
    """Whether some of its angles stand a picture on its head."""
    low, high = _TURNED
    turns = (-720, -360, 0, 360)
    return any(rotate.low <= high + turn and rotate.high >= low + turn for turn in turns)
