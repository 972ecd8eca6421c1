"""Store what PyTorch gives, so that its results are held where it is not installed.

    python -m tests.support.store_oracle [FAMILY ...]

writes `tests/support/stored/layers/FAMILY.npz` (samples of every case of that family's layers; all
families where none is named, and then also `tests/support/stored/trajectories.npz`: the losses of
two networks under each optimizer). Run it after adding cases or optimizers.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.layers import FAMILIES
from tests.support.layer_cases import CASES
from tests.support.layer_run import given

STORED = Path(__file__).parent / "stored"
SAMPLES = 48  # values kept of each array, evenly spaced, after its sum


def sample(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of an array and a few of its values."""
    flat = np.asarray(values, np.float64).reshape(-1)
    places = np.linspace(0, flat.size - 1, min(SAMPLES, flat.size)).astype(int)
    return np.concatenate([[flat.sum()], flat[places]])


def store_layers(family: str) -> None:
    """Compute and write the results of a family's cases."""
    from tests.support.oracle import pytorch_result

    results = {
        f"{case.id}/{name}": sample(values)
        for case in CASES
        if case.layer.family == family
        for name, values in pytorch_result(case, given(case)).named().items()
    }
    np.savez_compressed(STORED / "layers" / f"{family}.npz", **results)


def store_trajectories() -> None:
    """Compute and write the losses of each network under each optimizer."""
    from tests.support.trajectory import NETS, PLANS, pytorch_training

    losses = {f"{net}/{plan}": pytorch_training(net, plan)[0] for net in NETS for plan in PLANS}
    np.savez_compressed(STORED / "trajectories.npz", **losses)


def stored_layers() -> dict[str, NDArray[np.float64]]:
    """Samples of PyTorch's results, under `case/array`."""
    found: dict[str, NDArray[np.float64]] = {}
    for path in sorted((STORED / "layers").glob("*.npz")):
        with np.load(path, allow_pickle=False) as file:
            found |= dict(file)
    return found


if __name__ == "__main__":
    for name in sys.argv[1:] or FAMILIES:
        store_layers(name)
    if not sys.argv[1:]:
        store_trajectories()
