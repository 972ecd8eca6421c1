"""Every widget is tested in the light look, whatever a test before wore."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from designer.theme import theme


@pytest.fixture(autouse=True)
def light_look(qapp: QApplication) -> Iterator[None]:
    theme.apply("light")
    yield
    theme.apply("light")
