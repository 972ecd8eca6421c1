"""Why training cannot go on, in a sentence, and what to try."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.backend import DeviceError
from core.data.fitted import FitError
from core.files import FileError
from core.infer import Inference
from core.network import Network
from core.network_errors import NetworkError, ValuesError
from core.tongue import tr
from core.training.events import Failed

Array = Any

FORESEEN = (NetworkError, FitError, FileError, DeviceError)


@dataclass(frozen=True)
class Place:
    """Where training was: epoch and step from 1, learning rate, items in a batch."""

    epoch: int
    step: int
    lr: float
    batch_size: int


def refused(error: Exception) -> Failed:
    """The event for one of the FORESEEN errors, which say what is wrong themselves."""
    if isinstance(error, DeviceError):
        return Failed(str(error), "device")
    data = isinstance(error, FitError | FileError | ValuesError)
    return Failed(str(error), "data" if data else "design")


def diverged(network: Network, node: str, place: Place) -> Failed:
    """The event for a loss that is no number; `node` is the first to blame, "" if none is."""
    when = tr(
        "The loss is no longer a number in step {step} of epoch {epoch}",
        step=place.step,
        epoch=place.epoch,
    )
    if node:
        when += tr(
            ": {title} is the first to give values out of range", title=network.graph[node].title
        )
    return Failed(
        tr(
            "{when}. The learning rate of {lr:g} is likely too high. The last good weights are"
            " kept; go on from them with {lr2:g}.",
            when=when,
            lr=place.lr,
            lr2=place.lr / 10,
        ),
        "rate",
        node,
        place.epoch,
        place.step,
        lower_rate=place.lr / 10,
    )


def first_bad_node(network: Network, values: Mapping[str, Array]) -> str:
    """The first node, in the order data flows, that gave a value that is not finite; "" if none."""
    xp = network.backend.xp
    return next(
        (id for id in network.graph.order if id in values and not xp.isfinite(values[id]).all()), ""
    )


def out_of_memory(inference: Inference, place: Place) -> Failed:
    """The event for a step that does not fit into memory."""
    needs = _size(inference.memory(place.batch_size, training=True))
    smaller = place.batch_size // 2 or None
    if smaller:
        advice = tr("Go on with batches of {smaller}.", smaller=smaller)
    else:
        advice = tr("Make the network or its Input smaller.")
    return Failed(
        tr(
            "The memory ran out: a batch of {batch_size} needs at least {needs}. The last good"
            " weights are kept. {advice}",
            batch_size=place.batch_size,
            needs=needs,
            advice=advice,
        ),
        "memory",
        epoch=place.epoch,
        step=place.step,
        smaller_batch=smaller,
    )


def _size(count: int) -> str:
    """Bytes for people, in units of 1000."""
    power = min(int(math.log(max(count, 1), 1000)), 4)
    return f"{count / 1000**power:.3g} {('bytes', 'kB', 'MB', 'GB', 'TB')[power]}"
