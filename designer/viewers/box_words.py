"""What is said of a box or of joints. Nothing here needs Qt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Field
from core.explain.boxes import Places, apart, overlap_of
from core.questions.particular import BoxesShown
from core.tongue import tr
from designer.viewers.words import plural
from designer.widgets.numbers import value


def item_words(
    field: Field,
    picture: NDArray[np.uint8],
    truth: NDArray[np.float32] | None,
    said: NDArray[np.float32],
) -> str:
    """How well the item is met, with the formula."""
    if truth is None:
        return tr("Your own item: nobody knows where things are on it.")
    if field.kind == "box":
        both = overlap_of(truth, said)
        a, b, common = (value(one, figures=3) for one in (both.truth, both.said, both.common))
        iou = value(both.iou, figures=3)
        return f"IoU = common / (true + said − common) = {common} / ({a} + {b} − {common}) = {iou}"
    size = (picture.shape[1], picture.shape[2])
    pixels = apart(truth, said, size)
    furthest = int(pixels.argmax())
    mean, most = value(float(pixels.mean()), figures=3), value(float(pixels.max()), figures=3)
    name, points = field.names[furthest], plural(len(pixels), "point")
    high, wide = size
    return tr(
        "Distance √(Δx² + Δy²), mean of {points}: {mean} pixels of {wide} × {high}; furthest is"
        " {name}, {most}.",
        points=points,
        mean=mean,
        wide=wide,
        high=high,
        name=name,
        most=most,
    )


def score_name(field: Field) -> str:
    """What items are judged by."""
    return "IoU" if field.kind == "box" else "distance"


def title_words(shown: BoxesShown) -> list[str]:
    """The item, what it is taken for, and how well all of them are met."""
    found = shown.found
    assert found is not None
    who = (
        tr("item {sample}, class {label}", sample=shown.sample, label=shown.label)
        if shown.label
        else tr("your own item")
    )
    words = [who]
    if found.answer:
        words.append(tr("says {answer}", answer=found.answer))
    return [*words, mean_words(found.many)]


def mean_words(many: Places) -> str:
    """The mean over all items that were asked about."""
    mean = value(float(many.scores.mean()), figures=3)
    items = plural(len(many.said), "item")
    if many.field.kind == "box":
        return tr("mean IoU of {items} {mean}", items=items, mean=mean)
    return tr("mean distance of {items} {mean} of the picture", items=items, mean=mean)


def weight_words(weights: dict[str, float]) -> str:
    """The weights of the losses, in their order."""
    written = {name: value(weight, figures=3) for name, weight in weights.items()}
    return " : ".join(f"{name} {weight}" for name, weight in written.items())
