"""A saved run, ready to answer: its network, and what it needs to look at new items."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from core.data.fitted import FittedData, fit
from core.data.fitting import Fitting
from core.data.saved_fitting import fitting_from_json, fitting_to_json
from core.data.sources import open_source
from core.design import Design
from core.network import Network
from core.project import design_from_json
from core.training.runs import RunFolder
from core.training.vote import trained


@dataclass(frozen=True, eq=False)
class Saved:
    """A run that has learned.

    Attributes:
        run, design: where it lies, and what it was made from.
        network: with the best weights.
        fitting: how it was shown its items.
        classes: the names that its answers number.
    """

    run: RunFolder
    design: Design
    network: Network
    fitting: Fitting
    classes: tuple[str, ...]


def facts_of(data: FittedData) -> dict[str, Any]:
    """What a run writes down of its data: their fingerprint, and what `open_run` needs of them."""
    return {
        "data": asdict(data.fingerprint),
        "classes": list(data.classes),
        "fitting": fitting_to_json(data.fitting),
    }


def open_run(run: RunFolder, *, device: str = "auto") -> Saved:
    """A run with its best weights, or its last where no best are kept.

    Its data set is opened only where an older Striate did not write down what is needed. FileError
    where there are no weights, and whatever opening the data set raises.
    """
    about = run.about()
    design = design_from_json(about["design"])
    network = trained(run.path, device=device)
    fitting, classes = fitting_from_json(about.get("fitting"), network.input_shape), _names(about)
    if fitting is None or not classes:
        choice = design.data
        dataset = open_source(choice.source, choice.policy)
        data = fit(dataset, network.input_shape, choice.policy, memory=0)
        fitting, classes = data.fitting, data.classes
    return Saved(run, design, network, fitting, classes)


def _names(about: dict[str, Any]) -> tuple[str, ...]:
    """The classes that were written down; none where they are no names."""
    given = about.get("classes")
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        return ()
    return tuple(given)
