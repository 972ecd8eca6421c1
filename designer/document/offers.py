"""What can be added for a typed text, the best first, and the size each would give. No Qt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.layers import Input, Layer
from core.settings import SettingError, settings_of
from core.shapes import Shape, ShapeError
from designer.document.typed import layer_of, matches

_CHAIN = re.compile(r"\s*(?:->|→|>|;|,(?=\s*[a-z]))\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Offer:
    """Layers to add one behind the other, mostly one.

    Attributes: `size` (what the last one gives, None where that is not known), `sentence` (why it
    cannot be added, "" where it can).
    """

    layers: tuple[Layer, ...]
    size: Shape | None = None
    sentence: str = ""

    @property
    def text(self) -> str:
        """Names, with the settings that differ from the usual ones."""
        return " → ".join(_said(layer) for layer in self.layers)


def offers(text: str, before: Shape | None = None, *, fitting: bool = False) -> list[Offer]:
    """What a text may mean: "conv 3x3 64", or a chain such as "conv 3x3 64, bn, relu".

    `before` is the shape that the first layer would get. With `fitting` only what can take it is
    offered.
    """
    *first, last = _CHAIN.split(text.strip())
    chain: list[Layer] = []
    for part in first:
        found = [one for one in _single(part) if not one.sentence]
        if not found:
            return []
        chain += found[0].layers
    made = [_sized(chain, one, before) for one in _single(last)]
    if fitting:
        return [one for one in made if _fits(one)]
    return made


def size_after(layers: Sequence[Layer], before: Shape) -> Shape | None:
    """The shape that layers in a row give; None where one of them waits for a second wire.

    ShapeError where one cannot take what comes.
    """
    shape: Shape | None = before
    for layer in layers:
        if layer.many_slots or shape is None:
            return None
        shape = layer.infer(shape)
    return shape


@lru_cache(maxsize=256)  # a chain is read anew with every letter that is typed
def _single(text: str) -> tuple[Offer, ...]:
    found = [(fit, _read(cls, words)) for fit, cls, words in matches(text)]
    found.sort(key=lambda one: (bool(one[1].sentence), one[0]))
    return tuple(offer for _, offer in found)


def _read(cls: type[Layer], words: Sequence[str]) -> Offer:
    try:
        return Offer((layer_of(cls, words),))
    except SettingError as error:
        labels = {item.name: item.label for item in settings_of(cls)}
        label = labels.get(error.setting, error.setting)
        return Offer((cls(),), sentence=f"{label}: {error.sentence}.")


def _sized(chain: Sequence[Layer], offer: Offer, before: Shape | None) -> Offer:
    layers = (*chain, *offer.layers)
    if isinstance(layers[0], Input):
        before = layers[0].shape
    if before is None or offer.sentence:
        return Offer(layers, sentence=offer.sentence)
    try:
        return Offer(layers, size_after(layers[isinstance(layers[0], Input) :], before))
    except ShapeError as error:
        return Offer(layers, sentence=f"{layers[-1].label} {error.args[0]}")


def _fits(offer: Offer) -> bool:
    """Whether it can be added; a chain that is being typed stays, to say what is wrong."""
    if any(isinstance(layer, Input) for layer in offer.layers):
        return False
    return not offer.sentence or len(offer.layers) > 1


def _said(layer: Layer) -> str:
    usual = layer == type(layer)()
    return layer.label if usual else f"{layer.label} {layer.brief()}".rstrip()
