"""Runs side by side: what differs, what came out, and what each has learned to see."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QLabel,
    QMenu,
    QStackedLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.messages import Refused
from core.questions.exploring import (
    BesideItemsShown,
    BesideShown,
    Explored,
    ShowBeside,
    ShowBesideItems,
)
from core.tongue import tr
from core.training.events import EpochDone, Event, Finished, Started
from designer.engine.client import Engine
from designer.engine.session import Session
from designer.resources import icon
from designer.theme import theme
from designer.viewers.asking import Asking
from designer.viewers.beside_columns import BesideColumns
from designer.viewers.beside_figures import BesideFigures
from designer.viewers.beside_words import LETTERS, sentence, title_of
from designer.viewers.choice import Choice
from designer.viewers.errand import Errand
from designer.viewers.explorer import framed, number_field
from designer.viewers.nearest import has_filters, nearest
from designer.viewers.run_choice import RunChoice
from designer.viewers.run_picker import RunPicker
from designer.viewers.selection import Selection, Spot
from designer.viewers.tools import ViewTools
from designer.viewers.train_again import TrainAgain
from designer.widgets.empty_state import EmptyState
from designer.widgets.numbers import localized
from designer.widgets.seen import Seen

_FIGURES = "figures"
_LOOKS = (
    (tr("Figures and curves"), _FIGURES),
    (tr("Filters"), "filters"),
    (tr("Feature maps"), "maps"),
    (tr("Mistakes"), "mistakes"),
)
_HOW = tr(
    "A run is worth its best validation accuracy, or its lowest validation loss where nothing is"
    " classified. Runs are of one kind where design, plan, data and length of training are the same"
    " but for the seed; other finished runs of a kind are counted with those that were chosen, the"
    " newest of each seed, nine at most. A curve is the mean of a kind, its band goes from the"
    " lowest to the highest. The best two kinds are weighed: of all ways to deal their scores into"
    " two groups of these sizes, how many have means at least as far apart? Up to 5 % is called"
    " hardly luck (the exact permutation test). The standard deviation divides by n − 1. A rate"
    " that was turned by hand while training is in no design. Columns show the last weights of"
    " each run, or those at the step that all views look at, with the same limits of colors; all"
    " validation items are asked for mistakes, one for maps."
)


class SideBySideView(QWidget):
    """Two to six runs: table and curves, or a layer of each in columns.

    Attributes: `runs` (which ones, and what is known of them), `verdict` (the sentence).
    Signals: `difference_wanted(design, name)`, to mark it on the canvas; `told(sentence)`.
    """

    difference_wanted = Signal(object, str)
    told = Signal(str)
    kind = ShowBeside.kind

    def __init__(self, selection: Selection, engine: Engine, session: Session) -> None:
        super().__init__()
        self.selection, self.engine, self.document = selection, engine, selection.document
        self.setAccessibleName(tr("Side by side"))
        self.runs = RunChoice(session, self.document, self)
        self.picker = RunPicker(self.runs)
        self.looks = Choice(tr("Show"), tr("What is shown of each run"))
        self.looks.offer(_LOOKS, _FIGURES)
        self.item = number_field("Item", 0, "The validation item", low=0, high=9_999_999)
        self.verdict = QLabel()
        self.verdict.setWordWrap(True)
        self.figures, self.columns = BesideFigures(self.runs), BesideColumns()
        self.again = TrainAgain(self.runs, session, self.document)
        self.errand = Errand(engine, self.kind, tr("Asking run"))
        self.asking = Asking(self._ask, self)
        self.empty = EmptyState(
            "compare",
            tr(
                "Train the network, change something, and train it again: its runs are compared"
                " here."
            ),
            button=tr("Runs of another project …"),
        )
        self._asked: ShowBeside | None = None
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._content())
        self.seen = Seen(self)
        self._connect(session)
        self._turn()

    def _content(self) -> QWidget:
        self._pages = QStackedWidget()
        for page in (self.figures, self.columns):
            self._pages.addWidget(page)
        self.mark = _menu_button("compare", tr("Mark on canvas"))
        self.mark.setToolTip(tr("Mark what differs between a run and the network on the canvas"))
        self.mark.menu().aboutToShow.connect(self._fill_marks)
        self.tools = ViewTools(
            tr("Side by side"), "side-by-side", picture=self._pages, numbers=self.numbers
        )
        self.tools.set_how(localized(_HOW))
        foot = QWidget()
        rows = QVBoxLayout(foot)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for row in (self.errand, self.again.bar):
            rows.addWidget(row)
        controls = (
            self.picker, self.looks, self.figures.figure, self.figures.axis, self.item,
            self.again, self.mark,
        )  # fmt: skip
        return framed(controls, self.tools, self._pages, foot, title=self.verdict)

    def _connect(self, session: Session) -> None:
        self.seen.changed.connect(self.runs.set_seen)
        self.seen.changed.connect(self.asking.set_seen)
        self.runs.changed.connect(self.refresh)
        self.picker.told.connect(self.told)
        self.empty.activated.connect(self.picker.ask)
        self.looks.chosen.connect(self._turn)
        self.item.valueChanged.connect(lambda number: self.selection.set(sample=number))
        self.columns.spot_chosen.connect(lambda parts: self.selection.set(**parts))
        self.columns.items_wanted.connect(self._ask_items)
        self.figures.node_chosen.connect(self._choose_node)
        self.selection.changed.connect(self._spot_changed)
        self.errand.ended.connect(self._ended)
        self.engine.explored.connect(self._take)
        self.engine.event_received.connect(self._take_event)
        self.engine.request_refused.connect(self._take_refusal)
        self.engine.forgot.connect(self.asking.lost)
        theme.theme_changed.connect(self.refresh)

    # ---- what is shown ------------------------------------------------------------------

    @property
    def look(self) -> str:
        """The page: "figures", "filters", "maps" or "mistakes"."""
        return str(self.looks.currentData())

    def refresh(self) -> None:
        """Show the runs as they are now."""
        runs = self.runs
        self._stack.setCurrentIndex(1 if runs.shelf.runs else 0)
        trouble = " ".join(runs.shelf.troubles)
        told = localized(sentence(runs.columns, runs.kinds))
        self.verdict.setText(f"{told} {trouble}".strip())
        titles = [
            f"{letter} · {title_of(run, runs.homes[0])}"
            for letter, run in zip(LETTERS, runs.columns, strict=False)
        ]
        self.columns.set_runs(titles, [runs.kind_of(run) for run in runs.columns])
        self.mark.setEnabled(bool(runs.columns))
        if self.look == _FIGURES:
            self.figures.refresh()
        elif self._asked is None or self._asked.runs != self._paths:
            self.follow()

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The curves, or what stands in the columns, by name."""
        return self.figures.numbers() if self.look == _FIGURES else self.columns.numbers()

    @property
    def _paths(self) -> tuple[str, ...]:
        return tuple(run.path for run in self.runs.columns)

    def _turn(self) -> None:
        """Another page."""
        is_overview = self.look == _FIGURES
        self._pages.setCurrentIndex(0 if is_overview else 1)
        for widget in (self.figures.figure, self.figures.axis):
            widget.setVisible(is_overview)
        self.item.setVisible(self.look == "maps")
        if is_overview:
            self.figures.refresh()
        else:
            self.follow()

    # ---- columns ------------------------------------------------------------------------

    def follow(self) -> None:
        """Ask anew; what is still on its way is given up."""
        if self.asking.waiting:
            self.errand.give_up()
        self.asking.want(soon=True)

    def _ask(self) -> bool:
        if self.look == _FIGURES or not self._paths:
            return False
        spot, look = self.selection.spot, self.looks.currentData()
        self._asked = ShowBeside(self._paths, look, self._node, spot.sample, spot.item)
        self.engine.explore(self._asked)
        return True

    @property
    def _node(self) -> str:
        """The layer that is looked at; where none is, the first that has what is shown."""
        graph, known = self.document.design.graph, self.document.inference

        def fits(node: str) -> bool:
            return has_filters(known, node) if self.look == "filters" else node in known.nodes

        return self.selection.spot.node or nearest(graph, "", fits)

    def _ask_items(self, items: tuple[tuple[int, ...], ...]) -> None:
        self.engine.explore(ShowBesideItems(self._paths, items))

    def _take(self, shown: Explored) -> None:
        if isinstance(shown, BesideItemsShown) and shown.asked.runs == self._paths:
            self.columns.show_items(shown)
        if not isinstance(shown, BesideShown):
            return
        self.asking.answered()
        self.errand.hide()
        if shown.asked.runs != self._paths or shown.asked.look != self.look:
            self.asking.want(soon=True)
            return
        nodes = self.document.design.graph.nodes
        node = shown.asked.node
        self.columns.show_answers(shown, nodes[node].title if node in nodes else node)

    def _spot_changed(self, before: Spot) -> None:
        spot = self.selection.spot
        self.item.blockSignals(True)
        self.item.setValue(spot.sample)
        self.item.blockSignals(False)
        self.columns.mark(spot)
        of_item = (spot.sample, spot.own) != (before.sample, before.own)
        if (
            spot.step != before.step
            or (spot.node != before.node and self.look != "mistakes")
            or (of_item and self.look == "maps")
        ):
            self.follow()

    def _ended(self, by_hand: bool) -> None:
        self.asking.answered()
        if not by_hand:
            self.asking.want(soon=True)

    def _take_refusal(self, refused: Refused) -> None:
        if refused.asked == self.kind:
            self.asking.answered()
            self.told.emit(refused.sentence)

    def _take_event(self, event: Event) -> None:
        if isinstance(event, Started | EpochDone | Finished) and self.runs.has_live:
            self.asking.want()

    # ---- the canvas ---------------------------------------------------------------------

    def _choose_node(self, node: str) -> None:
        if node in self.document.design.graph.nodes:
            self.selection.set(node=node)

    def _fill_marks(self) -> None:
        """Each run, to be compared with what is on the canvas now."""
        menu = self.mark.menu()
        menu.clear()
        for letter, run in zip(LETTERS, self.runs.columns, strict=False):
            title = title_of(run, self.runs.homes[0])
            menu.addAction(f"{letter} · {title}").triggered.connect(
                lambda _, run=run, title=title: self.difference_wanted.emit(run.design, title)
            )

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(560, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 100)


def _menu_button(glyph: str, text: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(glyph))
    button.setText(text)
    button.setToolButtonStyle(button.toolButtonStyle().ToolButtonTextBesideIcon)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(QMenu(button))
    return button
