"""How busy the data keep a training: the share of its time in which it does not wait for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.data.policy import DataPolicy
from core.data.sources import Shapes, open_source
from core.design import Design
from core.training.events import EpochDone, Failed
from core.training.train import train

PICTURES, SIDE = 20_000, 64  # of the folder that `fill` makes, each SIDE × SIDE
_CHUNK = 500


def busy(design: Design) -> Iterator[float]:
    """Train a design; after each epoch the share of its time, 0 to 1, spent without waiting.

    Validation is part of an epoch. RuntimeError with the sentence where training fails.
    """
    for event in train(design):
        if isinstance(event, Failed):
            raise RuntimeError(event.sentence)
        if isinstance(event, EpochDone):
            yield 1 - event.waited


def fill(folder: Path, count: int = PICTURES, side: int = SIDE) -> None:
    """JPEG files of colored shapes, a subfolder for each of the ten classes."""
    from PIL import Image

    source = Shapes(train=count, validation=1, size=(side, side))
    shapes = open_source(source, DataPolicy())
    for name in shapes.classes:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for first in range(0, count, _CHUNK):
        items = np.arange(first, min(first + _CHUNK, count))
        labels = shapes.train.labels(items)
        for item, label, picture in zip(items, labels, shapes.train.items(items), strict=True):
            path = folder / shapes.classes[label] / f"{item:06}.jpg"
            Image.fromarray(picture.transpose(1, 2, 0)).save(path, quality=90)
