"""LeNet-5 trained for fifty steps in float64, on our engine and on PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.network import Network
from core.optimizers import SGD, Adam, AdamW, Optimizer, RMSprop
from core.zoo import BY_ID

Losses = NDArray[np.float64]

STEPS, BATCH = 50, 8
PLANS: dict[str, Optimizer] = {
    "sgd": SGD(lr=0.05, momentum=0.0),
    "momentum": SGD(lr=0.02, momentum=0.9, weight_decay=1e-3),
    "nesterov": SGD(lr=0.02, momentum=0.9, nesterov=True, weight_decay=5e-4),
    "rmsprop": RMSprop(lr=1e-3, alpha=0.9, weight_decay=1e-4),
    "adam": Adam(lr=2e-3, weight_decay=1e-3),
    "adamw": AdamW(lr=2e-3, weight_decay=0.05),
}


def lenet() -> Network:
    """LeNet-5 in float64 with its first weights."""
    return Network(BY_ID["lenet5"].build(), seed=5, dtype=np.float64)


def batches() -> list[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """The same five batches again and again, so that there is something to learn."""
    random = np.random.default_rng(50)
    few = [(random.random((BATCH, 1, 28, 28)), random.integers(0, 10, BATCH)) for _ in range(5)]
    return [few[step % len(few)] for step in range(STEPS)]


def our_losses(name: str) -> tuple[Losses, Network]:
    """The loss before each step, and the trained network."""
    network, optimizer, losses = lenet(), PLANS[name], []
    xp = network.backend.xp
    state = optimizer.start(xp, network.parameters)
    for step, (x, labels) in enumerate(batches(), start=1):
        losses.append(network.loss_and_gradients(x, labels))
        optimizer.update(
            xp, network.parameters, network.gradients, state, step=step, lr=optimizer.lr
        )
    return np.array(losses), network


def pytorch_losses(name: str) -> Losses:
    """The loss before each step, by PyTorch from the same first weights."""
    return pytorch_training(name)[0]


def pytorch_training(name: str) -> tuple[Losses, list[NDArray[np.float64]]]:
    """Losses, and the final weights in the order of ours."""
    import torch

    start = lenet()
    weights = [torch.tensor(start.weight(name), requires_grad=True) for name in start.weight_names]
    optimizer, losses = pytorch_optimizer(PLANS[name], weights), []
    for x, labels in batches():
        loss = torch.nn.functional.cross_entropy(
            _pytorch_lenet(torch.tensor(x), weights), torch.tensor(labels)
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses), [weight.detach().numpy() for weight in weights]


def _pytorch_lenet(x: Any, weights: list[Any]) -> Any:
    from torch.nn import functional as f

    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = weights
    x = f.max_pool2d(f.relu(f.conv2d(x, w1, b1, padding=2)), 2)
    x = f.max_pool2d(f.relu(f.conv2d(x, w2, b2)), 2).flatten(1)
    return f.linear(f.relu(f.linear(f.relu(f.linear(x, w3, b3)), w4, b4)), w5, b5)


def pytorch_optimizer(ours: Optimizer, weights: list[Any]) -> Any:
    """PyTorch's optimizer of the same name with the same settings."""
    import torch

    words: dict[str, Any] = {"lr": ours.lr}
    for name in ("momentum", "nesterov", "weight_decay", "alpha", "eps", "lr_decay"):
        if hasattr(ours, name):
            words[name] = getattr(ours, name)
    if isinstance(ours, Adam):
        words["betas"] = (ours.beta1, ours.beta2)
    return getattr(torch.optim, type(ours).__name__)(weights, **words)
