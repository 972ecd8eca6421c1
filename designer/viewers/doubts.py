"""Items whose label somebody takes for wrong: a list to be saved and mended elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.explain.mistakes import Answered
from core.files import FileError, write

HEADER = ("part", "item", "label", "said", "probability")


@dataclass(frozen=True)
class Doubt:
    """An item: of which part of the data, its number, what it is labelled and what is said."""

    part: str
    item: int
    label: str
    said: str
    sure: float


class Doubts:
    """The items that are marked, in the order they were."""

    def __init__(self) -> None:
        self._marked: dict[tuple[str, int], Doubt] = {}

    def __len__(self) -> int:
        return len(self._marked)

    def __contains__(self, key: object) -> bool:
        return key in self._marked

    def turn(self, part: str, item: int, answered: Answered, names: Sequence[str]) -> None:
        """Mark an item, or take its mark away."""
        if self._marked.pop((part, item), None) is None:
            label, said = (names[int(one[item])] for one in (answered.labels, answered.said))
            sure = float(answered.sure[item])
            self._marked[part, item] = Doubt(part, item, label, said, sure)

    def clear(self) -> None:
        """Forget all marks, as where the data are others."""
        self._marked.clear()

    def write(self, path: Path) -> None:
        """Write the list as CSV, whole or not at all; OSError where the place does not take it."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(HEADER)
        for one in self._marked.values():
            table.writerow((one.part, one.item, one.label, one.said, f"{one.sure:.6g}"))
        try:
            write(path, text.getvalue().encode())
        except FileError as trouble:
            raise OSError(0, str(trouble)) from None
