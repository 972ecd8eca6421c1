"""The results as Markdown: an overview, then every claim with all its numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.infer import infer
from tests.campaigns.claims.campaign import rows
from tests.campaigns.claims.claim import Answer, Claim, Unit, overall, verdicts
from tests.campaigns.claims.store import Store
from tests.campaigns.claims.verdict import Sample

HEADER = """\
# The lectures' claims, tried

Rows T1 to T12: what the lectures claim, as experiments at the scale of this engine's own data and of a laptop. Every side learns from the same items in the same order with the same seed, and each seed takes other items. A number is the mean over the seeds ± their standard deviation; a difference is the mean of the differences seed by seed with its 95 % interval (Student's t). The verdict follows from that interval alone: **shows** where it lies above what is claimed, **opposite** where it lies below, else **does not show at this scale**; **in part** where the questions of a claim get different answers. Nothing corrects for asking many questions: of forty answers that chance alone gives, two would leave the middle. Rows in *italics* stand beside the claim and have no share in its verdict. Items to answer were never learned from, and rates, sizes and epochs were settled with other seeds; where first results led to a change, the line on training says so.

`python -m tests.campaigns.claims --store claims.jsonl --markdown docs/claims.md` gives this page again.
"""  # noqa: E501


@dataclass(frozen=True)
class Told:
    """A claim with its seeds and answers."""

    claim: Claim
    seeds: tuple[int, ...]
    answers: tuple[Answer, ...]

    @property
    def reading(self) -> str:
        """The sentence written for these verdicts; for others none was written."""
        counted = verdicts(self.answers)
        if self.claim.is_read(counted):
            return self.claim.reading[0]
        each = ", ".join(f"{counted.count(one)} × {one}" for one in dict.fromkeys(counted))
        return f"{len(counted)} question{'s' * (len(counted) > 1)}: {each}."


def told(claim: Claim, store: Store, *, quick: bool = False) -> Told | None:
    """What the store knows of a claim; None where no seed has every side."""
    seeds, found = rows(claim, store, quick=quick)
    return Told(claim, tuple(seeds), claim.answers(found)) if seeds else None


def page(known: Sequence[Told]) -> str:
    """The whole page."""
    overview = [
        _row("", "claim", "lectures", "seeds", "verdict", "reading"),
        _row(*["---"] * 6),
        *(
            _row(
                one.claim.id, one.claim.says, one.claim.lectures, str(len(one.seeds)),
                f"**{overall(one.answers)}**", one.reading,
            )
            for one in known
        ),
    ]  # fmt: skip
    return "\n".join([HEADER, *overview, "", *(section(one) for one in known)])


def section(one: Told) -> str:
    """One claim in full."""
    claim = one.claim
    nets = (
        f"- {side.name}: {side.net}, {parameters(claim, number):,} parameters"
        for number, side in enumerate(claim.sides)
    )
    lines = [
        f"## {claim.id} · {claim.says}",
        "",
        f"**{overall(one.answers).capitalize()}.** {one.reading}",
        "",
        f"Lectures: {claim.lectures}. Data: {claim.data}. Training: {claim.training}."
        f" Seeds: {len(one.seeds)}.",
        "",
        *nets,
        "",
        _row("measured", "first side", "second side", "difference", "verdict"),
        _row(*["---"] * 5),
        *(answer_row(answer) for answer in one.answers),
        "",
    ]
    return "\n".join(lines)


def parameters(claim: Claim, number: int) -> int:
    """Trained values of a side's net; those of its first lesson where it has several."""
    first = next(iter(claim.sides[number].lessons(0).values()))
    return infer(first.design.graph).parameters


def answer_row(answer: Answer) -> str:
    """One row of a claim's table."""
    question = answer.question
    unit = question.unit
    name = f"*{question.asks}*" if question.aside else question.asks
    claimed = f" (claimed: more than {unit.written(question.least)})" if question.least else ""
    first, second = (
        f"{side}: {_spread(sample, unit)}"
        for side, sample in ((question.first, answer.first), (question.second, answer.second))
    )
    verdict = "" if question.aside else answer.verdict
    return _row(f"{name}, {unit.name}{claimed}", first, second, _apart(answer), verdict)


def _spread(sample: Sample, unit: Unit) -> str:
    """Mean ± standard deviation."""
    return f"{unit.written(sample.mean)} ± {unit.written(sample.spread)}"


def _apart(answer: Answer) -> str:
    """The mean difference and its 95 % interval."""
    apart, unit = answer.apart, answer.question.unit
    mean = unit.written(apart.mean, sign=True)
    if math.isinf(apart.reach):
        return mean
    low, high = apart.mean - apart.reach, apart.mean + apart.reach
    return f"{mean} ({unit.written(low, sign=True)} to {unit.written(high, sign=True)})"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
