"""The properties panel: what is selected, its settings, and everything that follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape
from itertools import zip_longest

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.graph import Node
from core.infer import Problem
from core.layers import FAMILIES, NeoC, NeoS
from core.settings import settings_of
from core.tongue import tr
from designer.document import edits
from designer.document.change import Change
from designer.document.document import Document
from designer.document.typed import first_line
from designer.forms.form import Form
from designer.notation import notation
from designer.panels import facts
from designer.panels.alike import alike, differences
from designer.panels.problem_note import ProblemNote
from designer.resources import icon
from designer.theme import theme
from designer.widgets.icon_label import IconLabel

# A field that looks like a title until the mouse or the cursor is in it.
_TITLE_FIELD = (
    "QLineEdit { font-size: 14px; font-weight: 600; padding: 3px 4px; }"
    "QLineEdit:!focus:!hover { border-color: transparent; background: transparent; }"
)


class PropertiesPanel(QScrollArea):
    """Settings and facts of the selection, or totals of the network where nothing is selected.

    Signals: `convert_wanted()`: the neocognitron shall become convolutions; `size_wanted(node)`:
    why its size is what it is; `left()`: Esc was pressed, the keyboard belongs to the canvas again.
    """

    convert_wanted = Signal()
    left = Signal()
    size_wanted = Signal(str)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.head = _Head()
        self.form = Form()
        self.notes = QVBoxLayout()
        self.facts = FactsTable()
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setProperty("role", "muted")
        self.convert = QPushButton(tr("Convert to convolutions"))
        self.convert.setToolTip(
            tr(
                "<p>Every S layer becomes Conv2d and ReLU, every C layer MaxPool2d. Weights that"
                " were"
                " learned become filters.</p>"
            )
        )
        self.convert.clicked.connect(self.convert_wanted)
        self._fill()
        self.head.name.editingFinished.connect(self._rename)
        self.form.edited.connect(self._setting_edited)
        self.facts.size_pressed.connect(self._want_size)
        notation.notation_changed.connect(self.refresh)
        theme.theme_changed.connect(self.refresh)  # a link keeps the color it was written in
        document.design_changed.connect(self._design_changed)
        document.selection_changed.connect(self.refresh)
        self.refresh()

    def focus_name(self) -> None:
        """Put the cursor into the name (F2)."""
        if self._node is not None:
            self.head.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.head.name.selectAll()

    def focus_settings(self) -> None:
        """Put the cursor into the first setting, or into the name of a layer without settings."""
        if self.form.isVisible() and self.form.rows:
            self.form.focus(next(iter(self.form.rows)))
        else:
            self.focus_name()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def refresh(self) -> None:
        """Show the selection anew."""
        node = self._node
        self.convert.setVisible(node is not None and isinstance(node.layer, NeoS | NeoC))
        nodes = self._nodes
        self.form.setVisible(bool(nodes) and bool(settings_of(type(nodes[0].layer))))
        if node is not None:
            self._show_node(node)
        else:
            self._show_others()
            self._show_problems([])

    @property
    def _node(self) -> Node | None:
        """The one selected node."""
        chosen = self._document.selection
        return self._document.design.graph[chosen[0]] if len(chosen) == 1 else None

    @property
    def _nodes(self) -> Sequence[Node]:
        """The selected nodes where one form fits them all: one, or several of one type."""
        graph = self._document.design.graph
        return alike([graph[id] for id in self._document.selection if id in graph.nodes])

    def _fill(self) -> None:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        self.notes.setSpacing(8)
        column.addWidget(self.head)
        column.addLayout(self.notes)
        column.addWidget(self.form)
        column.addWidget(self.facts)
        column.addWidget(self.hint)
        column.addWidget(self.convert, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.setWidget(holder)

    def _show_node(self, node: Node) -> None:
        inference = self._document.inference
        self.head.show_node(node)
        names = {item.name for item in settings_of(type(node.layer))}
        told = {p.setting: p for p in inference.problems_of(node.id) if p.setting in names}
        notes = {name: ProblemNote(self._document, problem) for name, problem in told.items()}
        self.form.show_value(node.layer, notes)
        self._show_problems([p for p in inference.problems_of(node.id) if p.setting not in told])
        self.facts.show_facts(facts.node_facts(node, inference.nodes[node.id]))
        self.hint.hide()

    def _show_others(self) -> None:
        document = self._document
        design, inference = document.design, document.inference
        wires = document.selected_wires
        self.hint.setVisible(not document.selection and not wires)
        if document.selection:
            nodes = [design.graph[id] for id in document.selection]
            self.head.show_title(tr("{count} layers", count=len(nodes)))
            if self._nodes:
                self.head.show_title(f"{len(nodes)} × {nodes[0].layer.label}")
                take = partial(self._setting_edited, path="")
                self.form.show_value(nodes[0].layer, differences(nodes, take))
            self.facts.show_facts(facts.several_facts(nodes, inference))
        elif len(wires) == 1:
            self.head.show_title(tr("Wire"))
            self.facts.show_facts(facts.wire_facts(wires[0], design, inference))
        elif wires:
            self.head.show_title(tr("{count} wires", count=len(wires)))
            self.facts.show_facts([])
        else:
            self.head.show_title(tr("Network"))
            self.facts.show_facts(facts.total_facts(design, inference))
            self.hint.setText(tr("Select a layer to see and change its settings."))

    def _show_problems(self, problems: list[Problem]) -> None:
        """What is wrong with the node as a whole, such as a wire that is missing."""
        while (item := self.notes.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().deleteLater()
        for problem in problems:
            self.notes.addWidget(ProblemNote(self._document, problem))

    def _design_changed(self, change: Change) -> None:
        if change.graph or change.inferred or change.problems or change.plan or change.whole:
            self.refresh()

    def _setting_edited(self, name: str, value: object, path: str) -> None:
        nodes = self._nodes
        if not nodes:
            return
        label = next(s.label for s in settings_of(type(nodes[0].layer)) if s.name == name)
        title = nodes[0].title if len(nodes) == 1 else tr("{count} layers", count=len(nodes))
        ids = [node.id for node in nodes]
        self._document.attempt(
            tr("{label} of {title}", label=label, title=title),
            lambda design: edits.set_settings(design, ids, {name: value}),
            merge=f"{' '.join(ids)}.{path}" if path else "",
        )

    def _want_size(self) -> None:
        if self._node is not None:
            self.size_wanted.emit(self._node.id)

    def _rename(self) -> None:
        node = self._node
        text = self.head.name.text()
        if node is None or text == node.title:
            return
        self._document.attempt(
            tr("Rename {title}", title=node.title),
            lambda design: edits.rename(design, node.id, text),
        )
        self.head.show_node(self._document.design.graph[node.id])


class _Head(QWidget):
    """The glyph of the layer, its name in a field that looks like a title, and what it does."""

    def __init__(self) -> None:
        super().__init__()
        self.glyph = IconLabel(icon("layers/input"), 20)
        self.name = QLineEdit()
        self.name.setStyleSheet(_TITLE_FIELD)
        self.name.setAccessibleName(tr("Name of the layer"))
        self.name.setMaxLength(edits.LONGEST_NAME)
        self.title = QLabel()
        self.title.setProperty("role", "heading")
        self.kind = QLabel()
        self.kind.setProperty("role", "muted")
        self.kind.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.glyph, 0, 0)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(self.title, 0, 0, 1, 2)
        grid.addWidget(self.kind, 1, 0, 1, 2)
        grid.setColumnStretch(1, 1)

    def show_node(self, node: Node) -> None:
        """One layer, its name open to change."""
        cls = type(node.layer)
        self.glyph.set_icon(icon(f"layers/{cls.__name__.lower()}", cls.family))
        if not self.name.hasFocus() or self.name.property("node") != node.id:
            self.name.setText(node.title)
            self.name.setCursorPosition(0)  # a long name shows its beginning
        self.name.setProperty("node", node.id)
        tip = tr("The layer's name; click or press F2 to change it")
        self.name.setToolTip(f"<p><b>{escape(node.title)}</b></p><p>{tip}</p>")
        self.kind.setText(f"{cls.__name__} · {FAMILIES[cls.family]}")
        self.kind.setToolTip(f"<p>{first_line(cls)}</p>")
        self._switch(node=True)

    def show_title(self, text: str) -> None:
        """Anything that is not one layer."""
        self.title.setText(text)
        self._switch(node=False)

    def _switch(self, *, node: bool) -> None:
        for widget in (self.glyph, self.name, self.kind):
            widget.setVisible(node)
        self.title.setVisible(not node)


_TIPS = {facts.SIZE: tr("See how this size comes about"), "MACs": facts.MACS_TIP}
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse
_LINK = (
    Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
)


class FactsTable(QWidget):
    """Captions and what stands beside them, figures under figures.

    Signals: `size_pressed()` where a node's size, which is a link, asks why.
    """

    size_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[QLabel, QLabel]] = []

    def show_facts(self, shown: list[facts.Fact]) -> None:
        """Show these facts and no others."""
        while len(self._lines) < len(shown):
            self._add_line()
        for (name, value), fact in zip_longest(self._lines, shown):
            caption, text = fact or ("", "")
            name.setText(caption)
            value.setText(_linked(text) if caption == facts.SIZE else text)
            value.setToolTip(_TIPS.get(caption, ""))
            value.setTextInteractionFlags(_LINK if caption == facts.SIZE else _SELECTABLE)
            for label in (name, value):
                label.setVisible(fact is not None)
        self.setVisible(bool(shown))

    def _add_line(self) -> None:
        """One more line at the end; lines are kept, since every edit writes them anew."""
        name, value = QLabel(), QLabel()
        name.setProperty("role", "muted")
        value.setWordWrap(True)
        value.linkActivated.connect(lambda link: self.size_pressed.emit())
        self._grid.addWidget(name, len(self._lines), 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, len(self._lines), 1)
        self._lines.append((name, value))


def _linked(text: str) -> str:
    """The size as a link that asks why it is so."""
    lines = escape(text).replace("\n", "<br>")
    color = theme.color("accent").name()
    return f"<a href='#' style='text-decoration: none; color: {color}'>{lines}</a>"
