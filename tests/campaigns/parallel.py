"""How much faster two processes learn than one, each with one thread: steps of the small VGG.

python -m tests.campaigns.parallel [--workload vgg-small/128] [--processes 2] [--rounds 7]

Both sides take the same steps on the same batches, in turn, in processes of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

import numpy as np

from core.backend import backend
from core.backend.communicator import join
from core.bench.workloads import OPTIMIZER, chosen
from core.cores import thread_limits
from core.data.dataset import Fingerprint
from core.plan import Plan
from core.training.parallel import gather, learner_of, share
from tests.support.ranks import MPIEXEC, ROOT

GOAL = 1.6  # times as many steps a second
WARM_UP, STEPS = 3, 10


def worker(name: str) -> None:
    """One process: take the steps; the first one prints the seconds of each."""
    (load,), together = chosen([name]), join()
    plan = Plan(batch_size=load.batch, optimizer=OPTIMIZER)
    learner = learner_of(load.network(backend("cpu")), plan, together)
    gather(learner, together, Fingerprint(load.batch, 0, ""))
    x, labels = load.items()
    ours = share(np.arange(load.batch), together)
    for step in range(WARM_UP + STEPS):
        if step == WARM_UP:
            together.agree(True)  # all begin at once
            begin = time.perf_counter()
        loss = float(learner.step(x[ours], labels[ours]))
    if together.rank == 0:
        print(json.dumps([(time.perf_counter() - begin) / STEPS, loss]))  # noqa: T201


def measured(name: str, processes: int) -> tuple[float, float]:
    """Seconds a step, and the last loss."""
    started = [str(MPIEXEC), "-n", str(processes)] if processes > 1 else []
    done = subprocess.run(
        [*started, sys.executable, "-m", "tests.campaigns.parallel", "--worker", name],
        cwd=ROOT, env={**os.environ, **thread_limits(1)}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, loss = json.loads(done.stdout)
    return seconds, loss


def main() -> None:
    """Both sides in turn; the status says whether the goal is reached."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--workload", default="vgg-small/128")
    words.add_argument("--processes", type=int, default=2)
    words.add_argument("--rounds", type=int, default=7)
    words.add_argument("--worker", help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.worker:
        worker(given.worker)
        return
    ratios = []
    for _ in range(given.rounds):
        alone, loss = measured(given.workload, 1)
        shared, same = measured(given.workload, given.processes)
        ratios.append(alone / shared)
        print(  # noqa: T201
            f"1 process {1000 * alone:.1f} ms, {given.processes} {1000 * shared:.1f} ms a step:"
            f" {ratios[-1]:.2f} times as fast; losses {loss:.6f} and {same:.6f}"
        )
    ratio = statistics.median(ratios)
    print(  # noqa: T201
        f"{given.workload}: {ratio:.2f} times ({min(ratios):.2f} to {max(ratios):.2f}), at least"
        f" {GOAL} wanted"
    )
    raise SystemExit(ratio < GOAL)


if __name__ == "__main__":
    main()
