"""The one picture of lecture 000, small enough to compute a network by hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.data.dataset import Dataset
from core.data.policy import DataPolicy
from core.data.sources.arrays import dataset_from_arrays
from core.data.sources.base import Source
from core.tongue import tr

PICTURE = (
    (0, 2, 0, 0, 2),
    (0, 0, 0, 2, 0),
    (2, 1, 2, 0, 0),
    (2, 2, 1, 1, 0),
    (1, 2, 2, 1, 0),
)


@dataclass(frozen=True)
class Toy(Source):
    """Five by five cells of 0, 1 and 2, and the answer yes; it trains and validates.

    Fit it with values 0 to 255, so that they stay what they are. Source: lecture 000.
    """

    id = "toy"
    title = tr("Toy picture 5×5")

    def open(self, policy: DataPolicy, base: Path) -> Dataset:
        pictures, yes = np.array([PICTURE], np.uint8), [1]
        return dataset_from_arrays(
            pictures, yes, classes=("no", "yes"), validation=(pictures, yes), name=self.id
        )
