"""Picture files: every format, every mode, and everything that is wrong with a file."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from core.data import pictures
from core.data.pictures import PictureError, load_picture, read_header, read_picture
from core.files import FileError

GREY = np.add.outer(np.arange(6) * 20, np.arange(8) * 10).astype(np.uint8)
COLOR = np.stack([GREY, GREY[::-1], np.full_like(GREY, 90)], axis=-1)


@pytest.mark.parametrize("suffix", ["png", "bmp", "webp", "gif", "tiff", "ppm"])
def test_lossless_formats_come_back(tmp_path: Path, suffix: str) -> None:
    path = str(tmp_path / f"a.{suffix}")
    Image.fromarray(GREY).save(path, **({"lossless": True} if suffix == "webp" else {}))
    assert read_header(path).size == (6, 8)
    picture = read_picture(path, 1)
    assert (picture.shape, picture.dtype) == ((1, 6, 8), np.uint8)
    assert np.abs(picture[0].astype(int) - GREY).max() <= (2 if suffix == "webp" else 0)


def test_jpeg_comes_close(tmp_path: Path) -> None:
    path = str(tmp_path / "a.jpg")
    Image.fromarray(COLOR).save(path, quality=95, subsampling=0)
    assert read_header(path).channels == 3
    assert np.abs(read_picture(path, 3).astype(int) - COLOR.transpose(2, 0, 1)).max() < 15


def test_channels_are_converted(tmp_path: Path) -> None:
    path = str(tmp_path / "a.png")
    Image.fromarray(COLOR).save(path)
    red, green, blue = COLOR.astype(float).transpose(2, 0, 1)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    assert np.abs(read_picture(path, 1)[0] - luma).max() <= 0.51
    Image.fromarray(GREY).save(path)
    assert np.array_equal(read_picture(path, 3), np.stack([GREY] * 3))


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    path = str(tmp_path / "a.png")
    Image.fromarray(GREY.astype(np.uint16) * 256 + 77).save(path)
    assert read_header(path).channels == 1
    assert np.array_equal(read_picture(path, 1)[0], GREY)


def test_transparency_lies_on_white(tmp_path: Path) -> None:
    path = str(tmp_path / "a.png")
    ink = np.zeros((2, 2, 4), np.uint8)
    ink[0, 0, 3] = 255  # one black cell, the others clear
    Image.fromarray(ink).save(path)
    assert read_picture(path, 1)[0].tolist() == [[0, 255], [255, 255]]


def test_palette_and_one_bit(tmp_path: Path) -> None:
    path = str(tmp_path / "a.png")
    Image.fromarray(COLOR).quantize(4).save(path)
    assert read_header(path).channels == 3
    assert read_picture(path, 3).shape == (3, 6, 8)
    Image.fromarray(GREY > 100).save(path)
    assert set(np.unique(read_picture(path, 1)).tolist()) == {0, 255}


def test_camera_orientation_is_applied(tmp_path: Path) -> None:
    path = str(tmp_path / "a.png")
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right
    Image.fromarray(GREY).save(path, exif=exif)
    assert read_header(path).size == (8, 6)
    assert np.array_equal(read_picture(path, 1)[0], np.rot90(GREY, -1))


def test_first_frame_is_taken(tmp_path: Path) -> None:
    path = str(tmp_path / "a.gif")
    frames = [Image.new("L", (4, 4), shade) for shade in (10, 200)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert read_picture(path, 1).max() == 10


def test_loaded_picture_keeps_its_channels(tmp_path: Path) -> None:
    path = str(tmp_path / "a.png")
    Image.fromarray(COLOR).save(path)
    assert load_picture(path).shape == (3, 6, 8)
    Image.fromarray(GREY).save(path)
    assert load_picture(path).shape == (1, 6, 8)
    with pytest.raises(FileError, match=r"The picture .*none\.png does not exist\."):
        load_picture(str(tmp_path / "none.png"))


def test_what_is_wrong_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"")
    with pytest.raises(PictureError, match="is empty"):
        read_header(str(path))
    path.write_bytes(b"no picture at all")
    with pytest.raises(PictureError, match="is not a picture in one of the known formats"):
        read_header(str(path))
    Image.fromarray(GREY.repeat(40, 0).repeat(40, 1) ^ 85).save(path)
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(PictureError, match="is damaged"):
        read_picture(str(path), 1)
    Image.fromarray(GREY.astype(np.float32)).save(tmp_path / "f.tiff")
    with pytest.raises(PictureError, match="floating-point"):
        read_picture(str(tmp_path / "f.tiff"), 1)
    monkeypatch.setattr(pictures, "LARGEST", 40)
    Image.fromarray(GREY).save(path)
    with pytest.raises(PictureError, match="has 8 × 6 pixels, at most 40 are read"):
        read_header(str(path))


def test_enormous_pictures_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.ppm"
    path.write_bytes(b"P5 100000 1000 255\n" + bytes(1000))  # more than the 50 million read
    with pytest.raises(PictureError, match="has 100000 × 1000 pixels"):
        read_header(str(path))
    path.write_bytes(b"P5 100000 100000 255\n" + bytes(1000))
    with pytest.raises(PictureError, match="is too large"):
        read_header(str(path))


def test_formats_outside_the_list_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(COLOR).save(path, format="PCX")
    with pytest.raises(PictureError, match="known formats"):
        read_header(str(path))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.sampled_from(["PNG", "JPEG", "BMP", "WEBP", "GIF", "TIFF", "PPM"]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
    st.floats(0.2, 1),
)
def test_damaged_files_only_raise_picture_errors(
    tmp_path: Path, kind: str, changes: list[tuple[float, int]], part: float
) -> None:
    path = tmp_path / "a"
    Image.fromarray(COLOR).save(path, format=kind)
    data = bytearray(path.read_bytes())
    for place, value in changes:
        data[int(place * (len(data) - 1))] = value
    path.write_bytes(data[: int(part * len(data)) + 1])
    with contextlib.suppress(PictureError):
        assert read_picture(str(path), 3).shape[0] == 3
