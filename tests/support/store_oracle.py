"""Store what PyTorch gives, so that its results are held where it is not installed.

    python -m tests.support.store_oracle

writes `tests/support/stored/layers.npz` (samples of every case of the table) and
`tests/support/stored/trajectories.npz` (the losses of LeNet-5 under each optimizer). Run it after
adding cases or optimizers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.support.layer_cases import CASES
from tests.support.layer_run import given

STORED = Path(__file__).parent / "stored"
SAMPLES = 48  # values kept of each array, evenly spaced, after its sum


def sample(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of an array and a few of its values."""
    flat = np.asarray(values, np.float64).reshape(-1)
    places = np.linspace(0, flat.size - 1, min(SAMPLES, flat.size)).astype(int)
    return np.concatenate([[flat.sum()], flat[places]])


def store() -> None:
    """Compute and write both files."""
    from tests.support.oracle import pytorch_result
    from tests.support.trajectory import PLANS, pytorch_losses

    layers = {
        f"{case.id}/{name}": sample(values)
        for case in CASES
        for name, values in pytorch_result(case, given(case)).named().items()
    }
    np.savez_compressed(STORED / "layers.npz", **layers)
    losses = {name: pytorch_losses(name) for name in PLANS}
    np.savez_compressed(STORED / "trajectories.npz", **losses)


if __name__ == "__main__":
    store()
