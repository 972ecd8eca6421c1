"""The document: the one design that is open, what follows from it, and who is told of a change.

Edit: a gesture or a form makes a new design with `edits`; `apply` pushes one undo step; inference
runs; `design_changed(Change)` tells canvas and panels what to draw anew. Nobody else may replace
the design.
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from core import project
from core.design import Design
from core.files import FileError
from core.graph import GraphError, Wire
from core.infer import Inference, infer
from core.project import Project
from core.settings import SettingError
from core.tongue import tr
from designer.document import commenting
from designer.document.change import difference
from designer.document.edits import EditError
from designer.document.grouping import in_sight
from designer.document.history import EditCommand, start_over
from designer.document.shown import Shown, shown

Edited = Design | tuple[Design, str | Sequence[str]]


class Document(QObject):
    """The open design.

    Attributes:
        design, inference: the design and everything that follows from its graph.
        path: the project file, None while it was never saved.
        read_only: whether another window works on that file, so that this one must not save to it.
        uuid: this project's own name; runs and recovery are kept by it.
        selection, selected_wires, selected_comments: what is selected, in the order it was. A group
            is selected when all its nodes are.
        inside: the group that is open by itself, "" for the whole network.
        history: the undo stack.
    Signals:
        design_changed(Change), selection_changed(), inside_changed(), refused(sentence),
        path_changed(), modified_changed(bool).
    """

    design_changed = Signal(object)
    selection_changed = Signal()
    inside_changed = Signal()
    refused = Signal(str)
    path_changed = Signal()
    modified_changed = Signal(bool)

    def __init__(self, design: Design | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = QUndoStack(self)
        self.history.cleanChanged.connect(self._clean_changed)
        self.design = design or Design()
        self.inference: Inference = infer(self.design.graph)
        self.path: Path | None = None
        self.read_only = False
        self.uuid = _fresh_uuid()
        self._file: Project | None = None  # what the file held beside the design
        self.selection: tuple[str, ...] = ()
        self.selected_wires: tuple[Wire, ...] = ()
        self.selected_comments: tuple[str, ...] = ()
        self.inside = ""
        self._shown = Shown(self.design.graph)
        self._merging = 0  # a change of selection ends the merging of edits
        start_over(self.history, self.design)

    # ---- what is seen -------------------------------------------------------------------

    @property
    def shown(self) -> Shown:
        """What is seen of the design: its nodes and collapsed groups."""
        design, old = self.design, self._shown
        if old.groups is not design.groups or old.inside != self.inside or not old.items:
            self._shown = shown(design.graph, design.groups, self.inside)
        elif old.graph is not design.graph:
            alike = old.graph.order == design.graph.order and old.graph.wires == design.graph.wires
            seen = shown(design.graph, design.groups, self.inside) if not alike else None
            self._shown = seen or old.with_layers(design.graph)
        return self._shown

    @property
    def selected_groups(self) -> tuple[str, ...]:
        """The groups that are selected whole, else the one in sight that holds the selection."""
        groups, inside = self.design.groups, self.inside
        if not groups or not self.selection:
            return ()
        around_all = (*groups.path(inside), inside)
        parts = self.shown.items_of(self.selection)
        whole = [one for one in groups.whole(self.selection) if one not in around_all]
        if not whole:
            whole = [one for one in (groups.around(parts),) if one and one not in around_all]
        return tuple(whole)

    def open_group(self, group: str) -> None:
        """Show the inside of a group by itself, "" for the whole network again."""
        if group != self.inside and (not group or group in self.design.groups.by_id):
            self.inside = group
            notes = commenting.in_sight(self.design, group)
            left = [one for one in self.selected_comments if one in notes]
            self.select(self.selection, self.selected_wires, left)
            self.inside_changed.emit()

    # ---- editing ------------------------------------------------------------------------

    @property
    def modified(self) -> bool:
        """Whether there is something to save."""
        return not self.history.isClean()

    def apply(self, text: str, design: Design, *, merge: str = "") -> None:
        """Put a new design in place as one undo step called `text`.

        Edits with the same `merge` key in a row become one step.
        """
        if design == self.design:
            return
        key = f"{merge}#{self._merging}" if merge else ""
        self.history.push(EditCommand(text, self.design, design, show=self._show, merge=key))

    def attempt(self, text: str, edit: Callable[[Design], Edited], *, merge: str = "") -> bool:
        """Apply an edit, or emit `refused` with the reason; True where it was made.

        An edit that also gives ids of new nodes or groups leaves those selected, with the comments
        that came with them.
        """
        before = self.design.comments
        try:
            found = edit(self.design)
            design, fresh = found if isinstance(found, tuple) else (found, None)
            design = in_sight(self.design, design, self.inside)
        except (EditError, GraphError) as error:
            self.refused.emit(_capital(error.sentence))
            return False
        except SettingError as error:
            name = error.setting.replace("_", " ").capitalize()
            self.refused.emit(f"{name}: {error.sentence}.")
            return False
        self.apply(text, design, merge=merge)
        if fresh is not None:
            came = self.design.comments.keys() - before.keys()
            self.select((fresh,) if isinstance(fresh, str) else fresh, comments=sorted(came))
        return True

    def select(
        self,
        nodes: Iterable[str],
        wires: Iterable[Wire] = (),
        comments: Iterable[str] = (),
    ) -> None:
        """Select these nodes, wires and comments and nothing else; what is gone is left out.

        A group is all its nodes, a wire in sight all that it stands for.
        """
        graph, groups = self.design.graph, self.design.groups
        meant = (n for item in nodes for n in self._nodes_of(item))
        chosen = tuple(dict.fromkeys(node for node in meant if node in graph.nodes))
        known = (wire for wire in wires if wire in graph.wires)
        if groups:
            known = (one for wire in known for one in self.shown.stands_for(wire))
        lines = tuple(dict.fromkeys(known))
        notes = tuple(dict.fromkeys(one for one in comments if one in self.design.comments))
        if (chosen, lines, notes) == self._selected:
            return
        self.selection, self.selected_wires, self.selected_comments = chosen, lines, notes
        self._merging += 1
        self.selection_changed.emit()

    @property
    def _selected(self) -> tuple[tuple[str, ...], tuple[Wire, ...], tuple[str, ...]]:
        return self.selection, self.selected_wires, self.selected_comments

    def _nodes_of(self, item: str) -> tuple[str, ...]:
        return self.shown.nodes_of(item) if item in self.design.groups.by_id else (item,)

    def hold_unsaved(self) -> None:
        """A document that has no file yet holds something worth saving from now on."""
        if self.path is None:
            self.history.resetClean()

    # ---- documents ----------------------------------------------------------------------

    def new(
        self,
        design: Design,
        *,
        path: Path | None = None,
        uuid: str = "",
        modified: bool = False,
    ) -> None:
        """Put another document in place of this one; its history starts empty.

        `modified` says that it holds changes which no file has, as after a recovery.
        """
        start_over(self.history, design)
        self.uuid = uuid or _fresh_uuid()
        self._file = None
        self.read_only = False
        moves, self.path = path != self.path, path
        self._show(design, False, whole=True)
        if moves:
            self.path_changed.emit()
        if modified:
            self.history.resetClean()

    def open(self, path: str | Path, *, read_only: bool = False) -> str:
        """Open a project file; FileError where it cannot be, and this document stays.

        Gives a warning to show, or "". A `read_only` one has a uuid of its own, so that what is
        kept for the other window's stays apart.
        """
        path = Path(path).absolute()
        found = project.load(path)
        self.new(found.design, path=path, uuid="" if read_only else found.uuid)
        self._file, self.read_only = found, read_only
        return found.warning

    def save(self, path: str | Path | None = None) -> None:
        """Write the project to its file, or to another one; FileError where it cannot be.

        A project that had another file before becomes one of its own, with a fresh uuid.
        """
        target = Path(path).absolute() if path is not None else self.path
        if target is None:
            raise ValueError("a project that was never saved needs a path")
        if self.read_only and target == self.path:
            raise FileError(
                tr("{name} is open read-only: save it under another name.", name=target.name)
            )
        uuid = self.uuid
        if self.path is not None and target != self.path:
            uuid = _fresh_uuid()
        held = self._file or Project(self.design, uuid)
        written = replace(held, design=self.design, uuid=uuid)
        project.save(target, written)
        self._file, self.uuid, self.read_only = written, uuid, False
        self._place(target)
        self.history.setClean()

    def _place(self, path: Path | None) -> None:
        if path != self.path:
            self.path = path
            self.path_changed.emit()

    def _show(self, design: Design, again: bool, whole: bool = False) -> None:
        """Put a design in place and tell everybody; what undo brings back is selected."""
        old, known = self.design, self.inference
        same = design.graph is old.graph
        self.design = design
        self.inference = known if same else infer(design.graph)
        change = difference(old, known, design, self.inference, whole=whole)
        nodes = tuple(change.added) if again and change.added else self.selection
        if whole:
            nodes = ()
        left = bool(self.inside) and (whole or self.inside not in design.groups.by_id)
        if left:
            self.inside = ""
        had = self._selected
        self.selection = tuple(node for node in nodes if node in design.graph.nodes)
        self.selected_wires = tuple(w for w in had[1] if w in design.graph.wires and not whole)
        self.selected_comments = tuple(c for c in had[2] if c in design.comments and not whole)
        self.design_changed.emit(change)
        if left:
            self.inside_changed.emit()
        if self._selected != had:
            self.selection_changed.emit()

    def _clean_changed(self, clean: bool) -> None:
        self.modified_changed.emit(not clean)


def _fresh_uuid() -> str:
    return str(uuids.uuid4())


def _capital(sentence: str) -> str:
    """A sentence with its first letter as in running text; names of nodes stay as they are."""
    first, _, rest = sentence.partition(" ")
    return f"{first.capitalize()} {rest}" if first in ("there", "this", "a") else sentence
