"""Augmentation: random changes of the training items, so that few of them teach more.

augment = (Rotate(-10, 10), Shift(2, 2), Flip())
data = fit(open_source(Fashion()), (1, 28, 28), DataPolicy(), augment=augment, seed=0)
x, labels = data.train.batch([0, 1, 2], epoch=1)
"""

from __future__ import annotations

from core.data.augment.augmenter import Augmenter
from core.data.augment.base import Augmentation
from core.data.augment.change import Brightness, Cutout, Noise
from core.data.augment.geometric import Crop, Flip, Rotate, ScaleBy, Shear, Shift, Stretch
from core.tongue import tr

__all__ = [
    "AUGMENTATIONS", "CIFAR", "PLANKTON", "PRESETS", "Augmentation", "Augmenter", "Brightness",
    "Crop", "Cutout", "Flip", "Noise", "Rotate", "ScaleBy", "Shear", "Shift", "Stretch",
]  # fmt: skip

AUGMENTATIONS: tuple[type[Augmentation], ...] = (
    Rotate, Shift, ScaleBy, Flip, Shear, Stretch, Crop, Brightness, Noise, Cutout,
)  # fmt: skip

# Lecture 004, "Data augmentation": the ranges of the plankton competition.
PLANKTON: tuple[Augmentation, ...] = (
    Rotate(0.0, 360.0), Shift(10.0, 10.0), ScaleBy(1.6), Flip(), Shear(20.0), Stretch(1.3),
)  # fmt: skip

# He, Zhang, Ren and Sun, Deep residual learning (2015), section 4.2.
CIFAR: tuple[Augmentation, ...] = (Crop(4), Flip())

PRESETS: tuple[tuple[str, tuple[Augmentation, ...]], ...] = (
    (tr("plankton"), PLANKTON),
    (tr("crop and flip"), CIFAR),
)
