"""What a person types for a layer: "conv 3x3 64 s2", "maxpool 2", "dropout 30%", "fc 10". No Qt.

The first words name the layer, by its own name, Keras's or a common short one. What follows are
settings: numbers in the order of the form (a size such as 3x3 goes to the kernel first), numbers
with a letter or a name (s2, pad 1, groups=4, 64 filters), and modes (same, bilinear, nobias).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from core.kinds import Bool, Choice, Dimensions, Ints, Padding
from core.layers import CATALOGUE, FAMILIES, Layer
from core.settings import Setting, settings_of
from core.tongue import tr

SHORT_NAMES = {
    "AdaptiveAvgPool2d": ("aap",),
    "AvgPool2d": ("avg", "meanpool"),
    "BatchNorm2d": ("bn", "norm"),
    "Concat": ("cat",),
    "Conv2d": ("c",),
    "ConvTranspose2d": ("deconv", "upconv", "tconv"),
    "DepthwiseConv2d": ("dw", "dwconv"),
    "Dropout": ("drop",),
    "Flatten": ("flat",),
    "GlobalAvgPool2d": ("gap",),
    "GlobalMaxPool2d": ("gmp",),
    "Linear": ("fc", "full", "fullyconnected"),
    "LocalResponseNorm": ("lrn",),
    "MaxPool2d": ("pool", "mp", "max"),
    "SeparableConv2d": ("sepconv",),
    "SiLU": ("swish",),
}
LETTERS = {
    "k": "kernel_size",
    "s": "stride",
    "p": "padding",
    "d": "dilation",
    "g": "groups",
}

_NUMBER = r"\d+(?:\.\d+)?(?:e-?\d+)?%?|\.\d+"
_SIZE = r"\d+(?:x\d+)+"
_VALUE = re.compile(rf"(?:{_SIZE}|{_NUMBER})\Z")
_KEYED = re.compile(rf"([a-z_]+)[=:]?({_SIZE}|{_NUMBER})\Z")
_GLUED = re.compile(rf"([a-z]{{3,}})({_SIZE})\Z")  # conv3x3
_VGG = re.compile(r"([a-z]{4,})(\d+)-(\d+)\Z")  # conv3-64: kernel 3, 64 filters

EXACT, START, WORDS = range(3)  # how well a name fits, the best first


class UnreadError(ValueError):
    """A word that is no setting of the layer."""


def matches(text: str) -> Iterator[tuple[int, type[Layer], tuple[str, ...]]]:
    """The layer types that a text may mean: how well the name fits, the type, and other words.

    No text means every layer.
    """
    words = words_of(text)
    for cls in CATALOGUE:
        if not words:
            yield WORDS, cls, ()
        parted = ((words[:count], tuple(words[count:])) for count in range(len(words), 0, -1))
        found = [(fit, rest) for name, rest in parted if (fit := _fit(cls, name)) is not None]
        for fit, rest in sorted(found, key=lambda one: one[0]):
            if _is_read(cls, rest):
                yield fit, cls, rest
                break


def layer_of(cls: type[Layer], words: Sequence[str]) -> Layer:
    """The layer with the settings that these words give.

    UnreadError where a word means nothing to it, SettingError where a setting cannot be so.
    """
    values = _values(cls, words)
    defaults = {item.name: item.default for item in settings_of(cls)}
    follows = "stride" in defaults and defaults["stride"] == defaults.get("kernel_size")
    if follows and "kernel_size" in values:  # as PyTorch has it: pooling windows do not overlap
        values.setdefault("stride", values["kernel_size"])
    return cls(**values)


def words_of(text: str) -> list[str]:
    """A text as the words that are read: lower case, × as x, conv3-64 and conv3x3 taken apart."""
    plain = text.casefold().replace("×", "x").replace("·", " ").replace(",", " ")
    plain = re.sub(r"(?<=\d) *x *(?=\d)", "x", plain)
    found = []
    for word in plain.split():
        vgg, glued = _VGG.match(word), _GLUED.match(word)
        if vgg:
            found += [vgg[1], f"{vgg[2]}x{vgg[2]}", vgg[3]]
        elif glued:
            found += [glued[1], glued[2]]
        else:
            found.append(word)
    return found


@cache
def first_line(cls: type[Layer]) -> str:
    """What a layer does, in one sentence: the first line of its docstring."""
    return tr((inspect.getdoc(cls) or "").partition("\n")[0])


# ---- names ------------------------------------------------------------------------------


def _fit(cls: type[Layer], words: Sequence[str]) -> int | None:
    """How well these words name a layer; None where they do not."""
    names, joined = _names(cls), "".join(words)
    if joined in names:
        return EXACT
    if any(name.startswith(joined) for name in names):
        return START
    about = _about(cls)
    return WORDS if all(word in about for word in words) else None


@cache
def _about(cls: type[Layer]) -> str:
    """Every word that a type can be found by."""
    return f"{' '.join(_names(cls))} {FAMILIES[cls.family]} {first_line(cls)}".casefold()


@cache
def _names(cls: type[Layer]) -> tuple[str, ...]:
    """What the type is called, in lower case: by us, by Keras, without its dimensions, in short."""
    own = [name.casefold() for name in (cls.__name__, cls.keras_name) if name]
    bare = [re.sub(r"[123]d", "", name) for name in own]
    return (*own, *bare, *SHORT_NAMES.get(cls.__name__, ()))


# ---- settings ---------------------------------------------------------------------------


def _is_read(cls: type[Layer], words: Sequence[str]) -> bool:
    try:
        _values(cls, words)
    except UnreadError:
        return False
    return True


def _values(cls: type[Layer], words: Sequence[str]) -> dict[str, Any]:
    """The settings by name that words give; their values are not checked against their bounds."""
    declared = settings_of(cls)
    values: dict[str, Any] = {}
    todo = list(words)
    while todo:
        word = todo.pop(0)
        keyed = _KEYED.match(word)
        named = _named(declared, word)
        if _VALUE.match(word):
            item = _named(declared, todo[0]) if todo else None
            if item is not None and f" {todo[0]}" in item.brief:  # 64 filters
                todo.pop(0)
            else:
                item = _next(declared, values, word)
            values[item.name] = _number(item, word, values.get(item.name))
        elif keyed and (item := _named(declared, keyed[1])) is not None:
            values[item.name] = _number(item, keyed[2], None)
        elif named is not None and todo and _VALUE.match(todo[0]):  # pad 1
            values[named.name] = _number(named, todo.pop(0), None)
        else:
            name, value = _mode(declared, word)
            values[name] = value
    return values


def _named(declared: Sequence[Setting], word: str) -> Setting | None:
    """The setting that a word names: a letter, its name, Keras's, its label or a node's word."""
    name = LETTERS.get(word, word)
    for item in declared:
        known = {item.name, item.keras, item.label.casefold(), *re.findall(r"[a-z]+", item.brief)}
        if name in known or (len(name) > 2 and item.name.startswith(name)):
            return item
    return None


def _next(declared: Sequence[Setting], values: dict[str, Any], word: str) -> Setting:
    """The setting that a bare number goes to: the next one of the form that can hold it."""
    for item in declared:
        if isinstance(item.kind, Choice | Bool) or item.advanced:
            continue
        if isinstance(item.kind, Dimensions):
            return item
        if item.name not in values and _takes(item, _plain(word)):
            return item
    raise UnreadError(word)


def _takes(item: Setting, value: object) -> bool:
    """Whether a number has the form that a setting asks for, whatever its bounds."""
    if isinstance(value, tuple):
        sides = len(value) if isinstance(item.kind, Ints) else 4  # a pair pads all four sides
        return isinstance(item.default, tuple) and len(item.default) == sides
    if isinstance(item.default, float):
        return True
    return isinstance(item.default, int | tuple) and isinstance(value, int)


def _number(item: Setting, word: str, before: Any) -> Any:
    value = _plain(word)
    if isinstance(item.kind, Dimensions):
        return _dimensions(value, before)
    if isinstance(item.default, float) and isinstance(value, int):
        return float(value)
    return value


def _plain(word: str) -> int | float | tuple[int, ...]:
    if "x" in word:
        return tuple(int(part) for part in word.split("x"))
    if word.endswith("%"):
        return float(word[:-1]) / 100
    return int(word) if word.isdigit() else float(word)


def _dimensions(value: int | float | tuple[int, ...], before: Any) -> Any:
    """A shape (C, H, W): from 28x28x3 or 3x28x28, from 28x28, from one side, or channels after."""
    if not isinstance(value, tuple):
        return (value, *before[1:]) if before else (1, value, value)
    if len(value) == 2:
        return (1, *value)
    first, *middle, last = value
    channels_last = last in (1, 3) and first not in (1, 3)
    if channels_last or (first == middle[0] != last):
        return (last, first, *middle)
    return value


def _mode(declared: Sequence[Setting], word: str) -> tuple[str, Any]:
    """A word that is a value: same, bilinear, nobias."""
    for item in declared:
        if isinstance(item.kind, Choice) and word in item.kind.options:
            return item.name, word
        if isinstance(item.kind, Padding) and word in item.kind.modes:
            return item.name, word
        if isinstance(item.kind, Bool) and word in (item.name, f"no{item.name}"):
            return item.name, word == item.name
    raise UnreadError(word)
