"""Every icon draws something of its own, in the colors that are on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from core.layers import CATALOGUE
from designer.resources import application_icon, icon, paint, text
from designer.theme import DARK, LIGHT, theme

FOLDER = files("resources") / "icons"
NAMES = sorted(
    f"{prefix}{entry.name.removesuffix('.svg')}"
    for prefix in ("", "layers/")
    for entry in (FOLDER / prefix if prefix else FOLDER).iterdir()
    if entry.name.endswith(".svg")
)
SIZE = QSize(32, 32)


@pytest.fixture(autouse=True)
def light_again(qapp: QApplication) -> Iterator[None]:
    theme.apply("light")
    yield
    theme.apply("light")


def picture(made: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> QImage:
    return made.pixmap(SIZE, mode).toImage().convertToFormat(QImage.Format.Format_ARGB32)


def ink(image: QImage) -> set[str]:
    """The colors of the pixels that are covered in full."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {color.name() for color in pixels if color.alpha() == 255}


@pytest.mark.parametrize("name", NAMES)
def test_icon_draws_something_and_stays_inside(name: str) -> None:
    image = picture(icon(name))
    shown = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 24
    ]
    assert len(shown) > 24
    edge = {0, image.width() - 1}
    assert not [(x, y) for x, y in shown if x in edge or y in edge]


def test_icons_differ() -> None:
    pictures: dict[bytes, str] = {}
    for name in NAMES:
        bits = bytes(picture(icon(name)).constBits())
        assert bits not in pictures, f"{name} looks like {pictures[bits]}"
        pictures[bits] = name


@pytest.mark.parametrize("layer", [layer.__name__.lower() for layer in CATALOGUE])
def test_every_layer_has_a_glyph(layer: str) -> None:
    assert f"layers/{layer}" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_drawing_takes_its_color_from_outside(name: str) -> None:
    drawing = text(f"icons/{name}.svg")
    assert ("currentColor" in drawing) is (name != "striate")
    assert 'viewBox="0 0' in drawing


def test_icon_follows_theme_and_state() -> None:
    made = icon("add")
    assert ink(picture(made)) == {LIGHT.text.lower()}
    assert ink(picture(made, QIcon.Mode.Disabled)) == {LIGHT.disabled.lower()}
    theme.apply("dark")
    assert ink(picture(made)) == {DARK.text.lower()}
    assert ink(picture(QIcon(made))) == {DARK.text.lower()}


def test_icon_of_its_own_color_follows_too() -> None:
    made = icon("stop", "pooling")
    assert LIGHT.families["pooling"].lower() in ink(picture(made))
    theme.apply("dark")
    assert DARK.families["pooling"].lower() in ink(picture(made))


def test_icon_on_a_button_is_repainted(qtbot: QtBot) -> None:
    button = QToolButton()
    button.setIcon(icon("add"))
    button.setIconSize(SIZE)
    qtbot.addWidget(button)
    button.show()
    assert LIGHT.text.lower() in ink(button.grab().toImage())
    theme.apply("dark")
    assert DARK.text.lower() in ink(button.grab().toImage())


def test_icon_is_sharp_on_fine_screens() -> None:
    sharp = icon("add").pixmap(SIZE, 2.0)
    assert sharp.size() == SIZE * 2
    assert sharp.devicePixelRatio() == 2
    assert sharp.toImage().pixelColor(32, 16).name() == LIGHT.text.lower()


def test_paint_draws_where_it_is_told() -> None:
    image = QImage(80, 40, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint(painter, QRectF(40, 0, 40, 40), "add", color=QColor("#ff0000"))
    painter.end()
    assert ink(image) == {"#ff0000"}
    assert all(image.pixelColor(x, 20).alpha() == 0 for x in range(40))


def test_unknown_icon_is_found_at_once() -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_mark_of_striate_has_its_own_colors() -> None:
    assert len(ink(picture(application_icon()))) > 20


CYCLE = """
import gc
from PySide6.QtWidgets import QApplication
from designer.resources import icon

class Row: pass

application = QApplication([])
for _ in range(20):
    drawn, row = icon("train"), Row()
    row.me, row.icon = row, drawn
    del drawn, row
gc.collect()
print("fine")
"""


def test_icon_in_a_cycle_is_collected() -> None:
    """Where an icon's engine is garbage together with it, Qt deletes it twice: a crash."""
    run = subprocess.run([sys.executable, "-c", CYCLE], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "fine\n"), run.stderr
