"""What the engine process has at hand for views: the network, the data, the design they are of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.answers.beside import items_of_each, of_each
from core.answers.enquiries import Enquiry, all_mistakes, where_it_looks
from core.answers.explorations import explored
from core.answers.past import Kept, Past
from core.answers.pieces import Pieces
from core.convert import carried_weights
from core.data.fitted import FittedData, fit
from core.data.fitting import PictureFitting
from core.data.kept import allowance
from core.data.sources import open_source
from core.design import DataChoice, Design
from core.explain.filters import by_norm, filter_weights, filters
from core.explain.maps import feature_maps, maps_and_gradients
from core.explain.probe import Labels, probe
from core.explain.score import class_count
from core.explain.sources import sources
from core.files import FileError
from core.graph import Graph
from core.infer import infer
from core.limits import KEPT, check_network, samples_each, samples_note
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
    View,
)
from core.network import Network, NetworkError
from core.plan import Plan
from core.questions.exploring import Exploration, ShowBeside, ShowBesideItems
from core.shapes import Shape
from core.tongue import tr
from core.training import checkpoint
from core.training.evaluate import Evaluation
from core.training.organizer import Organizer
from core.training.runs import RunFolder
from core.training.trainer import Trainer
from core.when import LAST, NOW, When

_DATA_KEPT = 3  # data sets: runs that are compared may have learned from several


class Studio:
    """The network and the data that views are about.

    While nothing is trained that is the last trained network; one with the run's last weights; or
    one with fresh weights. An edit of the design keeps every weight that still fits. Views of a
    past moment are answered by a network of their own.
    """

    def __init__(self) -> None:
        self._design: Design | None = None
        self._run = ""
        self._network: Network | None = None
        self._trainer: Trainer | Organizer | None = None
        self._past = Past()
        self._data: list[tuple[DataChoice, FittedData]] = []  # the newest first
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
        self._network = trainer.network
        if not self._data or self._data[0][1] is not trainer.data:
            self._keep_data(trainer.design.data, trainer.data)
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
            raise NetworkError(tr("No network is open."))
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

    def at(self, when: When | None) -> Kept | None:
        """The network of a moment of any run, and what it was made from; None for the one at hand.

        NetworkError or FileError where there is none.
        """
        when = when or NOW
        run = when.run or self._run
        if when.step == LAST and run == self._run:
            return None
        if self._design is None or not run:
            raise NetworkError(tr("There is no run to look back in: train the network first."))
        return self._past.at(When(run, when.step), self._design.plan.backend())

    def looked_at(self, request: View) -> Network | None:
        """The past network that a view of the open design is about; None for the one at hand."""
        kept = self.at(request.when)
        node = getattr(request, "node", "")
        if kept is None or self._design is None or kept.network.whole == self._design.graph:
            return kept.network if kept else None
        if node and not _same_in(kept.network.whole, self._design.graph, node):
            raise NetworkError(
                tr(
                    "In the run that is looked at this layer was another one, or took something"
                    " else."
                    " Go back to now, or undo what was changed since."
                )
            )
        return kept.network

    def _data_of(self, network: Network) -> FittedData:
        """What a network is trained on, or would be."""
        if self._trainer and self._trainer.data and self._trainer.network is network:
            return self._trainer.data
        design = self._past.design_of(network) or self._design
        assert design is not None
        for choice, data in self._data:
            if choice == design.data and data.fitting.input_shape == network.input_shape:
                return data
        shape = network.input_shape
        return self._keep_data(
            design.data, _opened(design.data, shape, memory=min(KEPT, allowance()))
        )

    def _keep_data(self, choice: DataChoice, data: FittedData) -> FittedData:
        self._data = [(choice, data), *self._data][:_DATA_KEPT]
        return data

    # ---- views --------------------------------------------------------------------------

    def filters(self, network: Network, request: ShowFilters) -> FiltersShown:
        """The filters of a node; those on the color channels of the Input come as colors."""
        node, title = request.node, network.whole[request.node].title
        specs = network.inference.nodes[node].weights
        names = filter_weights({name: weight.shape for name, weight in specs.items()})
        if not names:
            raise NetworkError(tr("{title} has no filters.", title=title))
        name = request.weight if request.weight in names else names[0]
        colors = network.input_shape[0] == 3 and _meets_input(network.whole, node)
        weight, note = network.weight(f"{node}.{name}"), ""
        if request.change:
            weight, note = self._changed(weight, f"{node}.{name}", request.when)
        order = by_norm(weight, at=request.at) if request.by_norm else None
        shown = filters(weight, rgb=colors, at=request.at, order=order)
        gradients = None
        if request.gradients:
            slopes = self.tensors(network, node, request.sample, (f"d{name}",)).tensors
            if slopes:
                gradients = filters(slopes[f"d{name}"], at=request.at, order=order)
        return FiltersShown(node, network.clock, shown, gradients, name, names, note)

    def _changed(
        self, weight: NDArray[Any], name: str, when: When | None
    ) -> tuple[NDArray[Any], str]:
        """What a weight has gained since the first step of its run, or zeros and why."""
        nothing = np.zeros_like(weight)
        try:
            kept = self.at(When((when or NOW).run, 0))
        except (NetworkError, FileError):
            return nothing, tr("the first weights of this run are not kept")
        first = kept.network.weights().get(name) if kept else None
        if kept is None or kept.network.clock:
            return nothing, tr("the first weights of this run are not kept")
        if first is None or first.shape != weight.shape:
            return nothing, tr("the layer was another one at the start of the run")
        return weight - first, ""

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

    def items(
        self, network: Network, numbers: tuple[int, ...], *, train: bool = False
    ) -> ItemsShown:
        """Validation or training items as people see them; numbers that are none are left out."""
        data = self._data_of(network)
        split = data.train if train else data.validation
        known = tuple(number for number in numbers if 0 <= number < len(split))
        return ItemsShown(known, split.pictures(np.array(known, np.intp)), len(split))

    def canvas(self, network: Network, sample: int) -> CanvasShown:
        """A validation item to draw on; numbers beyond the last start again."""
        data = self._data_of(network)
        if not isinstance(data.fitting, PictureFitting):
            raise NetworkError(
                tr(
                    "This network takes signals or plain values, which cannot be drawn. Choose a"
                    " data"
                    " set of pictures."
                )
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
        is_live = training is not None and self.looked_at(request) is None
        known = self._last_validation(training, request) if training and is_live else None
        return known or all_mistakes(self._enquiry(training, request), request)

    def _last_validation(self, network: Network, request: ShowMistakes) -> MistakesShown | None:
        """The matrix that the last validation of this training made, where that is enough."""
        if request.items or request.train or self._judged is None or self._trainer is None:
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
        enquiry = self._enquiry(training, request)
        network = enquiry.network
        sample, x, _, label = self._item(network, request.sample, request.item)
        if self._random is None or self._random.whole != network.whole:
            self._random = enquiry.random_network()
        return where_it_looks(enquiry, self._random, request, (sample, x, label))

    def explore(self, training: Network | None, request: Exploration) -> Pieces:
        """What a view that explores asks; `training` is the network in training."""
        step = request.when.step if request.when else LAST

        def open_run(run: str) -> Enquiry:
            return self._of_run(When(run, step))

        if isinstance(request, ShowBeside):
            return of_each(request, open_run, lambda enquiry: self._look(enquiry, request))
        if isinstance(request, ShowBesideItems):
            return items_of_each(request, open_run)
        return explored(self._enquiry(training, request), request)

    def _look(self, enquiry: Enquiry, request: ShowBeside) -> FiltersShown | MapsShown:
        """The filters or maps of one of several runs."""
        if request.look == "filters":
            return self.filters(enquiry.network, ShowFilters(request.node))
        maps = ShowMaps(request.node, request.sample, item=request.item)
        return self.maps(enquiry.network, maps)

    def _of_run(self, when: When) -> Enquiry:
        """The network of a moment of a run, of the design that the run has."""
        live = self._trainer.network if self._trainer and when.run == self._run else None
        if live is not None and when.step == LAST:
            return Enquiry(_still(live), self._data_of(live))
        design = self._design
        network = self._past.at(when, (design.plan if design else Plan()).backend()).network
        return Enquiry(network, self._data_of(network))

    def _enquiry(self, training: Network | None, request: View) -> Enquiry:
        """The network at hand, a copy of the one in training as it is now, or a past one."""
        past = self.looked_at(request)
        network = past or training or self.network()
        data = self._data_of(network)
        return Enquiry(_still(training) if training and not past else network, data)

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


def _still(network: Network) -> Network:
    """A copy of a network as it is now, whose weights stay while it goes on learning."""
    copy = Network(network.whole, seed=network.seed, device=network.backend, dtype=network.dtype)
    copy.set_weights(network.weights())
    copy.clock = network.clock
    return copy


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


def _same_in(one: Graph, other: Graph, node: str) -> bool:
    """Whether a node of two graphs is the same layer and takes the same."""
    if node not in one.nodes or node not in other.nodes or one[node].layer != other[node].layer:
        return False
    found, wanted = (infer(graph).nodes[node] for graph in (one, other))
    return found.output == wanted.output and found.inputs == wanted.inputs


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
