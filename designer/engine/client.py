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
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QThread, Signal

from core import messages, service
from core.design import DataChoice, Design
from core.exploring import Exploration, Explored
from core.kinds import Pair
from core.messages import Answer, Cancelled, Going, Refused, Request
from core.shapes import Shape
from core.training.events import Event, Failed, Finished, Paused, Progress, Resumed, Started
from designer.engine.jobs import Jobs
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


class Engine(QObject):
    """The engine process as the window sees it.

    `state` is "idle", "starting", "training", "paused" or "lost". After "lost" any call starts a
    new engine. Answers are the values of `core.messages`, events those of `core.training.events`.
    """

    event_received = Signal(object)
    filters_received = Signal(object)
    maps_received = Signal(object)
    tensors_received = Signal(object)
    data_received = Signal(object)
    prediction_received = Signal(object)
    devices_received = Signal(object)
    items_received = Signal(object)
    canvas_received = Signal(object)
    drawn_received = Signal(object)
    mistakes_received = Signal(object)
    saliency_received = Signal(object)
    explored = Signal(object)
    answer_progressed = Signal(object)
    request_cancelled = Signal(object)
    request_refused = Signal(object)
    engine_lost = Signal(str)
    state_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = "idle"
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._reader: _Reader | None = None
        self._writer: Writer | None = None
        self._jobs = Jobs()
        self._shown: messages.Show | None = None
        self._answers = {
            "filters": self.filters_received,
            "maps": self.maps_received,
            "tensors": self.tensors_received,
            "data": self.data_received,
            "prediction": self.prediction_received,
            "devices": self.devices_received,
            "items": self.items_received,
            "canvas": self.canvas_received,
            "drawn": self.drawn_received,
            "mistakes": self.mistakes_received,
            "saliency": self.saliency_received,
            "cancelled": self.request_cancelled,
        }

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

    def request_filters(
        self,
        node: str,
        *,
        weight: str = "",
        at: Pair = (0, 0),
        gradients: bool = False,
        sample: int = 0,
    ) -> None:
        """Ask for the filters of a node; `filters_received` tells FiltersShown."""
        self._ask(messages.ShowFilters(node, weight, at, gradients, sample))

    def request_maps(
        self,
        node: str,
        sample: int = 0,
        *,
        gradients: bool = False,
        sources_of: int | None = None,
        item: NDArray[Any] | None = None,
    ) -> None:
        """Ask what a node makes of a validation item, or of an `item` of one's own.

        `maps_received` tells MapsShown.
        """
        self._ask(messages.ShowMaps(node, sample, gradients, sources_of, item))

    def request_tensors(
        self, node: str, sample: int, wants: tuple[str, ...], item: NDArray[Any] | None = None
    ) -> None:
        """Ask for tensors of a node for an item; `tensors_received` tells TensorsShown."""
        self._ask(messages.ShowTensors(node, sample, wants, item))

    def request_data(self, choice: DataChoice, input_shape: Shape, count: int = 8) -> None:
        """Ask for `count` fitted items of each class; `data_received` tells DataShown."""
        self._ask(messages.ShowData(choice, input_shape, count))

    def request_prediction(self, item: NDArray[Any]) -> None:
        """Ask what the network says to an item; `prediction_received` tells Predicted."""
        self._ask(messages.Predict(item))

    def request_devices(self) -> None:
        """Ask which devices there are; `devices_received` tells DevicesShown."""
        self._ask(messages.ShowDevices())

    def request_items(self, items: tuple[int, ...]) -> None:
        """Ask for pictures of validation items; `items_received` tells ItemsShown."""
        self._ask(messages.ShowItems(items))

    def request_canvas(self, sample: int) -> None:
        """Ask for a validation item to draw on; `canvas_received` tells CanvasShown."""
        self._ask(messages.ShowCanvas(sample))

    def request_drawn(self, picture: NDArray[np.uint8]) -> None:
        """Ask what every Output says to a drawing; `drawn_received` tells DrawnShown."""
        self._ask(messages.PredictDrawn(picture))

    def request_mistakes(self, output: str = "", *, items: bool = False) -> None:
        """Ask which classes are taken for one another; `mistakes_received` tells MistakesShown."""
        self._ask(messages.ShowMistakes(output, items))

    def request_saliency(self, request: messages.ShowSaliency) -> None:
        """Ask where the network looks; `saliency_received` tells SaliencyShown."""
        self._ask(request)

    def explore(self, request: Exploration) -> None:
        """Ask what a view that explores wants to know; `explored` tells the answer of its kind."""
        self._ask(request)

    def cancel(self, kind: str) -> None:
        """Give up a question that takes a while; `request_cancelled` tells Cancelled.

        What was asked after it goes on its way then. Nothing happens if none is on its way.
        """
        if self._connection and self._jobs.is_under_way(kind):
            self._send(messages.Cancel(kind))

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
        self._jobs.forget()
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

    def _ask(self, request: Request) -> None:
        due = self._jobs.ask(request)
        if due:
            self._send(due)

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
        if isinstance(message, Going):
            self.answer_progressed.emit(message)
            return
        kind = message.asked if isinstance(message, Refused | Cancelled) else message.kind
        signal = self._answers.get(message.kind, self.request_refused)
        if isinstance(message, Explored):
            signal = self.explored
        waiting = self._jobs.answered(kind)
        if waiting:
            self._send(waiting)
        signal.emit(message)

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
        self._jobs.forget()
        _log.error("the engine ended with code %s", process.exitcode)
        sentence = loss_sentence(process.exitcode, training=self.is_busy)
        self._set_state("lost")
        self.engine_lost.emit(sentence)

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
    reason = "The engine ended unexpectedly"
    if exit_code == -9:
        reason = "The system ended the engine, probably because memory ran out"
    elif exit_code is not None and exit_code < 0:
        reason = f"The engine crashed (signal {-exit_code})"
    if training:
        return (
            f"{reason}. The weights of the last finished epoch are in the run's folder; continue"
            " to go on from them."
        )
    return f"{reason}. Your work is untouched, and a new engine starts when it is needed."
