"""Sentences in two lines."""

from __future__ import annotations

import pytest

from designer.canvas.words import lines_of


def width(text: str) -> float:
    return float(len(text))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ()),
        ("short one", ("short one",)),
        ("needs a vector, it gets maps", ("needs a vector,", "it gets maps")),
        (
            "one two three four five six seven eight nine",
            ("one two three four", "five six seven eigh…"),
        ),
        ("averyveryverylongwordindeed", ("averyveryverylongwo…",)),
    ],
)
def test_lines(text: str, lines: tuple[str, ...]) -> None:
    found = lines_of(text, width, 20)
    assert found == lines
    assert all(width(line) <= 20 for line in found)
