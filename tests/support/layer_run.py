"""Run one layer by itself, as `Network` would: inputs, weights, forward, backward."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backend import Backend
from tests.support.layer_cases import Case

Host = NDArray[Any]


@dataclass
class LayerRun:
    """What a layer may use (`core.layers.base.Run`); fresh memory is full of NaN."""

    backend: Backend
    dtype: Any
    training: bool = True
    wants_dx: bool = True
    seed: int = 0
    blocks: dict[str, Any] = field(default_factory=dict)

    def empty(self, name: str, shape: tuple[int, ...]) -> Any:
        if name not in self.blocks or self.blocks[name].shape != shape:
            self.blocks[name] = self.gradient(shape)
        return self.blocks[name]

    def gradient(self, shape: tuple[int, ...]) -> Any:
        block = self.backend.xp.full(math.prod(shape), np.nan, self.dtype)
        return self.backend.shaped(block, shape)

    def random(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)


@dataclass(frozen=True)
class Given:
    """What a case starts from, on the host in float64: inputs, dL/dy, weights."""

    inputs: list[Host]
    dy: Host
    weights: dict[str, Host]


@dataclass(frozen=True)
class Result:
    """What a layer gave, on the host.

    Output, dL/dx for each input, dL/dw for each trained weight, and the kept weights afterwards.
    """

    y: Host
    dx: list[Host]
    dw: dict[str, Host]
    kept: dict[str, Host]

    def named(self) -> dict[str, Host]:
        """All arrays by name: y, dx0, dx1, …, weight, bias, …, running_mean, …"""
        dx = {f"dx{i}": dx for i, dx in enumerate(self.dx)}
        return {"y": self.y, **dx, **self.dw, **self.kept}


def given(case: Case) -> Given:
    """The arrays of a case; equal on every computer."""
    random = np.random.default_rng(case.seed)
    shapes = case.inputs or (case.layer.infer(),)  # an Input is given what it stands for
    inputs = [case.spread * _distinct(random, (case.batch, *shape)) for shape in shapes]
    if case.ties:
        inputs = [np.maximum(x, 0.0) for x in inputs]
    dy = _distinct(random, (case.batch, *case.layer.infer(*case.inputs)))
    weights = {}
    for name, weight in case.layer.weights(*case.inputs).items():
        values = _distinct(random, weight.shape)
        values = np.sinh(values) if case.uneven else values
        weights[name] = np.abs(values) + 0.5 if "var" in name else values
    return Given(inputs, dy, weights)


def run_layer(case: Case, start: Given, backend: Backend, dtype: Any) -> Result:
    """Forward and backward of a case on a backend."""
    run = LayerRun(backend, dtype, case.training, seed=case.seed)
    inputs, dy, weights = _on_device(start, backend, dtype)
    y, saved = case.layer.forward(run, weights, *inputs)
    host_y = backend.asnumpy(y).copy()
    declared = case.layer.weights(*case.inputs)
    dw = {
        name: backend.xp.full(weight.shape, np.nan, dtype)
        for name, weight in declared.items()
        if weight.trained
    }
    dx = case.layer.backward(run, weights, saved, dy, dw)
    return Result(
        host_y,
        [backend.asnumpy(one).copy() for one in dx],
        {name: backend.asnumpy(one).copy() for name, one in dw.items()},
        {name: backend.asnumpy(w).copy() for name, w in weights.items() if name not in dw},
    )


def loss(case: Case, start: Given) -> float:
    """Σ y·dy in float64: a number whose gradient by y is dy."""
    backend = Backend()
    run = LayerRun(backend, np.float64, case.training, seed=case.seed)
    inputs, dy, weights = _on_device(start, backend, np.float64)
    y, _ = case.layer.forward(run, weights, *inputs)
    return float((y * dy).sum())


def _on_device(start: Given, backend: Backend, dtype: Any) -> tuple[list[Any], Any, dict[str, Any]]:
    # Copies of the weights: running means move.
    weights = {name: backend.asarray(w.copy(), dtype) for name, w in start.weights.items()}
    inputs = [backend.asarray(x, dtype) for x in start.inputs]
    return inputs, backend.asarray(start.dy, dtype), weights


def _distinct(random: np.random.Generator, shape: tuple[int, ...]) -> Host:
    """Values in ±2 of which no two are near each other and none is near 0: no kinks, no ties."""
    size = int(np.prod(shape))
    ranks = np.argsort(random.random(size)) + 0.5
    spread = 4.0 * (ranks / size - 0.5) + 0.6 / size
    return spread.reshape(shape)
