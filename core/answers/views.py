"""How every view is answered from what the studio has at hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.answers.beside import items_of_each, of_each
from core.answers.enquiries import Enquiry, all_mistakes, where_it_looks
from core.answers.explorations import explored
from core.answers.pieces import Pieces
from core.answers.studio import Studio
from core.data.fitting import PictureFitting
from core.explain.filters import by_norm, filter_weights, filters
from core.explain.maps import feature_maps, maps_and_gradients
from core.explain.probe import Labels, probe
from core.explain.score import class_count
from core.explain.sources import sources
from core.files import FileError
from core.graph import Graph
from core.network import Network
from core.network_errors import NetworkError
from core.questions.exploring import Exploration, ShowBeside, ShowBesideItems
from core.questions.viewing import (
    CanvasShown,
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
from core.tongue import tr
from core.when import LAST, NOW, When


class ViewAnswers:
    """Answers questions about the network of a studio, or about one that is given.

    NetworkError says what cannot be answered. Answers that take a while come piece by piece.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

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
            past = self._studio.at(When((when or NOW).run, 0))
        except (NetworkError, FileError):
            return nothing, tr("the first weights of this run are not kept")
        if past is None or past.clock:
            return nothing, tr("the first weights of this run are not kept")
        first = past.weight(name) if name in past.weight_names else None
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
        classes = self._studio.data_of(network).classes
        return TensorsShown(node, network.clock, sample, label, classes, found)

    def _item(
        self, network: Network, sample: int, own: NDArray[Any] | None = None
    ) -> tuple[int, NDArray[Any], Labels | None, str]:
        """A validation item: its number, its values, its labels as a batch, its class by name.

        With an item of one's `own` that, without labels.
        """
        if own is not None:
            return sample, own, None, ""
        data = self._studio.data_of(network)
        sample %= len(data.validation)
        x, labels = data.validation.batch([sample])
        return sample, x[0], labels, data.classes[int(data.validation.labels([sample])[0])]

    def prediction(self, network: Network, item: NDArray[Any]) -> Predicted:
        """What a network says to one picture or to one item as it takes them."""
        data = self._studio.data_of(network)
        batch = data.fitting.prepare(item) if item.dtype == np.uint8 else item[None]
        return Predicted(network.predict(batch)[0], data.classes, network.clock)

    def items(
        self, network: Network, numbers: tuple[int, ...], *, train: bool = False
    ) -> ItemsShown:
        """Validation or training items as people see them; numbers that are none are left out."""
        data = self._studio.data_of(network)
        split = data.train if train else data.validation
        known = tuple(number for number in numbers if 0 <= number < len(split))
        return ItemsShown(known, split.pictures(np.array(known, np.intp)), len(split))

    def canvas(self, network: Network, sample: int) -> CanvasShown:
        """A validation item to draw on; numbers beyond the last start again."""
        data = self._studio.data_of(network)
        if not isinstance(data.fitting, PictureFitting):
            raise NetworkError(
                tr(
                    "This network takes signals or plain values, which cannot be drawn. Choose a"
                    " data set of pictures."
                )
            )
        sample %= len(data.validation)
        (picture,) = data.validation.pictures([sample])
        label = data.classes[int(data.validation.labels([sample])[0])]
        return CanvasShown(sample, label, picture)

    def drawn(self, network: Network, picture: NDArray[np.uint8]) -> DrawnShown:
        """What every Output says to a drawing."""
        enquiry = Enquiry(network, self._studio.data_of(network))
        x = enquiry.data.fitting.prepare(picture)
        said = {output: enquiry.answer(x[0], output) for output in network.outputs}
        names = {output: enquiry.names(output) for output in network.outputs}
        return DrawnShown(said, names, x[0], network.clock)

    # ---- views that take a while --------------------------------------------------------

    def mistakes(self, training: Network | None, request: ShowMistakes) -> MistakesShown | Pieces:
        """Which classes are taken for one another; `training` is the network in training."""
        is_live = training is not None and self._studio.looked_at(request) is None
        known = self._last_validation(training, request) if training and is_live else None
        return known or all_mistakes(self._studio.enquiry(training, request), request)

    def _last_validation(self, network: Network, request: ShowMistakes) -> MistakesShown | None:
        """The matrix that the last validation of this training made, where that is enough."""
        judged = self._studio.judged
        if request.items or request.train or judged is None:
            return None
        found, step = judged
        telling = tuple(id for id in network.outputs if class_count(network, id))
        output = request.output if request.output in telling else (*telling, "")[0]
        measured = found.outputs.get(output)
        if measured is None or measured.confusion is None:
            return None
        names = Enquiry(network, self._studio.data_of(network)).names(output)
        return MistakesShown(step, output, telling, names, measured.confusion)

    def saliency(self, training: Network | None, request: ShowSaliency) -> Pieces:
        """Where the network looks, beside the same of random weights."""
        enquiry = self._studio.enquiry(training, request)
        network = enquiry.network
        sample, x, _, label = self._item(network, request.sample, request.item)
        other = self._studio.random_network(enquiry)
        return where_it_looks(enquiry, other, request, (sample, x, label))

    def explore(self, training: Network | None, request: Exploration) -> Pieces:
        """What a view that explores asks; `training` is the network in training."""
        step = request.when.step if request.when else LAST

        def open_run(run: str) -> Enquiry:
            return self._studio.of_run(When(run, step))

        if isinstance(request, ShowBeside):
            return of_each(request, open_run, lambda enquiry: self._look(enquiry, request))
        if isinstance(request, ShowBesideItems):
            return items_of_each(request, open_run)
        return explored(self._studio.enquiry(training, request), request)

    def _look(self, enquiry: Enquiry, request: ShowBeside) -> FiltersShown | MapsShown:
        """The filters or maps of one of several runs."""
        if request.look == "filters":
            return self.filters(enquiry.network, ShowFilters(request.node))
        maps = ShowMaps(request.node, request.sample, item=request.item)
        return self.maps(enquiry.network, maps)


def _meets_input(graph: Graph, node: str) -> bool:
    """Whether a node takes straight from an Input."""
    return any(not graph.inputs_of(source) for source in graph.inputs_of(node))
