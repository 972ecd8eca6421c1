"""Pictures of the open network: the figure dialog, and the canvas as it is in one step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from core.design import Design
from core.files import FileError
from core.project import Project, text_of
from core.tongue import tr
from designer.canvas.view import CanvasView
from designer.dialogs import questions
from designer.document.document import Document
from designer.figures.dialog import FILES, FigureDialog
from designer.figures.figure import Figure, figure_of
from designer.figures.look import FigureLook
from designer.figures.write import FileKind, write
from designer.files import Files
from designer.theme import theme


class Pictures(QObject):
    """Exports pictures of one window's network. Signals: `told(sentence)`."""

    told = Signal(str)

    def __init__(
        self, window: QWidget, document: Document, *, canvas: CanvasView, files: Files
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._canvas = canvas
        self._files = files
        self._look = FigureLook()  # of the last figure, where the next one begins

    def export_figure(self) -> None:
        """Let a figure be chosen and write it."""
        if self._is_empty():
            return
        dialog = FigureDialog(
            self._design, inside=self._document.inside, look=self._look, parent=self._window
        )
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._look = replace(dialog.look, caption="")
            self._export(dialog.figure, dialog.file_kind, carries=dialog.carries)
        dialog.deleteLater()

    def export_png(self) -> None:
        """Write the canvas as a picture."""
        self._export_canvas("png")

    def export_svg(self) -> None:
        """Write the canvas as a drawing that scales."""
        self._export_canvas("svg")

    def _export_canvas(self, kind: FileKind) -> None:
        if not self._is_empty():
            look = FigureLook(style="canvas", dark=theme.tokens.name == "dark")
            figure = figure_of(self._design, look, inside=self._document.inside)
            self._export(figure, kind, carries=True)

    def _export(self, figure: Figure, kind: FileKind, *, carries: bool) -> None:
        name = self._files.name
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, tr("Save the picture"), f"{name}.{kind}", f"{FILES[kind]} (*.{kind})"
        )
        if not chosen:
            return
        path = Path(chosen).with_suffix(f".{kind}")
        inside = text_of(path, Project(self._design)) if carries else b""
        try:
            write(figure, path, kind, title=name, project=inside)
        except FileError as error:
            questions.tell(self._window, tr("The picture was not saved"), str(error))
        else:
            self.told.emit(tr("Saved to {path}.", path=path))

    @property
    def _design(self) -> Design:
        """The design with everything where it is shown."""
        return self._canvas.pinned(self._document.design)

    def _is_empty(self) -> bool:
        empty = not self._document.design.graph.nodes
        if empty:
            self.told.emit(tr("The network is empty: there is nothing to draw yet."))
        return empty
