"""Compares the open network with another design: marks it on the canvas while both change."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from core import project
from core.design import Design
from core.files import FileError
from core.tongue import tr, trn
from designer.canvas.ghosts import Ghosts
from designer.canvas.view import CanvasView
from designer.dialogs import questions
from designer.document.comparison import Comparison, compare
from designer.document.document import Document
from designer.engine.session import Session
from designer.files import OPENED
from designer.panels.comparison import ComparisonPanel


class Comparing(QObject):
    """What one window's network is compared with; nothing at first.

    Attributes: `comparison` (None for none), `ghosts` of what was removed.
    Signals: `shown()` when a comparison begins, `told(sentence)`.
    """

    shown = Signal()
    told = Signal(str)

    def __init__(
        self,
        window: QWidget,
        document: Document,
        *,
        session: Session,
        canvas: CanvasView,
        panel: ComparisonPanel,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._session = session
        self._canvas = canvas
        self._panel = panel
        self._other: Design | None = None
        self._name = ""
        self.comparison: Comparison | None = None
        self.ghosts = Ghosts(canvas.network)
        panel.other_wanted.connect(self.ask)
        panel.run_wanted.connect(self.with_run)
        panel.end_wanted.connect(self.end)
        document.design_changed.connect(lambda change: self._follow(whole=change.whole))
        document.inside_changed.connect(self._mark)

    def ask(self) -> None:
        """Compare with a project, or with what a picture carries."""
        path = self._document.path
        folder = str(path.parent) if path is not None else ""
        chosen, _ = QFileDialog.getOpenFileName(self._window, tr("Compare with"), folder, OPENED)
        if not chosen:
            return
        try:
            found = project.load(Path(chosen))
        except FileError as error:
            questions.tell(
                self._window, tr("{name} cannot be opened", name=Path(chosen).name), str(error)
            )
            return
        self.begin(found.design, Path(chosen).stem)

    def with_run(self) -> None:
        """Compare with the design of the run that is shown."""
        if self._session.design is None:
            self.told.emit(tr("There is no run to compare with: train the network first."))
        else:
            self.begin(self._session.design, tr("the last run"))

    def begin(self, other: Design, name: str) -> None:
        """Compare with this design, called so."""
        self._other, self._name = other, name
        self._follow(whole=False)
        self.shown.emit()

    def end(self) -> None:
        """Compare with nothing any more."""
        self._other = self.comparison = None
        self._panel.clear()
        self._canvas.network.show_differences({})
        self.ghosts.clear()

    def _follow(self, *, whole: bool) -> None:
        """Look anew; another document ends the comparison."""
        if self._other is None:
            return
        if whole:
            self.end()
            return
        self.comparison = compare(self._other, self._document.design)
        self._panel.show_comparison(self.comparison, self._name)
        self._mark()

    def _mark(self) -> None:
        """A few words on everything in sight that is not as it was, a ghost for what is gone."""
        if self.comparison is None or self._other is None:
            return
        self.ghosts.show(self.comparison.removed, self._other)
        marks = marks_of(self.comparison, self._other, self._document.design)
        seen = self._document.shown
        gathered: dict[str, list[str]] = {}
        for node, said in marks.items():
            if node in seen.item_of:
                gathered.setdefault(seen.item_of[node], []).append(said)
        words = {item: found[0] for item, found in gathered.items()}
        for item, found in gathered.items():
            number = len(found)
            if number > 1 or seen.is_group(item):
                words[item] = trn("≠ {number} change", "≠ {number} changes", number, number=number)
        self._canvas.network.show_differences(words)


def marks_of(found: Comparison, before: Design, after: Design) -> dict[str, str]:
    """A few words for each node of the newer design that differs.

    What was removed is told by the first layer behind it that is still there.
    """
    marks = {node.id: tr("+ new") for node in found.added}
    for id, differences in found.changed.items():
        first = differences[0]
        more = f" +{len(differences) - 1}" if len(differences) > 1 else ""
        short = f"{first.before} → {first.after}"
        marks[id] = f"≠ {short if len(short) <= 14 else first.label.lower()}{more}"
    for node in found.removed:
        heir = _heir(before, after, node.id)
        if heir and heir not in marks:
            marks[heir] = tr("− {title} gone", title=node.title)
    return marks


def _heir(before: Design, after: Design, gone: str) -> str:
    """The first node behind one that is gone which the newer design has, "" for none."""
    todo = [gone]
    while todo:
        node = todo.pop(0)
        if node in after.graph.nodes:
            return node
        todo += [wire.target for wire in before.graph.outgoing(node)]
    return ""
