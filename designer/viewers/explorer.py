"""What views that explore have in common: one long question, its progress, and one way to look."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from core.questions.exploring import Exploration, Explored
from core.tongue import tr
from core.training.events import EpochDone, Event, Finished, Started
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.long_looker import LongLooker
from designer.viewers.selection import Selection
from designer.viewers.tools import ViewTools
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.flow_row import FlowRow
from designer.widgets.numbers import localized
from designer.widgets.spin_field import spin_field


class Explorer(LongLooker):
    """Asks one kind of `Exploration` of the node that is looked at, anew where something changes.

    What is still on its way then is given up. While a network learns it asks after each epoch.

    `page` names the help page, `doing` is the word before the progress.
    """

    page = ""
    doing = tr("Asking")

    def __init__(
        self, selection: Selection, engine: Engine, *, name: str, picture: str, sentence: str
    ) -> None:
        super().__init__(selection, engine, picture=picture, sentence=sentence, doing=self.doing)
        self.shown: Any = None  # the last answer
        self.setAccessibleName(name)
        self.title = ElidedLabel()
        self.title.setProperty("role", "caption")
        self.engine.explored.connect(self._take_answer)

    def lay(self, body: QWidget, controls: Sequence[QWidget], how: str) -> None:
        """Put the picture and what sets it in their places; `how` it is computed."""
        name = self.accessibleName()
        self.tools = ViewTools(name, self.page, picture=body, numbers=self.numbers)
        self.tools.set_how(localized(how))
        self.set_content(framed(controls, self.tools, body, title=self.title), self.errand)

    # ---- what a view adds ---------------------------------------------------------------

    @abstractmethod
    def question(self, node: str) -> Exploration:
        """What to ask about a node."""

    @abstractmethod
    def draw(self, shown: Any) -> None:
        """Show an answer."""

    @abstractmethod
    def numbers(self) -> dict[str, NDArray[Any]]:
        """What is shown, by name."""

    # ---- asking -------------------------------------------------------------------------

    def ask(self, node: str) -> None:
        self.engine.explore(self.question(node))

    def _take_answer(self, shown: Explored) -> None:
        if shown.kind != self.kind:
            return
        self.asking.answered()
        self.errand.hide()
        if not self.document.inference.ok or not self._is_wanted(shown):
            self.asking.want(soon=True)
            return
        self.shown = shown
        self.draw(shown)
        self.show_content()

    def _is_wanted(self, shown: Any) -> bool:
        """Whether an answer is about what is looked at now."""
        node = getattr(shown.asked, "node", "")
        return not node or (node == self.node and self.fits(node))

    def _take_event(self, event: Event) -> None:
        if isinstance(event, Started | EpochDone | Finished):
            super()._take_event(event)


def framed(
    controls: Sequence[QWidget],
    tools: ViewTools,
    body: QWidget,
    *below: QWidget,
    title: QWidget | None = None,
) -> QWidget:
    """Controls in rows with the tools at their right, title, body, what lies below it, how."""
    content, row = QWidget(), QWidget()
    flow = FlowRow(row)
    for widget in controls:
        flow.addWidget(widget)
    head = QHBoxLayout()
    head.setSpacing(Tokens.SMALL)
    column = QVBoxLayout(content)
    column.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.TIGHT, 0)
    column.setSpacing(Tokens.TIGHT)
    column.addLayout(head)
    head.addWidget(row, 1)
    head.addWidget(tools, 0, Qt.AlignmentFlag.AlignTop)
    if title is not None:
        column.addWidget(title)
    column.addWidget(body, 1)
    for widget in (*below, tools.how):
        column.addWidget(widget)
    return content


def number_field(
    name: str, start: int, tip: str, *, low: int = 1, high: int = 64, unit: str = ""
) -> QSpinBox:
    """A whole number with its name in front of it."""
    field = spin_field(tr(name), tr(tip))
    field.setRange(low, high)
    field.setValue(start)
    field.setPrefix(f"{tr(name)} ")
    field.setSuffix(unit)
    return field
