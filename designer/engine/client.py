"""The one door to the engine process: requests go out here, everything it says becomes a signal.

The process is started when it is first needed. Threads of their own read what the engine says and
send what it is asked, so that neither ever waits for the other; reports that pile up are merged.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from PySide6.QtCore import QObject, QThread, Signal

from core import messages, service
from core.design import Design
from core.messages import Answer, Cancelled, Going, Refused, Request
from core.tongue import tr
from core.training.events import Event, Failed, Finished, Paused, Progress, Resumed, Started
from core.when import When
from designer.engine.jobs import Jobs
from designer.engine.questions import Questions, at
from designer.engine.writer import Writer

PATIENCE = 10.0  # seconds that an engine has to finish its step and write a checkpoint
GRACE = 0.5  # seconds that it has to end where it trains nothing, and nothing can be lost
_STATES: dict[type[Event], str] = {
    Started: "training",
    Resumed: "training",
    Paused: "paused",
    Finished: "idle",
    Failed: "idle",
}
_log = logging.getLogger(__name__)


class Engine(Questions):
    """The engine process as the window sees it.

    `state` is "idle", "starting", "training", "paused" or "lost". After "lost" any call starts a
    new engine. Events are those of `core.training.events`. Answers are told here to whoever asked;
    `delivered(answer, desk)` says at which `Desk` that was, None where it was at none.
    `when` is the moment of a run that questions are about which name none, None for now.
    """

    event_received = Signal(object)
    delivered = Signal(object, object)
    engine_lost = Signal(str)
    state_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = "idle"
        self.when: When | None = None
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._reader: _Reader | None = None
        self._writer: Writer | None = None
        self._jobs = Jobs()
        self._shown: messages.Show | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a training is there, running or paused."""
        return self.state in ("starting", "training", "paused")

    @property
    def process_id(self) -> int | None:
        """The engine's process id; None while there is none."""
        return self._process.pid if self._process else None

    # ---- training -----------------------------------------------------------------------

    def train(
        self, design: Design, folder: str = "", resume: str | None = None, *, inherit: str = ""
    ) -> None:
        """Train a design in a new run below `folder`, or go on in the run folder `resume`.

        `resume` may name a checkpoint in it; otherwise its newest is taken. `inherit` names a run
        whose weights the new one begins with, as far as they fit. Nothing happens while a training
        is there.
        """
        if self.is_busy:
            return
        self._set_state("starting")
        self._shown = messages.Show(design)
        self._send(messages.Train(design, folder, resume or "", inherit))

    def pause(self) -> None:
        """Let training wait after this step."""
        self._pull(messages.Pause())

    def resume(self) -> None:
        """Let training go on."""
        self._pull(messages.Resume())

    def stop(self) -> None:
        """End training after this step; a checkpoint is written."""
        self._pull(messages.Stop())

    def set_learning_rate(self, lr: float) -> None:
        """Train with another learning rate from the next step on."""
        self._pull(messages.SetRate(lr))

    # ---- views --------------------------------------------------------------------------

    def show(self, design: Design, run: str = "") -> None:
        """Say which design views are about while nothing is trained, and where its last run is.

        Nothing is started for it: the engine is told with the first question.
        """
        self._shown = messages.Show(design, run)
        if self._connection:
            self._send(self._shown)

    def cancel(self, kind: str, desk: Questions | None = None) -> None:
        if self._jobs.under_way(kind, desk):
            self._send(messages.Cancel(kind))
        elif self._jobs.drop(kind, desk):  # it waited for another's
            self._deliver(Cancelled(kind), desk)

    def under_way(self, kind: str, desk: Questions | None = None) -> Request | None:
        return self._jobs.under_way(kind, desk)

    def ask(self, request: Request, desk: Questions | None = None) -> None:
        due = self._jobs.ask(at(self.when, request), desk)
        if due:
            self._send(due)

    # ---- the process --------------------------------------------------------------------

    def shut_down(self) -> None:
        """End the engine: a training writes a checkpoint first. Returns when it is gone.

        The reader goes on emptying the pipe meanwhile, or the engine could never finish writing.
        """
        process, connection, reader = self._process, self._connection, self._reader
        writer = self._writer
        self._process = self._connection = self._reader = self._writer = None
        if process is None or connection is None or reader is None or writer is None:
            return
        reader.arrived.disconnect(self._drain)
        reader.ended.disconnect(self._lose)
        writer.send(messages.Shutdown())
        process.join(PATIENCE if self.is_busy else GRACE)
        for end in (process.terminate, process.kill):
            if process.is_alive():
                end()
                process.join(2.0)
        reader.wait()
        writer.end()
        connection.close()
        self._forget()
        self._set_state("idle")

    def _start(self) -> Writer:
        """Start the process, the thread that reads what it says and the one that asks it."""
        self._process, self._connection = service.start()
        self._writer = Writer(self._connection)
        self._writer.start()
        self._reader = _Reader(self._connection)
        self._reader.arrived.connect(self._drain)
        self._reader.ended.connect(self._lose)
        self._reader.start()
        return self._writer

    def _pull(self, request: Request) -> None:
        """Send what only a training understands."""
        if self.is_busy:
            self._send(request)

    def _send(self, request: Request) -> None:
        """Send a request, to a new engine where there is none."""
        fresh = self._writer is None
        writer = self._writer or self._start()
        if fresh and self._shown and request is not self._shown:
            writer.send(self._shown)
        writer.send(request)

    def _drain(self) -> None:
        """Hand on what the engine has said since the last time."""
        if self._reader is None:
            return
        for message in merged(self._reader.taken()):
            self._hand_on(message)

    def _hand_on(self, message: Event | Answer) -> None:
        if isinstance(message, Event):
            self._set_state(_STATES.get(type(message), self.state))
            self.event_received.emit(message)
            return
        kind = message.asked if isinstance(message, Refused | Cancelled | Going) else message.kind
        desk = self._jobs.asker(kind)
        waiting = None if isinstance(message, Going) else self._jobs.answered(kind)
        if waiting:
            self._send(waiting)
        self._deliver(message, desk)

    def _deliver(self, answer: Answer, desk: object) -> None:
        """Tell an answer to everybody who listens here, and to the desk that asked."""
        self.tell(answer)
        self.delivered.emit(answer, desk)

    def _lose(self) -> None:
        """The engine is gone without having been told to: say so, and be ready for a new one."""
        self._drain()
        process, connection, reader = self._process, self._connection, self._reader
        writer = self._writer
        if process is None or connection is None or reader is None or not reader.at_end:
            return
        self._process = self._connection = self._reader = self._writer = None
        reader.wait()
        process.join(2.0)
        if writer is not None:
            writer.end()
        connection.close()
        self._forget()
        _log.error("the engine ended with code %s", process.exitcode)
        sentence = loss_sentence(process.exitcode, training=self.is_busy)
        self._set_state("lost")
        self.engine_lost.emit(sentence)

    def _forget(self) -> None:
        """Nobody will answer what was asked."""
        self._jobs.forget()
        self.forgot.emit()

    def _set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)


