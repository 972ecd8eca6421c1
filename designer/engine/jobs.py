"""Questions to the engine that wait for their turn: one of a kind on its way, the newest next."""

from __future__ import annotations

from core.messages import Request


class Jobs:
    """Keeps a slow engine from being flooded: of each kind, one request is on its way at a time.

    What is asked meanwhile waits, and a newer request of the kind takes its place.
    """

    def __init__(self) -> None:
        self._under_way: set[str] = set()
        self._next: dict[str, Request] = {}

    def ask(self, request: Request) -> Request | None:
        """A request to send now, or None where it has to wait."""
        if request.kind in self._under_way:
            self._next[request.kind] = request
            return None
        self._under_way.add(request.kind)
        return request

    def answered(self, kind: str) -> Request | None:
        """Note that a kind was answered; gives the request that has waited, to send now."""
        self._under_way.discard(kind)
        waiting = self._next.pop(kind, None)
        return self.ask(waiting) if waiting else None

    def is_under_way(self, kind: str) -> bool:
        """Whether an answer of this kind is waited for."""
        return kind in self._under_way

    def forget(self) -> None:
        """Nobody will answer any more."""
        self._under_way.clear()
        self._next.clear()
