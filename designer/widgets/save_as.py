"""Ask where a picture or a table goes, and say so if it cannot go there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

__all__ = ["save_as", "write_image"]


def save_as(parent: QWidget, name: str, write: Callable[[Path], None]) -> Path | None:
    """Ask for a file, offering `name` such as "curves.csv", and `write` it; None if it was not.

    What stops `write` with an OSError or a MemoryError is said in one sentence.
    """
    suffix = Path(name).suffix
    kind = f"{suffix[1:].upper()} file (*{suffix})"
    chosen, _ = QFileDialog.getSaveFileName(parent, "Save as", name, kind)
    if not chosen:
        return None
    path = Path(chosen)
    if not path.suffix:
        path = path.with_suffix(suffix)
    try:
        write(path)
    except (OSError, MemoryError) as trouble:
        reason = getattr(trouble, "strerror", None) or "There is not enough memory"
        QMessageBox.warning(parent, "Save as", f"{path.name} was not saved: {reason}.")
        return None
    return path


def write_image(image: QImage, path: Path) -> None:
    """Write an image; OSError if the place cannot be written."""
    if not image.save(str(path)):
        raise OSError(0, "the folder does not take it", str(path))
