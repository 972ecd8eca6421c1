"""What the File menu does: new, open, save, revert. Every refusal is one sentence."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from core import project
from core.carried import SUFFIXES, is_picture
from core.design import Design
from core.files import FileError
from core.project import SUFFIX
from core.tongue import tr
from core.zoo import find
from designer.canvas.places import with_places
from designer.dialogs import questions
from designer.document.claim import Claim
from designer.document.document import Document
from designer.engine.session import Session
from designer.preferences import Preferences

_PROJECTS = tr("Striate projects (*{suffix})", suffix=SUFFIX)
OPENED = tr(
    "Striate projects and pictures of them (*{suffix} {suffixes})",
    suffix=SUFFIX,
    suffixes=" ".join(f"*{one}" for one in SUFFIXES),
)


def can_open(path: Path) -> bool:
    """Whether a file may be a project or carry one, by its name."""
    return path.suffix == SUFFIX or is_picture(path)


class Files(QObject):
    """Files of one window's document.

    Signals: `opened()` when another document is on, `welcome_wanted()`, `window_wanted(path)` for
    one more window, with None or a project to open in it, `told(sentence)`.
    """

    opened = Signal()
    welcome_wanted = Signal()
    window_wanted = Signal(object)
    told = Signal(str)

    def __init__(
        self,
        window: QWidget,
        document: Document,
        *,
        session: Session,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._session = session
        self._preferences = preferences
        self._began_as = ""  # what a never-saved document is called
        self._claim: Claim | None = None  # on the document's file

    @property
    def name(self) -> str:
        """What people call the document."""
        if self._document.path is not None:
            return self._document.path.stem + tr(" (read-only)") * self._document.read_only
        return self._began_as or tr("Untitled")

    # ---- new and open -------------------------------------------------------------------

    def new(self) -> None:
        """Back to the welcome page, once the present document is safe."""
        if self.may_leave():
            self._put(Design())
            self.welcome_wanted.emit()

    def start(self, template: str) -> None:
        """Begin with a template, by its id, or with nothing where it is ""."""
        found = find(template)
        self.begin(with_places(found.design()) if found else Design(), found.title if found else "")

    def switch_to_template(self, template: str) -> None:
        """Begin with a template, once the present document is safe."""
        if self.may_leave():
            self.start(template)

    def begin(self, design: Design, name: str = "") -> None:
        """Begin with a design that has no file; `name` is what it is called until it is saved."""
        self._put(design, name)
        self.opened.emit()

    def open(self) -> None:
        """Ask for a project and open it."""
        path = self._ask()
        if path is not None:
            self.switch_to(path)

    def open_beside(self) -> None:
        """Ask for a project and open it in a window of its own."""
        path = self._ask()
        if path is not None:
            self.window_wanted.emit(path)

    def new_window(self) -> None:
        """One more window."""
        self.window_wanted.emit(None)

    def _ask(self) -> Path | None:
        folder = str(self._document.path.parent) if self._document.path else ""
        path, _ = QFileDialog.getOpenFileName(self._window, tr("Open a project"), folder, OPENED)
        return Path(path) if path else None

    def switch_to(self, path: Path) -> None:
        """Open a project, once the present document is safe."""
        if self.may_leave():
            self.load(path)

    def load(self, path: Path) -> bool:
        """Open a project, or what a picture holds as a new one; says why where it cannot be.

        Whoever opens what another window works on is asked how.
        """
        claim = Claim(path)
        mine = self._claim is not None and self._claim.path == claim.path
        try:
            if is_picture(path):
                return self._load_copy(path, path.stem)
            if mine or claim.take():
                return self._load(path, claim=self._claim if mine else claim)
            answer = questions.open_elsewhere(self._window, path.stem, claim.holder)
            if answer == "copy":
                return self._load_copy(path, tr("{stem} copy", stem=path.stem))
            return answer == "read" and self._load(path, claim=None)
        except FileError as error:
            if not mine:
                claim.let_go()
            if not path.exists():
                self._preferences.forget(path)
            questions.tell(self._window, tr("{name} cannot be opened", name=path.name), str(error))
            return False

    def _load(self, path: Path, *, claim: Claim | None) -> bool:
        """The project as it lies there; without a claim only to be read."""
        warning = self._document.open(path, read_only=claim is None)
        self._hold(claim)
        self._preferences.remember(path)
        self.opened.emit()
        if warning:
            questions.tell(
                self._window, tr("{name} is newer than this Striate", name=path.name), warning
            )
        return True

    def _load_copy(self, path: Path, name: str) -> bool:
        """What a project file or a picture holds, as one that was never saved: the file stays."""
        self._put(project.load(path).design, name, modified=True)
        self.opened.emit()
        self.told.emit(
            tr("This is a copy of the network in {name}; save it to keep it.", name=path.name)
        )
        return True

    def _put(self, design: Design, began_as: str = "", *, modified: bool = False) -> None:
        """A document that has no file."""
        self._began_as = began_as
        self._document.new(design, modified=modified)
        self._hold(None)

    def _hold(self, claim: Claim | None) -> None:
        """Hold this claim, and no other."""
        if self._claim is not None and self._claim is not claim:
            self._claim.let_go()
        self._claim = claim

    def close(self) -> None:
        """The window goes: others may open the file."""
        self._hold(None)

    def restore(self, design: Design, *, path: Path | None, uuid: str) -> None:
        """Go on with what a crash left behind; it counts as unsaved."""
        claim = Claim(path) if path is not None else None
        if claim is not None and not claim.take():
            claim, path = None, None
        self._began_as = ""
        self._document.new(design, path=path, uuid=uuid, modified=True)
        self._hold(claim)
        self.opened.emit()

    def revert(self) -> None:
        """Back to what the file holds."""
        path = self._document.path
        if path is None or not self._document.modified:
            self.told.emit(tr("There is nothing to go back to."))
        elif questions.revert(self._window, self.name):
            self.load(path)

    @property
    def before(self) -> Path | None:
        """The version before the saved one, None where there is none."""
        path = self._document.path
        kept = path.with_name(path.name + "~") if path is not None else None
        return kept if kept is not None and kept.exists() else None

    def go_back(self) -> None:
        """Back to the version before the saved one, as an edit that can be undone."""
        if self.before is None:
            self.told.emit(tr("There is no version before the saved one."))
            return
        try:
            design = project.load(self.before).design
        except FileError as error:
            questions.tell(self._window, tr("The version before cannot be opened"), str(error))
            return
        if design == self._document.design:
            self.told.emit(tr("The version before the saved one is the same."))
        else:
            self._document.apply(tr("Go back to the version before"), design)
            self.told.emit(tr("This is the version before the saved one; Undo leads back."))

    # ---- save ---------------------------------------------------------------------------

    def save(self) -> bool:
        """Save to the document's file, asking for one the first time; False where it was not."""
        if self._document.path is None or self._document.read_only:
            return self.save_as()
        return self._save(self._document.path)

    def save_as(self) -> bool:
        """Save to another file."""
        before = self._document.path or Path(f"{self.name}{SUFFIX}")
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, tr("Save the project"), str(before), _PROJECTS
        )
        if not chosen:
            return False
        path = Path(chosen)
        return self._save(path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX))

    def may_leave(self) -> bool:
        """Whether the document may go: it is saved, or its owner said so. A training then ends."""
        session = self._session
        if session.engine.is_busy and not questions.stop_training(self._window):
            return False
        answer = "saved"
        if self._document.modified:
            answer = questions.save_changes(self._window, self.name)
            if answer == "cancel" or (answer == "save" and not self.save()):
                return False
        session.leave(keep=answer != "discard")
        return True

    def _save(self, path: Path) -> bool:
        claim = Claim(path)
        mine = self._claim is not None and self._claim.path == claim.path
        try:
            if not mine and not claim.take():
                raise FileError(
                    tr(
                        "{name} is open in {holder}: choose another name.",
                        name=path.name,
                        holder=claim.holder,
                    )
                )
            self._document.save(path)
        except FileError as error:
            if not mine:
                claim.let_go()
            questions.tell(self._window, tr("The project was not saved"), str(error))
            return False
        self._hold(self._claim if mine else claim)
        self._preferences.remember(path)
        self.told.emit(tr("Saved to {path}.", path=path))
        return True
