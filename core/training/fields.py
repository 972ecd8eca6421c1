"""Whether the outputs of a network can learn the fields of a data set."""

from __future__ import annotations

from core.data.dataset import Dataset
from core.data.fitted import FitError, FittedData
from core.network import Network
from core.network_errors import NetworkError
from core.tongue import tr
from core.training.evaluate import class_count


def field_kinds(dataset: Dataset) -> dict[str, str]:
    """What each field holds, by its name."""
    return {name: field.kind for name, field in dataset.fields.items()}


def check_outputs(network: Network, data: FittedData) -> None:
    """NetworkError or FitError with a sentence that names the output and what to change."""
    dataset = data.dataset
    for id in network.outputs:
        target = network.output(id).target
        if target not in dataset.targets:
            raise NetworkError(
                tr(
                    "{title} learns from “{target}”, the data have {targets}: choose one of these"
                    " under Learns from.",
                    title=network.graph[id].title,
                    target=target,
                    targets=", ".join(dataset.targets),
                )
            )
        if dataset.fields[target].kind == "label":
            _check_units(network, id, len(dataset.fields[target].classes))
    if not len(data.train) or not len(data.validation):
        part = tr("train on") if not len(data.train) else tr("validate with")
        raise FitError(tr("The data set has no items to {part}.", part=part))
    network.encode(data.train.targets([0]))


def _check_units(network: Network, id: str, classes: int) -> None:
    """NetworkError where there are classes that an output cannot name."""
    (units,) = network.inference.nodes[id].output or (0,)
    apart = class_count(network, id) or units
    if 1 < apart < classes:
        raise NetworkError(
            tr(
                "{title} tells {apart} classes apart, the data have {classes}: give the layer"
                " before it {classes} units.",
                title=network.graph[id].title,
                apart=apart,
                classes=classes,
            )
        )
