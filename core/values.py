"""What a network takes: items as its Input wants them, targets as its Outputs learn them.

What does not fit is refused with a sentence that says what to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.layers import Output
from core.network_errors import ValuesError
from core.shapes import Shape, shape_text, volume
from core.tongue import tr

Host = NDArray[Any]


def checked_items(x: Host, shape: Shape, *, title: str, dtype: np.dtype[Any]) -> Host:
    """A batch N C H W for an Input of this shape, in the network's type of number."""
    if np.ndim(x) != len(shape) + 1 or np.shape(x)[1:] != shape:
        want, came = shape_text(shape), shape_text(tuple(np.shape(x)[1:]) or (0,))
        raise ValuesError(
            tr(
                "{title} takes items of the shape {want}, these are {came}.",
                title=title,
                want=want,
                came=came,
            )
        )
    if len(x) == 0:
        raise ValuesError(
            tr("{title} gets an empty batch: at least one item is needed.", title=title)
        )
    with np.errstate(over="ignore"):  # what is too large for the network is infinite for it
        host = np.asarray(x, dtype)
    finite = np.isfinite(host)
    if not finite.all():
        good = int(finite.reshape(len(host), -1).all(axis=1).sum())
        raise ValuesError(
            tr(
                "{title} takes finite numbers, nan or infinity came in {count} of {count2}"
                " items: check the data set.",
                title=title,
                count=len(host) - good,
                count2=len(host),
            )
        )
    return host


def field_of(labels: Host | Mapping[str, Host], layer: Output, *, title: str) -> Host:
    """What an output learns from: the field it names, or the one array there is."""
    if not isinstance(labels, Mapping):
        return np.asarray(labels)
    if layer.target not in labels:
        raise ValuesError(
            tr(
                "{title} learns from “{target}”, the data have {have}: choose one of these"
                " under Learns from.",
                title=title,
                target=layer.target,
                have=", ".join(labels),
            )
        )
    return np.asarray(labels[layer.target])


def encoded(values: Host, layer: Output, *, title: str, units: int) -> Host:
    """Targets of one output, which gives `units` values, as its loss wants them."""
    count = volume(values.shape[1:])
    if values.ndim == 1 and (units > 1 or layer.loss.takes_classes):
        _check_classes(values, layer, title, units)
    host = layer.loss.encode(values, units)
    if layer.loss.takes_classes and host.ndim != 1:
        raise ValuesError(
            tr(
                "{title} tells classes apart, “{target}” holds {count} values for each item:"
                " choose Squared error as its loss, or another field under Learns from.",
                title=title,
                target=layer.target,
                count=count,
            )
        )
    if not layer.loss.takes_classes and host.shape != (len(host), units):
        raise ValuesError(
            tr(
                "{title} gives {units} values, “{target}” holds {count} for each item: give"
                " the layer before it {count} units, or choose another field under Learns"
                " from.",
                title=title,
                units=units,
                target=layer.target,
                count=count,
            )
        )
    if host.dtype.kind == "f" and not np.isfinite(host).all():
        raise ValuesError(
            tr(
                "{title} learns from “{target}”, which holds values that are not finite. Check"
                " the data set.",
                title=title,
                target=layer.target,
            )
        )
    return host


def _check_classes(numbers: Host, layer: Output, title: str, units: int) -> None:
    if numbers.dtype.kind not in "iu" and len(numbers):
        raise ValuesError(
            tr(
                "{title} takes class numbers, “{target}” holds {dtype} values: choose another"
                " field under Learns from.",
                title=title,
                target=layer.target,
                dtype=numbers.dtype,
            )
        )
    if len(numbers) and not 0 <= numbers.min() <= numbers.max() < units:
        worst = numbers.max() if numbers.max() >= units else numbers.min()
        cure = (
            tr("give the layer before it {worst} units", worst=worst + 1)
            if worst > 0
            else tr("check the data")
        )
        raise ValuesError(
            tr(
                "{title} tells {units} classes apart, 0 to {units2}; label {worst} came: {cure}.",
                title=title,
                units=units,
                units2=units - 1,
                worst=worst,
                cure=cure,
            )
        )
