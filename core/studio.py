"""What the engine process has at hand for views: the network, the data, the design they are of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.convert import carried_weights
from core.data.fitted import FittedData, fit
from core.data.fitting import PictureFitting
from core.data.kept import allowance
from core.data.sources import open_source
from core.design import DataChoice, Design
from core.enquiries import Enquiry, all_mistakes, where_it_looks
from core.explain.filters import filter_weights, filters
from core.explain.maps import feature_maps, maps_and_gradients
from core.explain.probe import Labels, probe
from core.explain.score import class_count
from core.explain.sources import sources
from core.explorations import explored
from core.exploring import Exploration
from core.files import FileError
from core.graph import Graph
from core.infer import infer
from core.limits import KEPT, check_network, samples_each, samples_note
from core.long_answers import Pieces
from core.messages import (
    CanvasShown,
    DataShown,
    DrawnShown,
    FiltersShown,
    ItemsShown,
    MapsShown,
    MistakesShown,
    Predicted,
    ShowFilters,
    ShowMaps,
    ShowMistakes,
    ShowSaliency,
    TensorsShown,
)
from core.network import Network, NetworkError
from core.shapes import Shape
from core.training import checkpoint
from core.training.evaluate import Evaluation
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
        self._judged: tuple[Evaluation, int] | None = None  # the last validation, and its step
        self._random: Network | None = None

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
            self._judged = None
            self._trainer, self._design = trainer, trainer.design
            self._run = str(trainer.run.path) if trainer.run else ""
        self._network, self._data = trainer.network, (trainer.design.data, trainer.data)
        found = getattr(trainer, "evaluation", None)
        if found is not None and (self._judged is None or self._judged[0] is not found):
            self._judged = (found, trainer.network.clock)

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
            check_network(infer(graph))
            if old is not None and not old.clock:  # one that has not learned draws anew
                self._network = old = None
            self._random = None
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
        self._data = (choice, _opened(choice, network.input_shape, memory=min(KEPT, allowance())))
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
        sample, x, labels, label = self._item(network, request.sample, request.item)
        slopes = made_of = None
        if request.gradients:
            shown, slopes = maps_and_gradients(network, x, labels, node)
        else:
            shown = feature_maps(network, x, node)
        if request.sources_of is not None:
            made_of = sources(network, x, node, request.sources_of)
        return MapsShown(node, network.clock, shown, sample, label, slopes, made_of)

    def tensors(
        self,
        network: Network,
        node: str,
        sample: int,
        wants: tuple[str, ...],
        item: NDArray[Any] | None = None,
    ) -> TensorsShown:
        """What a node has at hand for a validation item, or for an `item` of one's own."""
        sample, x, labels, label = self._item(network, sample, item)
        found = probe(network, x, labels, node=node, wants=wants)
        classes = self._data_of(network).classes
        return TensorsShown(node, network.clock, sample, label, classes, found)

    def _item(
        self, network: Network, sample: int, own: NDArray[Any] | None = None
    ) -> tuple[int, NDArray[Any], Labels | None, str]:
        """A validation item: its number, its values, its labels as a batch, its class by name.

        With an item of one's `own` that, without labels.
        """
        if own is not None:
            return sample, own, None, ""
        data = self._data_of(network)
        sample %= len(data.validation)
        x, labels = data.validation.batch([sample])
        return sample, x[0], labels, data.classes[int(data.validation.labels([sample])[0])]

    def prediction(self, network: Network, item: NDArray[Any]) -> Predicted:
        """What a network says to one picture or to one item as it takes them."""
        data = self._data_of(network)
        batch = data.fitting.prepare(item) if item.dtype == np.uint8 else item[None]
        return Predicted(network.predict(batch)[0], data.classes, network.clock)

    def items(self, network: Network, numbers: tuple[int, ...]) -> ItemsShown:
        """Validation items as people see them; numbers that are none are left out."""
        split = self._data_of(network).validation
        known = tuple(number for number in numbers if 0 <= number < len(split))
        return ItemsShown(known, split.pictures(np.array(known, np.intp)), len(split))

    def canvas(self, network: Network, sample: int) -> CanvasShown:
        """A validation item to draw on; numbers beyond the last start again."""
        data = self._data_of(network)
        if not isinstance(data.fitting, PictureFitting):
            raise NetworkError(
                "This network takes signals or plain values, which cannot be drawn. Choose a data"
                " set of pictures."
            )
        sample %= len(data.validation)
        (picture,) = data.validation.pictures([sample])
        label = data.classes[int(data.validation.labels([sample])[0])]
        return CanvasShown(sample, label, picture)

    def drawn(self, network: Network, picture: NDArray[np.uint8]) -> DrawnShown:
        """What every Output says to a drawing."""
        enquiry = Enquiry(network, self._data_of(network))
        x = enquiry.data.fitting.prepare(picture)
        said = {output: enquiry.answer(x[0], output) for output in network.outputs}
        names = {output: enquiry.names(output) for output in network.outputs}
        return DrawnShown(said, names, x[0], network.clock)

    # ---- views that take a while --------------------------------------------------------

    def mistakes(self, training: Network | None, request: ShowMistakes) -> MistakesShown | Pieces:
        """Which classes are taken for one another; `training` is the network in training."""
        known = self._last_validation(training, request) if training else None
        return known or all_mistakes(self._enquiry(training), request)

    def _last_validation(self, network: Network, request: ShowMistakes) -> MistakesShown | None:
        """The matrix that the last validation of this training made, where that is enough."""
        if request.items or self._judged is None or self._trainer is None:
            return None
        found, step = self._judged
        telling = tuple(id for id in network.outputs if class_count(network, id))
        output = request.output if request.output in telling else (*telling, "")[0]
        measured = found.outputs.get(output)
        if measured is None or measured.confusion is None:
            return None
        names = Enquiry(network, self._data_of(network)).names(output)
        return MistakesShown(step, output, telling, names, measured.confusion)

    def saliency(self, training: Network | None, request: ShowSaliency) -> Pieces:
        """Where the network looks, beside the same of random weights."""
        enquiry = self._enquiry(training)
        network = enquiry.network
        sample, x, _, label = self._item(training or network, request.sample, request.item)
        if self._random is None or self._random.whole != network.whole:
            self._random = Network(
                network.whole, seed=network.seed + 1, device=network.backend, dtype=network.dtype
            )
        return where_it_looks(enquiry, self._random, request, (sample, x, label))

    def explore(self, training: Network | None, request: Exploration) -> Pieces:
        """What a view that explores asks; `training` is the network in training."""
        return explored(self._enquiry(training), request)

    def _enquiry(self, training: Network | None) -> Enquiry:
        """The network at hand, or a copy of the one in training as it is now."""
        network = training or self.network()
        data = self._data_of(network)
        if training:
            network = Network(
                training.whole, seed=training.seed, device=training.backend, dtype=training.dtype
            )
            network.set_weights(training.weights())
            network.clock = training.clock
        return Enquiry(network, data)

    def samples(self, choice: DataChoice, shape: Shape, count: int) -> DataShown:
        """The first training items of each class, fitted, and what is known of the data."""
        data = _opened(choice, shape)
        labels = data.train.labels(np.arange(len(data.train)))
        item, wanted = data.fitting.size_in_bytes, count
        count = samples_each(wanted, item, len(data.classes))
        fewer = () if count == wanted else (samples_note(count, item),)
        chosen = np.concatenate(
            [np.flatnonzero(labels == number)[:count] for number in range(len(data.classes))]
        )
        pictures = data.train.pictures(chosen)
        return DataShown(
            title=data.dataset.title,
            sentence=data.sentence,
            notes=(*data.notes, *fewer),
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


def _opened(choice: DataChoice, shape: Shape, *, memory: int | None = None) -> FittedData:
    """The data of a choice, read now and fitted to an Input of this shape; `memory` as in `fit`."""
    dataset = open_source(choice.source, choice.policy)
    return fit(dataset, shape, choice.policy, augment=choice.augment, memory=memory)


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
