"""Picture files to arrays: a short list of formats, a limit on size, and no trust in names.

Pillow is imported when the first file is looked at.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.data.dataset import Picture
from core.files import FileError
from core.kinds import Pair
from core.tongue import tr

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

FORMATS = ("PNG", "JPEG", "BMP", "WEBP", "GIF", "TIFF", "PPM")
SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".bmp", ".webp", ".gif", ".tif", ".tiff",
    ".ppm", ".pgm", ".pbm", ".pnm",
)  # fmt: skip
LARGEST = 50_000_000  # pixels

_GREY_MODES = frozenset(("1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "I;16N"))
_ORIENTATION = 0x0112  # the EXIF tag; from 5 on the camera lay on its side
_SIDEWAYS = 5
_PILLOW = r"PIL\."
_SILENT = ("ignore", None, Warning, re.compile(_PILLOW), 0)  # as `warnings` keeps it


class PictureError(Exception):
    """A file that is no readable picture; the text completes "NAME ..."."""


@dataclass(frozen=True)
class Header:
    """What is known of a picture before its pixels are read: (height, width) and channels."""

    size: Pair
    channels: int


def read_header(path: str) -> Header:
    """Size (as the picture is seen, camera orientation applied) and channels: 1 gray, 3 color."""
    with _opened(path) as image:
        width, height = image.size
        if image.getexif().get(_ORIENTATION, 1) >= _SIDEWAYS:
            width, height = height, width
        return Header((height, width), 1 if image.mode in _GREY_MODES else 3)


def read_picture(path: str, channels: int) -> Picture:
    """The picture as uint8 (channels, H, W), channels 1 (gray) or 3 (color).

    Camera orientation is applied, transparency lies on white, 16 bits become 8, and of several
    frames the first is taken. PictureError where the file cannot be read.
    """
    from PIL import ImageOps

    with _opened(path) as image:
        upright = _eight_bits(ImageOps.exif_transpose(image))
        pixels = np.asarray(_on_white(upright).convert("L" if channels == 1 else "RGB"))
    # (H, W) or (H, W, 3) to (C, H, W)
    return np.ascontiguousarray(pixels.reshape(*pixels.shape[:2], channels).transpose(2, 0, 1))


def load_picture(path: str) -> Picture:
    """The picture as uint8 (C, H, W), gray or color as it is; FileError with a full sentence."""
    try:
        return read_picture(path, read_header(path).channels)
    except PictureError as error:
        raise FileError(tr("The picture {path} {error}.", path=path, error=error)) from error


@contextmanager
def _opened(path: str) -> Iterator[PillowImage]:
    """The file as a Pillow image whose size has been checked."""
    from PIL import Image, UnidentifiedImageError

    try:
        if os.path.getsize(path) == 0:
            raise PictureError(tr("is empty"))
        _silence_pillow()
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > LARGEST:
                raise PictureError(
                    tr(
                        "has {width} × {height} pixels, at most {largest:,} are read",
                        width=image.width,
                        height=image.height,
                        largest=LARGEST,
                    )
                )
            yield image
    except PictureError:
        raise
    except FileNotFoundError:
        raise PictureError(tr("does not exist")) from None
    except PermissionError:
        raise PictureError(tr("may not be read")) from None
    except Image.DecompressionBombError:
        raise PictureError(
            tr("is too large, at most {largest:,} pixels are read", largest=LARGEST)
        ) from None
    except UnidentifiedImageError:
        raise PictureError(tr("is not a picture in one of the known formats")) from None
    except Exception as error:  # decoders of damaged files raise errors of every type
        raise PictureError(tr("is damaged")) from error


def _silence_pillow() -> None:
    """What Pillow warns about (odd metadata, large pictures) is accepted or refused here.

    Its warnings stay off: to turn them off and on is not safe where several threads read.
    """
    if _SILENT not in warnings.filters:
        warnings.filterwarnings("ignore", module=_PILLOW)


def _eight_bits(image: PillowImage) -> PillowImage:
    """Gray values of 16 bits by their upper 8 bits; other pictures as they are."""
    from PIL import Image

    if image.mode.startswith("I"):
        values = np.asarray(image)
        return Image.fromarray((values.clip(0, 65_535) >> 8).astype(np.uint8))
    if image.mode == "F":
        raise PictureError(tr("has floating-point values, whole numbers are expected"))
    return image


def _on_white(image: PillowImage) -> PillowImage:
    """The picture without transparency, as on white paper."""
    from PIL import Image

    if not image.has_transparency_data:
        return image
    clear = image.convert("RGBA")
    paper = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(paper, clear)
