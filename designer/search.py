"""Choosing by typing: layers to add, where a wire goes, a command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QWidget

from core.graph import Wire
from core.layers import Layer
from core.shapes import Shape
from core.tongue import tr
from designer.dialogs.chooser import Chooser, Entry, Find, among
from designer.document.document import Document
from designer.document.offers import Offer, offers
from designer.notation import shape_text
from designer.resources import icon
from designer.widgets.numbers import localized

UNKNOWN = tr(
    "No layer of this name. Try “conv 3x3 64”, “maxpool 2”, “fc 10”, or several at once:"
    " “conv 3x3 64, bn, relu”."
)
MISFIT = tr("Nothing of this name takes what the wire carries.")
Layers = tuple[Layer, ...]


class Search(QObject):
    """Opens choosers over a window; `open_chooser` is the one that is open, if one is."""

    def __init__(self, window: QWidget, document: Document) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self.open_chooser: Chooser | None = None

    def layers(
        self,
        hint: str,
        add: Callable[[Layers], object],
        *,
        before: Shape | None = None,
        fitting: bool = False,
    ) -> None:
        """Choose layers to add, settings and all; see `offers` for `before` and `fitting`."""

        def find(text: str) -> Sequence[Entry]:
            found = offers(text, before, fitting=fitting)
            return [self._entry(offer, add) for offer in found]

        self._open(hint, find, MISFIT if fitting else UNKNOWN)

    def targets(self, source: str, connect: Callable[[str], object]) -> None:
        """Choose a node that a wire from `source` may go to."""
        graph = self._document.design.graph
        entries = [
            Entry(
                graph[id].title,
                lambda id=id: connect(id),  # type: ignore[misc]
                _picture(graph[id].layer),
                f"{id} {type(graph[id].layer).__name__}",
                localized(graph[id].layer.brief()),
            )
            for id in graph.order
            if graph.refusal(source, id) is None
        ]
        nothing = tr(
            "Nothing can take a wire from {title}: every input has one.", title=graph[source].title
        )
        self._open(tr("Connect {title} to", title=graph[source].title), among(entries), nothing)

    def wires(self, node: str, act: Callable[[Wire], object]) -> None:
        """Choose one of the wires that lead into a node or on from it."""
        graph = self._document.design.graph
        entries = [
            Entry(
                f"{graph[wire.source].title} → {graph[wire.target].title}",
                partial(act, wire),
                _picture(graph[wire.target if wire.source == node else wire.source].layer),
            )
            for wire in (*graph.incoming(node), *graph.outgoing(node))
        ]
        title = graph[node].title
        nothing = tr("{title} has no wire.", title=title)
        self._open(tr("Take a wire of {title} away", title=title), among(entries), nothing)

    def commands(self, actions: Iterable[QAction]) -> None:
        """Choose a command; those that make no sense now stand pale at the end."""
        found = [self._command(action) for action in actions]
        self._open(tr("All commands"), among(found), tr("No command of this name."))

    def _command(self, action: QAction) -> Entry:
        text = action.text().replace("&", "")
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        if not action.isEnabled():
            sentence = tr(
                "{words} is not possible now. {toolTip}.",
                words=text.rstrip(" …"),
                toolTip=action.toolTip(),
            )
            act = partial(self._document.refused.emit, sentence)
            return Entry(text, act, action.icon(), action.toolTip(), keys, off=True)
        shown = f"{text} ✓" if action.isCheckable() and action.isChecked() else text
        return Entry(shown, action.trigger, action.icon(), action.toolTip(), keys)

    def _entry(self, offer: Offer, add: Callable[[Layers], object]) -> Entry:
        picture = _picture(offer.layers[-1])
        if offer.sentence:
            refuse = self._document.refused.emit
            return Entry(offer.text, lambda: refuse(offer.sentence), picture, "", offer.sentence)
        size = shape_text(offer.size) if offer.size is not None else ""
        return Entry(offer.text, lambda: add(offer.layers), picture, "", size)

    def _open(self, hint: str, find: Find, nothing: str) -> None:
        if self.open_chooser is not None:
            self.open_chooser.end()
        chooser = Chooser(hint, find, self._window, nothing=nothing)
        self.open_chooser = chooser
        chooser.finished.connect(chooser.deleteLater)
        chooser.finished.connect(self._closed)

    def _closed(self) -> None:
        self.open_chooser = None


def _picture(layer: Layer) -> QIcon:
    cls = type(layer)
    return icon(f"layers/{cls.__name__.lower()}", cls.family)
