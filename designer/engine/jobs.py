"""Questions to the engine that wait for their turn: one of a kind on its way, the newest next."""

from __future__ import annotations

from core.messages import Request

Asker = object | None


class Jobs:
    """Keeps a slow engine from being flooded: of each kind, one request is on its way at a time.

    What is asked meanwhile waits, and a newer request of the kind and of the same asker takes its
    place. Askers have their turns in the order in which they came.
    """

    def __init__(self) -> None:
        self._under_way: dict[str, tuple[Asker, Request]] = {}
        self._next: dict[str, dict[Asker, Request]] = {}

    def ask(self, request: Request, asker: Asker = None) -> Request | None:
        """A request to send now, or None where it has to wait."""
        if request.kind in self._under_way:
            self._next.setdefault(request.kind, {})[asker] = request
            return None
        self._under_way[request.kind] = (asker, request)
        return request

    def answered(self, kind: str) -> Request | None:
        """Note that a kind was answered; gives the request that has waited, to send now."""
        self._under_way.pop(kind, None)
        waiting = self._next.get(kind)
        if not waiting:
            return None
        asker = next(iter(waiting))
        return self.ask(waiting.pop(asker), asker)

    def drop(self, kind: str, asker: Asker = None) -> bool:
        """Forget what an asker waits to ask; gives whether there was anything."""
        return self._next.get(kind, {}).pop(asker, None) is not None

    def asker(self, kind: str) -> Asker:
        """Whose question of a kind is on its way; None where nobody's is."""
        asker, _ = self._under_way.get(kind, (None, None))
        return asker

    def under_way(self, kind: str, asker: Asker = None) -> Request | None:
        """The question of a kind that is on its way, if this asker has asked it."""
        whose, request = self._under_way.get(kind, (None, None))
        return request if whose is asker else None

    def forget(self) -> None:
        """Nobody will answer any more."""
        self._under_way.clear()
        self._next.clear()
