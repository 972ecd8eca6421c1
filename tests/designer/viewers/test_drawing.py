"""Draw and predict: the pad is what the network sees, and every change is answered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QFileDialog, QInputDialog
from pytestqt.qtbot import QtBot

from core.messages import Refused
from core.questions.viewing import CanvasShown, DrawnShown, PredictDrawn, ShowCanvas
from core.zoo import BY_ID
from designer.document import edits
from designer.document.document import Document
from designer.viewers.drawing import DrawingView
from designer.viewers.own_image import keep_sample
from designer.viewers.selection import Selection
from tests.designer.viewers.conftest import QuietEngine

BASE = np.random.default_rng(4).integers(0, 256, (1, 28, 28)).astype(np.uint8)
NAMES = tuple("0123456789")
LEFT = Qt.MouseButton.LeftButton


def drawn(**more: np.ndarray) -> DrawnShown:
    said = {"output": np.eye(10, dtype=np.float32)[3], **more}
    names = {output: NAMES[: len(values)] for output, values in said.items()}
    return DrawnShown(said, names, np.ones((1, 28, 28), np.float32), 0)


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> DrawingView:
    made = DrawingView(selection, engine)
    qtbot.addWidget(made)
    made.resize(640, 240)
    made.show()
    engine.say(CanvasShown(0, "3", BASE))
    return made


def sent(engine: QuietEngine) -> np.ndarray:
    """The picture that the network was asked about last, once the way is free."""
    engine.say(drawn())
    request = engine.asked("drawn")[-1]
    assert isinstance(request, PredictDrawn)
    return request.picture


def test_the_item_is_on_the_pad_pixel_by_pixel(view: DrawingView, engine: QuietEngine) -> None:
    assert engine.asked("canvas") == [ShowCanvas(0)]
    np.testing.assert_array_equal(view.pad.picture(), BASE)
    np.testing.assert_array_equal(engine.asked("drawn")[0].picture, BASE)
    engine.say(drawn())
    assert view.bars.shares[3] == 1
    assert view.selection.spot.own is None


def test_an_empty_clipboard_is_said_to_be(
    view: DrawingView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some systems give nothing at all where nothing was ever copied."""

    class Nothing:
        def mimeData(self) -> None:
            return None

    monkeypatch.setattr("designer.viewers.drawing.QGuiApplication.clipboard", Nothing)
    qtbot.mouseClick(view.paste, LEFT)
    assert view.title.text() == "There is no image to paste. Copy one first."


def test_colors_stay_as_they_are(view: DrawingView) -> None:
    colors = np.random.default_rng(5).integers(0, 256, (3, 9, 11)).astype(np.uint8)
    view.pad.set_picture(colors)
    np.testing.assert_array_equal(view.pad.picture(), colors)


def test_a_stroke_is_answered_and_followed(
    qtbot: QtBot, view: DrawingView, engine: QuietEngine
) -> None:
    engine.say(drawn())
    qtbot.mouseClick(view.clear, LEFT)
    assert not sent(engine).any()
    middle = view.pad.place().center().toPoint()
    qtbot.mousePress(view.pad, LEFT, pos=middle - QPoint(20, 0))
    qtbot.mouseMove(view.pad, middle + QPoint(20, 0))
    qtbot.mouseRelease(view.pad, LEFT, pos=middle)
    picture = sent(engine)[0]
    assert picture[14].max() == 255
    assert not picture[:9].any()
    assert not picture[19:].any()
    np.testing.assert_array_equal(view.selection.spot.item, np.ones((1, 28, 28)))
    qtbot.mouseClick(view.erases, LEFT)
    qtbot.mouseClick(view.pad, LEFT, pos=middle)
    assert sent(engine)[0, 13:15, 13:15].max() < 255


def test_a_shift_moves_every_pixel(qtbot: QtBot, view: DrawingView, engine: QuietEngine) -> None:
    engine.say(drawn())
    qtbot.keyClick(view.moves.right, Qt.Key.Key_Right)
    np.testing.assert_array_equal(sent(engine)[0, :, 1:], BASE[0, :, :-1])
    assert not sent(engine)[0, :, 0].any()


