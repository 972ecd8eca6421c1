"""How the questions of `core.questions.particular` are answered."""

from __future__ import annotations

import numpy as np

from core.answers.enquiries import Enquiry, Host, told
from core.answers.pieces import Pieces
from core.explain.boxes import Places, as_points, outputs_of_places, places, where
from core.explain.probe import probe
from core.explain.score import class_count
from core.explain.signals import Signal, as_strip
from core.questions.particular import (
    BoxesShown,
    Located,
    ShowBoxes,
    ShowSignal,
    SignalShown,
)


def shown_signal(enquiry: Enquiry, request: ShowSignal) -> Pieces:
    """An item over time, and what a node has at hand for it."""
    network, looked_at = enquiry.network, enquiry.data.dataset.looked_at
    sample = request.sample % len(enquiry.data.validation)
    label = enquiry.labels([sample])[0] if request.item is None else ""
    found = None
    if looked_at.kind == "values" and len(network.input_shape) > 1:
        x = enquiry.item(sample, request.item)
        weights = network.inference.nodes[request.node].weights
        tensors = probe(network, x, node=request.node, wants=("x", "y", *weights))
        found = Signal(as_strip(x), looked_at.sampling, tensors)
    yield SignalShown(network.clock, request, sample, label, found)


def shown_boxes(enquiry: Enquiry, request: ShowBoxes) -> Pieces:
    """Where things are, and where an Output says they are: of one item, and of many."""
    network, data = enquiry.network, enquiry.data
    sample = request.sample % len(data.validation)
    label = enquiry.labels([sample])[0] if request.item is None else ""
    outputs = outputs_of_places(network, data.dataset.fields)
    found = None
    if outputs and data.dataset.looked_at.kind == "image":
        output = request.output if request.output in outputs else outputs[0]
        field = data.dataset.fields[network.output(output).target]
        work = places(network, data.validation, output, field, count=request.count)
        many = yield from told(request.kind, work)
        found = _located(enquiry, request, outputs, many)
    yield BoxesShown(network.clock, request, sample, label, found)


def _located(
    enquiry: Enquiry, request: ShowBoxes, outputs: tuple[str, ...], many: Places
) -> Located:
    """The item that is looked at, beside what was found of many."""
    network, split = enquiry.network, enquiry.data.validation
    sample = request.sample % len(split)
    x = enquiry.item(sample, request.item)
    truth = None
    if request.item is None:
        picture = split.pictures([sample])[0]
        truth = as_points(split.targets([sample])[network.output(many.output).target])[0]
    else:
        picture = _as_seen(enquiry, x)
    said = where(network, x[None], many.output)[0]
    worst = split.pictures(many.worst[: request.shown])
    return Located(outputs, _answer(enquiry, x), picture, truth, said, many, worst)


def _answer(enquiry: Enquiry, x: Host) -> str:
    """What the first Output that tells classes takes an item for, "" where none does."""
    network = enquiry.network
    telling = [id for id in network.outputs if class_count(network, id)]
    if not telling:
        return ""
    return enquiry.names(telling[0])[int(np.argmax(enquiry.answer(x, telling[0])))]


def _as_seen(enquiry: Enquiry, x: Host) -> Host:
    """An item of one's own, from what the network takes to bytes."""
    fitting = enquiry.data.fitting
    shape = (-1, *(1,) * (len(fitting.kept_shape) - 1))
    scale, offset = (np.array(one).reshape(shape) for one in (fitting.scale, fitting.offset))
    values = x.reshape(fitting.kept_shape) * scale + offset
    shown: Host = fitting.shown(np.rint(values).clip(0, 255).astype(np.uint8)[None])[0]
    return shown
