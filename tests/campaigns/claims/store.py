"""Results on disk, a line of JSON each, so that an interrupted campaign goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """What one side gave for one seed.

    Attributes:
        claim, side, seed, quick: which.
        trained: the fingerprint of its trainings; others make the result worthless.
        parameters: trained values of the net.
        measures: the numbers by name.
        seconds: processor time it took.
    """

    claim: str
    side: str
    seed: int
    quick: bool
    trained: str
    parameters: int
    measures: Mapping[str, float]
    seconds: float


class Store:
    """The results in a file, or in memory alone where no file is given; the newest counts."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._found: dict[tuple[str, str, int, bool], Result] = {}
        if path and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                result = _read(line)
                if result:
                    self._found[_key(result)] = result

    def find(self, claim: str, side: str, seed: int, *, quick: bool) -> Result | None:
        """The result for a seed, whatever it was trained with."""
        return self._found.get((claim, side, seed, quick))

    def add(self, result: Result) -> None:
        """Keep a result, on disk too."""
        self._found[_key(result)] = result
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(result)) + "\n")

    def seeds(self, claim: str, *, quick: bool) -> list[int]:
        """The seeds of which there is anything for a claim."""
        found = self._found
        return sorted({seed for one, _, seed, how in found if (one, how) == (claim, quick)})


def _key(result: Result) -> tuple[str, str, int, bool]:
    return result.claim, result.side, result.seed, result.quick


def _read(line: str) -> Result | None:
    """A result, or None for a line that was cut off while it was written."""
    try:
        return Result(**json.loads(line))
    except (ValueError, TypeError):
        return None
