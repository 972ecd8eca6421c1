"""The training of one document: what is running, what can be started, and the last run.

A run keeps the design it was started with; editing goes on meanwhile. Runs lie beside the project
file, or in the state folder until the project is first saved.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from core.design import Design
from core.files import FileError
from core.infer import Inference, infer
from core.layers import NeoS
from core.messages import DevicesShown
from core.places import state_folder
from core.plan import Gradient, Plan
from core.project import design_from_json
from core.tongue import tr
from core.training.events import Event, Failed, Progress, Resumed, Started, Warned
from core.training.runs import RunFolder, home_of, latest_run
from designer.document import edits
from designer.document.document import Document
from designer.engine.client import Engine
from designer.widgets.pace import Pace

_SHOW_AFTER = 200  # milliseconds after an edit until the engine is told what views are about
_TELL_EVERY = 200  # milliseconds between two words on how far a training is, at least
_log = logging.getLogger(__name__)


@dataclass
class Figures:
    """What is known of the run that is shown, by the names of the events' fields."""

    known: dict[str, Any] = field(default_factory=dict)

    def take(self, event: Mapping[str, Any]) -> None:
        """Take in an event as JSON data; what it does not say stays."""
        name = str(event["event"])
        if name == "started":
            goes_on = bool(event["run"]) and event["run"] == self.known.get("run")
            self.known = self.known if goes_on else {}
            self.known.pop("reason", None)
        if name == "preparing":  # a run comes, the one before it is over
            self.known = {}
        if name == "presented":  # a layer's turn is an epoch, a picture a step
            self.known |= {"epoch": event["layer"], "step": event["shown"]}
        prefix = "validation_" if name == "epoch" else ""
        for key, value in event.items():
            place = prefix + key if key in ("loss", "accuracy") else key
            self.known[place] = value
        if name == "epoch":
            self.known["done"] = event["epoch"]
            if event["best"]:
                self.known["best_accuracy"] = event["accuracy"]
        if name == "finished":  # the only event that counts steps over all epochs
            self.known["step"] = event["step"] - (event["epoch"] - 1) * self.get("steps", 0)

    def get(self, name: str, default: Any = None) -> Any:
        """A figure, or the default where it is not known."""
        found = self.known.get(name)
        return default if found is None else found

    @property
    def by_hebb(self) -> bool:
        """Whether S-cells learn by Hebb's rule, and not all weights by gradient."""
        return bool(self.get("method") == "hebb")

    @property
    def fraction(self) -> float:
        """How much of the run is done, 0 to 1."""
        steps = max(int(self.get("steps", 1)), 1)
        epochs = max(int(self.get("epochs", 1)), 1)
        if self.get("reason") == "done":
            return 1.0
        epoch, step = int(self.get("epoch", 1)), int(self.get("step", 0))
        if self.get("done", 0) == epoch:
            return min(epoch / epochs, 1.0)
        return min((epoch - 1 + step / steps) / epochs, 1.0)


