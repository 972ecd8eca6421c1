"""How the questions of `core.questions.exploring` are answered, in pieces as enquiries are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.answers.cortex import shown_fields, shown_planes
from core.answers.enquiries import Enquiry, told
from core.answers.layers import all_layers_shown, mean_maps_shown, operation_shown
from core.answers.particular import shown_boxes, shown_signal
from core.answers.pieces import Pieces
from core.explain.dream import dream
from core.explain.effective import effective
from core.explain.invariance import invariance
from core.explain.neighbors import neighbors, searched
from core.explain.patches import sampled, strongest
from core.explain.probe import probe
from core.explain.surgery import ablation, said_without
from core.explain.toeplitz import as_matrix
from core.explain.variants import variants
from core.network import Network
from core.network_errors import NetworkError
from core.questions.cortex import ShowFields, ShowPlanes
from core.questions.exploring import (
    AblationShown,
    Dreaming,
    DreamShown,
    Exploration,
    InvarianceShown,
    ItemShown,
    MatrixShown,
    NeighborsShown,
    PatchesShown,
    PicturesShown,
    ReachShown,
    ShowAblation,
    ShowDream,
    ShowInvariance,
    ShowItem,
    ShowMatrix,
    ShowNeighbors,
    ShowPatches,
    ShowPictures,
    ShowReach,
    ShowVariants,
    VariantsShown,
)
from core.questions.layers import ShowAllLayers, ShowMeanMaps, ShowOperation
from core.questions.particular import ShowBoxes, ShowSignal
from core.tongue import tr


def explored(enquiry: Enquiry, request: Exploration) -> Pieces:
    """The pieces of the answer to a question."""
    if type(request) not in _ANSWERS:
        raise NetworkError(
            tr("{name} is not a request that the engine knows.", name=type(request).__name__)
        )
    _check(enquiry.network, request)
    return _ANSWERS[type(request)](enquiry, request)


def _check(network: Network, request: Exploration) -> None:
    """GraphError or NetworkError where the node, the map or the cell asked about is not there.

    The network that learns may be another one than the design that is edited meanwhile.
    """
    node = getattr(request, "node", "")
    if not node:
        return
    title, shape = network.whole[node].title, network.inference.nodes[node].output or ()
    channel = max(getattr(request, "channel", 0), *getattr(request, "muted", ()), 0)
    cell = getattr(request, "cell", (0, 0))[3 - len(shape) :]  # a signal has columns alone
    if any(at >= size for at, size in zip((channel, *cell), shape, strict=False)):
        raise NetworkError(
            tr("{title} has fewer values than that in this network: select one anew.", title=title)
        )


def _reach(enquiry: Enquiry, request: ShowReach) -> Pieces:
    data, found = enquiry.data, []
    for network in (enquiry.network, *([enquiry.random_network()] if request.random else [])):
        work = effective(
            network,
            data.validation,
            request.node,
            channel=request.channel,
            cell=request.cell,
            shape=data.fitting.kept_shape,
            count=request.count,
        )
        found.append((yield from told(request.kind, work)))
    yield ReachShown(enquiry.network.clock, request, *found)


def _item(enquiry: Enquiry, request: ShowItem) -> Pieces:
    split = enquiry.data.validation
    sample = request.sample % len(split)
    (label,), (picture,) = enquiry.labels([sample]), split.pictures([sample])
    yield ItemShown(enquiry.network.clock, request, sample, label, picture)


def _pictures(enquiry: Enquiry, request: ShowPictures) -> Pieces:
    split, items = enquiry.data.validation, list(request.items)
    if any(item >= len(split) for item in items):
        raise NetworkError(tr("The data are others now: these items are not among them."))
    pictures = split.pictures(items)
    yield PicturesShown(enquiry.network.clock, request, pictures, enquiry.labels(items))


def _patches(enquiry: Enquiry, request: ShowPatches) -> Pieces:
    network, split = enquiry.network, enquiry.data.validation
    node, count = request.node, request.count
    if request.random:
        work = sampled(network, split, node, count=count)
    else:
        work = strongest(network, split, node, count=count, largest=request.largest)
    found = yield from told(request.kind, work)
    yield PatchesShown(network.clock, request, len(split), found)


def _neighbors(enquiry: Enquiry, request: ShowNeighbors) -> Pieces:
    network, split = enquiry.network, enquiry.split(train=request.train)
    is_picked = request.picked >= 0
    origin = enquiry.split(train=is_picked)
    sample = (request.picked if is_picked else request.sample) % len(origin)
    x, label = request.item, ""
    if is_picked or x is None:
        x, (label,) = origin.batch([sample])[0][0], enquiry.labels([sample], train=is_picked)
    is_among = bool(label) and origin is split
    work = neighbors(
        network, split, request.node, x, count=request.count, measure=request.measure,
        pooled=request.pooled, without=sample if is_among else -1,
    )  # fmt: skip
    found = yield from told(request.kind, work)
    items = [*found.in_node.items.tolist(), *found.in_input.items.tolist()]
    yield NeighborsShown(
        network.clock, request, sample, label, len(searched(len(split))), len(split), found,
        x.reshape(enquiry.data.fitting.kept_shape), split.pictures(items),
        enquiry.labels(items, train=request.train),
    )  # fmt: skip


def _variants(enquiry: Enquiry, request: ShowVariants) -> Pieces:
    split = enquiry.data.train.seeded(request.seed)
    item = request.item % len(split)
    epochs = range(request.first, request.first + request.count)
    found = yield from told(request.kind, variants(split, item, epochs))
    label = enquiry.data.classes[int(split.labels([item])[0])]
    yield VariantsShown(enquiry.network.clock, request, item, len(split), label, found)


def _ablation(enquiry: Enquiry, request: ShowAblation) -> Pieces:
    network, split = enquiry.network, enquiry.data.validation
    work = ablation(network, split, request.node, muted=request.muted, count=request.count)
    found = yield from told(request.kind, work)
    sample, output = request.sample % len(split), network.outputs[0]
    x = split.batch([sample])[0][0]
    yield AblationShown(
        network.clock, request, found, enquiry.names(output), enquiry.labels([sample])[0],
        said_without(network, x, request.node, (), output),
        said_without(network, x, request.node, request.muted, output),
    )  # fmt: skip


def _invariance(enquiry: Enquiry, request: ShowInvariance) -> Pieces:
    network, data = enquiry.network, enquiry.data
    work = invariance(network, data, request.node, move=request.move, count=request.count)
    found = yield from told(request.kind, work)
    yield InvarianceShown(network.clock, request, found)


def _dream(enquiry: Enquiry, request: ShowDream) -> Pieces:
    network = enquiry.network
    work = dream(
        network, enquiry.data.fitting, request.node, channel=request.channel, steps=request.steps,
        seed=request.seed, restraint=request.restraint,
    )  # fmt: skip
    while True:
        try:
            done, total, found = next(work)
        except StopIteration as end:
            yield DreamShown(network.clock, request, end.value)
            return
        yield Dreaming(request.kind, done, total, found)


def _matrix(enquiry: Enquiry, request: ShowMatrix) -> Pieces:
    network, x = enquiry.network, enquiry.item(request.sample, request.item)
    tensors = probe(network, x, node=request.node, wants=("x", "weight"))
    layer, title = network.whole[request.node].layer, network.whole[request.node].title
    if not {"x", "weight"} <= tensors.keys():
        raise NetworkError(tr("{title} has no filters.", title=title))
    maps = tensors["x"]
    try:
        found = as_matrix(
            layer, tensors["weight"], maps, source=request.source, channel=request.channel
        )
    except ValueError as trouble:
        raise NetworkError(str(trouble)) from None
    size = (maps.shape[1], maps.shape[2])
    yield MatrixShown(network.clock, request, found, len(maps), size)


_ANSWERS: dict[type[Exploration], Callable[[Enquiry, Any], Pieces]] = {
    ShowMeanMaps: mean_maps_shown,
    ShowAllLayers: all_layers_shown,
    ShowOperation: operation_shown,
    ShowReach: _reach,
    ShowItem: _item,
    ShowPictures: _pictures,
    ShowPatches: _patches,
    ShowNeighbors: _neighbors,
    ShowVariants: _variants,
    ShowAblation: _ablation,
    ShowInvariance: _invariance,
    ShowDream: _dream,
    ShowMatrix: _matrix,
    ShowSignal: shown_signal,
    ShowBoxes: shown_boxes,
    ShowFields: shown_fields,
    ShowPlanes: shown_planes,
}
