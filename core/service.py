"""The engine process: requests in, events and answers out. It alone owns the device.

The window starts it with `start` and talks through the connection it gets; `core.messages` says in
which words. Training runs in the process's only thread and looks for requests between two batches,
so a view never disturbs a computation.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from core import languages, log
from core.answers.pieces import LongAnswers, Pieces, is_last
from core.answers.samples import samples
from core.answers.studio import Studio
from core.answers.views import ViewAnswers
from core.backend import DeviceError, backend
from core.backend.probe import probe
from core.cores import physical_cores, thread_limits
from core.data.fitted import FitError
from core.files import FileError
from core.graph import GraphError
from core.limits import checked
from core.memory import free_and_total
from core.messages import (
    Answer,
    Cancel,
    Cancelled,
    DevicesShown,
    Pause,
    Refused,
    Request,
    Resume,
    SetRate,
    Show,
    ShowData,
    ShowDevices,
    Shutdown,
    Stop,
    Train,
    View,
)
from core.network import Network
from core.network_errors import NetworkError
from core.project import design_to_json
from core.questions.exploring import Exploration
from core.questions.viewing import (
    Predict,
    PredictDrawn,
    ShowCanvas,
    ShowFilters,
    ShowItems,
    ShowMaps,
    ShowMistakes,
    ShowSaliency,
    ShowTensors,
)
from core.tongue import language, tr
from core.training.control import Control
from core.training.events import Event, Failed, Warned
from core.training.organizer import Organizer
from core.training.runs import RunFolder
from core.training.train import trainer_of
from core.training.trainer import Trainer

LEISURE = 0.2  # seconds without a request after which the kernels are prepared
_KNOWN = (NetworkError, FitError, FileError, DeviceError, GraphError)
_log = logging.getLogger(__name__)


def start() -> tuple[SpawnProcess, Connection]:
    """Start an engine process; gives it and our end of the pipe to it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=main, args=(theirs,), name="striate-engine", daemon=True)
    with environment():
        process.start()
    theirs.close()
    return process, ours


