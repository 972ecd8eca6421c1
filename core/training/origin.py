"""Where a training begins: at a checkpoint, or with the weights of an earlier run."""

from __future__ import annotations

from pathlib import Path

from core.network_errors import NetworkError
from core.tongue import tr
from core.training import checkpoint
from core.training.checkpoint import Checkpoint
from core.training.learner import Learner
from core.training.runs import RunFolder


def checkpoint_of(
    resume: bool | Path, run: RunFolder | None, learner: Learner
) -> tuple[Checkpoint | None, list[str]]:
    """What to go on from, in the file `resume` or the newest of the run; None where there is none.

    Sentences say what did not go as meant. NetworkError or FileError where nothing can be read.
    """
    network, slots = learner.network, learner.optimizer.slots
    found: Checkpoint | None = None
    troubles: list[str] = []
    if isinstance(resume, Path):
        found = checkpoint.read(resume, network, slots)
    elif run:
        found, troubles = run.load(network, slots)
    if found is None and troubles:  # to start anew in this folder would push old weights out
        raise NetworkError(tr("{trouble} Start a new run instead.", trouble=troubles[0]))
    if found is None:
        return None, [tr("There is no checkpoint to go on from: training starts anew.")]
    troubles = [tr("{one} The checkpoint before it is used.", one=one) for one in troubles]
    if slots and not found.optimizer:
        troubles.append(
            tr(
                "The checkpoint was made with another optimizer: {label} starts without memory.",
                label=learner.optimizer.label,
            )
        )
    return found, troubles


def take_over(run: RunFolder | None, learner: Learner) -> list[str]:
    """Give a network those weights of an earlier run that fit; says how many did."""
    if run is None:
        return []
    network = learner.network
    found = run.matching(network)
    network.set_weights(found)
    learner.start_average({})
    return [
        tr(
            "{count} of {total} arrays of weights come from run {name}.",
            count=len(found),
            total=len(network.weights()),
            name=run.path.name,
        )
    ]
