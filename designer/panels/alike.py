"""Several layers of one type in one form: what they share, and where they differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

from PySide6.QtWidgets import QLabel, QWidget

from core.graph import Node
from core.settings import settings_of
from core.tongue import tr
from designer.widgets.numbers import localized

MOST = 4  # values that a note lists

Take = Callable[[str, object], object]


def alike(nodes: Sequence[Node]) -> Sequence[Node]:
    """The nodes where all their layers are of one type, else none."""
    return nodes if len({type(node.layer) for node in nodes}) == 1 else ()


def differences(nodes: Sequence[Node], take: Take) -> Mapping[str, QWidget]:
    """A note for each setting in which these nodes differ; its link calls `take`.

    `take` gets the setting's name and the first node's value, which all shall have then.
    """
    found: dict[str, QWidget] = {}
    for item in settings_of(type(nodes[0].layer)):
        values = list(dict.fromkeys(getattr(node.layer, item.name) for node in nodes))
        if len(values) < 2:
            continue
        shown = ", ".join(localized(item.kind.show(value)) for value in values[:MOST])
        more = ", …" if len(values) > MOST else ""
        note = QLabel(
            tr("Differs: {shown} · <a href='all'>use the first</a>", shown=escape(shown + more))
        )
        note.setProperty("role", "muted")
        note.setProperty("calm", True)  # nothing is wrong with it
        note.setWordWrap(True)
        note.setToolTip(
            tr(
                "Use {show} for all {count} layers",
                show=localized(item.kind.show(values[0])),
                count=len(nodes),
            )
        )
        note.linkActivated.connect(lambda _, name=item.name, value=values[0]: take(name, value))
        found[item.name] = note
    return found
