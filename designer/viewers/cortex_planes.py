"""The neocognitron: its planes for an item, how they grow as it learns, and what they sort."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from core.explain.clusters import purity, told_apart
from core.explain.neocognitron import Winner, gallery, moments
from core.hebb import RULES, Hebb
from core.layers import NeoC, NeoS
from core.messages import Going
from core.questions.cortex import PlanesShown, Presenting, ShowPlanes
from core.questions.exploring import Exploration
from core.tongue import tr
from core.training.events import Event, Presented, Started
from designer.document import edits
from designer.engine.client import Engine
from designer.engine.session import Session
from designer.viewers.choice import Choice
from designer.viewers.cluster_table import ClusterTable
from designer.viewers.cortex_layout import page_of
from designer.viewers.explorer import Explorer, number_field
from designer.viewers.selection import Selection
from designer.viewers.tools import ViewTools
from designer.viewers.words import plural
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import count, localized, percent, value

_AS_TRAINED = tr("as trained")
_STRENGTHS = (
    (tr("As trained"), _AS_TRAINED),
    *((tr("Hebb: {title}", title=rule.title.lower()), rule.title) for rule in RULES),
)
_WINNERS = ((tr("One a picture"), "image"), (tr("One a column"), "columns"))
_PLANES, _GROWTH, _CLUSTERS = "planes", "growth", "clusters"
_LOOKS = ((tr("Planes"), _PLANES), (tr("How they grew"), _GROWTH), (tr("Clusters"), _CLUSTERS))
_MOMENTS = 6  # of a filter's growth
_MOST_PLANES = 64  # whose growth is drawn
_NONE = tr("Add S-cells (a NeoS layer) to your network, or open one that has some.")
_HOW = tr(
    "S-cell: u = r · φ[(1 + e)/(1 + h) − 1] with h = 2r/(1 + r) · b · v, where e = Σ a·x and v is a"
    " weighted root mean square of x. C-cell: a blur of one S-plane, held down by the mean of all."
    " The frame stands around the cell that wins. By Hebb's rule the layers before learn first, all"
    " from items of the training data drawn at random, in a copy of the network; classes are not"
    " looked at. Plain: Δa = rate · a winner's answer · x (answers above 10 count as 10), so who"
    " wins once wins more, without end. Unit norm: a is scaled to length 1 after that. Inhibitory:"
    " Δa = q·c·x and Δb = q/2 · v, so that a plane holds itself back from what it does not know."
    " Growth is drawn as the mean of a over the input planes, all in one scale. Clusters count in"
    " which plane the strongest answer to each validation item stands."
)


class PlanesPage(Explorer):
    """S-planes and C-planes of one layer, as they are or after a lesson by Hebb's rule.

    `title` and `tools` lie in the head of the lab.

    Signals: `template_wanted(id)`, `convert_wanted()`.
    """

    kind = ShowPlanes.kind
    page = "cortex"
    doing = tr("Showing pictures")
    watches = ("node", "sample", "own")
    template_wanted = Signal(str)
    convert_wanted = Signal()

    def __init__(self, selection: Selection, engine: Engine, session: Session) -> None:
        self.session = session
        self._node = ""  # the S-layer that was looked at last
        super().__init__(selection, engine, name=tr("Cortex lab"), picture="cortex", sentence=_NONE)
        self._live: dict[str, list[Presented]] = {}
        self._frames: list[Presented] = []
        self._make_controls()
        self._make_pictures()
        controls = (
            self.looks, self.layers, self.strengths, self.winners, self.pictures, self.seed,
            self.train, self.supervise, self.convert,
        )  # fmt: skip
        body = self._body()
        self.tools = ViewTools(tr("Cortex lab"), self.page, picture=body, numbers=self.numbers)
        self.tools.set_how(localized(_HOW))
        self.set_content(page_of(controls, body, self.tools.how), self.errand)
        self._connect()
        self._show_what_counts()
        self._offer_training()
        self.follow()

    # ---- parts --------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.looks = Choice(
            tr("What is shown"), tr("Planes of an item, growth of filters, or clusters")
        )
        self.looks.offer(_LOOKS, _PLANES)
        self.layers = Choice(tr("S-layer"), tr("The layer of S-cells that is looked at"))
        self.strengths = Choice(
            tr("Strengths"), tr("Those of the network, or learned anew by a rule")
        )
        self.strengths.offer(_STRENGTHS, _AS_TRAINED)
        self.winners = Choice(tr("Winners"), tr("Which cells learn from a picture"))
        self.winners.offer(_WINNERS, "image")
        self.pictures = number_field("Pictures", 300, "Shown to each layer", low=10, high=1000)
        self.pictures.setSingleStep(50)
        self.seed = number_field("Seed", 0, "Decides first strengths and pictures", low=0,
                                 high=9999)  # fmt: skip
        self.train = QPushButton(tr("Train so"))
        self.train.setToolTip(
            tr("Train all S-layers of the network by this rule, as a run of its own")
        )
        self.supervise = QPushButton(tr("Add supervision"))
        self.convert = QPushButton(tr("Convert to ReLU + max"))
        self.convert.setToolTip(
            tr("Put Conv2d and ReLU for S-cells and MaxPool2d for C-cells; Undo takes it back")
        )

    def _make_pictures(self) -> None:
        self.item, self.s, self.c = (
            Mosaic(name=name) for name in (tr("Item"), tr("S-planes"), tr("C-planes"))
        )
        self.item.name_of = lambda tile: "item"
        self.s.name_of = lambda tile: tr("S-plane {tile}", tile=tile)
        self.c.name_of = lambda tile: tr("C-plane {tile}", tile=tile)
        self.growth, self.table = Mosaic(name=tr("How the filters grew")), ClusterTable()
        self.growth.name_of = self._name_of
        self.told, self.sorted = ElidedLabel(), ElidedLabel()
        for label in (self.told, self.sorted):
            label.setProperty("role", "caption")

    def _body(self) -> QWidget:
        planes, clusters, body = QWidget(), QWidget(), QWidget()
        row = QHBoxLayout(planes)
        for mosaic, share in ((self.item, 1), (self.s, 3), (self.c, 2)):
            row.addWidget(mosaic, share)
        column = QVBoxLayout(clusters)
        column.addWidget(self.sorted)
        column.addWidget(self.table, 1)
        self._book = QStackedWidget()
        for page in (planes, self.growth, clusters):
            self._book.addWidget(page)
        whole = QVBoxLayout(body)
        whole.addWidget(self.told)
        whole.addWidget(self._book, 1)
        for layout in (row, column, whole):
            layout.setContentsMargins(0, 0, 0, 0)
        return body

    def _connect(self) -> None:
        self.looks.chosen.connect(self._turn)
        self.layers.chosen.connect(lambda node: self.selection.set(node=node))
        self.strengths.chosen.connect(self._choose)
        self.winners.chosen.connect(self.follow)
        for field in (self.pictures, self.seed):
            field.valueChanged.connect(self.follow)
        self.train.clicked.connect(self._train)
        self.supervise.clicked.connect(self.session.supervise)
        self.session.changed.connect(self._offer_training)
        self.convert.clicked.connect(self.convert_wanted)
        self.engine.answer_progressed.connect(self._take_frame)

    def _offer_training(self) -> None:
        """What can be trained now; gradients go on where S-cells have learned by Hebb's rule."""
        on = self.session.can_supervise and not self.session.engine.is_busy
        self.train.setEnabled(not self.session.engine.is_busy)
        self.supervise.setEnabled(on)
        self.supervise.setToolTip(
            tr("Train all weights by gradient, from what the S-cells have learned; C-cells stay")
            if on
            else tr("First let the network learn by Hebb's rule: choose one and press Train so")
        )

    def _turn(self, look: str) -> None:
        self._book.setCurrentIndex([name for _, name in _LOOKS].index(look))

    def _choose(self) -> None:
        self._show_what_counts()
        self.follow()

    def _show_what_counts(self) -> None:
        learning = self.hebb is not None
        for control in (self.winners, self.pictures, self.seed, self.train):
            control.setVisible(learning)

    @property
    def hebb(self) -> Hebb | None:
        """The rule that is chosen, None for the strengths of the network."""
        rules = {rule.title: rule for rule in RULES}
        rule = rules.get(self.strengths.currentData())
        if rule is None:
            return None
        return Hebb(rule(), self.winners.currentData(), self.pictures.value(), self.seed.value())

    # ---- questions ----------------------------------------------------------------------

    @property
    def node(self) -> str:
        """The S-layer that is selected, or the one before a selected C-layer, or the last one."""
        graph, spot = self.document.design.graph, self.selection.spot.node
        cells = [one.id for one in graph.active.of_type(NeoS)]
        if spot in graph.nodes and isinstance(graph[spot].layer, NeoC) and graph.inputs_of(spot):
            spot = graph.inputs_of(spot)[0]
        if spot in cells:
            self._node = spot
        elif self._node not in cells:
            self._node = cells[0] if cells else ""
        return self._node

    def ask(self, node: str) -> None:
        self._say_it_comes()
        super().ask(node)

    def question(self, node: str) -> Exploration:
        spot = self.selection.spot
        return ShowPlanes(node, self.hebb, spot.sample, spot.item)

    def say(self, sentence: str, *, offer: str = "") -> None:
        super().say(sentence, offer=offer)
        if not self.node:
            self.empty.button.setText(tr("Open the neocognitron"))
            self.empty.button.setAccessibleName(tr("Open the neocognitron"))
            self.empty.button.show()

    def _accept_offer(self) -> None:
        if self.node:
            super()._accept_offer()
        else:
            self.template_wanted.emit("neocognitron")

    def _train(self) -> None:
        """The rule becomes that of the plan, and a run begins."""
        hebb = self.hebb
        if hebb is None:
            return
        plan = self.document.design.plan.replace(method=hebb)
        if self.document.design.plan != plan:
            self.document.attempt(tr("Train by Hebb's rule"), lambda one: edits.set_plan(one, plan))
        self.strengths.offer(_STRENGTHS, _AS_TRAINED)
        self._choose()
        self.session.train_anew()

    # ---- answers ------------------------------------------------------------------------

    def _is_wanted(self, shown: PlanesShown) -> bool:
        return super()._is_wanted(shown) and shown.asked.hebb == self.hebb

    def _take_event(self, event: Event) -> None:
        """A run that learns by Hebb's rule tells how planes grow."""
        super()._take_event(event)
        if isinstance(event, Started):
            self._live.clear()
        elif isinstance(event, Presented):
            self._live.setdefault(event.node, []).append(event)
            self.asking.want()

    def _take_frame(self, going: Going) -> None:
        """A lesson on its way."""
        if not isinstance(going, Presenting) or self.hebb is None:
            return
        told = going.presented
        last = self._frames[-1] if self._frames else None
        if last is None or last.node != told.node or last.shown >= told.shown:
            self._frames = []
        self._frames.append(told)
        self._draw_planes(going.x, going.s, told.winners)
        self.c.clear(tr("C-planes come at the end."))
        self.table.clear_table()
        self.sorted.setText(tr("Clusters are counted once all pictures were shown."))
        self._draw_growth(self._frames, np.asarray(told.planes))
        self.title.setText(tr("{node} learns", node=self.title_of(told.node)))
        self._tell_frames(self._frames)
        self.show_content()

    def draw(self, shown: PlanesShown) -> None:
        nodes = [one.id for one in self.document.design.graph.active.of_type(NeoS)]
        self.layers.offer([(self.title_of(id), id) for id in nodes], shown.asked.node)
        found = shown.found
        self._draw_planes(shown.x, found.s, found.winners)
        if found.c is None:
            self.c.clear(tr("No C-cells follow this layer."))
        else:
            self.c.set_tiles(found.c, signed=False, limits="all")
        live = self._live.get(shown.asked.node, [])
        self._frames = list(shown.frames) if shown.asked.hebb is not None else live
        self._draw_growth(self._frames, np.abs(shown.planes))
        self.table.show_table(shown.table, shown.names)
        self._tell(shown)

    def _draw_planes(self, x: NDArray[Any], s: NDArray[Any], winners: Any) -> None:
        """The item, and the S-planes with a frame around each winner."""
        if x.ndim == 3:
            self.item.set_tiles(x.mean(axis=0, keepdims=True), signed=False)
        self.s.grid.marks = {plane: (row, column) for plane, row, column in winners}
        self.s.set_tiles(s, signed=False, limits="all")

    def _draw_growth(self, frames: list[Presented], now: NDArray[Any]) -> None:
        """A column for each plane, a row for each of some moments; `now` where none was told."""
        chosen = [frames[at] for at in moments(len(frames), _MOMENTS)] if frames else []
        stages = [np.asarray(one.planes)[:_MOST_PLANES] for one in chosen] or [now[:_MOST_PLANES]]
        moments_shown = [count(one.shown) for one in chosen] or ["now"]
        self._columns = len(stages[0])
        captions = [moment for moment in moments_shown for _ in range(self._columns)]
        self.growth.set_tiles(
            gallery(stages), signed=False, limits="all", columns=self._columns,
            captions=captions, total=len(now) * len(stages),
        )  # fmt: skip

    def _name_of(self, tile: int) -> str:
        return tr("plane {tile}", tile=tile % self._columns)

    # ---- words --------------------------------------------------------------------------

    def _tell(self, shown: PlanesShown) -> None:
        words = [self.title_of(shown.asked.node)]
        if shown.label:
            words.append(tr("item {sample}, class {label}", sample=shown.sample, label=shown.label))
        else:
            words.append(tr("your own item"))
        words.append(_formula(shown.found.best))
        words.append(self.moment.words(shown.step) if shown.asked.hebb is None else tr("in a copy"))
        self.title.setText(" · ".join(words))
        self._tell_frames(self._frames)
        items, classes = plural(int(shown.table.sum()), "item"), len(shown.names)
        apart, pure = told_apart(shown.table), percent(purity(shown.table), decimals=0)
        self.sorted.setText(
            tr(
                "{items}, {pure} of the class that their plane wins most · {apart} planes for"
                " {classes} classes",
                items=items,
                pure=pure,
                apart=apart,
                classes=classes,
            )
        )

    def _tell_frames(self, frames: list[Presented]) -> None:
        """How learning went: how many planes took part, how busy the busiest, how strong."""
        self.told.setVisible(bool(frames))
        if not frames:
            return
        last, wins = frames[-1], np.array(frames[-1].wins)
        learned, planes = int((wins > 0).sum()), len(wins)
        busiest, taken = int(wins.argmax()), percent(wins.max() / max(1, wins.sum()), decimals=0)
        first, largest = (value(float(np.max(one.planes)), figures=2) for one in (frames[0], last))
        shown = plural(last.shown, "picture")
        self.told.setText(
            tr(
                "{shown}: {learned} of {planes} planes learned, plane {busiest} won {taken} ·"
                " largest strength {first} → {largest}",
                shown=shown,
                learned=learned,
                planes=planes,
                busiest=busiest,
                taken=taken,
                first=first,
                largest=largest,
            )
        )

    def numbers(self) -> dict[str, NDArray[Any]]:
        """Item, planes, winners, strengths, their growth and the clusters, by name."""
        shown: PlanesShown | None = self.shown
        if shown is None:
            return {}
        found = {
            "item": shown.x, "s": shown.found.s, "strengths": shown.planes,
            "winners": np.array(shown.found.winners, np.int64).reshape(-1, 3),
            "clusters": shown.table,
        }  # fmt: skip
        if shown.found.c is not None:
            found["c"] = shown.found.c
        if self._frames:
            found["shown"] = np.array([one.shown for one in self._frames])
            found["wins"] = np.array([one.wins for one in self._frames])
            found["growth"] = np.stack([np.asarray(one.planes) for one in self._frames])
        return found


def _formula(best: Winner | None) -> str:
    """The winner's sum with its numbers."""
    if best is None:
        return tr("every S-cell is silent")
    r, e, h, u = (value(one) for one in (best.r, best.e, best.h, best.u))
    at = tr(
        "plane {plane}, row {row}, column {column}",
        plane=best.plane,
        row=best.row,
        column=best.column,
    )
    return tr("winner {at}: u = {r}·[(1 + {e})/(1 + {h}) − 1] = {u}", at=at, r=r, e=e, h=h, u=u)
