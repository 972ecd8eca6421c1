"""Sentences broken into the two lines that there is room for. No Qt."""

from __future__ import annotations

from collections.abc import Callable

ELLIPSIS = "…"


def lines_of(
    text: str, width: Callable[[str], float], room: float, *, most: int = 2
) -> tuple[str, ...]:
    """`text` in at most `most` lines of `room` units, about equally long.

    What does not fit ends in an ellipsis.
    """
    lines = _broken(text, width, room, most)
    narrow, wide = 0.0, room
    while len(lines) > 1 and not lines[-1].endswith(ELLIPSIS) and wide - narrow > 2:
        middle = (narrow + wide) / 2
        tried = _broken(text, width, middle, most)
        if any(line.endswith(ELLIPSIS) for line in tried):
            narrow = middle
        else:
            wide, lines = middle, tried
    return lines


def _broken(text: str, width: Callable[[str], float], room: float, most: int) -> tuple[str, ...]:
    """Each line as full as it can be."""
    words, lines = text.split(), list[str]()
    while words and len(lines) < most:
        count = 1
        while count < len(words) and width(" ".join(words[: count + 1])) <= room:
            count += 1
        if len(lines) == most - 1 and count < len(words):
            return (*lines, _cut(" ".join(words), width, room))
        lines.append(_fitted(" ".join(words[:count]), width, room))
        words = words[count:]
    return tuple(lines)


def _fitted(line: str, width: Callable[[str], float], room: float) -> str:
    return line if width(line) <= room else _cut(line, width, room)


def _cut(line: str, width: Callable[[str], float], room: float) -> str:
    """The start of a line that fits together with an ellipsis."""
    while line and width(line + ELLIPSIS) > room:
        line = line[:-1]
    return line.rstrip(" ,") + ELLIPSIS
