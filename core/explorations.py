"""How the questions of `core.exploring` are answered; see `core.enquiries` for what a piece is."""

from __future__ import annotations

from core.enquiries import Enquiry, told
from core.explain.effective import effective
from core.explain.neighbors import neighbors
from core.explain.patches import strongest
from core.explain.surgery import ablation, said_without
from core.explain.variants import variants
from core.exploring import (
    AblationShown,
    Exploration,
    ItemShown,
    NeighborsShown,
    PatchesShown,
    PicturesShown,
    ReachShown,
    ShowAblation,
    ShowItem,
    ShowNeighbors,
    ShowPatches,
    ShowPictures,
    ShowReach,
    ShowVariants,
    VariantsShown,
)
from core.long_answers import Pieces
from core.network import NetworkError


def explored(enquiry: Enquiry, request: Exploration) -> Pieces:
    """The pieces of the answer to a question."""
    match request:
        case ShowReach():
            return _reach(enquiry, request)
        case ShowItem():
            return _item(enquiry, request)
        case ShowPictures():
            return _pictures(enquiry, request)
        case ShowPatches():
            return _patches(enquiry, request)
        case ShowNeighbors():
            return _neighbors(enquiry, request)
        case ShowVariants():
            return _variants(enquiry, request)
        case ShowAblation():
            return _ablation(enquiry, request)
    raise NetworkError(f"{type(request).__name__} is not a request that the engine knows.")


def _reach(enquiry: Enquiry, request: ShowReach) -> Pieces:
    network, data = enquiry.network, enquiry.data
    work = effective(
        network,
        data.validation,
        request.node,
        channel=request.channel,
        cell=request.cell,
        shape=data.fitting.kept_shape,
        count=request.count,
    )
    found = yield from told(request.kind, work)
    yield ReachShown(network.clock, request, found)


def _item(enquiry: Enquiry, request: ShowItem) -> Pieces:
    split = enquiry.data.validation
    sample = request.sample % len(split)
    (label,), (picture,) = _labels(enquiry, [sample]), split.pictures([sample])
    yield ItemShown(enquiry.network.clock, request, sample, label, picture)


def _pictures(enquiry: Enquiry, request: ShowPictures) -> Pieces:
    items = list(request.items)
    pictures = enquiry.data.validation.pictures(items)
    yield PicturesShown(enquiry.network.clock, request, pictures, _labels(enquiry, items))


def _patches(enquiry: Enquiry, request: ShowPatches) -> Pieces:
    network, split = enquiry.network, enquiry.data.validation
    work = strongest(network, split, request.node, count=request.count, largest=request.largest)
    found = yield from told(request.kind, work)
    yield PatchesShown(network.clock, request, len(split), found)


def _neighbors(enquiry: Enquiry, request: ShowNeighbors) -> Pieces:
    network, split = enquiry.network, enquiry.data.validation
    sample, is_own = request.sample % len(split), request.item is not None
    x = request.item if request.item is not None else split.batch([sample])[0][0]
    work = neighbors(
        network, split, request.node, x, count=request.count, measure=request.measure,
        pooled=request.pooled, without=-1 if is_own else sample,
    )  # fmt: skip
    found = yield from told(request.kind, work)
    items = [*found.in_node.items.tolist(), *found.in_input.items.tolist()]
    yield NeighborsShown(
        network.clock, request, sample, "" if is_own else _labels(enquiry, [sample])[0],
        len(split), found, x.reshape(enquiry.data.fitting.kept_shape), split.pictures(items),
        _labels(enquiry, items),
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
        network.clock, request, found, enquiry.names(output), _labels(enquiry, [sample])[0],
        said_without(network, x, request.node, (), output),
        said_without(network, x, request.node, request.muted, output),
    )  # fmt: skip


def _labels(enquiry: Enquiry, items: list[int]) -> tuple[str, ...]:
    """The classes of validation items, by name."""
    numbers = enquiry.data.validation.labels(items).tolist()
    return tuple(enquiry.data.classes[number] for number in numbers)
