"""Why a size is what it is: the formula with its numbers, the window over the input, the costs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from core.explain.pages import sections
from core.explain.sizes import Explained, explained
from core.graph import Node
from core.infer import NodeInfo
from core.tongue import tr
from designer.document import edits
from designer.document.change import Change
from designer.document.document import Document
from designer.notation import notation, shape_text
from designer.tokens import Tokens
from designer.viewers import size_words
from designer.viewers.solver import Solver
from designer.viewers.tools import ViewTools
from designer.viewers.window_picture import WindowPicture
from designer.widgets.breakable import breakable
from designer.widgets.empty_state import EmptyState
from designer.widgets.player import Player
from designer.widgets.when_seen import WhenSeen

WHOLE = 12_000  # milliseconds in which a playing window visits every place
FASTEST, SLOWEST = 30, 400  # milliseconds a step
_HOW = tr(
    "All of this follows from the settings of the layer and the size of what comes in, no sample is"
    " looked at. Parameters are weights and biases, multiply-adds leave biases out."
)


class SizesView(QWidget):
    """The size of the layer that was selected last, explained.

    Attributes: `picture` (the window), `solver`, `lines` (what is said, caption and text).
    """

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.node = ""
        self._made: Explained | None = None
        self.lines: list[size_words.Line] = []
        self.picture = WindowPicture()
        self.solver = Solver()
        self.title = QLabel()
        self.title.setProperty("role", "heading")
        self.title.setWordWrap(True)
        self.spot = QLabel()
        self.spot.setProperty("role", "caption")
        self.spot.setWordWrap(True)
        self.spot.setMinimumHeight(2 * self.spot.fontMetrics().height())  # so that nothing jumps
        self.player = Player(back=tr("One place back"), on=tr("One place on"))
        self.empty = EmptyState(
            "window",
            tr("Select a layer, or click a size on the canvas, to see how it comes about."),
        )
        self._facts = QGridLayout()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._content())
        self.player.clock.timeout.connect(self._slide)
        self.player.stepped.connect(self.picture.step)
        self.picture.place_changed.connect(self._tell_place)
        self.solver.chosen.connect(self._change)
        self._refreshing = WhenSeen(self, self.refresh)
        document.selection_changed.connect(self._refreshing.do)
        document.design_changed.connect(self._design_changed)
        notation.notation_changed.connect(self.refresh)
        self.refresh()

    def _content(self) -> QWidget:
        controls = QHBoxLayout()
        controls.setSpacing(2)
        controls.addWidget(self.player)
        controls.addWidget(self.spot, 1)
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(Tokens.MEDIUM, Tokens.SMALL, Tokens.SMALL, Tokens.TIGHT)
        left.setSpacing(Tokens.TIGHT)
        left.addWidget(self.picture, 1)
        left.addLayout(controls)
        holder = QWidget()
        self._facts.setHorizontalSpacing(Tokens.MEDIUM)
        self._facts.setVerticalSpacing(Tokens.TIGHT)
        self._facts.setColumnStretch(1, 1)
        right = QVBoxLayout(holder)
        right.setContentsMargins(Tokens.SMALL, Tokens.SMALL, Tokens.MEDIUM, Tokens.SMALL)
        right.setSpacing(Tokens.SMALL)
        content = QWidget()
        self.tools = ViewTools(tr("Size"), "sizes", picture=content, numbers=self.numbers)
        self.tools.set_how(_HOW)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.tools, 0, Qt.AlignmentFlag.AlignTop)
        right.addLayout(head)
        right.addWidget(self.solver)
        right.addLayout(self._facts)
        right.addWidget(self.tools.how)
        right.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(holder)
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left, 1)
        row.addWidget(scroll, 1)
        return content

    # ---- following ----------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the layer that was selected last; what was shown stays if nothing is selected."""
        graph, known = self._document.design.graph, self._document.inference
        if self._document.selection:
            self.node = self._document.selection[-1]
        node = graph.nodes.get(self.node)
        info = known.nodes.get(self.node)
        if node is None or info is None:
            self.node = ""
            self._say(
                tr("Select a layer, or click a size on the canvas, to see how it comes about.")
            )
        elif info.output is None:
            told = [one.sentence for one in known.problems_of(node.id)]
            waits = tr(
                "{title} has no size yet: a layer before it has a problem.", title=node.title
            )
            self._say(notation.sentence(told[0]) if told else waits)
        elif node.bypassed:
            self._say(
                tr(
                    "{title} is bypassed: it hands on {output}.",
                    title=node.title,
                    output=shape_text(info.output),
                )
            )
        else:
            self._show(node, info)

    def _say(self, sentence: str) -> None:
        self.player.stop()
        self.empty.set_sentence(sentence)
        self._stack.setCurrentIndex(0)

    def _show(self, node: Node, info: NodeInfo) -> None:
        assert info.output is not None
        made = self._made = explained(node.layer, info.inputs)
        into = ", ".join(shape_text(shape) for shape in info.inputs)
        arrow = f"{into} → " if into else ""
        self.title.setText(f"{breakable(node.title)}: {arrow}{shape_text(info.output)}")
        rule = sections(type(node.layer)).get("Shape", "")
        lines = size_words.formula_lines(made.steps)
        lines += [(tr("Rule"), rule)] if not made.axes and rule else []
        lines += size_words.padding_line(made.axes) + size_words.unseen_line(made.axes)
        lines += size_words.cost_lines(made) + size_words.field_lines(info)
        self._show_lines(lines)
        self._left.setVisible(bool(made.axes))
        self.picture.show_axes(made.axes)
        self._pace()
        self._tell_place()
        sized = len(info.output) > 1 and len(info.inputs) == 1 and bool(made.steps)
        self.solver.setVisible(sized)
        if sized:
            self.solver.show_layer(node.layer, info.inputs, info.output)
        self._stack.setCurrentIndex(1)

    def _show_lines(self, lines: list[size_words.Line]) -> None:
        self.lines = lines
        while (item := self._facts.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().deleteLater()
        for row, (caption, text) in enumerate(lines):
            name, value = QLabel(caption), QLabel(text)
            name.setProperty("role", "muted")
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(value, row, 1)

    def numbers(self) -> dict[str, NDArray[Any]]:
        """Sizes, padding and windows of each axis, and what the layer costs, by name."""
        made = self._made
        if made is None:
            return {}
        names = ("size", "outputs", "before", "after", "kernel", "stride", "dilation")
        axes = {name: np.array([getattr(axis, name) for axis in made.axes]) for name in names}
        costs = {"parameters": made.parameters, "macs": made.macs, "values": made.values}
        return (axes if made.axes else {}) | {k: np.array([v.value]) for k, v in costs.items()}

    def _tell_place(self) -> None:
        if self.picture.axes:
            words = size_words.position_text(self.picture.axes, self.picture.place)
            self.spot.setText(words)
            self.picture.setAccessibleDescription(words)

    def _slide(self) -> None:
        """One place on; behind another tab nobody looks, and the window stands still."""
        if self.picture.visibleRegion().isEmpty():
            self.player.stop()
        else:
            self.picture.step(1)

    def _pace(self) -> None:
        """A large picture is gone through faster than a small one; one without places rests."""
        each = WHOLE // max(1, self.picture.places)
        self.player.clock.setInterval(min(max(each, FASTEST), SLOWEST))
        if not self.picture.axes:
            self.player.stop()

    def _change(self, settings: dict[str, object]) -> None:
        node = self._document.design.graph[self.node]
        self._document.attempt(
            tr("Size of {title}", title=node.title),
            lambda design: edits.set_settings(design, [node.id], settings),
        )

    def _design_changed(self, change: Change) -> None:
        if change.whole:
            self.node = ""
        if change.graph or change.inferred or change.problems or change.whole:
            self._refreshing.do()

    # ---- Qt -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not self._left.isHidden():
            self.player.play.toggle()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 100)
