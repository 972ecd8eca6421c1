"""The real window walked through in the language of `tests.support.pseudo`, and all that it says.

    STRIATE_STATE=FOLDER STRIATE_LANGUAGE=eo python -m tests.support.foreign [PICTURES]

Every text that can be seen, heard or pointed at is collected, what is painted too. Those with plain
letters that are no value, no name and no unit are printed as JSON, by the place they were met in.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from types import TracebackType

from pyqtgraph.graphicsItems.ViewBox.ViewBoxMenu import ViewBoxMenu
from PySide6.QtCore import QAbstractListModel, QBuffer, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QFontDatabase
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QTextEdit,
    QWidget,
)

from core.explain.pages import names_elsewhere
from core.layers import CATALOGUE
from core.settings import settings_of
from core.zoo import TEMPLATES
from designer.application import Application
from designer.document import edits
from designer.pane import Pane
from designer.window import Window
from tests.support.messages import declared

PATIENCE = 5.0  # seconds
WORD = re.compile(r"[A-Za-z][A-Za-z]+")
# Names, signs and units that are the same everywhere, and keys.
KEPT = frozenset(
    re.findall(
        r"\S+",
        """Striate PyTorch Keras NumPy torch nn PNG SVG PDF CSV JPEG CPU GPU MAC MACs FLOPs MIT TF
        IEEE Ctrl Shift Alt Esc Enter Space Tab Del Return Home End Backspace Left Right Up Down
        Meta PgUp Sobel Gabor Gauss Hebb ResNet VGG LRN px kB KB MB GB TB ms lenet png svg csv npz
        jpg jpeg bmp gif webp striate cos sin tanh exp log mod nan inf CAM Grad digits
        English Esperanto eo STRIATE LANGUAGE""",
    )
)
# What Qt says itself; where it has a catalogue, the window installs it.
QT = {"OK", "Cancel", "Close", "Float", "Close Tab", "Scroll Left", "Scroll Right"}
QT |= {"Closes the dock widget", "Undocks and re-attaches the dock widget"}
QT |= {"Export", "Export..."}  # of a menu of pyqtgraph that Striate does not show
PLOT_MENUS = ("Plot Options", "Transforms", "Downsample", "Average", "Alpha", "Grid", "Points")


class Walk:
    """Goes through the window; `found` is what was met, by place."""

    def __init__(self, pictures: Path | None) -> None:
        self._application = Application([])
        sys.excepthook = fail  # no dialog that waits for somebody
        self._pictures = pictures
        self._judged: set[str] = set()
        self.found: dict[str, list[str]] = {}
        self.window: Window = self._application.open_window()
        self.window.canvas.animated = False
        self.window.resize(1280, 800)

    def run(self) -> None:
        """Everything in turn."""
        window = self.window
        self.look("welcome")
        window.files.start("lenet5")
        self.look("network")
        for pane in window.docks.panes:
            window.docks.docks[pane.id].hide()
        for action in ("add", "commands", "find", "views", "examples", "tour"):
            self._over(action)
        for pane in window.docks.panes:
            self._pane(pane)
        self._trouble()
        for action in ("repeat", "figure", "language", "about"):
            self._dialog(action)
        window.document.history.setClean()
        window.close()

    def look(self, place: str, *scope: QWidget) -> None:
        """Collect all texts there are now in these widgets, or in all windows."""
        settle()
        kept = self._kept()
        for top in scope or visible_windows():
            texts = {*said(top), *painted(top)} - self._judged - QT
            self._judged |= texts
            left = {text: sorted(set(words_of(text)) - kept) for text in texts}
            wrong = [f"{', '.join(words)}: {text}" for text, words in left.items() if words]
            if wrong:
                self.found.setdefault(place, []).extend(sorted(wrong))
        if self._pictures is not None:
            self.window.grab().save(str(self._pictures / f"{place}.png"))

    # ---- places -------------------------------------------------------------------------

    def _over(self, action: str) -> None:
        """What lies over the window once an action was triggered, up to Escape."""
        self.window.document.select(["conv1"])
        self.window.actions_by_id[action].trigger()
        self.look(action)
        QTest.keyClick(QApplication.focusWidget() or self.window, Qt.Key.Key_Escape)
        settle()

    def _pane(self, pane: Pane) -> None:
        """A panel without and with a layer that it has something to say of."""
        self.window.document.select([])
        self.window.docks.show(pane.id)
        shown = self.window.docks.docks[pane.id].widget()
        self.look(f"{pane.id}, nothing selected", shown)
        self.window.document.select(["conv2"])
        settle(0.1)
        wait(lambda: not getattr(getattr(shown, "asking", None), "waiting", False))
        self.look(pane.id, shown)
        self.window.docks.docks[pane.id].hide()

    def _dialog(self, action: str) -> None:
        """A dialog that waits for an answer, which is no."""

        def take() -> None:
            self.look(f"dialog {action}")
            for widget in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
                if widget is not None:
                    widget.close()

        self.window.document.select(["conv2"])
        QTimer.singleShot(300, self.window, take)
        self.window.actions_by_id[action].trigger()
        settle()

    def _trouble(self) -> None:
        """Problems with their fixes, advice, several layers at once, a comparison."""
        document = self.window.document
        before = document.design
        odd = {"kernel_size": (2, 2), "stride": (3, 3)}
        document.attempt("", lambda design: edits.set_settings(design, ["conv2"], odd))
        self.window.docks.show("problems")
        self.look("advice")
        self.window.comparing.begin(before, "before")
        self.window.docks.show("comparison")
        self.look("a comparison")
        self.window.actions_by_id["undo"].trigger()
        document.attempt("", lambda design: edits.delete(design, ["flatten"]))
        self.window.docks.show("problems")
        self.look("a problem")
        self.window.actions_by_id["undo"].trigger()
        document.select(["conv1", "conv2"])
        self.window.docks.show("properties")
        self.look("several layers")

    # ---- judging ------------------------------------------------------------------------

    def _kept(self) -> set[str]:
        """Words that are names or values here: of layers, settings, data, fonts and templates."""
        graph = self.window.document.design.graph
        names = [*graph.nodes, *(node.title for node in graph.nodes.values())]
        names += [*QFontDatabase.families(), *(template.source for template in TEMPLATES)]
        for layer in CATALOGUE:
            names += names_elsewhere(layer)
        for cls in declared():
            names += [cls.__name__, re.sub(r"[12]d$", "", cls.__name__).lower()]
            names += [getattr(cls, "keras_name", "")]
            for one in settings_of(cls):
                modes = getattr(one.kind, "modes", ())
                names += [one.name, one.keras, *modes, *(mode.capitalize() for mode in modes)]
        return KEPT | {word for name in names for word in WORD.findall(name)}


def visible_windows() -> list[QWidget]:
    """The window and what stands over it; menus that were never shown belong to these."""
    return [top for top in QApplication.topLevelWidgets() if top.isVisible()]


def words_of(text: str) -> list[str]:
    """The words with plain letters in a text, without its tags and mnemonics."""
    return WORD.findall(unescape(re.sub(r"<[^<>]*>", " ", text)).replace("&", ""))


def is_ours(one: QObject | None) -> bool:
    """Whether something is not in the menus that pyqtgraph makes and Striate never shows."""
    while one is not None:
        if isinstance(one, ViewBoxMenu) or (isinstance(one, QMenu) and one.title() in PLOT_MENUS):
            return False
        one = one.parent()
    return True


def said(top: QWidget) -> Iterator[str]:
    """What a window and all in it say in words."""
    for one in filter(is_ours, (top, *top.findChildren(QWidget))):
        yield from (one.toolTip(), one.statusTip(), one.whatsThis(), one.windowTitle())
        yield from (one.accessibleName(), one.accessibleDescription())
        yield from written_on(one)
    for action in filter(is_ours, top.findChildren(QAction)):
        yield from (action.text(), action.toolTip())


def written_on(widget: QWidget) -> Iterator[str]:
    """The words of one widget, by its kind."""
    match widget:
        case QLineEdit():
            yield from (QLineEdit.text(widget), widget.placeholderText())
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QTextEdit():
            yield widget.toPlainText()
        case QAbstractSpinBox():
            yield widget.text()
        case QComboBox():
            yield from (widget.itemText(index) for index in range(widget.count()))
        case QTabBar():
            yield from (widget.tabText(index) for index in range(widget.count()))
        case QAbstractItemView() if widget.model() is not None:
            yield from items(widget)


def items(view: QAbstractItemView, below: QModelIndex | None = None) -> Iterator[str]:
    """The words in a list, table or tree, and at its head."""
    model, parent = view.model(), below or QModelIndex()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    for row in range(model.rowCount(parent)):
        for index in (model.index(row, column, parent) for column in range(columns)):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                yield str(index.data(role) or "")
        if not isinstance(model, QAbstractListModel):
            yield from items(view, model.index(row, 0, parent))
    if below is None:
        for column in range(columns):
            yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")


def painted(top: QWidget) -> Iterator[str]:
    """What a window paints, read from a drawing of it."""
    buffer = QBuffer()
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(top.rect().size())
    QWidget.render(top, drawing)
    content = bytes(buffer.data().data()).decode()
    yield from (unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", content))


def fail(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """End with what went wrong."""
    traceback.print_exception(kind, error, trace)
    os._exit(1)


def wait(done: Callable[[], bool]) -> None:
    """Let the window work until something is so, or for as long as one has patience."""
    end = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.005)


def settle(seconds: float = 0.05) -> None:
    """Let what moves come to rest."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.005)


if __name__ == "__main__":
    walk = Walk(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    walk.run()
    sys.stdout.write(json.dumps(walk.found, ensure_ascii=False, indent=1))