def main(connection: Connection) -> None:
    """Serve one window until it says Shutdown or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the window, which ends us
    log.start("engine")
    try:
        Service(connection).serve()
    finally:
        log.stop()
        connection.close()


@contextlib.contextmanager
def environment() -> Iterator[None]:
    """How many threads the engine's libraries use, where the user has not said; our language.

    It is read when they are first imported, before any code of ours runs: so it must be there
    when the process starts.
    """
    wanted = {**thread_limits(physical_cores()), languages.VARIABLE: language()}
    added = {name: value for name, value in wanted.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


class Service:
    """Answers one window."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._studio = Studio()
        self._views = ViewAnswers(self._studio)
        self._long = LongAnswers()
        self._ended = False
        self._control: Control | None = None
        self._next: Train | None = None

    def serve(self) -> None:
        """Answer requests until Shutdown, or until nobody is there any more."""
        self._take_in(LEISURE)
        self._prepare()
        while not self._ended:
            if not self._next:  # a training may have been asked for already
                self._take_in(0.0 if self._long else None)
            if self._long and not self._next:
                self._long.step()
            if self._next and not self._ended:
                request, self._next = self._next, None
                self._train(request)

    def _prepare(self) -> None:
        """Compile kernels while there is nothing else to do; a training takes over and tells it."""
        if not self._next and not self._ended:
            for _ in backend().prepare():
                self._take_in(0.0)
                if self._next or self._ended:
                    return

    # ---- requests -----------------------------------------------------------------------

    def _take_in(self, seconds: float | None) -> None:
        """Handle what has come, waiting so long for the first request; None waits forever."""
        try:
            while not self._ended and self._connection.poll(seconds):
                self._handle(self._connection.recv())
                seconds = 0.0
                if self._next and self._control is None:
                    return
        except (EOFError, OSError):
            self._end()

    def _handle(self, request: Request) -> None:
        match request:
            case Train():
                self._begin(request)
            case Show():
                self._studio.show(request.design, request.run)
            case Shutdown():
                self._end()
            case Pause() | Resume() | Stop() | SetRate():
                self._pull(request)
            case Cancel():
                self._cancel(request.asked)
            case _:
                self._view(request)

    def _begin(self, request: Train) -> None:
        if self._control:
            self._send(
                Refused("train", tr("A training is running: stop it before you start another."))
            )
        else:
            self._next = request

    def _pull(self, request: Request) -> None:
        """Pause, resume, stop or change the rate of the training that runs, if one does."""
        match self._control, request:
            case None, _:
                pass
            case control, Pause():
                control.pause()
            case control, Resume():
                control.resume()
            case control, Stop():
                control.stop()
            case control, SetRate(lr=lr):
                control.set_learning_rate(lr)

    def _end(self) -> None:
        self._ended = True
        if self._control:
            self._control.stop()

    # ---- views --------------------------------------------------------------------------

    def _view(self, request: Request) -> None:
        """Answer a view: between two batches while training, else at once."""
        if self._control:
            self._control.ask(request.kind, lambda network: self._answer(request, network))
        else:
            self._answer(request, None)

    def _answer(self, request: Request, network: Network | None) -> None:
        """Send the answer to a view; `network` is the one that is being trained, if any is."""
        try:
            answer = self._compute(request, network)
        except Exception as error:
            answer = _refused(request.kind, error)
        if isinstance(answer, Answer):
            self._send(checked(answer))
        else:
            self._go_on(request.kind, answer)

    def _go_on(self, kind: str, pieces: Pieces) -> None:
        """Send the next piece of a long answer; those after it come when it is their turn."""
        try:
            answer = next(pieces)
        except Exception as error:
            answer = _refused(kind, error)
        answer = checked(answer)
        self._send(answer)
        if is_last(answer):
            return
        if self._control:
            self._control.ask(kind, lambda _: self._go_on(kind, pieces))
        else:
            self._long.put(kind, lambda _: self._go_on(kind, pieces))

    def _cancel(self, kind: str) -> None:
        """Give a question up, if it is still there, and say so."""
        if self._long.drop(kind) or (self._control and self._control.drop(kind)):
            self._send(Cancelled(kind))

    def _compute(self, request: Request, network: Network | None) -> Answer | Pieces:
        match request:
            case ShowMistakes():
                return self._views.mistakes(network, request)
            case ShowSaliency():
                return self._views.saliency(network, request)
            case Exploration():
                return self._views.explore(network, request)
            case ShowData(choice=choice, input_shape=shape, count=count):
                return samples(choice, shape, count)
            case ShowDevices():
                return _devices()
        past = self._studio.looked_at(request) if isinstance(request, View) else None
        return self._look(request, past or network or self._studio.network())

    def _look(self, request: Request, network: Network) -> Answer:
        """The answer to a view of a network that one pass gives."""
        match request:
            case ShowFilters():
                return self._views.filters(network, request)
            case ShowMaps():
                return self._views.maps(network, request)
            case ShowTensors(node=node, sample=sample, wants=wants, item=item):
                return self._views.tensors(network, node, sample, wants, item)
            case Predict(item=item):
                return self._views.prediction(network, item)
            case ShowItems(items=items, train=train):
                return self._views.items(network, items, train=train)
            case ShowCanvas(sample=sample):
                return self._views.canvas(network, sample)
            case PredictDrawn(picture=picture):
                return self._views.drawn(network, picture)
        raise NetworkError(
            tr("{name} is not a request that the engine knows.", name=type(request).__name__)
        )

    # ---- training -----------------------------------------------------------------------

    def _train(self, request: Train) -> None:
        """Train until done or stopped; the network stays for views."""
        self._control = control = Control(self._take_in)
        for kind, go_on in self._long.take().items():  # it goes on between two batches
            control.ask(kind, go_on)
        trainer: Trainer | Organizer | None = None
        try:
            trainer = self._trainer(request, control)
            for event in trainer.events():
                self._studio.follow(trainer)
                self._send(event)
                if isinstance(event, Warned) and event.cause == "disk":
                    control.pause()  # there is time to free some space and go on
        except FileError as error:
            self._send(Failed(str(error), "disk"))
        except Exception:
            _log.exception("training failed")
            sentence = tr(
                "The engine met a problem that it does not know; the log file has all of it."
            )
            self._send(Failed(sentence, "engine"))
        finally:
            self._control = None
            self._studio.let_go()
            control.finish(trainer.network if trainer else None)

    def _trainer(self, request: Train, control: Control) -> Trainer | Organizer:
        """The training of a request, with its folder made or found."""
        design = request.design
        if not request.resume:
            home = request.home
            run = RunFolder.create(home, design_to_json(design)) if home else None
            older = RunFolder(request.inherit) if request.inherit else None
            return trainer_of(design, control=control, run=run, inherit=older)
        path = Path(request.resume)
        run = RunFolder(path if path.is_dir() else path.parent)
        run.note(design=design_to_json(design))
        resume = path if path.is_file() else True
        return trainer_of(design, control=control, run=run, resume=resume)

    def _send(self, message: Event | Answer) -> None:
        try:
            self._connection.send(message)
        except (BrokenPipeError, OSError):
            self._end()


def _refused(kind: str, error: Exception) -> Refused:
    """What to say about a question that cannot be answered."""
    if isinstance(error, _KNOWN):
        return Refused(kind, str(error))
    if isinstance(error, MemoryError):
        return Refused(kind, tr("There is not enough memory to show this."))
    _log.error("a view failed: %s", kind, exc_info=error)
    return Refused(kind, tr("This cannot be shown; the log file says why."))


def _devices() -> DevicesShown:
    found = probe()
    gpus = found.gpus if found.usable else ()
    names, tf32 = (gpu.device for gpu in gpus), (gpu.device for gpu in gpus if gpu.has_tf32)
    memory = (free_and_total()[1], *(gpu.memory for gpu in gpus))
    return DevicesShown(("cpu", *names), found.sentence, found.cure, tuple(tf32), memory)
