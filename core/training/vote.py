"""Asking more than once: several views of an item, several networks, one answer.

V views and M networks give V · M votes, each probabilities or values (K,) for N items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.design import Design
from core.files import FileError
from core.network import Network
from core.network_errors import NetworkError
from core.project import design_from_json
from core.tongue import tr
from core.training.checkpoint import load_weights
from core.training.runs import RunFolder

Host = NDArray[Any]

_BATCH = 256  # items that a network is shown at once


@dataclass(frozen=True)
class Votes:
    """What every network said to every view.

    Attributes:
        single: (M, V, N, K), networks by views by items.
        mean: (N, K), the answer: every vote counts the same.
    """

    single: Host

    @property
    def mean(self) -> Host:
        average: Host = self.single.mean(axis=(0, 1))
        return average


def vote(networks: Network | Sequence[Network], views: Host | Sequence[Host]) -> Votes:
    """Ask each network for its answer to each of the views (V, N, C, H, W) of N items.

        vote(network, flips(x)).mean               # test-time augmentation
        vote([first, second], x[None]).mean        # an ensemble

    Views are made by `core.data.testtime`. NetworkError where networks give different numbers of
    values.
    """
    asked = [networks] if isinstance(networks, Network) else list(networks)
    if not asked:
        raise NetworkError(tr("At least one network is needed to vote."))
    answers = [np.stack([_said(network, view) for view in views]) for network in asked]
    units = sorted({answer.shape[-1] for answer in answers})
    if len(units) > 1:
        raise NetworkError(
            tr(
                "The networks give {units} values: only equal answers can be averaged.",
                units=tr(" and ").join(str(count) for count in units),
            )
        )
    return Votes(np.stack(answers))


def trained(run: str | Path, *, device: str = "cpu") -> Network:
    """The network of a saved run with its best weights, or its last where no best are kept.

    FileError where there are none.
    """
    folder = RunFolder(run)
    design: Design = design_from_json(folder.about()["design"])
    files = [*folder.checkpoints(), *([folder.best] if folder.best.exists() else [])]
    if not files:
        raise FileError(tr("{name} holds no weights yet. Train it first.", name=folder.path.name))
    network = Network(design.graph, seed=design.plan.seed, device=device, drawn=False)
    load_weights(files[-1], network)
    return network


def _said(network: Network, x: Host) -> Host:
    """Probabilities or values (N, K), in batches."""
    parts = [network.predict(x[first : first + _BATCH]) for first in range(0, len(x), _BATCH)]
    return np.concatenate(parts)
