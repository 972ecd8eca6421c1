"""A conversation with the engine: with a real process as the window has it, or with its studio."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from core.answers.studio import Studio
from core.answers.views import ViewAnswers
from core.messages import Request
from core.questions.exploring import Exploration, Explored


class Talk:
    """Our end of the pipe."""

    def __init__(self, process: SpawnProcess, connection: Connection) -> None:
        self.process, self.connection = process, connection

    def send(self, *requests: Request) -> None:
        for request in requests:
            self.connection.send(request)

    def until(self, *kinds: type, where: Callable[[Any], bool] = lambda _: True) -> list[Any]:
        """Everything said up to the first message of one of these kinds."""
        said = []
        while True:
            assert self.connection.poll(30), said
            said.append(self.connection.recv())
            if isinstance(said[-1], kinds) and where(said[-1]):
                return said


def answer(studio: Studio, request: Exploration) -> Any:
    """The last piece of the answer to a question, asked of the studio itself."""
    *_, last = ViewAnswers(studio).explore(None, request)
    assert isinstance(last, Explored)
    assert last.kind == request.kind
    return last
