"""Do the data hold training back: the share of time that is not spent waiting for them.

python -m tests.campaigns.busy [--epochs 3] [--pictures 20000]

The embedded sets plain and with the preset of lecture 004, drawn shapes, and a folder of JPEG files
that is made for it. 95 % are wanted, of files from the second epoch on. Run it on a quiet computer.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from core.data.augment import PRESETS
from core.data.sources import Digits, Fashion, Folder, Shapes
from core.design import DataChoice, Design
from core.plan import Plan
from core.training.busy import PICTURES, busy, fill
from core.zoo import BY_ID

GOAL = 0.95
PRESET = dict(PRESETS)["plankton"]


def designs(folder: Path, epochs: int) -> Iterator[tuple[str, Design, int]]:
    """What is trained, what it is called, and the epoch from which the goal counts."""
    plan = Plan(epochs=epochs)
    plain = [("digits", Digits()), ("fashion", Fashion()), ("shapes", Shapes())]
    for net in ("lenet5", "vgg-small"):
        graph = BY_ID[net].build()
        for name, source in plain:
            yield f"{net} on {name}", Design(graph, plan=plan, data=DataChoice(source)), 1
        changed = DataChoice(Digits(), augment=PRESET)
        yield f"{net} on digits, augmented", Design(graph, plan=plan, data=changed), 1
        files = DataChoice(Folder(str(folder)))
        yield f"{net} on files", Design(graph, plan=plan, data=files), 2


def main() -> None:
    """Train each and say how busy every epoch was; exit status 1 where one waited too long."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--epochs", type=int, default=3)
    words.add_argument("--pictures", type=int, default=PICTURES)
    words.add_argument("--only", default="", help="Such as “vgg-small on files”.")
    given = words.parse_args()
    held_back = False
    with tempfile.TemporaryDirectory() as place:
        fill(Path(place), given.pictures)
        for name, design, first in designs(Path(place), given.epochs):
            if given.only not in name:
                continue
            begin = time.perf_counter()
            shares = list(busy(design))
            took = (time.perf_counter() - begin) / len(shares)
            row = "  ".join(f"{100 * share:5.1f} %" for share in shares)
            print(f"{name:<28}{row}   {took:6.1f} s an epoch")  # noqa: T201
            held_back |= min(shares[first - 1 :], default=1.0) < GOAL
    raise SystemExit(held_back)


if __name__ == "__main__":
    main()
