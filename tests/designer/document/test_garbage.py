"""A document that nobody holds any more goes quietly, its history with it."""

from __future__ import annotations

import gc
import weakref

import pytest

from core.design import Design
from core.layers import ReLU
from designer.document import edits
from designer.document.document import Document


@pytest.mark.usefixtures("qapp")
def test_a_dropped_document_with_undo_steps_is_freed() -> None:
    """Commands, document and stack must not hold each other: Qt crashes on such a circle."""
    for _ in range(3):
        document = Document(Design())
        for step in range(5):
            document.apply("Add", edits.add(document.design, ReLU(), (0, 100 * step))[0])
        document.history.undo()
        gone = weakref.ref(document.history)
        del document
        gc.collect()
        assert gone() is None
