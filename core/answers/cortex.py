"""How the questions of the cortex lab are answered, in the pieces of `core.answers.enquiries`."""

from __future__ import annotations

import time
from collections.abc import Generator

from core.answers.enquiries import Enquiry, told
from core.answers.pieces import Pieces
from core.explain.neocognitron import answers, fields, first_filters, learners, sorting
from core.explain.pace import PIECE
from core.layers import NeoS
from core.messages import Going
from core.network import Network
from core.network_errors import NetworkError
from core.questions.cortex import (
    FieldsShown,
    PlanesShown,
    Presenting,
    ShowFields,
    ShowPlanes,
)
from core.tongue import tr
from core.training.events import Presented
from core.training.organizer import REPORTS, FittedImages, organize

_BLOCK = 16  # pictures that go through the layers before at a time: a piece is short


def shown_fields(enquiry: Enquiry, request: ShowFields) -> Pieces:
    """The filters of the first layer as receptive fields."""
    network = enquiry.network
    node = first_filters(network.whole)
    if not node:
        raise NetworkError(
            tr("The network has no convolution whose filters could be a cell's field.")
        )
    yield FieldsShown(network.clock, request, node, fields(network, node))


def shown_planes(enquiry: Enquiry, request: ShowPlanes) -> Pieces:
    """What S-cells and C-cells give, as they are or after a lesson that leaves no trace."""
    network, split = enquiry.network, enquiry.data.validation
    if request.node not in {one.id for one in network.graph.of_type(NeoS)}:
        raise NetworkError(
            tr("There are no S-cells to look at: select a NeoS layer that is in use.")
        )
    frames: tuple[Presented, ...] = ()
    if request.hebb is not None:
        network = network.copy()
        frames = yield from _taught(network, enquiry, request)
    sample = request.sample % len(split)
    x = split.batch([sample])[0][0] if request.item is None else request.item
    columns = request.hebb is not None and request.hebb.winners == "columns"
    found = answers(network, x, request.node, columns=columns)
    names = enquiry.data.classes
    work = sorting(network, split, request.node, classes=len(names), count=request.count)
    table = yield from told(request.kind, work)
    label = names[int(split.labels([sample])[0])] if request.item is None else ""
    yield PlanesShown(
        enquiry.network.clock, request, sample, label, x, found,
        network.weight(f"{request.node}.weight"), frames, table, names,
    )  # fmt: skip


def _taught(
    network: Network, enquiry: Enquiry, request: ShowPlanes
) -> Generator[Going, None, tuple[Presented, ...]]:
    """Let the layer learn, and those before it; gives what was told of the layer itself.

    Some moments are told as they are, and how far it is whenever a piece has taken its time.
    """
    hebb, nodes = request.hebb, learners(network.graph, request.node)
    assert hebb is not None
    images, total = FittedImages(enquiry.data.train), hebb.presentations * len(nodes)
    every = max(1, hebb.presentations // REPORTS)
    frames: list[Presented] = []
    begin = time.perf_counter()
    work = organize(network, images, hebb, nodes=nodes, reports=hebb.presentations, block=_BLOCK)
    for event in work:
        if not isinstance(event, Presented):
            continue
        done = (event.layer - 1) * hebb.presentations + event.shown
        if event.shown % every and event.shown < hebb.presentations:
            if time.perf_counter() - begin > PIECE:
                yield Going(request.kind, done, total)
                begin = time.perf_counter()
            continue
        x = images[[event.item]]
        s = network.activations(x, [event.node])[event.node]
        yield Presenting(request.kind, done, total, event, x[0], s[0])
        begin = time.perf_counter()
        if event.node == request.node:
            frames.append(event)
    return tuple(frames)
