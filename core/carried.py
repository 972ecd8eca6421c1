"""A text that an SVG or PNG picture carries inside, beside what it shows.

In SVG it lies in a `metadata` element, in PNG in an `iTXt` chunk, compressed in both; programs
that know nothing of it show the picture as ever. Only our own marks are looked for: no XML is
parsed and nothing else of the picture is read.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from core.files import FileError
from core.tongue import tr

SUFFIXES = (".svg", ".png")
MOST_PICTURE = 64 * 2**20  # bytes of a picture that is opened

_PNG = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"striate.project"
_ITXT = _KEYWORD + b"\0\1\0\0\0"  # compressed by method 0; no language, no translated keyword
_SPACE = b"urn:striate:project"
_ELEMENT = re.compile(
    rb'<striate:project xmlns:striate="' + _SPACE + rb'">([A-Za-z0-9+/=\s]*)</striate:project>'
)
_NONE = tr(
    "it carries no Striate project: only pictures that Striate exported with their project do."
)
_BROKEN = tr("the Striate project inside it is damaged; open the project file itself.")


def is_picture(path: Path) -> bool:
    """Whether a file may be a picture that carries something, by its name."""
    return path.suffix.lower() in SUFFIXES


def put(picture: bytes, text: bytes) -> bytes:
    """The picture, SVG or PNG, with this text inside; ValueError where it is neither."""
    packed = zlib.compress(text, 9)
    if picture.startswith(_PNG):
        end = next(start for start, kind, _ in _chunks(picture) if kind == b"IEND")
        return picture[:end] + _chunk(b"iTXt", _ITXT + packed) + picture[end:]
    end = picture.rfind(b"</svg>")
    if end < 0:
        raise ValueError("a PNG or SVG picture is expected")
    element = b'<metadata><striate:project xmlns:striate="%b">%b</striate:project></metadata>\n'
    return picture[:end] + element % (_SPACE, base64.b64encode(packed)) + picture[end:]


def taken(picture: bytes, *, limit: int) -> bytes:
    """The text of at most `limit` bytes that a picture carries; FileError where there is none."""
    packed = _packed_in_png(picture) if picture.startswith(_PNG) else _packed_in_svg(picture)
    if packed is None:
        raise FileError(_NONE)
    opened = zlib.decompressobj()
    try:
        text = opened.decompress(packed, limit + 1)
    except zlib.error:
        raise FileError(_BROKEN) from None
    if len(text) > limit:
        raise FileError(
            tr("the project inside it is larger than {limit} MiB.", limit=limit // 2**20)
        )
    if not opened.eof:
        raise FileError(_BROKEN)
    return text


def _packed_in_svg(picture: bytes) -> bytes | None:
    found = _ELEMENT.search(picture)
    if found is None:
        return None
    try:
        return base64.b64decode(b"".join(found[1].split()), validate=True)
    except binascii.Error:
        raise FileError(_BROKEN) from None


def _packed_in_png(picture: bytes) -> bytes | None:
    for _, kind, data in _chunks(picture):
        if kind == b"iTXt" and data.startswith(_ITXT):
            return data[len(_ITXT) :]
    return None


def _chunks(png: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Start, kind and data of each chunk; FileError where one is cut off or damaged."""
    at = len(_PNG)
    while at < len(png):
        head = png[at : at + 8]
        if len(head) < 8:
            raise FileError(tr("the picture is damaged: it ends too early."))
        size, kind = struct.unpack(">I4s", head)
        data, check = png[at + 8 : at + 8 + size], png[at + 8 + size : at + 12 + size]
        if check != struct.pack(">I", zlib.crc32(kind + data)):
            raise FileError(tr("the picture is damaged: its sums do not match."))
        yield at, kind, data
        at += 12 + size


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))
