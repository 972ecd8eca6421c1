"""Leads a project whose data were moved to where they lie now: choose, check, and one undo step."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from core.data.whereabouts import missing, moved, nearest
from core.design import DataChoice
from core.layers import Output
from core.messages import DataShown
from core.tongue import tr
from designer.document import edits
from designer.document.document import Document


class Finder(QObject):
    """Knows what is missing of the data, and tries a folder before it takes it.

    Attributes: `trying` is the choice that is being looked at, None while none is.
    Signals: `wanted(choice)` to have the engine look at a choice; `told(sentence)` why a folder was
    not taken; `ended(taken)` when it was looked at.
    """

    wanted = Signal(object)
    told = Signal(str)
    ended = Signal(bool)

    def __init__(self, document: Document, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._window = window
        self.trying: DataChoice | None = None

    @property
    def missing(self) -> str:
        """The path that the data have no more; "" where nothing is missing."""
        return missing(self._document.design.data.source)

    def ask(self) -> None:
        """Let the user point at the folder."""
        lost = self.missing
        if lost:
            start = nearest(lost, self._document.path)
            chosen = QFileDialog.getExistingDirectory(
                self._window, tr("Where are the pictures now?"), str(start)
            )
            if chosen:
                self.attempt(chosen)

    def attempt(self, path: str) -> None:
        """Have a folder looked at; it is taken if it fits."""
        data = self._document.design.data
        self.trying = data.replace(source=moved(data.source, path))
        self.wanted.emit(self.trying)

    def take(self, shown: DataShown) -> None:
        """The folder that is being tried can be opened: take it if it has the right classes."""
        choice, misfit = self.trying, self._misfit(len(shown.classes))
        self.trying = None
        if choice is not None and not misfit:
            source = choice.source
            self._document.attempt(
                tr("Find the data"),
                lambda design: edits.set_data(design, design.data.replace(source=source)),
            )
        elif misfit:
            self.told.emit(misfit)
        self.ended.emit(not misfit)

    def refuse(self, sentence: str) -> None:
        """The folder that was tried cannot be opened."""
        self.trying = None
        self.told.emit(tr("{sentence} The project still names the old folder.", sentence=sentence))
        self.ended.emit(False)

    def forget(self) -> None:
        """No answer will come."""
        self.trying = None

    def _misfit(self, classes: int) -> str:
        """Why data of so many classes are not those of this network; "" where they may be."""
        known = self._document.inference.nodes
        for node in self._document.design.graph.active.of_type(Output):
            layer, shape = node.layer, known[node.id].output
            assert isinstance(layer, Output)
            told = shape[0] if shape and layer.loss.takes_classes and layer.target == "label" else 0
            if told and told != classes:
                return tr(
                    "This folder has {classes} classes, {title} tells {told} apart: other data are"
                    " expected. Choose a folder in Data to use it all the same.",
                    classes=classes,
                    title=node.title,
                    told=told,
                )
        return ""
