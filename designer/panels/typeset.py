"""Formulas of docstrings as rich text: indices below, powers above, letters in italics. No Qt.

`y[o, p] = Σ_c w[o, c] · x[c]` is set as on paper; words and Greek letters stay upright.
"""

from __future__ import annotations

import re

# While letters are looked for, marks stand in for tags, whose letters are none of the formula's.
_TAGS = {
    "\x01": "<sub>", "\x02": "</sub>", "\x03": "<sup>", "\x04": "</sup>",
    "\x05": "&lt;", "\x06": "&gt;", "\x07": "&amp;", "\x08": "<br>",
}  # fmt: skip
_PLAIN = {"<": "\x05", ">": "\x06", "&": "\x07", "; ": ";\x08"}
_INDEX = re.compile(r"\b([A-Za-z]\w*)\[([^\[\]]+)\]")
_BELOW = re.compile(r"(?<![A-Za-z0-9])([A-Za-zΣ])_(\w+)")
_ABOVE = re.compile(r"\^\(([^()]+)\)|\^(−?\w+(?:\x01[^\x02]*\x02)?)")
_LETTER = re.compile(r"(?<![A-Za-z0-9_'])([A-Za-z])(?![A-Za-z0-9_'])")
_ARTICLE = re.compile(r"<i>a</i>(?= [\w<])")


def typeset(formula: str) -> str:
    """A formula as HTML; parts after a semicolon begin a new line."""
    text = formula
    for plain, mark in _PLAIN.items():
        text = text.replace(plain, mark)
    text = _INDEX.sub("\\1\x01\\2\x02", text)
    text = _BELOW.sub("\\1\x01\\2\x02", text)
    text = _ABOVE.sub(lambda found: f"\x03{found[1] or found[2]}\x04", text)
    text = _ARTICLE.sub("a", _LETTER.sub(r"<i>\1</i>", text))
    for mark, tag in _TAGS.items():
        text = text.replace(mark, tag)
    return text
