"""The training panel: the plan, what the run is doing, and why training cannot start."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.kinds import Float, Text
from core.layers import NeoS
from core.messages import DevicesShown
from core.plan import Gradient, Plan
from core.settings import settings_of
from core.tongue import tr
from designer.document import edits
from designer.document.document import Document
from designer.engine.session import Session
from designer.forms.editors import CalmCombo, Editor, NumberEditor
from designer.forms.form import Form
from designer.panels.recipe import RecipeRow
from designer.panels.run_figures import RunFigures
from designer.widgets.numbers import count, duration, localized
from designer.widgets.progress_line import ProgressLine

_WORDS = {
    "starting": tr("Starting …"),
    "training": tr("Training"),
    "paused": tr("Paused"),
    "idle": "",
    "lost": tr("The engine has ended"),
}
_ENDS = {"done": tr("Finished"), "stopped": tr("Stopped, and kept"), "early": tr("Stopped early")}


class TrainingPanel(QWidget):
    """The plan on the left, the run on the right."""

    def __init__(self, document: Document, session: Session) -> None:
        super().__init__()
        self._document = document
        self._session = session
        self.recipe = RecipeRow(document)
        self.form = Form(editors={"device": DeviceEditor})
        self.form.edited.connect(self._edited)
        self.run = RunView(session)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(_scrolled(self._filled(), 320))
        row.addWidget(_scrolled(self.run, 0), 1)
        document.design_changed.connect(self._show_plan)
        session.changed.connect(self._show_session)
        self._show_plan()
        self._show_session()

    def _filled(self) -> QWidget:
        """The recipe above the plan's own settings."""
        plan = QWidget()
        column = QVBoxLayout(plan)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.recipe)
        column.addWidget(self.form)
        column.addStretch(1)
        return plan

    def _show_plan(self) -> None:
        """The settings that count: by Hebb's rule few do, and it needs S-cells."""
        design = self._document.design
        by_gradient = isinstance(design.plan.method, Gradient)
        self.form.show_value(design.plan)
        names = {"method", "device", "tf32"}
        if by_gradient:
            names = {one.name for one in settings_of(Plan)}
        if by_gradient and not design.graph.of_type(NeoS):
            names.discard("method")
        self.form.show_only(names)
        self.recipe.setVisible(by_gradient)
        self._show_devices()

    def _show_session(self) -> None:
        self._show_devices()
        self.run.refresh()

    def _show_devices(self) -> None:
        editor = self.form.rows["device"].editor
        if isinstance(editor, DeviceEditor) and self._session.devices is not None:
            editor.show_devices(self._session.devices, tf32=self._document.design.plan.tf32)

    def _edited(self, name: str, new: object, path: str) -> None:
        label = next(one.label for one in settings_of(Plan) if one.name == name)
        self._document.attempt(
            label,
            lambda design: edits.set_plan(design, design.plan.replace(**{name: new})),
            merge=f"plan.{path}" if path else "",
        )


