"""What a layer says of itself, read from its docstring: the page that help shows."""

from __future__ import annotations

import inspect
import re

from core.layers import Layer
from core.tongue import tr

_SECTION = re.compile(r"^(Formula|Shape|Backward|Source|See also):\s*$", re.MULTILINE)


def sections(cls: type[Layer]) -> dict[str, str]:
    """The parts of a layer's docstring by title, "" for the first; each on one line."""
    return {title: tr(words) for title, words in written(cls).items()}


def written(cls: type[Layer]) -> dict[str, str]:
    """The same as it is written, in English."""
    intro, *rest = _SECTION.split(inspect.getdoc(cls) or "")
    found = {"": _line(intro)}
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        found[title] = _line(body)
    return found


def names_elsewhere(cls: type[Layer]) -> tuple[str, str]:
    """What PyTorch and Keras call a layer; "" where the docstring names none."""
    told = written(cls).get("See also", "")
    torch, keras = (
        re.search(rf"{name}: (.+?)(?:\.(?= |$)|$)", told) for name in ("PyTorch", "Keras")
    )
    return tr(torch[1] if torch else ""), tr(keras[1] if keras else cls.keras_name)


def _line(text: str) -> str:
    return " ".join(text.split())
