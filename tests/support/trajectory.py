"""Two networks trained for fifty steps, on our engine and on PyTorch.

`lenet5` has what LeNet-5 has; `mixed` has grouped convolutions, batch normalization, local response
normalization and average pooling.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.graph import Graph, chain
from core.layers import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Input,
    Linear,
    LocalResponseNorm,
    Output,
    ReLU,
    Tanh,
)
from core.network import Network
from core.optimizers import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop
from core.zoo import BY_ID

Losses = NDArray[np.float64]
Weights = dict[str, NDArray[Any]]
Tensors = dict[str, Any]

STEPS, BATCH = 50, 8
PLANS: dict[str, Optimizer] = {
    "sgd": SGD(lr=0.05, momentum=0.0),
    "momentum": SGD(lr=0.02, momentum=0.9, weight_decay=1e-3),
    "nesterov": SGD(lr=0.02, momentum=0.9, nesterov=True, weight_decay=5e-4),
    "adagrad": Adagrad(lr=5e-3, lr_decay=1e-3, weight_decay=1e-4),
    "rmsprop": RMSprop(lr=1e-3, alpha=0.9, weight_decay=1e-4),
    "adam": Adam(lr=2e-3, weight_decay=1e-3),
    "adamw": AdamW(lr=2e-3, weight_decay=0.05),
}
LRN = LocalResponseNorm(size=3, alpha=0.1, beta=0.75, k=1.0)


def mixed() -> Graph:
    """Every layer that a trajectory of LeNet-5 does not pass through."""
    return chain(
        Input((4, 12, 12)),
        Conv2d(8, 3, padding=1, groups=2, bias=False),
        BatchNorm2d(),
        ReLU(),
        LRN,
        AvgPool2d(2, 2),
        Conv2d(12, 3, groups=4, bias=False),
        BatchNorm2d(momentum=0.3),
        Tanh(),
        AvgPool2d(2, 1),
        Flatten(),
        Linear(10),
        Output(),
    )


NETS: dict[str, Callable[[], Graph]] = {"lenet5": BY_ID["lenet5"].build, "mixed": mixed}


def start(net: str, dtype: Any = np.float64) -> Network:
    """A network with its first weights."""
    return Network(NETS[net](), seed=5, dtype=dtype)


def batches(net: str, dtype: Any = np.float64) -> list[tuple[NDArray[Any], NDArray[np.int64]]]:
    """The same five batches again and again, so that there is something to learn."""
    random, shape = np.random.default_rng(50), start(net).input_shape
    few = [
        (random.random((BATCH, *shape)).astype(dtype), random.integers(0, 10, BATCH))
        for _ in range(5)
    ]
    return [few[step % len(few)] for step in range(STEPS)]


def our_training(
    net: str, plan: str, *, dtype: Any = np.float64, steps: int = STEPS
) -> tuple[Losses, Weights]:
    """The loss before each step, and the final weights by name, running statistics included."""
    network, optimizer, losses = start(net, dtype), PLANS[plan], []
    xp = network.backend.xp
    state = optimizer.start(xp, network.parameters)
    for step, (x, labels) in enumerate(batches(net, dtype)[:steps], start=1):
        losses.append(network.loss_and_gradients(x, labels))
        optimizer.update(
            xp, network.parameters, network.gradients, state, step=step, lr=optimizer.lr
        )
    return np.array(losses), network.weights()


def pytorch_training(
    net: str,
    plan: str,
    *,
    dtype: Any = np.float64,
    steps: int = STEPS,
    layout: str = "contiguous_format",
) -> tuple[Losses, Weights]:
    """The same by PyTorch, from the same first weights; `layout` is one of its memory formats."""
    import torch

    def laid_out(values: NDArray[Any]) -> Any:
        plain = torch.tensor(values)
        return plain.to(memory_format=getattr(torch, layout)) if plain.ndim == 4 else plain

    network = start(net, dtype)
    weights = {
        name: laid_out(values).requires_grad_("running" not in name)
        for name, values in network.weights().items()
    }
    forward = {"lenet5": _pytorch_lenet, "mixed": _pytorch_mixed}[net]
    trained = [weight for weight in weights.values() if weight.requires_grad]
    optimizer, losses = pytorch_optimizer(PLANS[plan], trained), []
    for x, labels in batches(net, dtype)[:steps]:
        said = forward(laid_out(x), weights)
        loss = torch.nn.functional.cross_entropy(said, torch.tensor(labels))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses), {name: weight.detach().numpy() for name, weight in weights.items()}


def _pytorch_lenet(x: Any, w: Tensors) -> Any:
    from torch.nn import functional as f

    def dense(x: Any, name: str) -> Any:
        return f.linear(x, w[f"{name}.weight"], w[f"{name}.bias"])

    x = f.conv2d(x, w["conv1.weight"], w["conv1.bias"], padding=2)
    x = f.max_pool2d(f.relu(x), 2)
    x = f.conv2d(x, w["conv2.weight"], w["conv2.bias"])
    x = f.max_pool2d(f.relu(x), 2).flatten(1)
    return dense(f.relu(dense(f.relu(dense(x, "linear1")), "linear2")), "linear3")


def _pytorch_mixed(x: Any, w: Tensors) -> Any:
    from torch.nn import functional as f

    def normalized(x: Any, name: str, momentum: float) -> Any:
        names = ("running_mean", "running_var", "weight", "bias")
        return f.batch_norm(x, *(w[f"{name}.{one}"] for one in names), True, momentum)

    x = f.conv2d(x, w["conv1.weight"], padding=1, groups=2)
    x = f.relu(normalized(x, "batchnorm1", 0.1))
    x = f.local_response_norm(x, LRN.size, LRN.alpha, LRN.beta, LRN.k)
    x = f.conv2d(f.avg_pool2d(x, 2), w["conv2.weight"], groups=4)
    x = f.avg_pool2d(normalized(x, "batchnorm2", 0.3).tanh(), 2, 1)
    return f.linear(x.flatten(1), w["linear1.weight"], w["linear1.bias"])


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
