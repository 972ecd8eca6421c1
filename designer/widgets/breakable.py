"""Long names that may go on in the next line."""

from __future__ import annotations

import re

_LONG = 20  # letters of a word from which on it may be broken
_WORD = re.compile(rf"\S{{{_LONG},}}")
_JOINT = re.compile(r"(?<=\w)[_./-](?=\w)")


def breakable(text: str) -> str:
    """The same words; long ones may be broken after `_`, `.`, `/` and `-`, with nothing to see."""
    return _WORD.sub(lambda word: _JOINT.sub("\\g<0>\u200b", word.group()), text)
