"""The claims' arithmetic by hand, their fairness, and one of them from command to table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.campaigns.claims import verdict
from tests.campaigns.claims.__main__ import main
from tests.campaigns.claims.campaign import run
from tests.campaigns.claims.claim import POINTS, Answer, Claim, Question, Side, overall
from tests.campaigns.claims.every import CLAIMS
from tests.campaigns.claims.lesson import Lesson
from tests.campaigns.claims.pictures import moved, shuffled
from tests.campaigns.claims.store import Result, Store
from tests.campaigns.claims.table import Told, answer_row, page, told
from tests.campaigns.claims.verdict import OPPOSITE, SHOWS, TOO_FEW, UNCLEAR, Sample

LESSONS = CLAIMS[0].sides[0].lessons
ASKED = [(claim, question) for claim in CLAIMS for question in claim.questions]


@pytest.mark.parametrize("degrees", verdict._T95)
def test_quantiles_leave_five_percent_outside(degrees: int) -> None:
    t = verdict._T95[degrees]
    x = np.linspace(0.0, t, 20_001)
    peak = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2))
    density = peak / math.sqrt(degrees * math.pi) * (1 + x**2 / degrees) ** (-(degrees + 1) / 2)
    assert 2 * np.trapezoid(density, x) == pytest.approx(0.95, abs=1e-4)


def test_mean_spread_and_interval_by_hand() -> None:
    sample = Sample((1.0, 2.0, 3.0))
    assert (sample.mean, sample.spread) == (2.0, 1.0)
    assert sample.reach == pytest.approx(4.303 / math.sqrt(3))  # 2.484


@pytest.mark.parametrize(
    ("gains", "least", "says"),
    [
        ((1.0, 2.0, 3.0), 0.0, UNCLEAR),  # 2 ± 2.484 holds 0
        ((1.0, 2.0, 3.0), -1.0, SHOWS),  # and lies above −1
        ((-3.0, -4.0, -5.0), 0.0, OPPOSITE),
        ((-3.0, -4.0, -5.0), -2.0, UNCLEAR),  # −4 ± 2.484 holds −2
        ((0.5, 0.5, 0.5), 0.0, SHOWS),
        ((0.0, 0.0, 0.0), 0.0, UNCLEAR),
        ((5.0, 5.0), 0.0, TOO_FEW),
    ],
)
def test_verdict(gains: tuple[float, ...], least: float, says: str) -> None:
    assert verdict.verdict(Sample(gains), least) == says


def test_questions_of_different_answers_make_part_of_a_claim() -> None:
    assert verdict.together([SHOWS, SHOWS]) == SHOWS
    assert verdict.together([SHOWS, OPPOSITE]) == verdict.IN_PART
    assert verdict.together([UNCLEAR, OPPOSITE]) == UNCLEAR
    assert verdict.together([SHOWS, TOO_FEW]) == TOO_FEW


def test_less_is_claimed_the_other_way_round() -> None:
    rows = {"a": {"gap": [0.1, 0.1, 0.1]}, "b": {"gap": [0.3, 0.31, 0.32]}}
    claimed = Question("gap", "a", "b", "gap", less=True)
    assert claimed.answer(rows).verdict == SHOWS
    assert replace(claimed, less=False).answer(rows).verdict == OPPOSITE
    assert claimed.answer(rows).apart.mean == pytest.approx(-0.21)


def test_a_row_of_the_table() -> None:
    rows = {"a": {"right": [0.90, 0.92, 0.91]}, "b": {"right": [0.88, 0.89, 0.87]}}
    answer = Question("accuracy", "a", "b", "right", unit=POINTS).answer(rows)
    # Differences 2, 3, 4 points: 3 ± 4.303 · 1/√3.
    assert answer_row(answer) == (
        "| accuracy, % | a: 91.0 ± 1.0 | b: 88.0 ± 1.0 | +3.0 (+0.5 to +5.5) | shows |"
    )


def _numbers(_: Mapping[str, object]) -> Mapping[str, float]:
    raise AssertionError("nothing is to be trained here")


def test_only_seeds_with_every_side_count_and_only_as_they_would_be_trained(
    tmp_path: Path,
) -> None:
    sides = Side("a", "", LESSONS), Side("b", "", LESSONS)
    claim = Claim("X", "", "", "", "", sides, (Question("", "a", "b", "m"),), _numbers)
    path = tmp_path / "store.jsonl"
    store = Store(path)
    for seed in (0, 1, 2, 3):
        for side in sides:
            trained = side.fingerprint(seed, quick=False) if seed != 2 else "otherwise"
            value = seed + (10.0 if side.name == "a" else 0.0)
            store.add(Result("X", side.name, seed, False, trained, 1, {"m": value}, 0.0))
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:-1], lines[-1][:30]]), encoding="utf-8")  # cut off
    known = told(claim, Store(path))
    assert known is not None
    assert known.seeds == (0, 1)
    assert known.answers[0].first.values == (10.0, 11.0)
    assert list(run(claim, (0, 1), Store(path), quick=False)) == []


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_a_reading_is_told_for_the_verdicts_it_was_written_for_alone(claim: Claim) -> None:
    sentence, written_for = claim.reading
    counted = [one for one in claim.questions if not one.aside]
    given = [OPPOSITE] * len(counted) if isinstance(written_for, frozenset) else written_for
    none = Sample(())
    answers = [
        Answer(one, none, none, none, says) for one, says in zip(counted, given, strict=True)
    ]
    assert Told(claim, (0, 1, 2), tuple(answers)).reading == sentence
    other = SHOWS if given[0] != SHOWS else OPPOSITE
    changed = [replace(answers[0], verdict=other), *answers[1:]]
    assert Told(claim, (0, 1, 2), tuple(changed)).reading != sentence


@pytest.mark.parametrize(("claim", "question"), ASKED)
def test_compared_sides_learn_from_the_same_in_the_same_order(
    claim: Claim, question: Question
) -> None:
    first, second = (
        next(side for side in claim.sides if side.name == name).lessons(7)
        for name in (question.first, question.second)
    )
    assert [_given(one) for one in first.values()] == [_given(one) for one in second.values()]
    assert {one.seed for one in first.values()} == {7}


def _given(lesson: Lesson) -> tuple[object, ...]:
    plan = lesson.design.plan
    return (
        lesson.items, lesson.prepare, lesson.design.data.source, lesson.design.data.policy,
        plan.epochs, plan.batch_size, plan.seed, plan.schedule,
    )  # fmt: skip


def test_moved_and_shuffled_pictures() -> None:
    image = np.arange(1, 10, dtype=np.uint8).reshape(1, 1, 3, 3)
    assert moved(image, 1, 0)[0, 0].tolist() == [[0, 0, 0], [1, 2, 3], [4, 5, 6]]
    assert moved(image, 0, -2)[0, 0].tolist() == [[3, 0, 0], [6, 0, 0], [9, 0, 0]]
    twice = shuffled(np.concatenate([image, image]))
    assert sorted(twice[0].ravel().tolist()) == list(range(1, 10))
    assert (twice[0] == twice[1]).all()
    assert (twice[:1] != image).any()


def test_a_claim_from_command_to_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store.jsonl"
    words = ["T1", "--quick", "--seeds", "3", "--store", str(store)]
    assert main(words) == 0
    printed = capsys.readouterr().out
    claim = CLAIMS[0]
    known = told(claim, Store(store), quick=True)
    assert known is not None
    assert len(known.seeds) == 3
    assert overall(known.answers).capitalize() in printed
    assert all(answer_row(answer) in printed for answer in known.answers)
    assert all(0.0 < value < 1.0 for one in known.answers for value in one.first.values)
    assert f"| T1 | {claim.says} | 001 (A1) | 3 |" in page([known])
    before = store.read_text(encoding="utf-8")
    assert main(words) == 0
    assert store.read_text(encoding="utf-8") == before  # nothing was trained again
