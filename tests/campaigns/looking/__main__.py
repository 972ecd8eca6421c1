"""What looking inside costs, as a table: figure, goal, met or not.

python -m tests.campaigns.looking [--only speed,clicks,moments,cancels,mosaics,growth] [--threads 1]

Run it on a quiet computer. On a busy one only the column of the processor's time means something,
and only with one thread: several threads wait for one another by computing.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial

from core.cores import thread_limits
from tests.campaigns.looking.figure import HEAD, Figure

PARTS = ("mosaics", "clicks", "moments", "cancels", "speed", "growth")


def main() -> None:
    """Measure and print; exit status 1 where a goal is missed."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--only", default=",".join(PARTS))
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--epochs", type=int, default=40)
    words.add_argument("--threads", type=int, help="Of the engine; 1 where others compute too.")
    given = words.parse_args()
    if given.threads:
        os.environ.update(thread_limits(given.threads))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as state:
        os.environ["STRIATE_STATE"] = state
        found = list(_measured(given.only.split(","), given.rounds, given.epochs))
    sys.stdout.flush()
    os._exit(not all(one.is_met for one in found))  # whatever is still open has been measured


def _measured(wanted: list[str], rounds: int, epochs: int) -> Iterator[Figure]:
    from tests.campaigns.looking import cancels, clicks, growth, moments, watched
    from tests.campaigns.looking.stage import Stage

    parts: dict[str, Callable[[Stage], Iterator[Figure]]] = {
        "mosaics": growth.mosaics,
        "clicks": clicks.figures,
        "moments": moments.figures,
        "cancels": cancels.figures,
        "speed": partial(watched.figures, rounds=rounds, epochs=epochs),
        "growth": growth.figures,
    }
    stage = Stage()
    print(HEAD)  # noqa: T201
    for name in PARTS:
        if name not in wanted:
            continue
        for figure in parts[name](stage):
            print(figure.row(), flush=True)  # noqa: T201
            yield figure
    stage.close()


if __name__ == "__main__":
    main()
