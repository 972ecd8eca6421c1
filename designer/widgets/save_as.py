"""Ask where a picture or a table goes, and say so if it cannot go there."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QSaveFile
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from core.tongue import tr

__all__ = ["save_as", "write_image", "write_table", "write_whole"]


def save_as(parent: QWidget, name: str, write: Callable[[Path], None]) -> Path | None:
    """Ask for a file, offering `name` such as "curves.csv", and `write` it; None if it was not.

    What stops `write` with an OSError or a MemoryError is said in one sentence.
    """
    suffix = Path(name).suffix
    kind = tr("{suffix} file (*{suffix2})", suffix=suffix[1:].upper(), suffix2=suffix)
    chosen, _ = QFileDialog.getSaveFileName(parent, tr("Save as"), name, kind)
    if not chosen:
        return None
    path = Path(chosen)
    if not path.suffix:
        path = path.with_suffix(suffix)
    try:
        write(path)
    except (OSError, MemoryError) as trouble:
        reason = getattr(trouble, "strerror", None) or tr("There is not enough memory")
        QMessageBox.warning(
            parent,
            tr("Save as"),
            tr("{name} was not saved: {reason}.", name=path.name, reason=reason),
        )
        return None
    return path


def write_image(image: QImage, path: Path) -> None:
    """Write an image in the format that the suffix names; OSError as in `write_whole`."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, path.suffix[1:].upper() or "PNG"):
        raise OSError(
            0, tr("{suffix} is no format of pictures, such as .png", suffix=path.suffix), str(path)
        )
    write_whole(bytes(buffer.data().data()), path)


def write_table(rows: Iterable[Sequence[object]], path: Path) -> None:
    """Write rows as CSV; OSError as in `write_whole`."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_whole(text.getvalue().encode(), path)


def write_whole(data: bytes, path: Path) -> None:
    """Write a file whole or not at all; OSError if the place does not take it."""
    file = QSaveFile(str(path))
    opened = file.open(QIODevice.OpenModeFlag.WriteOnly)
    if not opened or file.write(data) != len(data) or not file.commit():
        raise OSError(0, file.errorString(), str(path))
