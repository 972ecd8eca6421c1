"""The network by measure: every layer drawn to scale, what it costs as bars, and what fits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from core.explain.ruler import blocks, largest_batch
from core.infer import Inference
from core.memory import free_and_total
from core.messages import DevicesShown
from core.tongue import tr
from designer.document.change import Change
from designer.document.document import Document
from designer.engine.client import Engine
from designer.engine.vitals import Vitals
from designer.tokens import Tokens
from designer.viewers.ruler_picture import RulerPicture
from designer.viewers.tools import ViewTools
from designer.widgets.empty_state import EmptyState
from designer.widgets.numbers import bytes_text, count
from designer.widgets.spin_field import spin_field
from designer.widgets.when_seen import WhenSeen

MOST_ITEMS = 65_536
_HOW = tr(
    "Parameters are all weights with their biases; multiply-adds leave biases out and are those of"
    " one item. Memory is that of what a layer gives for one item in 32 bits, to train with the"
    " gradients by it. All of this follows from the settings, no sample is looked at; times are"
    " measured in a step of the last check."
)
_NUMBERS = ("height", "width", "depth", "parameters", "macs", "forward", "training", "seconds")


class RulerView(QWidget):
    """Blocks as high as their maps and as deep as their channels, bars below, totals at the foot.

    A click selects a layer. The batch can be tried out without changing the plan.

    Attributes: `picture`, `batch` (the field), `totals` (the words at the foot).
    """

    def __init__(self, document: Document, engine: Engine, vitals: Vitals) -> None:
        super().__init__()
        self._document, self._vitals = document, vitals
        self._memory: dict[str, int] = {"cpu": free_and_total()[1]}
        self.picture = RulerPicture()
        self.batch = spin_field(
            tr("Items in a batch"), tr("Try another batch; the plan stays as it is")
        )
        self.batch.setKeyboardTracking(True)
        self.batch.setRange(1, MOST_ITEMS)
        self.log = QCheckBox(tr("Log depth"))
        self.log.setToolTip(
            tr("Channels on a logarithmic scale: few ones stay visible beside many")
        )
        self.log.setChecked(True)
        self.totals = QLabel()
        self.totals.setProperty("role", "caption")
        self.totals.setWordWrap(True)
        self.empty = EmptyState(
            "ruler",
            tr(
                "Layers appear here to scale, with what each costs, as soon as their sizes are"
                " known."
                " Add an Input and a layer behind it."
            ),
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._content())
        self.picture.chosen.connect(lambda node: document.select([node]))
        self.batch.valueChanged.connect(self._tell)
        self.log.toggled.connect(self.picture.set_log)
        self._refreshing = WhenSeen(self, self._take_times)
        document.design_changed.connect(self._design_changed)
        document.selection_changed.connect(self._show_selection)
        vitals.changed.connect(self._refreshing.do)
        self._seconds: dict[str, float] = {}
        engine.devices_received.connect(self._take_devices)
        self._show_plan()
        if vitals.devices is not None:
            self._take_devices(vitals.devices)
        self._take_times()

    def _content(self) -> QWidget:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.picture)
        foot = QHBoxLayout()
        foot.setContentsMargins(Tokens.MEDIUM, 0, Tokens.MEDIUM, Tokens.SMALL)
        foot.setSpacing(Tokens.SMALL)
        foot.addWidget(QLabel(tr("Batch")))
        foot.addWidget(self.batch)
        foot.addWidget(self.totals, 1)
        foot.addWidget(self.log)
        self.tools = ViewTools(tr("Ruler"), "ruler", picture=self.picture, numbers=self.numbers)
        self.tools.set_how(_HOW)
        foot.addWidget(self.tools)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addWidget(scroll, 1)
        column.addLayout(foot)
        column.addWidget(self.tools.how)
        self.tools.how.setIndent(Tokens.MEDIUM)
        return content

    def numbers(self) -> dict[str, NDArray[Any]]:
        """What the bars show, by name, a value for each layer in the order of the columns."""
        found = self.picture.blocks
        return {name: np.array([getattr(one, name) for one in found]) for name in _NUMBERS}

    def refresh(self) -> None:
        """Draw the network anew."""
        found = blocks(self._document.design.graph, self._document.inference, self._seconds)
        self.picture.show_blocks(found)
        self._stack.setCurrentIndex(1 if found else 0)
        self._show_selection()
        self._tell()

    def _take_times(self) -> None:
        """How long each layer took in the last check, where that is of this network."""
        last = self._vitals.last if self._vitals.is_current else None
        nodes = last.nodes.items() if last is not None else ()
        self._seconds = {id: node.seconds for id, node in nodes}
        self.refresh()

    def _show_selection(self) -> None:
        self.picture.show_selection(self._document.selection)

    def _show_plan(self) -> None:
        self.batch.setValue(self._document.design.plan.batch_size)

    @property
    def room(self) -> int:
        """Bytes of memory of the device that the plan names; 0 where that is not known."""
        device = self._document.design.plan.device
        if device == "auto":
            device = next((name for name in self._memory if name != "cpu"), "cpu")
        return self._memory.get(device, 0)

    def _tell(self) -> None:
        known = self._document.inference
        self.totals.setText(totals_text(known, self.batch.value(), self.room))

    def _take_devices(self, shown: DevicesShown) -> None:
        self._memory = dict(zip(shown.names, shown.memory, strict=False))
        self._tell()

    def _design_changed(self, change: Change) -> None:
        if change.plan or change.whole:
            self._show_plan()
        if change.graph or change.inferred or change.whole:
            self._refreshing.do()
        elif change.plan:
            self._tell()

    # ---- Qt -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 100)


def totals_text(known: Inference, batch: int, room: int) -> str:
    """What a batch needs, beside what the device has and the largest batch that fits."""
    needs = known.memory(batch, training=True)
    words = tr(
        "{needs} to train, {batch} to predict",
        needs=bytes_text(needs),
        batch=bytes_text(known.memory(batch, training=False)),
    )
    if not room:
        return words
    most = largest_batch(known, room, training=True)
    fits = tr("up to {most} fit", most=count(most)) if most else tr("not one fits")
    return tr("{words} · {fits} in {room}", words=words, fits=fits, room=bytes_text(room))
