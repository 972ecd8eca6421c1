"""Sample pictures of any width stand side by side."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.messages import DataShown
from designer.panels.data import SamplesView


@pytest.mark.parametrize("wide", [14, 28, 84])
def test_pictures_do_not_overlap(qtbot: QtBot, wide: int) -> None:
    view = SamplesView()
    qtbot.addWidget(view)
    view.show_data(
        DataShown(
            title="White",
            sentence="",
            notes=(),
            classes=("a",),
            train_counts=(3,),
            validation_counts=(0,),
            pictures=np.full((3, 1, 28, wide), 255, np.uint8),
            labels=np.zeros(3, np.int64),
        )
    )
    view.resize(600, view.sizeHint().height())
    view.show()
    image = view.grab().toImage()
    ratio = image.width() / view.width()
    row = [image.pixelColor(x, int(52 * ratio)).lightness() for x in range(image.width())]
    white = np.array(row[int(220 * ratio) :]) == 255
    starts = np.flatnonzero(np.diff(white.astype(int)) == 1)
    ends = np.flatnonzero(np.diff(white.astype(int)) == -1)
    assert np.abs((ends - starts) / ratio - wide).max() <= 1
    assert len(starts) == 3
