"""Jobs: one of a kind on its way, the newest next."""

from __future__ import annotations

from core.questions.viewing import ShowFilters, ShowMaps
from designer.engine.jobs import Jobs


def test_the_newest_waits_for_the_one_under_way() -> None:
    jobs, maps = Jobs(), [ShowMaps("conv1", sample) for sample in range(4)]
    assert jobs.ask(maps[0]) == maps[0]
    assert [jobs.ask(one) for one in maps[1:]] == [None, None, None]
    assert jobs.ask(ShowFilters("conv1")) == ShowFilters("conv1")
    assert jobs.answered("maps") == maps[3]
    assert jobs.answered("maps") is None
    assert jobs.ask(maps[1]) == maps[1]


def test_forgotten_jobs_can_be_asked_again() -> None:
    jobs = Jobs()
    jobs.ask(ShowMaps("conv1"))
    jobs.ask(ShowMaps("conv2"))
    jobs.forget()
    assert jobs.ask(ShowMaps("conv3")) == ShowMaps("conv3")
    assert jobs.answered("maps") is None
