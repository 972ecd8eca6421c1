"""One image through every large template, in a process of its own: time and memory.

    python -m tests.campaigns.big_nets [TEMPLATE ...]

Prints a line for each and fails where an answer is not finite or a process needs more than 8 GB.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

import click
import numpy as np

from core.bench.sides import peak_memory
from core.network import Network
from core.zoo import BY_ID, TEMPLATES

MOST_MEMORY = 8192  # MiB
PATIENCE = 600  # seconds


def main(names: list[str]) -> int:
    """Every template named, or all large ones."""
    chosen = names or [one.id for one in TEMPLATES if one.small]
    click.echo(
        f"{'template':<20}{'parameters':>12}{'made':>9}{'forward':>9}{'again':>9}{'peak':>11}"
    )
    failed = [name for name in chosen if not _told(name)]
    if failed:
        click.echo(f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def _told(name: str) -> bool:
    """Run one and print its line."""
    command = [sys.executable, "-m", "tests.campaigns.big_nets", "--one", name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode:
        click.echo(f"{name:<20}{done.stderr.strip().splitlines()[-1]}")
        return False
    found = json.loads(done.stdout)
    fits = found["peak"] is None or found["peak"] <= MOST_MEMORY
    times = "".join(f"{found[part]:>7.2f} s" for part in ("made", "forward", "again"))
    peak = "?" if found["peak"] is None else f"{found['peak']:.0f} MiB"
    click.echo(f"{name:<20}{BY_ID[name].parameters:>12}{times}{peak:>11}")
    return fits and found["finite"]


def one(name: str) -> None:
    """Make the network and compute one random image twice; the figures go out as JSON."""
    ticks = [time.perf_counter()]
    network = Network(BY_ID[name].build())
    ticks.append(time.perf_counter())
    x = np.random.default_rng(0).random((1, *network.input_shape), np.float32)
    for _ in range(2):
        answer = network.predict(x)
        ticks.append(time.perf_counter())
    made, forward, again = np.diff(ticks).tolist()
    finite = bool(np.isfinite(answer).all() and abs(answer.sum() - 1) < 1e-3)
    figures = {"made": made, "forward": forward, "again": again, "finite": finite}
    click.echo(json.dumps({**figures, "peak": peak_memory()}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1:]))
