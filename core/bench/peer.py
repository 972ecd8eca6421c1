"""PyTorch's side: the same layers with the same weights, on the same batch.

    python -m core.bench.peer '{"threads": 2}' lenet5/32 contiguous    rounds, as `sides` asks
    python -m core.bench.peer '{"threads": 2}' lenet5/32 check         both sides' errors
    python -m core.bench.peer '{"device": "gpu"}' device               whether PyTorch can

Only this file and `counterparts` import torch, and they always run in a process of their own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from core.backend import Backend
from core.bench.conditions import Conditions
from core.bench.counterparts import Peer
from core.bench.sides import serve
from core.bench.workloads import OPTIMIZER, Workload, chosen
from core.network import Network
from core.tongue import tr
from core.training.learner import Learner

Host = NDArray[Any]
FORMATS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
# In a check the weights move so far that rounding them does not count.
FAR = 1.0


def check(load: Workload, conditions: Conditions) -> dict[str, dict[str, float]]:
    """How far each side in float32 is from PyTorch in float64, relative to the length there.

    After a training step: of the loss and of the way the weights moved; for inference of the
    outputs. Layers of float32 differ where two values are nearly the same, so a side is judged by
    how far the other one is.
    """
    network = load.network(conditions.backend())
    peers = [
        Peer(load.network(Backend())).to(_device(conditions), dtype)
        for dtype in (torch.float64, torch.float32)
    ]
    first = network.weights()
    truth, theirs = (_peer_values(load, model, first) for model in peers)
    ours = _our_values(load, network, first)
    return {
        what: {"ours": _apart(ours[what], right), "theirs": _apart(theirs[what], right)}
        for what, right in truth.items()
    }


def _our_values(load: Workload, network: Network, first: Mapping[str, Host]) -> dict[str, Host]:
    x, labels = load.items()
    if not load.trains:
        return {"outputs": network.forward(x)}
    learner = Learner(network, OPTIMIZER)
    loss = float(learner.step(x, labels, lr=FAR))
    return {"loss": np.array(loss), "step": _moved(network.weights(), first)}


def _peer_values(load: Workload, model: Peer, first: Mapping[str, Host]) -> dict[str, Host]:
    (x, labels), like = load.items(), next(model.parameters())
    batch = torch.from_numpy(x).to(like)
    if not load.trains:
        with torch.inference_mode():
            return {"outputs": model.eval()(batch).cpu().numpy()}
    optimizer = torch.optim.SGD(model.parameters(), FAR, OPTIMIZER.momentum, fused=True)
    loss = functional.cross_entropy(model(batch), torch.from_numpy(labels).to(like.device))
    torch.autograd.backward(loss)
    optimizer.step()
    return {"loss": np.array(loss.item()), "step": _moved(model.weights(), first)}


def _moved(now: Mapping[str, Host], first: Mapping[str, Host]) -> Host:
    """How far all trained weights moved, in one vector, by name."""
    trained = sorted(name for name in now if ".running_" not in name)
    return np.concatenate([(now[name].astype(float) - first[name]).ravel() for name in trained])


def _apart(value: Host, right: Host) -> float:
    """The length of the difference, relative to the right value's length."""
    return float(np.linalg.norm(value - right) / np.linalg.norm(right))


def rounds(load: Workload, conditions: Conditions, layout: str) -> None:
    """Train on the workload's batch, or look at one image, in one of PyTorch's memory formats."""
    device = _device(conditions)
    model = Peer(load.network(Backend())).to(device)
    model.to(memory_format=FORMATS[layout])  # type: ignore[call-overload]
    on_gpu = device.type == "cuda"
    serve(
        f"PyTorch {torch.__version__.split('+')[0]} {layout}",
        _training(load, model, layout) if load.trains else _inference(load, model, layout),
        conditions=conditions,
        finish=torch.cuda.synchronize if on_gpu else lambda: None,
        peak=(lambda: torch.cuda.max_memory_reserved() / 2**20) if on_gpu else None,
    )


def _training(load: Workload, model: Peer, layout: str) -> Callable[[], object]:
    """A step on the batch, which lies in the computer's memory in the layout that is wanted."""
    x, labels = (torch.from_numpy(array) for array in load.items())
    x = x.contiguous(memory_format=FORMATS[layout])
    device = next(model.parameters()).device
    optimizer = torch.optim.SGD(model.parameters(), OPTIMIZER.lr, OPTIMIZER.momentum, fused=True)

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(model(x.to(device)), labels.to(device))
        torch.autograd.backward(loss)
        optimizer.step()

    return step


def _inference(load: Workload, model: Peer, layout: str) -> Callable[[], object]:
    x = torch.from_numpy(load.items()[0]).contiguous(memory_format=FORMATS[layout])
    device = next(model.parameters()).device
    model.eval()

    def step() -> Host:
        with torch.inference_mode():
            scores: Host = model(x.to(device)).cpu().numpy()
        return scores

    return step


def _device(conditions: Conditions) -> torch.device:
    return torch.device("cuda:0" if conditions.device == "gpu" else "cpu")


def device_problem(conditions: Conditions) -> str:
    """Why PyTorch cannot compute on the device; "" where it can."""
    if conditions.device == "cpu" or torch.cuda.is_available():
        return ""
    return tr(
        "PyTorch {version} sees no GPU, so Striate is measured alone.", version=torch.__version__
    )


def main(conditions: Conditions, *words: str) -> None:
    """Answer whether PyTorch can, check both sides, or do a side's rounds in a memory format."""
    torch.set_num_threads(conditions.threads)
    if conditions.device == "gpu":
        # Try algorithms and keep the best; multiply matrices in TF32, as convolutions do.
        torch.backends.cudnn.benchmark = True
        torch.set_float32_matmul_precision("high")
    if words == ("device",):
        print(json.dumps({"problem": device_problem(conditions)}))
        return
    workload, task = words
    (load,) = chosen([workload])
    if task == "check":
        print(json.dumps(check(load, conditions)))
    else:
        rounds(load, conditions, task)


if __name__ == "__main__":
    main(Conditions.of_text(sys.argv[1]), *sys.argv[2:])
