"""The worked examples of the lectures, as projects for the real engine."""

from __future__ import annotations

from core.lessons import (
    lecture_000,
    lecture_001,
    lecture_002,
    lecture_004,
    lecture_004_pooling,
)
from core.lessons.example import Example, Show, Stage

EXAMPLES: tuple[Example, ...] = (
    *lecture_000.EXAMPLES,
    *lecture_001.EXAMPLES,
    *lecture_002.EXAMPLES,
    *lecture_004.EXAMPLES,
    *lecture_004_pooling.EXAMPLES,
)

BY_ID: dict[str, Example] = {example.id: example for example in EXAMPLES}

__all__ = ["BY_ID", "EXAMPLES", "Example", "Show", "Stage"]
