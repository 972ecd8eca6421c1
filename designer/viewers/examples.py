"""A worked example of the lectures, stage by stage, on the engine's own numbers."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.layers import Layer
from core.lessons import Example, Stage
from core.lessons.notes import NOTES
from core.lessons.showing import Shown, number, shown, wants
from core.questions.viewing import TensorsShown
from core.tongue import tr
from designer.document.change import Change
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.guess import GuessField, verdict
from designer.viewers.looker import Looker
from designer.viewers.selection import Selection, Spot
from designer.viewers.stage_bar import StageBar
from designer.viewers.stage_pages import StagePages
from designer.viewers.tools import ViewTools
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.numbers import value
from designer.widgets.role import set_role

_NEAR = 1e-4  # of the lecture's number: so many digits does it print
_INVITATION = tr("Choose a worked example: it opens as a network that you can train and change.")
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class ExamplesView(Looker):
    """Plays an example: words, a slide note where the slides slip, and the number in its place.

    It leads the selection and does not follow it: other views look where the stage points.
    Attributes: `example`, `number` of the stage from 0. Signals: `list_wanted`, `moved` to another
    stage.
    """

    kind = "tensors"
    list_wanted = Signal()
    moved = Signal()

    def __init__(self, selection: Selection, engine: Engine) -> None:
        self.example: Example | None = None
        self.number = 0
        super().__init__(selection, engine, picture="steps", sentence=_INVITATION)
        self._tensors: TensorsShown | None = None
        self._found: Shown | None = None
        self._fresh = True
        self._revealed = True
        self.title, self.bar, self.pages = ElidedLabel(), StageBar(), StagePages()
        self.title.setProperty("role", "caption")
        self.words, self.note, self.verdict = QLabel(), QLabel(), QLabel()
        self.note_frame = QFrame()
        self.guess = GuessField()
        self.tools = ViewTools(
            tr("Worked examples"), "examples", picture=self.pages, numbers=self.numbers
        )
        self.set_content(self._content())
        self.setAccessibleName(tr("Worked examples"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.bar.list_wanted.connect(self.list_wanted)
        self.bar.gone_to.connect(self._go_to)
        self.bar.predict_toggled.connect(self._predict)
        self.guess.guessed.connect(self._answer)
        self.pages.told.connect(self.tools.set_how)
        self.pages.sum.moved.connect(self._walked)
        self.engine.tensors_received.connect(self._take)
        self.follow()

    def _content(self) -> QWidget:
        self.words.setWordWrap(True)
        self.note.setWordWrap(True)
        self.note_frame.setProperty("role", "card")
        inside = QHBoxLayout(self.note_frame)
        inside.setContentsMargins(Tokens.SMALL, Tokens.TIGHT, Tokens.SMALL, Tokens.TIGHT)
        inside.addWidget(self.note)
        head, asked = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.bar)
        head.addWidget(self.title, 1)
        head.addWidget(self.tools)
        asked.addWidget(self.guess)
        asked.addWidget(self.verdict, 1)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.SMALL, Tokens.TIGHT)
        column.setSpacing(Tokens.TIGHT)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addWidget(self.note_frame)
        column.addWidget(self.pages, 1)
        column.addLayout(asked)
        column.addWidget(self.tools.how)
        return content

    # ---- the example --------------------------------------------------------------------

    def play(self, example: Example, *, at: int = 0) -> None:
        """Begin an example, whose design is open, at one of its stages."""
        self.example = example
        self.bar.begin(len(example.stages))
        if 0 < at < len(example.stages):
            self.bar.go(at)
        else:
            self._go_to(0)

    @property
    def stage(self) -> Stage | None:
        """Where the example is."""
        return self.example.stages[self.number] if self.example is not None else None

    @property
    def node(self) -> str:
        """The node that the stage is about, or ""."""
        return self.stage.node if self.stage is not None else ""

    def _go_to(self, number: int) -> None:
        if self._found is None:
            self.say(tr("The engine works the numbers out."))
        self.number, self._fresh, self._found = number, True, None
        self._revealed = not self.bar.predict.isChecked()
        stage = self.stage
        if stage is None or self.node not in self.document.design.graph.nodes:
            self.follow()
            return
        self._tell_words(stage)
        channel, row, column = stage.at
        self.selection.set(node=stage.node, channel=channel, row=row, column=column, sample=0)
        self.document.select([stage.node])
        self.follow()
        self.moved.emit()

    # ---- questions ----------------------------------------------------------------------

    def fits(self, node: str) -> bool:
        return self._layer() is not None

    def lack(self, node: str) -> str:
        return tr(
            "{node} has no numbers now: it is bypassed. Undo leads back.", node=self.title_of(node)
        )

    def ask(self, node: str) -> None:
        assert self.stage is not None
        self.engine.request_tensors(node, 0, self._wants(self.stage))

    def _ask(self) -> bool:
        """Formulas need no engine."""
        stage = self.stage
        if stage is None or not self._can_ask():
            return False
        if not self._wants(stage):
            self._show(None)
            return False
        self.ask(self.node)
        return True

    def _can_ask(self) -> bool:
        if self.example is not None and self.node not in self.document.design.graph.nodes:
            self.say(
                tr(
                    "This stage is about {node}, which is no longer there. Undo leads back.",
                    node=self.node,
                )
            )
            return False
        return super()._can_ask()

    def _wants(self, stage: Stage) -> tuple[str, ...]:
        info = self.document.inference.nodes.get(stage.node)
        return wants(stage, info.weights if info is not None else ())

    def _layer(self) -> Layer | None:
        nodes, info = self.document.design.graph.nodes, self.document.inference.nodes.get(self.node)
        if info is None or info.output is None or nodes[self.node].bypassed:
            return None
        return nodes[self.node].layer

    def say(self, sentence: str, *, offer: str = "") -> None:
        """Say why there is nothing; the button leads to the list."""
        super().say(sentence)
        self.empty.button.setText(tr("Choose an example …"))
        self.empty.button.setAccessibleName(self.empty.button.text())
        self.empty.button.setVisible(self.example is None)

    def _accept_offer(self) -> None:
        self.list_wanted.emit()

    # ---- answers ------------------------------------------------------------------------

    def _take(self, told: TensorsShown) -> None:
        if self.example is None:
            return
        mine, waited = told.node == self.node, self.asking.waiting
        self.asking.answered()
        if mine and self._layer() is not None:
            self._show(told)
        elif waited:  # the question was another view's
            self.asking.want(soon=True)

    def _show(self, told: TensorsShown | None) -> None:
        stage, layer = self.stage, self._layer()
        assert stage is not None
        assert layer is not None
        inputs = self.document.inference.nodes[self.node].inputs
        try:
            self._found = shown(stage, layer, inputs, told.tensors if told is not None else {})
        except (ValueError, KeyError, IndexError):
            self.say(
                tr(
                    "{node} was changed: this stage no longer fits it.",
                    node=self.title_of(self.node),
                )
            )
            return
        self._tensors = told
        self._draw(stage, layer)
        self.show_content()

    def _draw(self, stage: Stage, layer: Layer) -> None:
        assert self._found is not None
        rate = getattr(self.document.design.plan.optimizer, "lr", 0.0)
        self.pages.show_stage(
            stage, layer, self._found, self._tensors, anew=self._fresh, rate=rate,
            secret=not self._revealed,
        )  # fmt: skip
        self._fresh = False
        self._tell_words(stage)
        self._tell(stage)

    def _tell_words(self, stage: Stage) -> None:
        """What happens, and where the slides slip: the numbers may still be on their way."""
        assert self.example is not None
        moment = f" · {self.moment.words(self._tensors.step)}" if self._tensors else ""
        self.title.setText(f"{self.example.title} · {self.title_of(stage.node)}{moment}")
        self.words.setText(stage.words)
        self.note.setText("\n".join(NOTES[name].text for name in stage.notes))
        self.note_frame.setVisible(bool(stage.notes))
        self._say("", "muted")

    def _tell(self, stage: Stage) -> None:
        """What the lecture has beside what the engine has, or the question for it."""
        assert self._found is not None
        has = number(stage, self._found)
        self.guess.setVisible(not self._revealed)
        self.pages.sum.result.setVisible(stage.right is None)
        if not self._revealed:
            self._say(tr("What comes out? Type it and press Enter."), "muted")
        elif stage.right is None:
            self._say("", "muted")
        elif abs(has - stage.right) <= _NEAR * max(1.0, abs(stage.right)):
            self._say(tr("{has}, as worked out by hand", has=value(has, figures=6)), "good")
        else:
            told = value(stage.right, figures=6)
            self._say(
                tr(
                    "{has}: the network is no longer the example's, which has {told}",
                    has=value(has, figures=6),
                    told=told,
                ),
                "warning",
            )

    def _say(self, words: str, role: str) -> None:
        self.verdict.setText(words)
        set_role(self.verdict, role)

    # ---- predict, then see --------------------------------------------------------------

    def _predict(self, on: bool) -> None:
        self._revealed = not on
        self.guess.clear()
        self._draw_again()
        if on:
            self.guess.setFocus()

    def _answer(self, guessed: float | None) -> None:
        if self.stage is None or self._found is None:
            return
        words, right = verdict(guessed, number(self.stage, self._found))
        if guessed is not None:
            self._revealed = True
            self._draw_again()
        self._say(words, "good" if right else "problem")

    def _walked(self) -> None:
        """Somebody looks at another cell of the same sheets."""
        self.pages.sum.result.show()
        self._say("", "muted")

    def _draw_again(self) -> None:
        layer = self._layer()
        if self.stage is not None and self._found is not None and layer is not None:
            self._draw(self.stage, layer)

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The tensors behind the stage, by name."""
        return dict(self._tensors.tensors) if self._tensors is not None else {}

    # ---- what is told -------------------------------------------------------------------

    def _spot_changed(self, before: Spot) -> None:
        """Other views may look elsewhere: the example stays where it is."""

    def _design_changed(self, change: Change) -> None:
        if change.whole:
            self.example, self._found = None, None
            self.bar.player.stop()
            self.say(_INVITATION)
        super()._design_changed(change)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.example is not None and key in _KEYS:
            self.bar.go(_KEYS[key])
        elif self.example is not None and key == Qt.Key.Key_Space:
            self.bar.player.play.toggle()
        else:
            super().keyPressEvent(event)
