"""Copy and paste through the system's clipboard, as text: a foreign text is left alone."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from designer.document.clip import Clip, from_text, to_text


def put(clip: Clip) -> None:
    """Copy a part of a design."""
    # Text, not a QMimeData of our own: that one crashes some platforms at exit.
    QGuiApplication.clipboard().setText(to_text(clip))


def take() -> Clip | None:
    """What was copied; None where the clipboard holds something that is not ours."""
    return from_text(QGuiApplication.clipboard().text())
