"""Comments: sticky text on the canvas. The engine knows nothing of them."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 2_000  # characters


@dataclass(frozen=True)
class Comment:
    """A note: its `id`, its `text`, and `at`, where its top left corner lies on the canvas.

    `inside` is the group whose own canvas it lies on, "" for that of the whole network.
    """

    id: str
    text: str
    at: tuple[int, int]
    inside: str = ""
