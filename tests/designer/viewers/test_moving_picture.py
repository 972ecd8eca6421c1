"""Pictures one after another on disk: whole, or none of them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from designer.viewers.moving_picture import GIVEN_UP, Writing, gif, png

COLORS = ("#0072B2", "#E69F00", "#009E73")
NAMES = ("a", "b", "c")


@pytest.fixture
def images() -> list[QImage]:
    """Three plain ones, 5 pixels wide: their lines are no multiple of 4 bytes."""
    made = []
    for color in COLORS:
        image = QImage(5, 3, QImage.Format.Format_RGB888)
        image.fill(QColor(color))
        made.append(image)
    return made


def color_of(image: Image.Image) -> str:
    ((_, color),) = image.convert("RGB").getcolors() or ()
    return "#{:02X}{:02X}{:02X}".format(*color)


def test_a_gif_shows_them_in_order(images: list[QImage]) -> None:
    with Image.open(io.BytesIO(gif(images, delay=150))) as film:
        assert (film.format, film.n_frames, film.size) == ("GIF", 3, (5, 3))
        assert (film.info["duration"], film.info["loop"]) == (150, 0)
        for number, color in enumerate(COLORS):
            film.seek(number)
            assert color_of(film) == color


def test_a_png_is_the_image(images: list[QImage]) -> None:
    with Image.open(io.BytesIO(png(images[1]))) as picture:
        assert (picture.format, color_of(picture)) == ("PNG", COLORS[1])


def test_a_folder_that_has_one_of_them_stays_as_it_is(
    images: list[QImage], tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "b.png").write_bytes(b"mine")
    writing = Writing(tmp_path, images, NAMES, delay=100)
    with qtbot.waitSignal(writing.finished):
        writing.start()
    writing.wait()
    assert writing.trouble == f"{tmp_path / 'b.png'} is there already: choose another folder."
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"b.png": b"mine"}


def test_what_is_given_up_or_has_no_place_leaves_nothing(
    images: list[QImage], tmp_path: Path, qtbot: QtBot
) -> None:
    given_up = Writing(tmp_path, images, NAMES, delay=100)
    nowhere = Writing(tmp_path / "none" / "film.gif", images, NAMES, delay=100)
    given_up.give_up()
    for writing in (given_up, nowhere):
        with qtbot.waitSignal(writing.finished):
            writing.start()
        writing.wait()
    assert given_up.trouble == GIVEN_UP
    assert "its folder does not exist" in nowhere.trouble
    assert not list(tmp_path.iterdir())
