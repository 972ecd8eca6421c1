"""How a run learns: what every layer's gradient, update and units say, and what is wrong."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.tongue import tr
from core.training.health import FIGURES, SPREADS
from core.training.illness import GOOD_UPDATE
from core.when import LAST
from designer.engine.vitals import Vitals
from designer.tokens import Tokens
from designer.viewers.checks import Checks
from designer.viewers.choice import Choice
from designer.viewers.health_rows import HealthRows, Row
from designer.viewers.health_spreads import Spread, Spreads
from designer.viewers.illness_note import IllnessNote
from designer.viewers.selection import Selection, Spot
from designer.viewers.tools import ViewTools
from designer.viewers.words import plural, run_title
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.empty_state import EmptyState
from designer.widgets.numbers import count, value
from designer.widgets.plot import Plot
from designer.widgets.seen import Seen

PAGES = ((tr("Layers"), "rows"), (tr("Over time"), "time"), (tr("Histograms"), "spreads"))
MOST_CURVES = 6  # in a plot, the selected layer among them
_LOWEST_NOTES = 72  # pixels
_NAMES = {
    "weights": tr("weights W"),
    "gradients": tr("gradients ∂L/∂W"),
    "outputs": tr("outputs Y"),
}
_COLORS = ("training", "validation", "good", "dense", "problem", "pooling")


class HealthView(QWidget):
    """Rows of layers, curves or histograms of one run, and above them what is wrong with it.

    Attributes: `rows`, `gradients`, `updates` (plots), `spreads`, `notes`, `pages` (the choice).
    """

    def __init__(self, selection: Selection, vitals: Vitals) -> None:
        super().__init__()
        self.selection, self.vitals = selection, vitals
        self.checks = Checks(selection, vitals)
        self.notes: list[IllnessNote] = []
        self.title = ElidedLabel()
        self.title.setProperty("role", "caption")
        self.pages = Choice(
            tr("What is shown"), tr("Figures of all layers, along the run, or spread")
        )
        self.pages.offer(PAGES, "rows")
        self.rows, self.spreads = HealthRows(), Spreads()
        self.gradients = Plot(name=tr("Gradients"))
        self.gradients.set_labels(tr("epoch"), tr("gradient"))
        self.updates = Plot(name=tr("Updates"))
        self.updates.set_labels(tr("epoch"), tr("update"))
        for plot in (self.gradients, self.updates):
            plot.set_log_y(True)
            plot.view.getPlotItem().getAxis("left").enableAutoSIPrefix(False)
        self.empty = EmptyState(
            "health", tr("How every layer learns appears here while a network trains: Ctrl+Enter.")
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._content())
        self.seen = Seen(self)
        self._stale = True
        self.seen.changed.connect(self._look)
        self.pages.chosen.connect(self._turn)
        self.rows.chosen.connect(lambda node: selection.set(node=node))
        selection.changed.connect(self._spot_changed)
        selection.document.design_changed.connect(self._show_help)
        vitals.changed.connect(self.refresh)
        self.setAccessibleName(tr("Health"))

    def _content(self) -> QWidget:
        content = QWidget()
        self._book = QStackedWidget()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.rows)
        scroll.setAlignment(Qt.AlignmentFlag.AlignTop)
        curves = QWidget()
        row = QHBoxLayout(curves)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.gradients, 1)
        row.addWidget(self.updates, 1)
        for page in (scroll, curves, self.spreads):
            self._book.addWidget(page)
        self.tools = ViewTools(tr("Health"), "health", picture=self._book, numbers=self.numbers)
        head = QHBoxLayout()
        head.setSpacing(Tokens.SMALL)
        head.addWidget(self.title, 1)
        head.addWidget(self.pages)
        head.addWidget(self.tools)
        column = QVBoxLayout(content)
        column.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.TIGHT, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addLayout(head)
        column.addWidget(self._note_list())
        column.addWidget(self._book, 1)
        column.addWidget(self.tools.how)
        return content

    def _note_list(self) -> QWidget:
        self._list = QWidget()
        self._list_column = QVBoxLayout(self._list)
        self._list_column.setContentsMargins(0, 0, 0, 0)
        self._list_column.setSpacing(0)
        self._notes_area = QScrollArea()
        self._notes_area.setWidgetResizable(True)
        self._notes_area.setWidget(self._list)
        return self._notes_area

    # ---- what is shown ------------------------------------------------------------------

    @property
    def node(self) -> str:
        """The layer that histograms are of: the selected one, else the first that has weights."""
        last, node = self.checks.shown, self.selection.spot.node
        if last is None or node in last.nodes:
            return node
        return next((id for id, one in last.nodes.items() if one.weights is not None), "")

    def _title_of(self, node: str) -> str:
        design = self.vitals.design
        known = design is not None and node in design.graph.nodes
        return design.graph[node].title if design is not None and known else node

    def refresh(self) -> None:
        """Show what is known now, as soon as somebody looks."""
        self._stale = True
        if self.seen.is_seen:
            self._look()

    def _look(self) -> None:
        if not self._stale or not self.seen.is_seen:
            return
        self._stale = False
        self._stack.setCurrentIndex(1 if self.checks.shown is not None or self._ill else 0)
        self._show_notes()
        self.title.setText(self.words())
        self._draw()
        self._tell_how()

    @property
    def _ill(self) -> bool:
        return bool(self.checks.illnesses)

    def words(self) -> str:
        """How it is, which moment is shown, and of which run."""
        found, last, spot = self.checks.illnesses, self.checks.shown, self.selection.spot
        parts = [tr("Looks healthy") if not found else plural(len(found), "finding")]
        if last is not None:
            checked = [
                tr("epoch {epoch}", epoch=value(last.epoch, figures=3)),
                tr("step {step}", step=count(last.step)),
            ]
            if spot.step != LAST:
                return " · ".join(
                    [self.selection.moment.words(spot.step), tr("last check"), *checked]
                )
            parts += checked
        return " · ".join([*parts, run_title(spot.run)])

    def _show_notes(self) -> None:
        """What is wrong; notes stay where the same is wrong."""
        if [note.illness for note in self.notes] != list(self.checks.illnesses):
            for note in self.notes:
                note.hide()
                note.deleteLater()
            self.notes = [
                IllnessNote(one, helps=self.vitals.helps(one.remedy))
                for one in self.checks.illnesses
            ]
            for note in self.notes:
                note.chosen.connect(lambda node: self.selection.set(node=node))
                note.cure_wanted.connect(
                    lambda train, n=note: self.vitals.treat(n.illness.remedy, train=train)
                )
                self._list_column.addWidget(note)
        self._notes_area.setVisible(bool(self.notes))
        self._give_room()

    def _give_room(self) -> None:
        """Notes are as high as they need, up to half of the view; beyond, they scroll."""
        needs = self._list_column.heightForWidth(self._notes_area.viewport().width())
        self._notes_area.setFixedHeight(min(needs + 2, max(_LOWEST_NOTES, self.height() // 2)))

    def _show_help(self) -> None:
        """What would help may have been done, or undone."""
        for note in self.notes:
            note.show_help(self.vitals.helps(note.illness.remedy))

    def _turn(self, page: object) -> None:
        self._book.setCurrentIndex([name for _, name in PAGES].index(str(page)))
        self._draw()

    def _spot_changed(self, before: Spot) -> None:
        spot = self.selection.spot
        if (before.node, before.when) != (spot.node, spot.when):
            self.refresh()

    def _draw(self) -> None:
        """The page that is open."""
        if self.checks.shown is None:
            return
        (self._draw_rows, self._draw_curves, self._draw_spreads)[self._book.currentIndex()]()

    def _draw_rows(self) -> None:
        last, design = self.checks.shown, self.vitals.design
        assert last is not None
        graph = design.graph.nodes if design is not None else {}
        ill = {one.node for one in self.checks.illnesses}
        rows = (
            Row(node, graph[node].title, graph[node].layer.family, node in ill)
            for node in last.nodes
            if node in graph
        )
        self.rows.show_health(tuple(rows), last, self.selection.spot.node)

    # ---- curves and histograms ----------------------------------------------------------

    def _curves(self, name: str) -> list[str]:
        """The layers whose figure is drawn: the selected one, the first, the last, some between."""
        last = self.checks.shown
        assert last is not None
        having = [id for id, node in last.nodes.items() if not math.isnan(node.update)]
        if name == "returned" and self.node not in having:
            node = last.nodes.get(self.node)
            having = [*having, self.node] if node and not math.isnan(node.returned) else having
        if len(having) <= MOST_CURVES:
            return having
        evenly = [having[round(at)] for at in np.linspace(0, len(having) - 1, MOST_CURVES - 1)]
        return list(dict.fromkeys([*evenly, *([self.node] if self.node in having else [])]))

    def _draw_curves(self) -> None:
        history = self.checks.history
        epochs = history.epochs
        for plot, name in ((self.gradients, "returned"), (self.updates, "update")):
            plot.clear_curves()
            for color, node in zip(_COLORS, self._curves(name), strict=False):
                plot.set_curve(
                    self._title_of(node), epochs, history.series(node, name), color=color
                )
        for end in GOOD_UPDATE:
            ends = epochs[[0, -1]]
            self.updates.set_curve(
                tr("good {end}", end=value(end)), ends, [end, end], color="good", style="dot"
            )

    def _draw_spreads(self) -> None:
        found = []
        for name in SPREADS:
            epochs, histograms = self.checks.history.spreads(self.node, name)
            if histograms:
                words = f"{self._title_of(self.node)}: {_NAMES[name]}"
                found.append(Spread(words, epochs, histograms))
        self.spreads.show_spreads(tuple(found))

    # ---- how, and numbers ---------------------------------------------------------------

    def _tell_how(self) -> None:
        last = self.checks.shown
        items = plural(last.items, "item") if last is not None else tr("some items")
        checks = plural(last.checks, "check") if last is not None else tr("some checks")
        self.tools.set_how(
            tr(
                "Now and then {items} of the batch that was just learned from go through the"
                " network once more, forward and backward, in training mode; nothing of the"
                " training changes by it. Gradient ‖∂L/∂y‖ = √Σ (∂L/∂y)², over all of these items."
                " Update ‖Δw‖ / ‖w‖ of that one step. Dead: units (maps of a convolution) that"
                " gave 0 in the last {checks}. Saturated: within 3 % of an end of the curve."
                " Histograms have 64 bins; the outermost hold all beyond, and colors go by the"
                " root of the share. What is called wrong follows rules of thumb.",
                items=items,
                checks=checks,
            )
        )

    def numbers(self) -> dict[str, NDArray[Any]]:
        """Every figure (layers × moments), the moments, and the histograms of the shown layer."""
        history, last = self.checks.history, self.checks.shown
        if last is None:
            return {}
        found: dict[str, NDArray[Any]] = {"epoch": history.epochs}
        for name in FIGURES:
            found[name] = np.array([history.series(node, name) for node in last.nodes])
        for name in SPREADS:
            _, histograms = history.spreads(self.node, name)
            if histograms:
                found[f"{self.node}.{name}"] = np.array([one.counts for one in histograms])
                found[f"{self.node}.{name}.limit"] = np.array([histograms[-1].limit])
        return found

    # ---- Qt -----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 100)
