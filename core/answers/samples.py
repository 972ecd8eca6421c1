"""What is told of data before anything is trained on them: samples of each class, and counts."""

from __future__ import annotations

import numpy as np

from core.data.fitted import FittedData, fit
from core.data.sources import open_source
from core.design import DataChoice
from core.limits import samples_each, samples_note
from core.messages import DataShown
from core.shapes import Shape


def opened(choice: DataChoice, shape: Shape, *, memory: int | None = None) -> FittedData:
    """The data of a choice, read now and fitted to an Input of this shape; `memory` as in `fit`."""
    dataset = open_source(choice.source, choice.policy)
    return fit(dataset, shape, choice.policy, augment=choice.augment, memory=memory)


def samples(choice: DataChoice, shape: Shape, count: int) -> DataShown:
    """The first training items of each class, fitted, and what is known of the data."""
    data = opened(choice, shape)
    labels = data.train.labels(np.arange(len(data.train)))
    item, wanted = data.fitting.size_in_bytes, count
    count = samples_each(wanted, item, len(data.classes))
    fewer = () if count == wanted else (samples_note(count, item),)
    chosen = np.concatenate(
        [np.flatnonzero(labels == number)[:count] for number in range(len(data.classes))]
    )
    pictures = data.train.pictures(chosen)
    return DataShown(
        title=data.dataset.title,
        sentence=data.sentence,
        notes=(*data.notes, *fewer),
        classes=data.classes,
        train_counts=data.train.class_counts,
        validation_counts=data.validation.class_counts,
        pictures=pictures,
        labels=labels[chosen],
    )
