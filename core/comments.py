"""Comments: sticky text on the canvas. The engine knows nothing of them."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

LONGEST = 2_000  # characters


@dataclass(frozen=True)
class Comment:
    """A note: its `id`, its `text`, and `at`, where its top left corner lies on the canvas.

    No node has the same id, so that what lies on a canvas is known by its id alone. `inside` is the
    group whose own canvas it lies on, "" for that of the whole network.
    """

    id: str
    text: str
    at: tuple[int, int]
    inside: str = ""


def free_id(taken: Container[str]) -> str:
    """The first id for a comment that is not taken."""
    number = 1
    while f"comment{number}" in taken:
        number += 1
    return f"comment{number}"
