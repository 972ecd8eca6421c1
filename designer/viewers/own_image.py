"""Images of people's own: read from a file, turned into arrays of pixels and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QImageReader

from core.files import write
from core.tongue import tr

KINDS = tr("Images (*.png *.jpg *.jpeg *.bmp *.gif *.webp)")


def read_image(path: Path) -> tuple[QImage, str]:
    """The image in a file, upright; a null one, and why, where it cannot be read."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        return image, tr(
            "{name} cannot be read as an image ({errorString}). Choose a PNG or JPEG file.",
            name=path.name,
            errorString=reader.errorString(),
        )
    return image, ""


def image_from(picture: NDArray[np.uint8]) -> QImage:
    """(1 or 3, H, W) as an image to paint on."""
    rgb = np.ascontiguousarray(np.broadcast_to(picture, (3, *picture.shape[1:])).transpose(1, 2, 0))
    h, w = rgb.shape[:2]
    image = QImage(rgb.tobytes(), w, h, 3 * w, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def pixels_of(image: QImage, channels: int) -> NDArray[np.uint8]:
    """An image as (1 or 3, H, W)."""
    gray = channels == 1
    wanted = QImage.Format.Format_Grayscale8 if gray else QImage.Format.Format_RGB888
    plain = image.convertToFormat(wanted)
    h, w, line = plain.height(), plain.width(), plain.bytesPerLine()
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(h, line)[:, : w * channels]
    return rows.reshape(h, w, channels).transpose(2, 0, 1).copy()  # the image goes


def keep_sample(picture: NDArray[np.uint8], folder: Path, label: str) -> Path:
    """Write a picture (1 or 3, H, W) as the next PNG of a class: FOLDER/LABEL/drawing-1.png.

    FileError or OSError where the place does not take it.
    """
    safe = "".join(letter if letter.isalnum() or letter in " -_" else "-" for letter in label)
    home = folder / (safe.strip() or "class")
    home.mkdir(parents=True, exist_ok=True)
    number = 1
    while (path := home / f"drawing-{number}.png").exists():
        number += 1
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image = image_from(picture)
    gray = len(picture) == 1
    kind = QImage.Format.Format_Grayscale8 if gray else QImage.Format.Format_RGB888
    image.convertToFormat(kind).save(buffer, "PNG")
    write(path, bytes(buffer.data().data()))
    return path
