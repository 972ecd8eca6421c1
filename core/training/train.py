"""Train a design by the method of its plan.

for event in train(design):
    show(event)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict, Unpack

from core.backend.communicator import Communicator
from core.data.dataset import Dataset
from core.design import Design
from core.hebb import Hebb
from core.training.control import Control
from core.training.events import Event
from core.training.organizer import Organizer
from core.training.runs import RunFolder
from core.training.trainer import Trainer


class Terms(TypedDict, total=False):
    """What a training may be told beside its design.

    `dataset` takes the place of the design's data source. `control` pauses and stops. `run` is the
    folder that checkpoints and metrics go to; `resume` goes on from its newest checkpoint, or from
    the one at a path. `inherit` is an earlier run whose fitting weights it begins with. The
    processes of `together` train as one: each is given the same values. `checkups` is the share of
    the time that goes into checks of how the layers learn, 0 for none.
    """

    dataset: Dataset | None
    control: Control | None
    run: RunFolder | None
    resume: bool | Path
    inherit: RunFolder | None
    together: Communicator
    checkups: float


def train(design: Design, **terms: Unpack[Terms]) -> Iterator[Event]:
    """Train a design's network as its plan says, on these `Terms`, telling what happens.

    The last event is Finished or Failed; nothing a user can cause is raised.
    """
    yield from trainer_of(design, **terms).events()


def trainer_of(design: Design, **terms: Unpack[Terms]) -> Trainer | Organizer:
    """What trains a design by the method of its plan; see `train`.

    S-cells that learn by Hebb's rule begin anew: for them nothing is resumed or inherited.
    """
    if isinstance(design.plan.method, Hebb):
        return Organizer(
            design,
            dataset=terms.get("dataset"),
            control=terms.get("control"),
            run=terms.get("run"),
        )
    return Trainer(design, **terms)