class RunView(QWidget):
    """What the run does: a sentence, figures, the learning rate to turn, and offers."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.headline = QLabel()
        self.headline.setProperty("role", "heading")
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.progress = ProgressLine(name=tr("Training"))
        self.figures = RunFigures(session)
        self.rate = NumberEditor(Float(0.0, 1000.0, log=True))
        self.rate.setAccessibleName(tr("Learning rate now"))
        self.rate.setToolTip(
            tr("<p>The learning rate of this run; it acts from the next step on.</p>")
        )
        self.rate.edited.connect(lambda rate, _: session.set_learning_rate(rate))
        self._rate_label = QLabel(tr("Learning rate now"))
        self.train = _button(tr("Train"), session.train, primary=True)
        self.pause = _button(tr("Pause"), session.pause)
        self.stop = _button(tr("Stop"), session.stop)
        self.anew = _button(tr("Start new run"), session.train_anew)
        self.inherit = _button(tr("Start new, keeping matching weights"), session.train_inheriting)
        self.supervise = _button(tr("Go on by gradient"), session.supervise)
        self.supervise.setToolTip(
            tr("<p>Train all weights by gradient now, from what the S-cells have learned.</p>")
        )
        self.mend = _button("", session.mend)
        self.data = QLabel()
        self.data.setWordWrap(True)
        self.data.setProperty("role", "muted")
        self._fill()
        self.refresh()

    def refresh(self) -> None:
        """Show the session as it is now."""
        session, known = self._session, self._session.figures
        self.headline.setText(self._headline())
        self._show_sentence()
        going = session.state in ("training", "paused", "starting")
        self.progress.setVisible(bool(known.known))
        left = known.get("seconds_left")
        after = (
            tr("{left} left", left=duration(left)) if session.state == "training" and left else ""
        )
        self.progress.set_progress(known.fraction, after=after)
        self.figures.refresh()
        self._show_buttons(going)
        self.data.setText(str(known.get("data", "")))
        turns = going and not known.by_hebb
        self.rate.setVisible(turns)
        self._rate_label.setVisible(turns)
        if not self.rate.box.hasFocus() and session.design is not None:
            self.rate.show_value(known.get("lr", session.design.plan.optimizer.lr))

    def _fill(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.headline)
        column.addWidget(self.sentence)
        column.addWidget(self.progress)
        column.addWidget(self.figures)
        rate = QHBoxLayout()
        rate.addWidget(self._rate_label)
        rate.addWidget(self.rate)
        rate.addStretch(1)
        column.addLayout(rate)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (
            self.train,
            self.pause,
            self.stop,
            self.mend,
            self.supervise,
            self.anew,
            self.inherit,
        ):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addWidget(self.data)

    def _headline(self) -> str:
        session, known = self._session, self._session.figures
        if session.failure is not None:
            return (
                tr("Training ended early") if session.failure.cause != "engine" else _WORDS["lost"]
            )
        words = _WORDS[session.state]
        if words:
            return words
        if session.obstacle:
            return tr("Not ready to train")
        reason = known.get("reason")
        if reason:
            return _ENDS.get(str(reason), "Finished")
        return tr("Ready to train")

    def _show_sentence(self) -> None:
        session = self._session
        sentence, role = "", "muted"
        if session.failure is not None:
            sentence, role = session.failure.sentence, "problem"
        elif session.warning:
            sentence, role = session.warning, "problem"
        elif session.state == "idle" and session.obstacle:
            sentence, role = session.obstacle, "problem"
        elif session.state == "idle" and not session.figures.known:
            sentence = tr("Press Train: loss and accuracy appear here and in the curves.")
            if not isinstance(session.planned.method, Gradient):
                sentence = tr("Press Train: select an S layer to watch its planes in Filters.")
        self.sentence.setText(localized(sentence))
        self.sentence.setVisible(bool(sentence))
        if self.sentence.property("role") != role:
            self.sentence.setProperty("role", role)
            self.sentence.style().polish(self.sentence)

    def _show_buttons(self, going: bool) -> None:
        session = self._session
        paused = session.state == "paused"
        goes_on = paused or (not going and session.can_continue)
        self.train.setText(tr("Continue") if goes_on else tr("Train"))
        self.train.setVisible(not going or paused)
        self.train.setEnabled(not session.obstacle or paused)
        self.pause.setVisible(session.state == "training")
        self.stop.setVisible(going)
        self.anew.setVisible(not going and session.can_continue)
        self.inherit.setVisible(not going and session.can_inherit)
        self.supervise.setVisible(not going and session.can_supervise)
        offer = _offer(session)
        self.mend.setText(offer)
        self.mend.setVisible(bool(offer) and not going)


class DeviceEditor(Editor):
    """Where to compute: what is there, and why another is not."""

    wide = True

    def __init__(self, kind: Text) -> None:
        super().__init__()
        self._names = ["auto", "cpu"]
        self.combo = CalmCombo([_device(name) for name in self._names])
        self.combo.activated.connect(lambda index: self.edited.emit(self._names[index], ""))
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self.reason.setProperty("role", "caption")
        self.reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.reason.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.combo)
        column.addWidget(self.reason)
        self.setFocusProxy(self.combo)

    def show_devices(self, devices: DevicesShown, *, tf32: bool) -> None:
        """Offer these; say why there is no GPU and what would help, or how a GPU multiplies."""
        chosen = self._names[self.combo.currentIndex()]
        self._offer(["auto", *devices.names], chosen)
        exact = "" if not devices.tf32 else "TF32." if tf32 else tr("Full precision.")
        text = " ".join(part for part in (devices.sentence, devices.cure, exact) if part)
        self.reason.setText(text)
        self.reason.setVisible(bool(text))

    def show_value(self, value: Any) -> None:
        self._offer(self._names, str(value))

    def _offer(self, names: list[str], chosen: str) -> None:
        """These devices, and the chosen one even where it is not here."""
        names = names if chosen in names else [*names, chosen]
        if names != self._names:
            self._names = names
            self.combo.clear()
            self.combo.addItems([_device(name) for name in names])
        self.combo.setCurrentIndex(names.index(chosen))


def _device(name: str) -> str:
    words = {"auto": tr("The fastest there is"), "cpu": "CPU"}
    return words.get(name, name.replace("gpu:", "GPU "))


def _offer(session: Session) -> str:
    """The way out that the engine proposes, as a button's text."""
    failure = session.failure
    if failure is not None and failure.lower_rate is not None:
        return tr("Go on with rate {lower_rate:g}", lower_rate=failure.lower_rate)
    if failure is not None and failure.smaller_batch is not None:
        return tr(
            "Go on with batches of {smaller_batch}", smaller_batch=count(failure.smaller_batch)
        )
    return ""


def _button(text: str, act: Any, *, primary: bool = False) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("primary", primary)
    button.clicked.connect(lambda: act())
    return button


def _scrolled(widget: QWidget, width: int) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    if width:
        widget.setContentsMargins(12, 12, 12, 12)
        area.setFixedWidth(width)
    area.setWidget(widget)
    return area
