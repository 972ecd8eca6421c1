"""Memory that edits leave behind once the history is cleared."""

from __future__ import annotations

import ctypes
import gc
import random
import statistics
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from core.layers import Add, BatchNorm2d, Conv2d, Dropout, MaxPool2d, ReLU
from designer.bench.figure import Figure

if TYPE_CHECKING:
    from core.design import Design
    from designer.document.document import Document, Edited
    from designer.window import Window

EDITS = 1000
FIRST = 2  # rounds in which what is kept for good, or up to a limit, is made
ROUNDS = 3
EVENTS_EVERY = 5  # edits between two rounds of the event loop
MOST_NODES = 24
LAYERS = (Conv2d(8, (3, 3), padding="same"), ReLU(), BatchNorm2d(), Dropout(), MaxPool2d(), Add())


def figures(window: Window) -> list[Figure]:
    """What a thousand random edits leave behind; nothing where the system does not tell memory."""
    if sys.platform != "linux":
        return []
    window.files.start("lenet5")
    hand = Hand(window.document, seed=1)
    sizes = []
    for _ in range(FIRST + ROUNDS):
        for number in range(EDITS):
            hand.edit()
            if number % EVENTS_EVERY == 0:
                _let_events_pass()
        sizes.append(_settled(window))
    kept = sizes[FIRST - 1 :]
    growth = statistics.median(after - before for before, after in pairwise(kept))
    name = f"{EDITS:,} random edits, history cleared, leave"
    return [Figure(name, round(max(growth, 0.0), 2), goal=1, unit="MB")]


class Hand:
    """Edits a document at random; what is refused is one of its edits too."""

    def __init__(self, document: Document, *, seed: int) -> None:
        self._document = document
        self._dice = random.Random(seed)

    def edit(self) -> None:
        """One random edit."""
        document, dice = self._document, self._dice
        nodes = list(document.design.graph.nodes)
        if len(nodes) > MOST_NODES:
            from designer.document import edits

            gone = dice.sample(nodes, len(nodes) - 6)
            document.attempt("Delete", lambda design: edits.delete(design, gone))
            return
        act = dice.choice((self._add, self._set, self._move, self._wire, self._group, self._bypass))
        if dice.random() < 0.25:
            (document.history.undo if dice.random() < 0.7 else document.history.redo)()
        elif nodes:
            document.select(dice.sample(nodes, min(2, len(nodes))))
            document.attempt("Edit", act)

    def _one(self, design: Design) -> str:
        return self._dice.choice(list(design.graph.nodes))

    def _add(self, design: Design) -> Edited:
        from designer.document import edits

        at = (self._dice.randrange(800), self._dice.randrange(800))
        return edits.add(design, self._dice.choice(LAYERS), at, after=self._one(design))

    def _set(self, design: Design) -> Edited:
        from designer.document import edits

        wide = [id for id, node in design.graph.nodes.items() if isinstance(node.layer, Conv2d)]
        channels = self._dice.randrange(1, 64)
        return edits.set_settings(design, wide[:1], {"out_channels": channels})

    def _move(self, design: Design) -> Edited:
        from designer.document import edits

        at = (self._dice.randrange(800), self._dice.randrange(800))
        return edits.move(design, {self._one(design): at})

    def _wire(self, design: Design) -> Edited:
        from designer.document import edits

        wires = sorted(design.graph.wires)
        if wires and self._dice.random() < 0.5:
            return edits.disconnect(design, self._dice.choice(wires))
        return edits.connect(design, self._one(design), self._one(design))

    def _group(self, design: Design) -> Edited:
        from designer.document import grouping

        if design.groups and self._dice.random() < 0.6:
            return grouping.ungroup(design, [next(iter(design.groups.by_id))])
        return grouping.group(design, self._document.selection)

    def _bypass(self, design: Design) -> Edited:
        from designer.document import grouping

        return grouping.bypass(design, [self._one(design)])


def _let_events_pass() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _settled(window: Window) -> float:
    """Megabytes that this process takes with an empty history, once all that can go is gone."""
    window.document.history.clear()
    _let_events_pass()
    gc.collect()
    with suppress(OSError, AttributeError):  # give back what only lies ready for later
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6
