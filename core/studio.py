"""What the engine process has at hand for views: the network, the data, the design they are of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.convert import carried_weights
from core.data.fitted import FittedData, fit
from core.data.sources import open_source
from core.design import DataChoice, Design
from core.explain.filters import filter_weights, filters
from core.explain.maps import feature_maps, maps_and_gradients
from core.explain.probe import Labels, probe
from core.explain.sources import sources
from core.files import FileError
from core.graph import Graph
from core.messages import (
    DataShown,
    FiltersShown,
    MapsShown,
    Predicted,
    ShowFilters,
    ShowMaps,
    TensorsShown,
)
from core.network import Network, NetworkError
from core.shapes import Shape
from core.training import checkpoint
from core.training.organizer import Organizer
from core.training.runs import RunFolder
from core.training.trainer import Trainer


class Studio:
    """The network and the data that views are about.

    While nothing is trained that is the last trained network; one with the run's last weights; or
    one with fresh weights. An edit of the design keeps every weight that still fits.
    """

    def __init__(self) -> None:
        self._design: Design | None = None
        self._run = ""
        self._network: Network | None = None
        self._trainer: Trainer | Organizer | None = None
        self._data: tuple[DataChoice, FittedData] | None = None

    def show(self, design: Design, run: str = "") -> None:
        """Take a design for the views to come, and the folder of its last run."""
        if run and run != self._run:
            self._network, self._run = None, run
        self._design = design

    def follow(self, trainer: Trainer | Organizer) -> None:
        """Take over the network and the data of a training; call it again after every event."""
        if trainer.network is None or trainer.data is None:
            return
        if trainer is not self._trainer:
            self._trainer, self._design = trainer, trainer.design
            self._run = str(trainer.run.path) if trainer.run else ""
        self._network, self._data = trainer.network, (trainer.design.data, trainer.data)

    def let_go(self) -> None:
        """The training has ended; its network stays."""
        self._trainer = None

    # ---- what is at hand ----------------------------------------------------------------

    def network(self) -> Network:
        """The network of the design; NetworkError where it cannot run."""
        if self._design is None:
            raise NetworkError("No network is open.")
        graph, plan, old = self._design.graph, self._design.plan, self._network
        if old is None or old.whole != graph:
            fresh = Network(graph, seed=plan.seed, device=plan.backend())
            if old is not None:
                fresh.set_weights(matching(old, fresh))
                fresh.clock = old.clock
            elif self._run:
                _load_last(self._run, fresh)
            self._network = fresh
        assert self._network is not None
        return self._network

    def _data_of(self, network: Network) -> FittedData:
        """What a network is trained on, or would be."""
        if self._trainer and self._trainer.data and self._trainer.network is network:
            return self._trainer.data
        assert self._design is not None
        choice, known = self._design.data, self._data
        if known and known[0] == choice and known[1].fitting.input_shape == network.input_shape:
            return known[1]
        self._data = (choice, _opened(choice, network.input_shape))
        return self._data[1]

    # ---- views --------------------------------------------------------------------------

    def filters(self, network: Network, request: ShowFilters) -> FiltersShown:
        """The filters of a node; those on the color channels of the Input come as colors."""
        node, title = request.node, network.whole[request.node].title
        specs = network.inference.nodes[node].weights
        names = filter_weights({name: weight.shape for name, weight in specs.items()})
        if not names:
            raise NetworkError(f"{title} has no filters.")
        name = request.weight if request.weight in names else names[0]
        colors = network.input_shape[0] == 3 and _meets_input(network.whole, node)
        shown = filters(network.weight(f"{node}.{name}"), rgb=colors, at=request.at)
        gradients = None
        if request.gradients:
            slopes = self.tensors(network, node, request.sample, (f"d{name}",)).tensors
            gradients = filters(slopes[f"d{name}"], at=request.at) if slopes else None
        return FiltersShown(node, network.clock, shown, gradients, name, names)

    def maps(self, network: Network, request: ShowMaps) -> MapsShown:
        """What a node makes of a validation item; numbers beyond the last start again."""
        node = request.node
        sample, x, labels, label = self._item(network, request.sample)
        slopes = made_of = None
        if request.gradients:
            shown, slopes = maps_and_gradients(network, x, labels, node)
        else:
            shown = feature_maps(network, x, node)
        if request.sources_of is not None:
            made_of = sources(network, x, node, request.sources_of)
        return MapsShown(node, network.clock, shown, sample, label, slopes, made_of)

    def tensors(
        self, network: Network, node: str, sample: int, wants: tuple[str, ...]
    ) -> TensorsShown:
        """What a node has at hand for a validation item."""
        sample, x, labels, label = self._item(network, sample)
        found = probe(network, x, labels, node=node, wants=wants)
        classes = self._data_of(network).classes
        return TensorsShown(node, network.clock, sample, label, classes, found)

    def _item(self, network: Network, sample: int) -> tuple[int, NDArray[Any], Labels, str]:
        """A validation item: its number, its values, its labels as a batch, its class by name."""
        data = self._data_of(network)
        sample %= len(data.validation)
        x, labels = data.validation.batch([sample])
        return sample, x[0], labels, data.classes[int(data.validation.labels([sample])[0])]

    def prediction(self, network: Network, item: NDArray[Any]) -> Predicted:
        """What a network says to one picture or to one item as it takes them."""
        data = self._data_of(network)
        batch = data.fitting.prepare(item) if item.dtype == np.uint8 else item[None]
        return Predicted(network.predict(batch)[0], data.classes, network.clock)

    def samples(self, choice: DataChoice, shape: Shape, count: int) -> DataShown:
        """The first training items of each class, fitted, and what is known of the data."""
        data = _opened(choice, shape)
        labels = data.train.labels(np.arange(len(data.train)))
        chosen = np.concatenate(
            [np.flatnonzero(labels == number)[:count] for number in range(len(data.classes))]
        )
        pictures = data.train.pictures(chosen)
        return DataShown(
            title=data.dataset.title,
            sentence=data.sentence,
            notes=data.notes,
            classes=data.classes,
            train_counts=data.train.class_counts,
            validation_counts=data.validation.class_counts,
            pictures=pictures,
            labels=labels[chosen],
        )


def matching(old: Network, new: Network) -> dict[str, NDArray[Any]]:
    """The weights of one network that another has under the same name, in the same shape.

    Where S-cells have become a Conv2d, they are its filters.
    """
    there = carried_weights(old.graph, new.graph, old.weights())
    return {
        name: there[name]
        for name, values in new.weights().items()
        if name in there and there[name].shape == values.shape
    }


def _opened(choice: DataChoice, shape: Shape) -> FittedData:
    """The data of a choice, read now and fitted to an Input of this shape."""
    dataset = open_source(choice.source, choice.policy)
    return fit(dataset, shape, choice.policy, augment=choice.augment)


def _load_last(run: str, network: Network) -> None:
    """The newest weights of a run that fit; fresh ones stay where none do."""
    for path in reversed(RunFolder(Path(run)).checkpoints()):
        try:
            found = checkpoint.read(path, network)
        except FileError:
            continue
        network.set_weights(found.weights)
        network.clock = found.steps
        return


def _meets_input(graph: Graph, node: str) -> bool:
    """Whether a node takes straight from an Input."""
    return any(not graph.inputs_of(source) for source in graph.inputs_of(node))
