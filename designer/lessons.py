"""Opens the worked examples of the lectures: the list of them, and one as a project."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from core.lessons import BY_ID, EXAMPLES, Example, example_of
from core.tongue import tr
from designer.canvas.places import with_places
from designer.canvas.view import CanvasView
from designer.docks import Docks
from designer.document.document import Document
from designer.files import Files
from designer.preferences import Preferences
from designer.viewers.examples import ExamplesView
from designer.widgets.sheet import Item, Sheet

_HEIGHT = 340  # pixels in which words, note and sheets have room
_EDGE = 48  # pixels between the list and the top of the window


class Lessons(QObject):
    """Worked examples in one window. Attributes: `sheet`, the list while it is open."""

    def __init__(
        self,
        window: QWidget,
        *,
        files: Files,
        docks: Docks,
        canvas: CanvasView,
        document: Document,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._document, self._preferences = document, preferences
        self._opening = False  # by this, and not from a file
        self._window, self._files, self._docks = window, files, docks
        self._canvas = canvas
        self._player: ExamplesView | None = None
        self.sheet: Sheet | None = None
        docks.when_there("examples", self._take_player)
        files.opened.connect(self._resume)
        document.path_changed.connect(self._keep)

    def choose(self) -> None:
        """Show the list of examples, or close it."""
        if self.sheet is not None:
            self.sheet.end()
            return
        lectures = dict.fromkeys(example.lecture for example in EXAMPLES)
        sections = {
            tr("Lecture {lecture}", lecture=lecture): [
                self._item(one) for one in EXAMPLES if one.lecture == lecture
            ]
            for lecture in lectures
        }
        corner = self._window.rect().topLeft()
        corner.setX(self._window.width() // 2)
        corner.setY(_EDGE)
        self.sheet = Sheet(tr("Find an example"), sections, self._window, below=corner)
        self.sheet.finished.connect(self._ended)

    def open(self, id: str) -> None:
        """Open an example as a project of its own, once the present document is safe."""
        if not self._files.may_leave():
            return
        example = BY_ID[id]
        self._opening = True
        self._files.begin(with_places(example.make()), example.title)
        self._opening = False
        self._play(example, 0)
        QTimer.singleShot(0, self._canvas, self._canvas.outlook.fit_all)  # in the room that is left

    def _play(self, example: Example, stage: int) -> None:
        self._docks.show("examples")
        self._docks.heighten("examples", _HEIGHT)
        player = self._docks.docks["examples"].widget()
        player.play(example, at=stage)
        player.setFocus()

    def _resume(self) -> None:
        """A project that was begun as an example goes on where it was left."""
        if self._opening or self._document.path is None:
            return
        id, stage = self._preferences.lesson(self._document.uuid)
        example = example_of(self._document.design, id)
        if example is not None:
            self._play(example, stage if example.id == id else 0)

    def _keep(self) -> None:
        """Remember the stage of a project that has a file."""
        player = self._player
        if player is not None and player.example is not None and self._document.path is not None:
            self._preferences.keep_lesson(self._document.uuid, player.example.id, player.number)

    def _take_player(self, player: ExamplesView) -> None:
        self._player = player
        player.moved.connect(self._keep)
        player.list_wanted.connect(self.choose)

    def _item(self, example: Example) -> Item:
        playing = self._player.example if self._player is not None else None
        return Item(
            title=example.title,
            sentence=example.sentence,
            icon="steps",
            act=lambda: self.open(example.id),
            marked=playing is not None and playing.id == example.id,
        )

    def _ended(self) -> None:
        if self.sheet is not None:
            self.sheet.deleteLater()
        self.sheet = None
