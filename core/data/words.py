"""Numbers and lists in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from core.tongue import tr, trn

_NAMED = 3


def number(count: int, noun: str) -> str:
    """`1 file`, `4,000 pictures`."""
    return trn(f"{{count}} {noun}", f"{{count}} {noun}s", count, count=f"{count:,}")


def listed(names: Sequence[str]) -> str:
    """The first few names and how many there are more: `a, b, c and 7 more`."""
    text = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return tr("{text} and {more:,} more", text=text, more=more) if more > 0 else text
