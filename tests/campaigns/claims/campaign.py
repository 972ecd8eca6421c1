"""Running what is not in the store yet."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from tests.campaigns.claims.claim import Claim, Row, Side
from tests.campaigns.claims.learn import learn_all
from tests.campaigns.claims.store import Result, Store


def run(claim: Claim, seeds: Sequence[int], store: Store, *, quick: bool) -> Iterator[Result]:
    """Every side for every seed, one seed after the other; gives each new result."""
    for seed in seeds:
        for side in claim.sides:
            if valid(claim, side, seed, store, quick=quick) is None:
                result = _run_side(claim, side, seed, quick=quick)
                store.add(result)
                yield result


def valid(claim: Claim, side: Side, seed: int, store: Store, *, quick: bool) -> Result | None:
    """The stored result of a side, where it was trained as it would be now."""
    found = store.find(claim.id, side.name, seed, quick=quick)
    return found if found and found.trained == side.fingerprint(seed, quick=quick) else None


def rows(claim: Claim, store: Store, *, quick: bool) -> tuple[list[int], dict[str, Row]]:
    """The seeds of which every side has a result, and each side's numbers in their order."""
    seeds: list[int] = []
    found: dict[str, dict[str, list[float]]] = {side.name: {} for side in claim.sides}
    for seed in store.seeds(claim.id, quick=quick):
        results = [valid(claim, side, seed, store, quick=quick) for side in claim.sides]
        whole = [result for result in results if result]
        if len(whole) < len(results):
            continue
        seeds.append(seed)
        for result in whole:
            for name, value in result.measures.items():
                found[result.side].setdefault(name, []).append(value)
    return seeds, dict(found)


def _run_side(claim: Claim, side: Side, seed: int, *, quick: bool) -> Result:
    """Train everything a side trains, and measure."""
    begin = time.process_time()
    lessons = dict(side.lessons(seed))
    measures = claim.measure(learn_all(lessons, quick=quick))
    return Result(
        claim=claim.id,
        side=side.name,
        seed=seed,
        quick=quick,
        trained=side.fingerprint(seed, quick=quick),
        parameters=next(iter(lessons.values())).parameters,
        measures=dict(measures),
        seconds=time.process_time() - begin,
    )
