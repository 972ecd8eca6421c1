"""Runs on one axis: what their events tell, the band of several, and how easily chance makes it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from math import nan
from typing import Any

import numpy as np
import pytest

from core.explain.courses import Course, band, course, odds


def started(epoch: int = 1, **more: Any) -> dict[str, Any]:
    return {"event": "started", "epoch": epoch, "steps": 10, **more}


def epoch(number: int, accuracy: float | None, loss: float | None = 1.0, **more: Any) -> dict:
    told = {"accuracy": accuracy, "loss": loss, "train_loss": 2.0, "train_accuracy": 0.25}
    return {"event": "epoch", "epoch": number, "seconds": 1.5, **told, **more}


def run(*accuracies: float, seconds: float = 1.5) -> Course:
    epochs = [epoch(at, one, seconds=seconds) for at, one in enumerate(accuracies, start=1)]
    return course([started(), *epochs, {"event": "finished", "reason": "done"}])


def test_events_become_a_course() -> None:
    found = run(0.5, 0.75, 0.625)
    assert found.ended == "done"
    assert found.along("epoch").tolist() == [1, 2, 3]
    assert found.along("step").tolist() == [10, 20, 30]
    assert found.along("seconds").tolist() == [1.5, 3, 4.5]
    assert found.curve("train_accuracy", "epoch")[1].tolist() == [0.25] * 3
    assert (found.best, found.at_best("accuracy"), found.at_best("loss")) == (1, 0.75, 1.0)


def test_the_lower_loss_decides_between_equal_accuracies() -> None:
    found = course([started(), epoch(1, 0.5, 0.9), epoch(2, 0.5, 0.7), epoch(3, 0.5, 0.8)])
    assert found.best == 1


def test_without_classes_the_loss_decides() -> None:
    found = course([started(), epoch(1, None, 0.9), epoch(2, None, 0.7), epoch(3, None, None)])
    assert not found.classifies
    assert (found.best, found.at_best("loss")) == (1, 0.7)
    assert found.curve("loss", "epoch")[0].tolist() == [1, 2]


def test_what_a_resume_took_back_is_gone() -> None:
    found = course([started(), epoch(1, 0.1), epoch(2, 0.9), started(2), epoch(2, 0.2)])
    assert found.curve("accuracy", "epoch")[1].tolist() == [0.1, 0.2]
    assert found.ended == ""


@pytest.mark.parametrize(
    "damaged",
    [
        {"event": "epoch"},
        {"event": "epoch", "epoch": "one"},
        {"event": "epoch", "epoch": -1, "loss": 1.0},
        {"event": "started", "epoch": [], "steps": 10},
        {"event": "finished", "reason": 7},
        {},
    ],
)
def test_a_damaged_event_is_left_out(damaged: dict[str, Any]) -> None:
    found = course([started(), epoch(1, 0.5), damaged])
    assert found.curve("accuracy", "epoch")[1].tolist() == [0.5]


def test_nothing_has_been_told_yet() -> None:
    found = course([])
    assert (found.best, found.ended, len(found.epochs)) == (-1, "", 0)
    assert np.isnan(found.at_best("loss"))
    assert len(found.curve("accuracy", "seconds")[0]) == 0


def test_a_band_by_hand() -> None:
    found = band(
        [run(0.25, 0.5, 0.75), run(0.75, 0.5, 1.0), run(0.5, 0.5, 0.5)], "accuracy", "epoch"
    )
    assert found.count == 3
    assert found.x.tolist() == [1, 2, 3]
    assert found.low.tolist() == [0.25, 0.5, 0.5]
    assert found.mean.tolist() == [0.5, 0.5, 0.75]
    assert found.high.tolist() == [0.75, 0.5, 1.0]


def test_a_band_ends_where_the_shortest_run_does() -> None:
    found = band([run(0.25, 0.5, 0.75), run(0.75, 0.5)], "accuracy", "step")
    assert found.x.tolist() == [10, 20]


def test_times_that_differ_meet_on_straight_lines() -> None:
    """One run has its epochs at 1 and 2 s, the other at 1.5 and 3 s: between them 1.5 to 2 s."""
    found = band([run(0.0, 1.0, seconds=1.0), run(0.5, 0.8, seconds=1.5)], "accuracy", "seconds")
    assert found.x.tolist() == [1.5, 2.0]
    np.testing.assert_allclose(found.low, [0.5, 0.6])
    np.testing.assert_allclose(found.high, [0.5, 1.0])
    np.testing.assert_allclose(found.mean, [0.5, 0.8])


def test_a_band_of_a_run_without_epochs_is_empty() -> None:
    assert len(band([run(0.5), run()], "accuracy", "epoch").x) == 0
    assert len(band([], "accuracy", "epoch").x) == 0


def by_shuffling(first: Sequence[int], second: Sequence[int]) -> Fraction:
    """The share of all orders whose first part differs from the rest as much, in fractions."""
    every, size = [*first, *second], len(first)

    def difference(order: Sequence[int]) -> Fraction:
        rest = len(order) - size
        return abs(Fraction(sum(order[:size]), size) - Fraction(sum(order[size:]), rest))

    orders = list(permutations(every))
    return Fraction(sum(difference(one) >= difference(every) for one in orders), len(orders))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((3, 4, 5), (0, 1, 2)),
        ((3, 1, 5), (0, 4, 2)),
        ((7,), (1, 2)),
        ((2, 2), (2, 2)),
        ((1,), (9,)),
    ],
)
def test_odds_count_every_deal(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    found = odds(first, second)
    assert Fraction(found.as_large, found.ways) == by_shuffling(first, second)


def test_three_against_three_by_hand() -> None:
    """Of 20 ways only the deal that is there and its mirror image are so far apart."""
    found = odds((0.97, 0.98, 0.99), (0.91, 0.92, 0.93))
    assert (found.as_large, found.ways, found.share) == (2, 20, 0.1)


def test_odds_want_figures() -> None:
    with pytest.raises(ValueError, match="figure"):
        odds((), (nan,))