class Session(QObject):
    """Trains the document through the engine.

    Attributes: `engine`, `run` (the run that views name, None before the first), `design` (what
    that run trains), `figures`, `failure` (why the last training ended, or None), `warning` (what
    the disk refused, or ""), `devices`.
    Signals: `changed()` for anything a panel shows; `event_received(mapping)` for each event;
    `run_shown(events, folder)` when another run is shown; `told(sentence)`;
    `hindered()` when training was asked for and problems stand in the way.
    """

    changed = Signal()
    event_received = Signal(object)
    run_shown = Signal(object, str)
    told = Signal(str)
    hindered = Signal()

    def __init__(self, document: Document, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine = engine
        self.run: RunFolder | None = None
        self.design: Design | None = None
        self.figures = Figures()
        self.failure: Failed | None = None
        self.warning = ""
        self.devices: DevicesShown | None = None
        self._document = document
        self._telling = Pace(self.changed.emit, _TELL_EVERY, self)
        self._show_soon = QTimer(self, singleShot=True, interval=_SHOW_AFTER)
        self._show_soon.timeout.connect(self._show_design)
        engine.event_received.connect(self._take)
        engine.engine_lost.connect(self._lose)
        engine.state_changed.connect(self._state_changed)
        engine.devices_received.connect(self._take_devices)
        document.design_changed.connect(self._design_changed)
        document.path_changed.connect(self._bring_runs)

    # ---- questions ----------------------------------------------------------------------

    @property
    def state(self) -> str:
        """The engine's: "idle", "starting", "training", "paused" or "lost"."""
        return self.engine.state

    @property
    def planned(self) -> Plan:
        """How the document's next run is trained."""
        return self._document.design.plan

    @property
    def obstacle(self) -> str:
        """Why training cannot start, in one sentence; "" where it can."""
        design = self._document.design
        if not _by_gradient(design) and not design.graph.of_type(NeoS):
            return tr("Hebb's rule is for S-cells: add a NeoS layer, or train by gradient.")
        errors = [p for p in self._document.inference.problems if p.severity == "error"]
        if not errors:
            return ""
        more = (
            tr(" There are {count} more problems.", count=len(errors) - 1)
            if len(errors) > 2
            else ""
        )
        more = tr(" There is one more problem.") if len(errors) == 2 else more
        return f"{errors[0].sentence}{more}"

    @property
    def can_continue(self) -> bool:
        """Whether the run that is shown can go on with the network as it is now."""
        if self.run is None or self.design is None or self.obstacle:
            return False
        if not _by_gradient(self.design) or not _by_gradient(self._document.design):
            return False
        if int(self.figures.get("done", 0)) >= self._document.design.plan.epochs:
            return False
        if self.run.path.parent != self.home:  # saved as another project, which it is not of
            return False
        same = _weights_of(infer(self.design.graph)) == _weights_of(self._document.inference)
        return same and bool(self.run.checkpoints())

    @property
    def can_inherit(self) -> bool:
        """Whether a new run could begin with weights of the one that is shown, not all perhaps."""
        if not _by_gradient(self._document.design):  # S-cells begin anew by Hebb's rule
            return False
        return self._fits_partly and not self.can_continue

    @property
    def can_supervise(self) -> bool:
        """Whether S-cells have learned by Hebb's rule, and all weights could by gradient now."""
        if not self.figures.by_hebb or _by_gradient(self._document.design):
            return False
        return self._fits_partly

    @property
    def _fits_partly(self) -> bool:
        """Whether the run that is shown has kept a weight that this sound network has too."""
        if self.run is None or self.design is None or self.obstacle:
            return False
        there = _weights_of(infer(self.design.graph))
        here = _weights_of(self._document.inference)
        fits = any(name in there and there[name][0] == one[0] for name, one in here.items())
        return fits and bool(self.run.checkpoints())

    # ---- orders -------------------------------------------------------------------------

    def train(self) -> None:
        """Go on after a pause, continue the last run where it fits, or start a new one."""
        if self.state == "paused":
            self.engine.resume()
        elif not self.engine.is_busy and self.can_continue:
            self._start(resume=str(self.run.path) if self.run else None)
        else:
            self.train_anew()

    def train_anew(self) -> None:
        """Start a new run."""
        if not self.engine.is_busy:
            self._start()

    def train_apart(self, design: Design) -> None:
        """Start a new run of a design that is not the document's, as of the same with another seed.

        Its inference is known to be sound: a run of it was there, or the document has it.
        """
        if not self.engine.is_busy:
            self._begin(design)

    def train_inheriting(self) -> None:
        """Start a new run with those weights of the one that is shown that still fit."""
        if not self.engine.is_busy and self.can_inherit and self.run is not None:
            self._start(inherit=str(self.run.path))

    def supervise(self) -> None:
        """After Hebb's rule, train all weights by gradient, from what the S-cells have learned."""
        if not self.engine.is_busy and self.can_supervise and self.run is not None:
            plan = self._document.design.plan.replace(method=Gradient())
            self._document.attempt(
                tr("Train by gradient"), lambda design: edits.set_plan(design, plan)
            )
            self._start(inherit=str(self.run.path))

    def pause(self) -> None:
        """Wait after this step, or go on."""
        if self.state == "paused":
            self.engine.resume()
        else:
            self.engine.pause()

    def stop(self) -> None:
        """End training and keep what was learned."""
        self.engine.stop()

    def leave(self, *, keep: bool) -> None:
        """The document goes: end a training, and drop what nobody could find any more.

        What was learned is kept with the project; a project that was never saved has no other
        place, so without `keep` its runs go with it.
        """
        if self.engine.is_busy:
            self.engine.shut_down()
        if not keep and self._document.path is None:
            shutil.rmtree(self._waiting_home(), ignore_errors=True)

    def set_learning_rate(self, rate: float) -> None:
        """Train with another learning rate from the next step on."""
        self.engine.set_learning_rate(rate)

    def mend(self) -> None:
        """After a failure: change the plan as the engine proposes and go on."""
        failure = self.failure
        if failure is None or self.engine.is_busy:
            return
        plan = self._document.design.plan
        if failure.lower_rate is not None:
            plan = plan.replace(optimizer=plan.optimizer.replace(lr=failure.lower_rate))
        if failure.smaller_batch is not None:
            plan = plan.replace(batch_size=failure.smaller_batch)
        self._document.attempt(tr("Mend the plan"), lambda design: edits.set_plan(design, plan))
        self.train()

    def open_last_run(self) -> None:
        """Show the newest run of the document, or none; another document was opened."""
        self.failure = None
        self.run, self.design = latest_run(self.home), None
        self.figures = Figures()
        events: list[dict[str, Any]] = []
        try:
            if self.run is not None:
                self.design = design_from_json(self.run.about()["design"])
                events = self.run.events()
        except (FileError, KeyError):
            _log.warning("a run cannot be read: %s", self.run and self.run.path)
            self.run = self.design = None
        for event in events:
            self.figures.take(event)
        self.run_shown.emit(events, str(self.run.path) if self.run else "")
        self._show_design()
        self.changed.emit()

    def _start(self, *, resume: str | None = None, inherit: str = "") -> None:
        if self.obstacle:
            self.told.emit(self.obstacle)
            if not self._document.inference.ok:
                self.hindered.emit()
            return
        self._begin(self._document.design, resume=resume, inherit=inherit)

    def _begin(self, design: Design, *, resume: str | None = None, inherit: str = "") -> None:
        self.failure = None
        self.design = design
        self._document.hold_unsaved()  # what it learns is worth a question before it goes
        self.engine.train(design, str(self.home), resume, inherit=inherit)

    # ---- what the engine says -----------------------------------------------------------

    def _take(self, event: Event) -> None:
        data = event.to_json()
        self.figures.take(data)
        if data["event"] == "started" and data["run"]:
            self.run = RunFolder(data["run"])
        if isinstance(event, Failed):
            self.failure = event
            self.told.emit(event.sentence)
        if isinstance(event, Warned):
            self.told.emit(event.sentence)
        self._note_warning(event)
        self.event_received.emit(data)
        if isinstance(event, Progress):
            self._telling.want()
        else:
            self._telling.do()

    def _note_warning(self, event: Event) -> None:
        """A disk that is full pauses training: that is said until it goes on."""
        if isinstance(event, Warned) and event.cause == "disk":
            self.warning = event.sentence
        elif isinstance(event, Started | Resumed):
            self.warning = ""

    def _lose(self, sentence: str) -> None:
        self.failure = Failed(sentence, "engine")
        self.told.emit(sentence)
        self.changed.emit()

    def _take_devices(self, devices: DevicesShown) -> None:
        self.devices = devices
        self.changed.emit()

    def _state_changed(self, state: str) -> None:
        if state in ("idle", "lost"):
            self._bring_runs()
            self._show_design()
        self.changed.emit()

    # ---- where runs lie -----------------------------------------------------------------

    @property
    def home(self) -> Path:
        """The folder below which the document's runs lie."""
        path = self._document.path
        return home_of(path) if path is not None else self._waiting_home()

    def _waiting_home(self) -> Path:
        """Where runs lie until the project is first saved."""
        return state_folder() / "runs" / self._document.uuid

    def _bring_runs(self) -> None:
        """After the first save the runs go beside the project, as soon as nothing trains."""
        waiting, home = self._waiting_home(), self.home
        if waiting == home or not waiting.is_dir() or self.engine.is_busy:
            return
        try:
            home.mkdir(parents=True, exist_ok=True)
            for folder in sorted(waiting.iterdir()):
                shutil.move(folder, home / folder.name)
            waiting.rmdir()
        except OSError as error:
            self.told.emit(
                tr(
                    "The runs stay in {waiting}: {value}.",
                    waiting=waiting,
                    value=error.strerror or error,
                )
            )
            return
        if self.run is not None and self.run.path.parent == waiting:
            self.run = RunFolder(home / self.run.path.name)
            self.run_shown.emit(self.run.events(), str(self.run.path))
            self._show_design()

    def _design_changed(self) -> None:
        self._show_soon.start()
        self.changed.emit()

    def _show_design(self) -> None:
        if not self.engine.is_busy:
            self.engine.show(self._document.design, str(self.run.path) if self.run else "")


def _by_gradient(design: Design) -> bool:
    return isinstance(design.plan.method, Gradient)


def _weights_of(inference: Inference) -> dict[tuple[str, str], tuple[tuple[int, ...], bool]]:
    """All weights by node and name, as shape and whether trained: to go on, a run needs the same.

    Those of a bypassed layer rest.
    """
    return {
        (node, name): (weight.shape, weight.trained)
        for node, info in inference.nodes.items()
        for name, weight in info.weights.items()
    }
