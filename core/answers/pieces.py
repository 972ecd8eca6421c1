"""Answers that are given piece by piece, so that they can be ended between two pieces."""

from __future__ import annotations

from collections.abc import Iterator

from core.messages import Answer, Going
from core.training.control import View

Pieces = Iterator[Answer]


class LongAnswers:
    """What is being answered while nothing is trained, one of a kind; each takes its turn."""

    def __init__(self) -> None:
        self._waiting: dict[str, View] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, kind: str, go_on: View) -> None:
        """Let `go_on` be called when its turn comes, in place of what is there of the kind."""
        self._waiting[kind] = go_on

    def drop(self, kind: str) -> bool:
        """Forget a kind; gives whether it was there."""
        return self._waiting.pop(kind, None) is not None

    def take(self) -> dict[str, View]:
        """What is there, by kind, to be gone on with elsewhere; nothing is left."""
        waiting, self._waiting = self._waiting, {}
        return waiting

    def step(self) -> None:
        """One piece of the one that has waited longest."""
        self._waiting.pop(next(iter(self._waiting)))(None)


def is_last(answer: Answer) -> bool:
    """Whether nothing follows an answer."""
    return not isinstance(answer, Going)
