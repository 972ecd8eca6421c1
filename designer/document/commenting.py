"""Edits of comments, as pure functions: a design goes in, a new one comes out. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.comments import LONGEST, Comment, free_id
from core.design import Design, Position
from core.tongue import tr
from designer.document.edits import EditError


def write(design: Design, text: str, at: Position, *, inside: str = "") -> Design:
    """One more comment; no text is none."""
    id = free_id({*design.graph.nodes, *design.comments})
    return _with(design, Comment(id, text, at, inside))


def rewrite(design: Design, id: str, text: str) -> Design:
    """Another text in a comment; without any the comment goes."""
    return _with(design, replace(_known(design, id), text=text))


def shift(design: Design, id: str, at: Position) -> Design:
    """A comment at another place."""
    return _with(design, replace(_known(design, id), at=at))


def erase(design: Design, id: str) -> Design:
    """The design without a comment."""
    return rewrite(design, id, "")


def in_sight(design: Design, inside: str) -> Mapping[str, Comment]:
    """The comments of one canvas; those of a group that is gone lie on the outermost one."""
    known = {"", *design.groups.by_id}
    return {
        id: comment
        for id, comment in design.comments.items()
        if (comment.inside if comment.inside in known else "") == inside
    }


def _known(design: Design, id: str) -> Comment:
    if id not in design.comments:
        raise EditError(tr("This comment is no longer there."))
    return design.comments[id]


def _with(design: Design, comment: Comment) -> Design:
    text = comment.text.strip()
    if len(text) > LONGEST:
        raise EditError(
            tr(
                "A comment has at most {longest:,} characters, this one has {count:,}.",
                longest=LONGEST,
                count=len(text),
            )
        )
    kept = {id: one for id, one in design.comments.items() if id != comment.id}
    if text:
        kept[comment.id] = replace(comment, text=text)
    return replace(design, comments=kept)
