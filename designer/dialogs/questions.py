"""Short questions with two or three answers. Escape is always the answer that changes nothing."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QMessageBox, QWidget

from core.tongue import tr

Leave = Literal["save", "discard", "cancel"]
Elsewhere = Literal["copy", "read", "cancel"]
_Role = QMessageBox.ButtonRole


def save_changes(parent: QWidget, name: str) -> Leave:
    """What to do with unsaved changes before they would be lost."""
    box = _box(
        parent, tr("Save the changes in {name}?", name=name), tr("Without saving they are lost.")
    )
    save = box.addButton(tr("Save"), _Role.AcceptRole)
    discard = box.addButton(tr("Discard"), _Role.DestructiveRole)
    cancel = box.addButton(tr("Cancel"), _Role.RejectRole)
    box.setDefaultButton(save)
    box.setEscapeButton(cancel)
    box.exec()
    if box.clickedButton() is save:
        return "save"
    return "discard" if box.clickedButton() is discard else "cancel"


def stop_training(parent: QWidget) -> bool:
    """Whether a training that still runs may be ended; what was learned is kept."""
    box = _box(
        parent,
        tr("Stop training and keep what was learned?"),
        tr("The network is still training. You can go on from here next time."),
    )
    stop = box.addButton(tr("Stop and keep"), _Role.AcceptRole)
    on = box.addButton(tr("Go on training"), _Role.RejectRole)
    box.setDefaultButton(stop)
    box.setEscapeButton(on)
    box.exec()
    return box.clickedButton() is stop


def revert(parent: QWidget, name: str) -> bool:
    """Whether to give up the changes since the last save."""
    box = _box(
        parent, tr("Go back to the saved {name}?", name=name), tr("Changes since then are lost.")
    )
    back = box.addButton(tr("Revert"), _Role.DestructiveRole)
    cancel = box.addButton(tr("Cancel"), _Role.RejectRole)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.exec()
    return box.clickedButton() is back


def open_elsewhere(parent: QWidget, name: str, holder: str) -> Elsewhere:
    """How to open a project that somebody else works on."""
    box = _box(
        parent,
        tr("{name} is already open", name=name),
        tr("It is open in {holder}, which may save it.", holder=holder),
    )
    copy = box.addButton(tr("Open a copy"), _Role.AcceptRole)
    read = box.addButton(tr("Open read-only"), _Role.ActionRole)
    cancel = box.addButton(tr("Cancel"), _Role.RejectRole)
    box.setDefaultButton(copy)
    box.setEscapeButton(cancel)
    box.exec()
    if box.clickedButton() is copy:
        return "copy"
    return "read" if box.clickedButton() is read else "cancel"


def tell(parent: QWidget, heading: str, sentence: str) -> None:
    """Say something that cannot wait for the status bar."""
    box = _box(parent, heading, sentence)
    box.addButton("OK", _Role.AcceptRole)
    box.exec()


def _box(parent: QWidget, heading: str, sentence: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setWindowTitle("Striate")
    box.setText(f"<b>{heading}</b>")
    box.setInformativeText(sentence)
    # The default button is bolder than the style reckons with.
    box.setStyleSheet("QPushButton { min-width: 112px; }")
    return box
