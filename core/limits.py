"""How much the engine makes and sends for views, so that no design can fill the memory by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from core.files import size_text
from core.infer import Inference
from core.memory import free_and_total
from core.messages import Answer, Refused
from core.network_errors import NetworkError
from core.tongue import tr, trn

# All in bytes.
NETWORK = 4_000_000_000  # a network that only views ask for: its weights, gradients, one item
KEPT = 256_000_000  # fitted items that are kept for views
SAMPLES = 32_000_000  # the samples of a data set
ANSWER = 256_000_000  # the arrays of one answer

_SHARE = 0.5  # of the free memory


def check_network(known: Inference) -> None:
    """NetworkError where a network takes more memory than views may."""
    free, _ = free_and_total()
    most = min(NETWORK, int(_SHARE * free)) if free else NETWORK
    needs = known.memory(1, training=True)
    if needs > most:
        raise NetworkError(
            tr(
                "This network takes {needs} for one item, views may take {most}. Make the Input or"
                " the layer with the most parameters smaller.",
                needs=size_text(needs),
                most=size_text(most),
            )
        )


def samples_each(wanted: int, item: int, classes: int) -> int:
    """How many samples of each class are made, of `wanted`; `item` is the size of one."""
    return min(wanted, SAMPLES // max(item * classes, 1))


def samples_note(shown: int, item: int) -> str:
    """What to say where fewer samples are shown than were wanted."""
    many = trn(
        "{shown} of each class is shown", "{shown} of each class are shown", shown, shown=shown
    )
    return tr(
        "One item takes {item}: {many}.",
        item=size_text(item),
        many=many if shown else tr("no samples are shown"),
    )


def checked(answer: Answer) -> Answer:
    """The answer, or a refusal in its place where it holds more than an answer may."""
    size = _size(answer)
    if size <= ANSWER:
        return answer
    return Refused(
        answer.kind,
        tr(
            "There are {size} to show here, views take up to {answer}. Select a smaller layer, or"
            " make this one smaller.",
            size=size_text(size),
            answer=size_text(ANSWER),
        ),
    )


def _size(value: Any) -> int:
    """Bytes of all arrays in a value of `core.messages`."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if is_dataclass(value):
        return sum(_size(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, Mapping):
        return sum(map(_size, value.values()))
    return sum(map(_size, value)) if isinstance(value, tuple | list) else 0
