"""Which places of which items excite a map most: what the unit is for, shown by real data.

Letters: N items, C maps, P Q their cells, k places that are kept of each map.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.fitted_split import FittedSplit
from core.explain.pace import Pace
from core.infer import Field
from core.network import Network

_AT_ONCE = 64  # items, at most
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Strongest:
    """For each map the places that excite it most, at most one in an item; (C, k) each.

    Attributes:
        values: what the map gives there, the most extreme first.
        items, rows, columns: where that is; the row of a signal and the place of a vector are 0.
    """

    values: NDArray[np.float32]
    items: Ints
    rows: Ints
    columns: Ints


def strongest(
    network: Network, split: FittedSplit, node: str, *, count: int, largest: bool = True
) -> Generator[tuple[int, int], None, Strongest]:
    """The `count` largest values of each map of a node over a split, or the smallest.

    Yields items done and items in all.
    """
    node = network.whole.giver(node) or node
    sign = 1 if largest else -1
    total, done, pace = len(split), 0, Pace(_AT_ONCE)
    found: list[NDArray[Any]] = []  # values and items and places, (C, up to k) each
    width = 1
    while done < total:
        part = np.arange(done, min(done + pace.size, total))
        with pace.piece():
            x, _ = split.batch(part)
            values, places, width = _extremes(network, x, node, sign)
            fresh = [values.T, np.broadcast_to(part, values.T.shape), places.T]
            found = _best(fresh, found, count)
        done += len(part)
        yield done, total
    values, items, places = found
    rows, columns = np.divmod(places, width)
    return Strongest((sign * values).astype(np.float32), items, rows, columns)


def sampled(
    network: Network, split: FittedSplit, node: str, *, count: int, seed: int = 0
) -> Generator[tuple[int, int], None, Strongest]:
    """Cells of each map of a node drawn by chance, in `count` items drawn by chance.

    The largest values first. Yields items done and items in all.
    """
    node = network.whole.giver(node) or node
    random = np.random.default_rng(seed)
    total = min(count, len(split))
    items = np.sort(random.permutation(len(split))[:total])
    found: list[NDArray[Any]] = []
    done, pace, width = 0, Pace(_AT_ONCE), 1
    while done < total:
        part = items[done : done + pace.size]
        with pace.piece():
            y = network.activations(split.batch(part)[0], [node])[node]
            flat, width = y.reshape(*y.shape[:2], -1), int(y.shape[-1]) if y.ndim > 2 else 1
            places = random.integers(flat.shape[2], size=flat.shape[:2])
            values = np.take_along_axis(flat, places[..., None], axis=2)[..., 0]
            fresh = [values.T, np.broadcast_to(part, values.T.shape), places.T]
            found = _best(fresh, found, count)
        done += len(part)
        yield done, total
    values, chosen, places = found
    rows, columns = np.divmod(places, width)
    return Strongest(values.astype(np.float32), chosen, rows, columns)


def _extremes(
    network: Network, x: NDArray[Any], node: str, sign: int
) -> tuple[NDArray[Any], Ints, int]:
    """The largest of sign·value of each map for each item, where it is, and cells in a row."""
    xp, host = network.backend.xp, network.backend.asnumpy
    y = network.run_forward(network.upload(x))[node]
    flat = sign * y.reshape(*y.shape[:2], -1)
    at = flat.argmax(axis=2)
    values = xp.take_along_axis(flat, at[..., None], axis=2)[..., 0]
    return host(values).copy(), host(at).astype(np.int64), int(y.shape[-1]) if y.ndim > 2 else 1


def _best(fresh: list[NDArray[Any]], before: list[NDArray[Any]], count: int) -> list[NDArray[Any]]:
    """The largest of both, with what belongs to them; the earlier one of equal ones."""
    if before:
        fresh = [np.concatenate(pair, axis=1) for pair in zip(before, fresh, strict=True)]
    order = np.argsort(-fresh[0], axis=1, kind="stable")[:, :count]
    return [np.take_along_axis(one, order, axis=1) for one in fresh]


def patches(
    pictures: NDArray[np.uint8],
    found: Strongest,
    cells: Sequence[tuple[int, int]],
    field: Field | None,
) -> NDArray[np.float32]:
    """The patches (N, c, h, w) of some `cells` (map, place), cut out of the pictures of each."""
    each = [
        patch(picture, field, (int(found.rows[cell]), int(found.columns[cell])))
        for picture, cell in zip(pictures, cells, strict=True)
    ]
    return np.stack(each)


def patch(
    picture: NDArray[np.uint8], field: Field | None, cell: tuple[int, int]
) -> NDArray[np.float32]:
    """What a value sees of a picture (c, H, W): colors from 0 to 1, nan outside of the picture.

    The patch is as large as the field, on an axis on which that is larger the whole picture; the
    whole picture where there is no field.
    """
    sides = []
    for axis, size in enumerate(picture.shape[1:]):
        seen = size if field is None else min(size, field.size[axis])
        first = 0
        if field is not None and seen < size:
            middle = field.start[axis] + field.step[axis] * cell[axis]
            first = round(middle - (seen - 1) / 2)
        sides.append((first, seen))
    (top, h), (left, w) = sides
    rows, columns = top + np.arange(h), left + np.arange(w)
    inside = [
        (at >= 0) & (at < size) for at, size in zip((rows, columns), picture.shape[1:], strict=True)
    ]
    found = np.full((len(picture), h, w), np.nan, np.float32)
    here = np.ix_(np.arange(len(picture)), *(np.flatnonzero(one) for one in inside))
    found[here] = picture[:, rows[inside[0]]][:, :, columns[inside[1]]] / np.float32(255)
    return found
