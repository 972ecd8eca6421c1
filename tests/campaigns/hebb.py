"""How many of four bar orientations S-cells tell apart, for every Hebbian rule, over eight seeds.

python -m tests.campaigns.hebb [--seeds 8] [--planes 4]
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.clusters import winning_planes
from core.graph import chain
from core.hebb import RULES, Hebb
from core.layers import Flatten, Input, Linear, NeoC, NeoS, Output
from core.network import Network
from core.training.organizer import organize
from tests.support.bars import ORIENTATIONS, bar, bars

SHIFTS = [(down, right) for down in (0, -1, 1) for right in (0, -1, 1)]  # the first is none


@dataclass(frozen=True)
class Trial:
    """What a network answers after learning.

    Attributes: `s_winners` (4,), the strongest S-plane for each orientation in the middle, and
    `c_winners` (4, 9), the strongest C-plane for each at nine places.
    """

    s_winners: NDArray[np.int64]
    c_winners: NDArray[np.int64]
    network: Network

    @property
    def distinct(self) -> int:
        """Orientations with a plane of their own."""
        return len(set(self.s_winners.tolist()) - {-1})


def trial(hebb: Hebb, planes: int = 4) -> Trial:
    """Let S-cells learn from 300 shifted bars; C-cells above them see a whole plane."""
    layers = NeoS(planes), NeoC((8, 8), (1, 1)), Flatten(), Linear(4), Output()
    network = Network(chain(Input((1, 12, 12)), *layers), seed=hebb.seed)
    pictures, _ = bars(300, hebb.seed)
    for _ in organize(network, pictures, hebb):
        pass
    kinds = range(len(ORIENTATIONS))
    shown = np.stack([bar(kind, shift) for kind in kinds for shift in SHIFTS])
    given: dict[str, Any] = network.activations(shown, ["neos1", "neoc1"])
    s, c = (winning_planes(given[node]).reshape(4, 9) for node in ("neos1", "neoc1"))
    return Trial(s[:, 0], c, network)


def separated(hebb: Hebb, seeds: Iterable[int], planes: int = 4) -> list[int]:
    """Orientations told apart, for each seed."""
    return [trial(hebb.replace(seed=seed), planes).distinct for seed in seeds]


def main() -> None:
    """Print the table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seeds", type=int, default=8)
    words.add_argument("--planes", type=int, default=4)
    given = words.parse_args()
    for rule in RULES:
        for winners in ("image", "columns"):
            hebb = Hebb(rule(), winners)
            found = separated(hebb, range(given.seeds), given.planes)
            row = " ".join(str(count) for count in found)
            mean, spread = statistics.mean(found), statistics.pstdev(found)
            print(f"{rule.title:10} {winners:7}: {row}  mean {mean:.2f} ± {spread:.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
