"""How the questions of `core.questions.layers` are answered."""

from __future__ import annotations

import numpy as np

from core.answers.enquiries import Enquiry, told
from core.answers.pieces import Pieces
from core.explain.maps import all_layers, mean_maps, unit_map
from core.explain.operation import can_be_cut, cut, operated, operation, planes
from core.network_errors import NetworkError
from core.questions.layers import (
    AllLayersShown,
    MeanMapsShown,
    OperationShown,
    ShowAllLayers,
    ShowMeanMaps,
    ShowOperation,
)
from core.tongue import tr

_SMALL = 48  # cells, the longest side of a map among those of all layers


def mean_maps_shown(enquiry: Enquiry, request: ShowMeanMaps) -> Pieces:
    """The mean of the maps of a node."""
    network, split = enquiry.network, enquiry.data.validation
    work = mean_maps(network, split, request.node, count=request.count)
    maps = yield from told(request.kind, work)
    yield MeanMapsShown(network.clock, request, min(request.count, len(split)), maps)


def all_layers_shown(enquiry: Enquiry, request: ShowAllLayers) -> Pieces:
    """The first maps of every node."""
    x = enquiry.item(request.sample, request.item)
    maps = all_layers(enquiry.network, x, most=request.most, side=_SMALL)
    yield AllLayersShown(enquiry.network.clock, request, maps)


def operation_shown(enquiry: Enquiry, request: ShowOperation) -> Pieces:
    """What changed weights make of the network."""
    network, split, node = enquiry.network, enquiry.data.validation, request.node
    shapes = {name: one.shape for name, one in network.inference.nodes[node].weights.items()}
    if not can_be_cut(shapes):
        raise NetworkError(
            tr("{title} has no units whose weights can be typed.", title=network.whole[node].title)
        )
    if network.whole[node].bypassed:
        raise NetworkError(
            tr("{title} is bypassed: its weights take no part.", title=network.whole[node].title)
        )
    try:
        changed = cut(network, node, request.cuts)
    except IndexError:
        raise NetworkError(
            tr("The layer has changed: these weights are no longer there.")
        ) from None
    found = yield from told(request.kind, operation(network, split, changed, count=request.count))
    sample, output = request.sample % len(split), network.outputs[0]
    x, sheets = split.batch([sample])[0][0], planes(changed[f"{node}.weight"])
    unit = min(request.unit, len(sheets) - 1)
    maps, said = [unit_map(network, x, node, unit)], [enquiry.answer(x, output)]
    with operated(network, changed):
        maps.append(unit_map(network, x, node, unit))
        said.append(enquiry.answer(x, output))
    yield OperationShown(
        network.clock, request, found, sheets[unit, min(request.plane, sheets.shape[1] - 1)],
        (sheets.shape[0], sheets.shape[1]), np.stack(maps), enquiry.names(output),
        enquiry.labels([sample])[0], *said,
    )  # fmt: skip
