"""Choosing by typing: a layer to add, a layer of the network to go to, a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from core.layers import CATALOGUE, FAMILIES
from designer.dialogs.chooser import Chooser, Entry
from designer.document.document import Document
from designer.panels.palette import first_line
from designer.resources import icon


class Search(QObject):
    """Opens choosers over a window; `open_chooser` is the one that is open, if one is."""

    def __init__(self, window: QWidget, document: Document) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self.open_chooser: Chooser | None = None

    def layers(self, add: Callable[[str], object]) -> None:
        """Choose a layer type to add."""
        entries = [
            Entry(
                cls.__name__,
                lambda name=cls.__name__: add(name),  # type: ignore[misc]
                icon(f"layers/{cls.__name__.lower()}", cls.family),
                f"{cls.keras_name} {FAMILIES[cls.family]} {first_line(cls)}",
            )
            for cls in CATALOGUE
        ]
        self._open("Add a layer", entries)

    def nodes(self, go_to: Callable[[str], object]) -> None:
        """Choose a layer of the network."""
        graph = self._document.design.graph
        entries = []
        for id in graph.order:
            node, cls = graph[id], type(graph[id].layer)
            picture = icon(f"layers/{cls.__name__.lower()}", cls.family)
            words = f"{id} {cls.__name__} {FAMILIES[cls.family]} {node.layer.brief()}"
            entries.append(Entry(node.title, lambda n=id: go_to(n), picture, words))  # type: ignore[misc]
        self._open("Find a layer", entries)

    def commands(self, actions: Mapping[str, QAction]) -> None:
        """Choose a command."""
        entries = []
        for action in actions.values():
            if not action.isEnabled():
                continue
            text = action.text().replace("&", "")
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            words = action.toolTip()
            shown = f"{text}   {keys}" if keys else text
            entries.append(Entry(shown, action.trigger, action.icon(), words))
        self._open("All commands", entries)

    def _open(self, hint: str, entries: list[Entry]) -> None:
        if self.open_chooser is not None:
            self.open_chooser.end()
        chooser = Chooser(hint, entries, self._window)
        self.open_chooser = chooser
        chooser.finished.connect(chooser.deleteLater)
        chooser.finished.connect(self._closed)

    def _closed(self) -> None:
        self.open_chooser = None
