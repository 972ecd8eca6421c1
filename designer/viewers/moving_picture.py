"""Pictures one after another: as a GIF that moves, or as PNG files with numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QThread
from PySide6.QtGui import QImage

from core import files
from core.files import FileError
from core.tongue import tr

GIVEN_UP = tr("The film was given up; nothing is saved.")


def gif(images: Sequence[QImage], *, delay: int) -> bytes:
    """A GIF that shows each image for `delay` milliseconds and begins again after the last."""
    from PIL import Image

    frames = []
    for image in images:
        plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
        size = (plain.width(), plain.height())
        frames.append(Image.frombytes("RGBA", size, bytes(plain.constBits())).convert("RGB"))
    made = io.BytesIO()
    first, *others = frames
    first.save(made, "GIF", save_all=True, append_images=others, duration=delay, loop=0)
    return made.getvalue()


def png(image: QImage) -> bytes:
    """An image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


class Writing(QThread):
    """Writes images while the window goes on; `finished` tells the end.

    `path` is one GIF, or a folder that gets a PNG by each of `names`, none of which may be there.
    Files are written whole or not at all; those of a folder go again where one cannot be written.

    Attributes: `trouble`, why nothing was written, or "".
    """

    def __init__(
        self, path: Path, images: Sequence[QImage], names: Sequence[str], *, delay: int
    ) -> None:
        super().__init__()
        self.path, self.trouble = path, ""
        self._images, self._names, self._delay = list(images), list(names), delay
        self._given_up = False

    def give_up(self) -> None:
        """Leave nothing on disk."""
        self._given_up = True

    def run(self) -> None:
        written: list[Path] = []
        try:
            if self.path.is_dir():
                self._fill(written)
            else:
                self._write(self.path, gif(self._images, delay=self._delay))
        except (FileError, MemoryError) as trouble:
            self.trouble = str(trouble) or tr("There is not enough memory for so many pictures.")
            for path in written:
                path.unlink(missing_ok=True)

    def _fill(self, written: list[Path]) -> None:
        """A PNG for each image; `written` gets the paths."""
        for image, name in zip(self._images, self._names, strict=True):
            path = self.path / f"{name}.png"
            if path.exists():
                raise FileError(tr("{path} is there already: choose another folder.", path=path))
            self._write(path, png(image))
            written.append(path)

    def _write(self, path: Path, whole: bytes) -> None:
        if self._given_up:
            raise FileError(GIVEN_UP)
        files.write(path, whole)
