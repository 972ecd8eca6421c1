"""A monkey at the window: random actions, legal and illegal, by real mouse and key events.

The same seed does the same. What would block (file dialogs, questions) or start the engine is left
out; everything else that a person can press, drag, type or choose is in.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from core.project import design_to_json
from designer import actions
from designer.forms.number_box import NumberBox
from designer.window import Window
from tests.support.robot import ALT, CTRL, LEFT, NONE, SHIFT, move

Key = Qt.Key
# Would ask a question and wait, leave the document, or start the engine.
LEFT_OUT = {row.id for row in (*actions.FILE, *actions.TRAIN)}
LEFT_OUT |= {"about", "canvas_only", "commands", "layout", "tour"}  # "commands" leads to them all
KEYS = (
    (Key.Key_Delete, NONE), (Key.Key_Backspace, NONE), (Key.Key_Escape, NONE), (Key.Key_Home, NONE),
    (Key.Key_Left, NONE), (Key.Key_Right, SHIFT), (Key.Key_Up, ALT), (Key.Key_Down, ALT),
    (Key.Key_Left, ALT), (Key.Key_Z, CTRL), (Key.Key_Z, CTRL), (Key.Key_Y, CTRL),
    (Key.Key_C, CTRL), (Key.Key_V, CTRL), (Key.Key_V, CTRL | SHIFT), (Key.Key_X, CTRL),
    (Key.Key_D, CTRL), (Key.Key_A, CTRL), (Key.Key_A, CTRL | SHIFT), (Key.Key_L, CTRL),
    (Key.Key_G, CTRL), (Key.Key_G, CTRL | SHIFT), (Key.Key_B, CTRL), (Key.Key_F, NONE),
    (Key.Key_W, NONE), (Key.Key_X, NONE), (Key.Key_M, NONE), (Key.Key_Return, NONE),
)  # fmt: skip
WORDS = (
    "conv 3x3 8", "conv 0", "relu", "maxpool 2", "bn", "add", "concat", "flatten", "fc 10", "input",
    "output", "dropout 2", "zzz", "upsample 2, conv 1x1 4", "gap", "conv1d 4", "input 3x8x8", "",
)  # fmt: skip
MOST_NODES = 16


class Monkey:
    """Acts on one window; `events` counts presses, moves, releases, keys, wheels and drops.

    `did` is the last thing it did.
    """

    def __init__(self, window: Window, seed: int) -> None:
        self.window = window
        self.did = ""
        self.events = 0
        self._dice = random.Random(seed)
        window.document.history.clear()
        window.document.history.setUndoLimit(0)  # every step back to the first design is kept
        self.first = as_bytes(window)
        window.activateWindow()
        QTest.qWaitForWindowActive(window)

    def act(self) -> None:
        """One random action."""
        if len(self.window.document.design.graph.nodes) > MOST_NODES:
            self._thin_out()
            return
        name, weight = zip(
            *((one, count) for one, count in self._repertoire().items()), strict=True
        )
        action = self._dice.choices(name, weight)[0]
        self.did = action.__name__.strip("_")
        action()
        self._clear_the_way()

    def undo_all(self) -> bytes:
        """Back to the first design; what it is then."""
        self.window.document.history.setIndex(0)
        return as_bytes(self.window)

    def _repertoire(self) -> dict[Callable[[], None], int]:
        return {
            self._click: 10, self._drag: 12, self._key: 16, self._type: 8, self._wheel: 2,
            self._drop: 6, self._choose_from_menu: 4, self._trigger: 8, self._set: 5,
            self._pick_outline: 3, self._find: 2, self._press_minimap: 2,
        }  # fmt: skip

    # ---- what it can do -----------------------------------------------------------------

    def _click(self) -> None:
        modifiers = self._dice.choice((NONE, NONE, CTRL, SHIFT, ALT))
        at = self._spot()
        if self._dice.random() < 0.2:
            QTest.mouseDClick(self._viewport, LEFT, modifiers, at)
            QTest.mouseRelease(self._viewport, LEFT, modifiers, at)
        else:
            button = self._dice.choice((LEFT, LEFT, LEFT, Qt.MouseButton.MiddleButton))
            QTest.mouseClick(self._viewport, button, modifiers, at)
        self.events += 2

    def _drag(self) -> None:
        modifiers = self._dice.choice((NONE, NONE, NONE, SHIFT, ALT, SHIFT | ALT))
        start, end = self._spot(), self._spot()
        QTest.mousePress(self._viewport, LEFT, modifiers, start)
        for share in (0.3, 0.7, 1.0):
            move(self._viewport, start + (end - start) * share, modifiers)
        if self._dice.random() < 0.1:
            self._press(Key.Key_Escape)
        if self._dice.random() < 0.05:  # the design changes under the gesture
            self._press(Key.Key_Z, CTRL)
        QTest.mouseRelease(self._viewport, LEFT, modifiers, end)
        self.events += 5

    def _key(self) -> None:
        self._press(*self._dice.choice(KEYS))

    def _type(self) -> None:
        self._press(Key.Key_Space)
        self._answer()

    def _wheel(self) -> None:
        at = QPointF(self._spot())
        event = QWheelEvent(
            at, self._viewport.mapToGlobal(at), QPoint(),
            QPoint(0, self._dice.choice((120, -120, 360, -240))), Qt.MouseButton.NoButton,
            self._dice.choice((NONE, SHIFT, CTRL)), Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        self._send(event)

    def _drop(self) -> None:
        tree = self.window.palette_panel.tree
        item = self._dice.choice(tree.leaves())
        mime, at = tree.mimeData([item]), self._spot()
        copy = Qt.DropAction.CopyAction
        self._send(QDragEnterEvent(at, copy, mime, LEFT, NONE))
        self._send(QDragMoveEvent(at, copy, mime, LEFT, NONE))
        self._send(QDropEvent(QPointF(at), copy, mime, LEFT, NONE))

    def _choose_from_menu(self) -> None:
        at = self._spot()
        reason = QContextMenuEvent.Reason.Mouse
        self._send(QContextMenuEvent(reason, at, self._viewport.mapToGlobal(at)))
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            wanted = [
                action
                for action in menu.actions()
                if action.isEnabled() and action.text() and action.objectName() not in LEFT_OUT
            ]
            if wanted and self._dice.random() < 0.8:
                self._dice.choice(wanted).trigger()
            menu.close()

    def _trigger(self) -> None:
        """A command, as from a menu."""
        table = self.window.actions_by_id
        names = [name for name in table if name not in LEFT_OUT and table[name].isEnabled()]
        table[self._dice.choice(names)].trigger()
        self.events += 1

    def _set(self) -> None:
        """A number typed into the properties."""
        boxes = [b for b in self.window.properties.findChildren(NumberBox) if b.isVisible()]
        if boxes:
            box = self._dice.choice(boxes)
            box.setFocus()
            box.selectAll()
            self._write(box, self._dice.choice(("1", "3", "0", "-4", "99999999", "2", "x")))
            self._press(Key.Key_Return, on=box)

    def _pick_outline(self) -> None:
        tree = self.window.outline.tree
        rows = tree.model().rowCount()
        if rows:
            row = self._dice.randrange(rows)
            tree.setCurrentIndex(tree.model().index(row, 0))
            self.events += 1

    def _find(self) -> None:
        bar = self.window.overlays.find_bar
        self.window.overlays.find()
        bar.field.clear()
        self._write(bar.field, self._dice.choice(("conv", "8x8", "zzz", "1")))
        self._press(Key.Key_Return, on=bar.field)
        self._press(self._dice.choice((Key.Key_Escape, Key.Key_Return)), on=bar.field)

    def _press_minimap(self) -> None:
        small = self.window.overlays.minimap
        if small.isVisible():
            at = QPoint(self._dice.randrange(small.width()), self._dice.randrange(small.height()))
            QTest.mouseClick(small, LEFT, NONE, at)
            self.events += 2

    # ---- how ----------------------------------------------------------------------------

    @property
    def _viewport(self) -> QWidget:
        return self.window.canvas.viewport()

    def _press(
        self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, *, on: QWidget | None = None
    ) -> None:
        """One key, on the canvas unless said."""
        widget = on or self.window.canvas
        widget.setFocus()
        QTest.keyClick(widget, key, modifiers)
        self.events += 1

    def _write(self, field: QWidget, text: str) -> None:
        QTest.keyClicks(field, text)
        self.events += len(text)

    def _send(self, event: QEvent) -> None:
        QApplication.sendEvent(self._viewport, event)
        self.events += 1

    def _spot(self) -> QPoint:
        """Mostly something of the network: a body, a slot, a wire; sometimes anywhere."""
        scene, dice = self.window.canvas.network, self._dice
        rect = self._viewport.rect()
        anywhere = QPoint(dice.randrange(rect.width()), dice.randrange(rect.height()))
        if not scene.places or dice.random() < 0.25:
            return anywhere
        x, y = scene.places[dice.choice(list(scene.places))]
        dx, dy = dice.choice(((40, 28), (96, 0), (96, 56), (96, 80), (150, 40)))
        at = self.window.canvas.mapFromScene(QPointF(x + dx, y + dy))
        return at if rect.contains(at) else anywhere

    def _answer(self) -> None:
        chooser = self.window.search.open_chooser
        if chooser is None:
            return
        self._write(chooser.search, self._dice.choice(WORDS))
        if self._dice.random() < 0.2:
            self._press(Key.Key_Down, on=chooser.search)
        last = Key.Key_Escape if self._dice.random() < 0.15 else Key.Key_Return
        self._press(last, on=chooser.search)

    def _clear_the_way(self) -> None:
        """Answer what is open, so that the next action meets the window."""
        if self.window.search.open_chooser is not None:
            self._answer()
        if self.window.search.open_chooser is not None:
            self.window.search.open_chooser.end()
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            dialog.done(self._dice.choice((0, 1)))
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()

    def _thin_out(self) -> None:
        """Many layers make every action slow and none more telling."""
        self.did = "thin_out"
        nodes = list(self.window.document.design.graph.nodes)
        self.window.document.select(self._dice.sample(nodes, len(nodes) - 4))
        self._press(Key.Key_Delete)


def as_bytes(window: Window) -> bytes:
    """The design as a file would have it."""
    return json.dumps(design_to_json(window.document.design), sort_keys=True).encode()
