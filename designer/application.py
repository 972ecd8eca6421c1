"""Starts the application: look, log, the dialog for the unforeseen, and the first window."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QPoint, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from core import files, log
from core.tongue import language, tr
from designer import overrides
from designer.dialogs.recover import RecoverDialog
from designer.dialogs.trouble import TroubleDialog
from designer.document import recovery
from designer.preferences import Preferences
from designer.resources import application_icon
from designer.theme import theme
from designer.window import Window

_BESIDE = QPoint(32, 32)
_SOON = 400  # milliseconds after the window is there, for what may wait
_log = logging.getLogger(__name__)


def main(argv: Sequence[str] = ()) -> int:
    """Open a window, with the project in `argv` if there is one; gives the exit status.

    `designer.__main__` has asked before whether a window can open here.
    """
    application = Application(list(argv))
    application.open_first(Path(argv[0]) if argv else None)
    return application.exec()


class Application(QApplication):
    """The running application; `windows` are the open ones."""

    def __init__(self, argv: list[str]) -> None:
        overrides.guard()
        super().__init__(["striate", *argv])
        self.setApplicationName("Striate")
        self.setDesktopFileName("striate")
        self.setWindowIcon(application_icon())
        self.log_file = log.start("window")
        self.preferences = Preferences()
        self._speak()
        self.windows: list[Window] = []
        theme.apply(self.preferences.look)
        sys.excepthook = self._unforeseen
        self._in_trouble = False

    def _speak(self) -> None:
        """Let Qt's own dialogs speak the language of the window, as far as Qt knows it."""
        translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(f"qtbase_{language()}", folder):
            self.installTranslator(translator)

    def open_first(self, path: Path | None = None) -> Window:
        """The first window; then what a crash left behind is offered.

        The first network ever that is open in it begins with the tour.
        """
        window = self.open_window()
        window.files.opened.connect(window.touring.start_once)
        if path is not None:
            window.files.load(path)
        QTimer.singleShot(0, lambda: offer_recovery(window))
        QTimer.singleShot(_SOON, window.engine.request_devices)
        return window

    def open_window(self) -> Window:
        """One more window, a little beside the last."""
        window = Window(self.preferences)
        if self.windows:
            window.move(self.windows[-1].pos() + _BESIDE)
        self.windows.append(window)
        window.closed.connect(lambda: self._let_go(window))
        window.files.window_wanted.connect(self._open_another)
        window.show()
        return window

    def _let_go(self, window: Window) -> None:
        """A closed window is of no use any more: its widgets go, and their memory."""
        self.windows.remove(window)
        window.deleteLater()

    def _open_another(self, path: Path | None) -> None:
        """A window that was asked for, with a project in it if there is one."""
        window = self.open_window()
        if path is not None:
            window.files.load(path)
        window.engine.request_devices()
        window.tell(tr("Windows share this computer: of two trainings each takes longer."))

    def _unforeseen(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """What nobody foresaw goes to the log and into one dialog at a time."""
        if issubclass(kind, KeyboardInterrupt):
            self.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        _log.error("unforeseen: %s", details)
        if self._in_trouble:
            return
        self._in_trouble = True
        parent = self.activeWindow()
        TroubleDialog(details, self.log_file, parent).exec()
        self._in_trouble = False


def offer_recovery(window: Window) -> None:
    """Ask about each network that a crash left behind, newest first, until one is restored."""
    files.clean_stale(recovery.folder())
    found = recovery.find()
    for place, one in enumerate(found):
        dialog = RecoverDialog(one, more=len(found) - place - 1, parent=window)
        dialog.exec()
        if dialog.answer == "restore":
            window.files.restore(one.design, path=one.path, uuid=one.uuid)
            window.recovery.write()  # from now on this window answers for the file
            return
        if dialog.answer == "discard":
            recovery.discard(one)
