"""How well LeNet-5 learns digits here and in PyTorch: same data, same recipe, five seeds each.

python -m tests.campaigns.learns [--seeds 5] [--epochs 10]
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np
import torch
from torch import nn

from core.data.fitted import fit
from core.data.policy import DataPolicy
from core.data.sources import Digits, open_source
from core.design import Design
from core.plan import Plan
from core.training.events import EpochDone
from core.training.train import train
from core.zoo import BY_ID

RATE, MOMENTUM, BATCH = 0.05, 0.9, 64  # also the defaults of Plan and SGD
GOAL = 0.01  # the two means are to differ by no more


def ours(seed: int, epochs: int) -> float:
    """Validation accuracy after the last epoch."""
    design = Design(BY_ID["lenet5"].build(), plan=Plan(epochs=epochs, seed=seed))
    done = [event for event in train(design) if isinstance(event, EpochDone)]
    return done[-1].accuracy or 0.0


def peers(seed: int, epochs: int) -> float:
    """The same with PyTorch."""
    torch.manual_seed(seed)
    data = fit(open_source(Digits()), (1, 28, 28), DataPolicy())
    x, y = map(torch.from_numpy, data.train.batch(np.arange(len(data.train))))
    vx, vy = map(torch.from_numpy, data.validation.batch(np.arange(len(data.validation))))
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(),
        nn.Linear(84, 10),
    )  # fmt: skip
    for part in net:
        if isinstance(part, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
            nn.init.zeros_(part.bias)
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE, momentum=MOMENTUM)
    for _ in range(epochs):
        for few in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(x[few]), y[few]).backward()
            optimizer.step()
    with torch.no_grad():
        return float((net(vx).argmax(1) == vy).float().mean())


def main() -> None:
    """Run both sides and compare the means."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seeds", type=int, default=5)
    words.add_argument("--epochs", type=int, default=10)
    given = words.parse_args()
    means = []
    for title, side in (("Striate", ours), ("PyTorch", peers)):
        begin = time.perf_counter()
        found = [side(seed, given.epochs) for seed in range(given.seeds)]
        each = (time.perf_counter() - begin) / (given.seeds * given.epochs)
        means.append(statistics.mean(found))
        row = "  ".join(f"{100 * value:.1f}" for value in found)
        print(f"{title}: {row}  mean {100 * means[-1]:.2f} %, {each:.2f} s an epoch")  # noqa: T201
    apart = abs(means[0] - means[1])
    print(f"apart: {100 * apart:.2f} points, at most {100 * GOAL:.0f} wanted")  # noqa: T201
    raise SystemExit(apart > GOAL)


if __name__ == "__main__":
    main()
