"""Pictures that carry a project: other programs still read them, and damage is told in words."""

from __future__ import annotations

import contextlib
import io
import zlib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from core import carried, project
from core.design import Design
from core.files import FileError
from core.project import Project
from core.zoo import BY_ID

SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><g id="a"/></svg>\n'
TEXT = '{"größe": "28 × 28"}\n'.encode() * 40


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (3, 2), (200, 10, 30)).save(file, "png")
    return file.getvalue()


@pytest.mark.parametrize("picture", [SVG, png()], ids=["svg", "png"])
def test_what_is_put_in_comes_out(picture: bytes) -> None:
    made = carried.put(picture, TEXT)
    assert carried.taken(made, limit=10_000) == TEXT
    assert len(made) < len(picture) + len(TEXT)


def test_pillow_sees_the_same_pixels_and_the_text() -> None:
    made = Image.open(io.BytesIO(carried.put(png(), TEXT)))
    assert made.getpixel((2, 1)) == (200, 10, 30)
    assert made.info["striate.project"] == TEXT.decode()


def test_svg_stays_xml_with_one_element_more() -> None:
    root = ElementTree.fromstring(carried.put(SVG, TEXT))
    (held,) = root.iter("{urn:striate:project}project")
    assert [child.tag.rpartition("}")[2] for child in root] == ["g", "metadata"]
    assert held.text is not None


@pytest.mark.parametrize("picture", [SVG, png(), b"", b"not a picture"])
def test_foreign_pictures_are_refused_in_words(picture: bytes) -> None:
    with pytest.raises(FileError, match="carries no Striate project"):
        carried.taken(picture, limit=100)


def test_a_bomb_is_refused_before_it_opens() -> None:
    bomb = carried.put(png(), bytes(50 * 2**20))
    assert len(bomb) < 2**20
    with pytest.raises(FileError, match="larger than 16 MiB"):
        carried.taken(bomb, limit=16 * 2**20)


@pytest.mark.parametrize("picture", [SVG, png()], ids=["svg", "png"])
def test_no_damage_gets_through_and_none_is_a_traceback(picture: bytes) -> None:
    made = carried.put(picture, TEXT)
    start = len(picture) // 2
    for at in range(start, len(made), 3):
        for damaged in (made[:at], made[:at] + bytes([made[at] ^ 0x55]) + made[at + 1 :]):
            with contextlib.suppress(FileError):
                assert carried.taken(damaged, limit=10_000) == TEXT


def test_a_truncated_stream_is_damage() -> None:
    packed = zlib.compress(TEXT)[:-6]
    chunk = carried._chunk(b"iTXt", carried._ITXT + packed)
    with pytest.raises(FileError, match="damaged"):
        carried.taken(png()[:-12] + chunk + png()[-12:], limit=10_000)


@pytest.mark.parametrize("name", ["net.svg", "net.PNG"])
def test_a_project_in_a_picture_opens_as_a_copy(tmp_path: Path, name: str) -> None:
    made = Project(Design(BY_ID["lenet5"].build()))
    path = tmp_path / name
    picture = SVG if name.endswith("svg") else png()
    path.write_bytes(carried.put(picture, project.text_of(path, made)))
    found = project.load(path)
    assert found.design == made.design
    assert found.uuid != made.uuid


def test_a_picture_without_a_project_names_itself(tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(png())
    with pytest.raises(FileError, match=r"^cat\.png: it carries no Striate project"):
        project.load(tmp_path / "cat.png")
