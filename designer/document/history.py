"""Undo: one command holds the design before and the design after, and nothing else.

Edits with the same merge key in a row, such as typing in one field or nudging with the arrow keys,
become one step. The history keeps as many steps as fit into `BUDGET`.
"""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakMethod

from PySide6.QtGui import QUndoCommand, QUndoStack

from core.design import Design

BUDGET = 256 * 2**20  # bytes that all steps together may take
PER_NODE = 600  # bytes that one step takes for each node: table entries, wires, order
FEWEST_NODES = 500  # small designs grow: their steps are counted as if they had this many

_MERGES = 1  # Qt offers two commands for merging when their ids agree

Show = Callable[[Design, bool], None]


class EditCommand(QUndoCommand):
    """One edit. `show(design, again)` puts a design in place; `again` is False the first time.

    `show` is a method of the document, which owns the stack that owns this command: it is held
    weakly, because Qt crashes where such a circle is collected as garbage.
    """

    def __init__(self, text: str, old: Design, new: Design, *, show: Show, merge: str = "") -> None:
        super().__init__(text)
        self.old = old
        self.new = new
        self._show = WeakMethod(show)
        self._merge = merge
        self._done_before = False

    def redo(self) -> None:
        """Put the new design in place."""
        self._put(self.new, self._done_before)
        self._done_before = True

    def undo(self) -> None:
        """Put the old design back."""
        self._put(self.old, True)

    def _put(self, design: Design, again: bool) -> None:
        show = self._show()
        if show is not None:
            show(design, again)

    def id(self) -> int:
        """Qt's question whether this command may merge at all."""
        return _MERGES if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in the edit that follows, where both have the same merge key."""
        if not isinstance(other, EditCommand) or other._merge != self._merge:
            return False
        self.new = other.new
        self.setText(other.text())
        if self.new == self.old:  # typed and typed back: nothing is left to undo
            self.setObsolete(True)
        return True


def steps_that_fit(design: Design) -> int:
    """How many steps of a design of this size fit into the budget; never fewer than 100."""
    return max(100, BUDGET // (PER_NODE * max(FEWEST_NODES, len(design.graph.nodes))))


def start_over(stack: QUndoStack, design: Design) -> None:
    """Forget every step and make room for those of another design."""
    stack.clear()
    stack.setUndoLimit(steps_that_fit(design))
