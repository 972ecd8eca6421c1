"""What a claim is: two or more sides that are trained alike, and questions put to the numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.project import design_to_json
from tests.campaigns.claims.learn import Learned
from tests.campaigns.claims.lesson import DECIDED, Lesson
from tests.campaigns.claims.verdict import Sample, differences, together, verdict

Row = Mapping[str, Sequence[float]]  # one side's numbers, seed by seed, by name


@dataclass(frozen=True)
class Side:
    """One way to do it: its name, its net in words, and what is trained for a seed, by name."""

    name: str
    net: str
    lessons: Callable[[int], Mapping[str, Lesson]]

    def fingerprint(self, seed: int, *, quick: bool) -> str:
        """What tells these trainings from others; what is measured of them has no part in it."""
        digest = hashlib.sha256()
        for name, one in self.lessons(seed).items():
            known = one.quick() if quick else one
            how = known.prepare.__qualname__ if known.prepare else ""
            design = design_to_json(known.design)
            plan = {setting: design["plan"][setting] for setting in DECIDED}
            data = [name, known.items, how, {**design, "plan": plan}]
            digest.update(json.dumps(data, sort_keys=True).encode())
        return digest.hexdigest()[:16]


@dataclass(frozen=True)
class Unit:
    """How numbers are printed: times `factor`, with `digits` behind the point."""

    factor: float
    digits: int
    name: str

    def written(self, value: float, *, sign: bool = False) -> str:
        """A number of this unit."""
        return f"{value * self.factor:{'+' if sign else ''},.{self.digits}f}".replace("-", "−")


POINTS = Unit(100.0, 1, "%")
LOSS = Unit(1.0, 3, "nats")
DECADES = Unit(1.0, 2, "powers of ten")
COUNT = Unit(1.0, 0, "weights")


@dataclass(frozen=True)
class Question:
    """Whether the first side gives more of something than the second, or less.

    Attributes:
        asks: what is measured, in words.
        first, second: names of sides.
        measure: the name of the number; `against` where the second side's is another.
        less: the claim is that the first side gives less.
        least: the gain that is claimed; below 0 where it is claimed that little is lost.
        aside: told beside the claim, without a share in the verdict.
    """

    asks: str
    first: str
    second: str
    measure: str
    against: str = ""
    unit: Unit = POINTS
    less: bool = False
    least: float = 0.0
    aside: bool = False

    def answer(self, rows: Mapping[str, Row]) -> Answer:
        """What the sides' numbers say."""
        first = tuple(rows[self.first][self.measure])
        second = tuple(rows[self.second][self.against or self.measure])
        apart = differences(first, second)
        gain = differences(second, first) if self.less else apart
        return Answer(self, Sample(first), Sample(second), apart, verdict(gain, self.least))


@dataclass(frozen=True)
class Answer:
    """A question with its numbers: both sides, first minus second, and the verdict."""

    question: Question
    first: Sample
    second: Sample
    apart: Sample
    verdict: str


@dataclass(frozen=True)
class Claim:
    """A claim of the lectures.

    Attributes:
        id, says, lectures: from the list of lectures.
        data, training: in words.
        sides, questions: what is compared.
        measure: the numbers of one side, from what its lessons taught, by name.
        seeds: how many are worth running.
        reading: a sentence, and the verdicts for which it was written: those of the questions in
            order, or the set of those that may come up.
    """

    id: str
    says: str
    lectures: str
    data: str
    training: str
    sides: tuple[Side, ...]
    questions: tuple[Question, ...]
    measure: Callable[[Mapping[str, Learned]], Mapping[str, float]]
    seeds: int = 5
    reading: tuple[str, tuple[str, ...] | frozenset[str]] = ("", ())

    def is_read(self, found: tuple[str, ...]) -> bool:
        """Whether the reading was written for these verdicts."""
        _, written_for = self.reading
        if isinstance(written_for, frozenset):
            return written_for.issuperset(found)
        return found == written_for

    def answers(self, rows: Mapping[str, Row]) -> tuple[Answer, ...]:
        """An answer to every question."""
        return tuple(question.answer(rows) for question in self.questions)


def overall(answers: Sequence[Answer]) -> str:
    """The verdict on a claim."""
    return together(verdicts(answers))


def verdicts(answers: Sequence[Answer]) -> tuple[str, ...]:
    """Those that count, in order."""
    return tuple(one.verdict for one in answers if not one.question.aside)
