"""Runs side by side: which belong together, what each kind is worth, and what can be told."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import mean, stdev

import pytest

from core.data.policy import DataPolicy
from core.design import DataChoice, Design
from core.explain.courses import course
from core.explain.side_by_side import Ran, kinds, verdict, with_seeds
from core.optimizers import SGD, Adam
from tests.support.training import small_design


def ran(
    name: str, *scores: float, seed: int = 0, ended: str = "done", design: Design | None = None,
    data: str = "abc", origin: str = "",
) -> Ran:  # fmt: skip
    chosen = design or small_design()
    epochs = [
        {"event": "epoch", "epoch": at, "accuracy": one, "loss": 1 - one, "seconds": 1.0}
        for at, one in enumerate(scores, start=1)
    ]
    end = [{"event": "finished", "reason": ended}] if ended else []
    told = [{"event": "started", "epoch": 1, "steps": 6}, *epochs, *end]
    chosen = replace(chosen, plan=chosen.plan.replace(seed=seed))
    return Ran(name, chosen, course(told), data, origin)


OTHER = small_design(optimizer=Adam(0.01))
OTHER_SPLIT = replace(small_design(), data=DataChoice(policy=DataPolicy(split_seed=5)))


def test_runs_that_differ_in_the_seed_alone_are_one_kind() -> None:
    found = kinds(
        [ran("a", 0.5, 0.75, seed=1), ran("b", 0.5, design=OTHER), ran("c", 0.25, seed=2)]
    )
    assert [[one.path for one in kind.runs] for kind in found] == [["a", "c"], ["b"]]
    first = found[0]
    assert (first.count, first.scores) == (2, (0.75, 0.25))
    assert (first.mean, first.low, first.high) == (0.5, 0.25, 0.75)
    assert first.spread == stdev([0.75, 0.25]) == pytest.approx(0.3535533906)


@pytest.mark.parametrize(
    "other",
    [
        ran("b", 0.5, design=small_design(optimizer=SGD(0.5))),
        ran("b", 0.5, design=small_design(epochs=3)),
        ran("b", 0.5, data="other items"),
        ran("b", 0.5, origin="20260101-000000"),
        ran("b", 0.5, ended="stopped"),
        ran("b", 0.5, ended=""),
        ran("b", 0.5, design=OTHER_SPLIT),
    ],
    ids=["rate", "epochs", "data", "inherited", "stopped", "going on", "split"],
)
def test_other_runs_are_another_kind(other: Ran) -> None:
    assert len(kinds([ran("a", 0.5), other])) == 2


def test_where_things_lie_on_the_canvas_does_not_count() -> None:
    moved = replace(small_design(), positions={"conv1": (10, 20)})
    assert len(kinds([ran("a", 0.5), ran("b", 0.5, seed=1, design=moved)])) == 1


def test_runs_that_were_stopped_together_are_alike() -> None:
    stopped = [ran("a", 0.5, ended="stopped"), ran("b", 0.75, seed=1, ended="stopped")]
    assert len(kinds(stopped)) == 1
    assert len(kinds([*stopped, ran("c", 0.5, 0.5, seed=2, ended="stopped")])) == 2


def test_the_newest_run_of_a_seed_counts() -> None:
    (found,) = kinds([ran("2", 0.5, seed=1), ran("1", 0.25, seed=1), ran("3", 0.75, seed=2)])
    assert found.scores == (0.5, 0.75)


def test_other_seeds_are_counted_with_the_chosen_runs() -> None:
    chosen = [ran("a", 0.5)]
    known = [
        *chosen, ran("b", 0.5, seed=1), ran("c", 0.5, seed=2, ended=""),
        ran("d", 0.5, design=OTHER),
    ]  # fmt: skip
    assert [one.path for one in with_seeds(chosen, known)] == ["a", "b"]


def test_one_seed_each_tells_nothing() -> None:
    found = verdict(kinds([ran("a", 0.5), ran("b", 0.75, design=OTHER)]))
    assert found is not None
    assert (found.better, found.other, found.difference) == (1, 0, 0.25)
    assert (found.odds.as_large, found.odds.ways, found.needed) == (2, 2, 4)
    assert not found.is_sure


def seeds(design: Design | None, *scores: float) -> list[Ran]:
    return [ran(f"{score}", score, seed=at, design=design) for at, score in enumerate(scores)]


def test_three_seeds_each_cannot_tell_even_far_apart() -> None:
    found = verdict(kinds([*seeds(None, 0.91, 0.92, 0.93), *seeds(OTHER, 0.97, 0.98, 0.99)]))
    assert found is not None
    assert found.odds.share == 0.1
    assert found.needed == 4
    assert not found.is_sure
    assert found.difference == pytest.approx(0.06)


def test_four_seeds_each_can_tell() -> None:
    far = verdict(
        kinds([*seeds(None, 0.91, 0.92, 0.93, 0.9), *seeds(OTHER, 0.97, 0.98, 0.99, 0.96)])
    )
    assert far is not None
    assert (far.odds.as_large, far.odds.ways, far.needed, far.is_sure) == (2, 70, 0, True)
    near = verdict(
        kinds([*seeds(None, 0.91, 0.98, 0.93, 0.9), *seeds(OTHER, 0.97, 0.92, 0.99, 0.5)])
    )
    assert near is not None
    assert not near.is_sure


def test_a_lower_loss_is_better_where_nothing_is_classified() -> None:
    def values(name: str, loss: float, design: Design) -> Ran:
        told = {"event": "epoch", "epoch": 1, "accuracy": None, "loss": loss, "seconds": 1.0}
        return Ran(name, design, course([told]))

    found = verdict(kinds([values("a", 0.5, small_design()), values("b", 0.25, OTHER)]))
    assert found is not None
    assert found.better == 1


def test_only_the_best_two_are_weighed() -> None:
    third = small_design(epochs=7)
    found = verdict(
        kinds([ran("a", 0.5), ran("b", 0.9, design=OTHER), ran("c", 0.8, design=third)])
    )
    assert found is not None
    assert (found.better, found.other) == (1, 2)


def test_other_items_and_runs_that_go_on_are_told() -> None:
    found = verdict(kinds([ran("a", 0.5), ran("b", 0.6, design=OTHER, data="other", ended="")]))
    assert found is not None
    assert not found.same_items
    assert not found.is_final
    alike = verdict(kinds([ran("a", 0.5), ran("b", 0.6, design=OTHER)]))
    assert alike is not None
    assert alike.same_items
    assert alike.is_final


def test_there_is_nothing_to_weigh() -> None:
    assert verdict(()) is None
    assert verdict(kinds([ran("a", 0.5), ran("b", 0.6, seed=1)])) is None
    assert verdict(kinds([ran("a", 0.5), ran("b", design=OTHER)])) is None
    assert math.isnan(kinds([ran("b")])[0].mean)
    assert math.isnan(kinds([ran("a", 0.5)])[0].spread)


def test_no_more_than_nine_seeds_are_counted() -> None:
    scores = [at / 100 for at in range(12)]
    (found,) = kinds([ran(f"{at:02}", one, seed=at) for at, one in enumerate(scores)])
    assert found.count == 9
    assert found.mean == pytest.approx(mean(scores[3:]))