class _Reader(QThread):
    """Takes what the engine says out of the pipe and keeps it until the window has time."""

    arrived = Signal()
    ended = Signal()

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.at_end = False
        self._connection = connection
        self._inbox: deque[Event | Answer] = deque()
        self._lock = threading.Lock()

    def taken(self) -> list[Event | Answer]:
        """Everything that has come since the last call."""
        with self._lock:
            found = list(self._inbox)
            self._inbox.clear()
        return found

    def run(self) -> None:
        while True:
            try:
                message = self._connection.recv()
            except (EOFError, OSError):
                break
            with self._lock:
                is_first = not self._inbox
                self._inbox.append(message)
            if is_first:  # one wake-up for all that comes until the window looks
                self.arrived.emit()
        self.at_end = True
        self.ended.emit()


def merged(said: list[Event | Answer]) -> list[Event | Answer]:
    """Messages without those that a later one makes old.

    These are batch reports that another one follows directly, and how far an answer was when there
    is newer word of it: a window that is slow to draw does not fall behind.
    """
    follower = [*said[1:], None]
    newest = {one.asked: at for at, one in enumerate(said) if isinstance(one, Going)}
    return [
        one
        for at, (one, after) in enumerate(zip(said, follower, strict=False))
        if not (isinstance(one, Progress) and isinstance(after, Progress))
        and not (isinstance(one, Going) and newest[one.asked] != at)
    ]


def loss_sentence(exit_code: int | None, *, training: bool) -> str:
    """What to tell a person whose engine process is gone."""
    reason = tr("The engine ended unexpectedly")
    if exit_code == -9:
        reason = tr("The system ended the engine, probably because memory ran out")
    elif exit_code is not None and exit_code < 0:
        reason = tr("The engine crashed (signal {exit_code})", exit_code=-exit_code)
    if training:
        return tr(
            "{reason}. The weights of the last finished epoch are in the run's folder; continue to"
            " go on from them.",
            reason=reason,
        )
    return tr(
        "{reason}. Your work is untouched, and a new engine starts when it is needed.",
        reason=reason,
    )
