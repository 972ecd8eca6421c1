"""Taking away what is selected, as one step to undo that says what went."""

from __future__ import annotations

from collections.abc import Callable

from core.design import Design
from core.tongue import tr
from designer.document import edits
from designer.document.document import Document


def remove_selected(
    document: Document, pinned: Callable[[Design], Design], *, cut: bool = False
) -> None:
    """Delete what is selected and close the chain again; `pinned` gives everything a place.

    `cut` calls it so.
    """
    nodes, wires, notes = document.selection, document.selected_wires, document.selected_comments
    if not (nodes or wires or notes):
        return
    if nodes or notes:
        title = document.design.graph[nodes[0]].title if nodes else ""
        what = called(len(nodes), len(notes), title)
    else:
        what = tr("wire")
    text = tr("Cut {what}", what=what) if cut else tr("Delete {what}", what=what)
    document.attempt(text, lambda design: edits.delete(pinned(design), nodes, wires, notes))


def called(layers: int, comments: int, title: str) -> str:
    """So many layers and comments in words; a single layer by its title."""
    words = [title if layers == 1 else tr("{layers} layers", layers=layers)] if layers else []
    if comments:
        one = tr("a comment") if words else tr("comment")
        words.append(one if comments == 1 else tr("{comments} comments", comments=comments))
    return tr(" and ").join(words)
