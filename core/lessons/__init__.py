"""The worked examples of the lectures, as projects for the real engine."""

from __future__ import annotations

from core.data.sources import Written
from core.design import Design
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


def example_of(design: Design, id: str = "") -> Example | None:
    """The example that a design was begun from, the one called `id` before others.

    It has the example's item, which nothing changes by itself, and every node of its stages.
    """
    if not isinstance(design.data.source, Written):
        return None
    asked = [BY_ID[id]] if id in BY_ID else []
    for example in (*asked, *EXAMPLES):
        nodes = {stage.node for stage in example.stages}
        if nodes <= design.graph.nodes.keys() and example.make().data == design.data:
            return example
    return None


__all__ = ["BY_ID", "EXAMPLES", "Example", "Show", "Stage", "example_of"]