def test_half_a_turn_is_the_picture_upside_down(view: DrawingView) -> None:
    view.pad.set_move((0, 0), 180, 1.0)
    np.testing.assert_allclose(view.pad.picture()[0], BASE[0, ::-1, ::-1], atol=2)


def test_the_item_comes_back(qtbot: QtBot, view: DrawingView, engine: QuietEngine) -> None:
    engine.say(drawn())
    qtbot.mouseClick(view.clear, LEFT)
    engine.say(drawn())
    assert view.selection.spot.own is not None
    qtbot.mouseClick(view.again, LEFT)
    assert view.selection.spot.own is None
    np.testing.assert_array_equal(view.pad.picture(), BASE)


def test_a_drawing_stays_behind_with_its_network(
    qtbot: QtBot, view: DrawingView, engine: QuietEngine, document: Document
) -> None:
    """The answer to it comes when another network is open, whose items have another shape."""
    engine.say(drawn())
    qtbot.mouseClick(view.invert, LEFT)
    assert len(engine.asked("drawn")) == 2
    document.new(BY_ID["largenet"].design())
    engine.say(drawn())
    assert view.selection.spot.own is None


def test_other_data_end_a_drawing(qtbot: QtBot, view: DrawingView, engine: QuietEngine) -> None:
    """The pad shows an item of the data again, and so do all views."""
    engine.say(drawn())
    qtbot.mouseClick(view.invert, LEFT)
    engine.say(drawn())
    assert view.selection.spot.own is not None
    data = view.document.design.data
    data = data.replace(policy=data.policy.replace(scaling="none"))
    view.document.attempt("Data", lambda design: edits.set_data(design, data))
    assert view.selection.spot.own is None


def test_an_image_is_dropped_and_a_file_that_is_none_refused(
    view: DrawingView, engine: QuietEngine, tmp_path: Path
) -> None:
    image = QImage(56, 56, QImage.Format.Format_RGB32)
    image.fill(QColor("#808080"))
    mime = QMimeData()
    mime.setImageData(image)
    assert view.pad.take_mime(mime)
    assert (sent(engine) == 128).all()
    bad = tmp_path / "no.png"
    bad.write_bytes(b"no image")
    view.open_image(bad)
    assert "no.png cannot be read as an image" in view.title.text()


def test_signals_are_refused_in_words(view: DrawingView, engine: QuietEngine) -> None:
    engine.say(Refused("canvas", "This network takes signals, which cannot be drawn."))
    assert view.empty.accessibleName() == "This network takes signals, which cannot be drawn."


def test_a_drawing_comes_to_the_network_in_the_middle(
    qtbot: QtBot, view: DrawingView, engine: QuietEngine
) -> None:
    dot = np.zeros((1, 28, 28), np.uint8)
    dot[0, 2:4, 5:7] = 255
    engine.say(drawn())
    view.pad.set_picture(dot)
    qtbot.mouseClick(view.center, LEFT)
    picture = sent(engine)[0]
    assert picture[13:15, 13:15].min() == 255
    assert picture.sum() == 4 * 255
    np.testing.assert_array_equal(view.pad.picture(), dot)  # the pad stays as it was drawn


def test_a_drawing_is_kept_in_the_folder_of_its_class(
    qtbot: QtBot, view: DrawingView, engine: QuietEngine, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    engine.say(drawn())
    asked: list[int] = []

    def choose(*terms: object) -> tuple[str, bool]:
        asked.append(int(str(terms[4])))
        return "7", True

    monkeypatch.setattr(QInputDialog, "getItem", choose)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    for number in (1, 2):
        qtbot.mouseClick(view.keep, LEFT)
        path = tmp_path / "7" / f"drawing-{number}.png"
        np.testing.assert_array_equal(np.asarray(Image.open(path)), BASE[0])
    assert asked == [3, 3]  # what the network says is offered first
    assert "drawing-2.png" in view.title.text()


def test_a_class_whose_name_is_a_path_stays_inside_the_folder(tmp_path: Path) -> None:
    path = keep_sample(BASE, tmp_path, "../../up")
    assert path.resolve().is_relative_to(tmp_path.resolve())
