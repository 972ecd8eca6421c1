"""An engine that writes down what it is asked, and a document with the LeNet-5 template."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from core.design import Design
from core.messages import Answer, Request
from core.training.events import Event
from core.zoo import BY_ID
from designer.document.document import Document
from designer.engine.client import Engine
from designer.engine.session import Session
from designer.engine.vitals import Vitals
from designer.theme import theme
from designer.viewers.selection import Selection


class QuietEngine(Engine):
    """The real client without a process: requests are kept, answers come from the test."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Request] = []

    def say(self, message: Answer | Event) -> None:
        """Let the window hear something, as if the process had said it."""
        self._hand_on(message)

    def asked(self, kind: str) -> list[Request]:
        """The requests of a kind, in their order."""
        return [request for request in self.sent if request.kind == kind]

    def _send(self, request: Request) -> None:
        self.sent.append(request)


@pytest.fixture(autouse=True)
def light_look(qapp: QApplication) -> Iterator[None]:
    theme.apply("light")
    yield
    theme.apply("light")


@pytest.fixture(autouse=True)
def judged_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test lets the engine say is looked at before the next line of the test."""
    monkeypatch.setattr("designer.engine.vitals._JUDGE_EVERY", 0)


@pytest.fixture
def engine(qapp: QApplication) -> QuietEngine:
    return QuietEngine()


@pytest.fixture
def session(document: Document, engine: QuietEngine) -> Iterator[Session]:
    """It goes with its timer, which an edit starts."""
    made = Session(document, engine)
    yield made
    made.deleteLater()
    QCoreApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete)


@pytest.fixture
def vitals(document: Document, session: Session) -> Vitals:
    return Vitals(document, session)


@pytest.fixture
def selection(document: Document) -> Selection:
    return Selection(document)


@pytest.fixture
def document(qapp: QApplication) -> Document:
    return Document(Design(graph=BY_ID["lenet5"].build()))
