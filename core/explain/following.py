"""Where the gradients of a layer are looked at when one of its output values is selected."""

from __future__ import annotations

import numpy as np

from core.explain.frames import Target
from core.explain.stepping import Steps


def followed(forward: Steps, other: Steps, chosen: Target, now: Target) -> Target:
    """Where other steps of a layer go from `now`, for an output value that is chosen."""
    if other.partner == "tap":
        return _weight_of(forward, other, chosen, now)
    return _input_of(forward, other, chosen, now)


def _input_of(forward: Steps, data: Steps, chosen: Target, now: Target) -> Target:
    """The input cell whose gradient belongs to an output value: one that the value is made from.

    Of a max pooling it is the winner, else the middle of the window; the map stays where it takes
    part. Where a value is made from the whole input none is nearer than others, and the place
    stays.
    """
    links = forward.links
    if forward.partner == data.partner:  # gradients of a layer folded into sums of its own
        return now
    if forward.partner == "wide":
        planes, (rows, columns) = forward.planes(chosen.map), links.places
        row, column = _leading_to(rows, chosen.row), _leading_to(columns, chosen.column)
        return Target(_kept(now.map, links.narrow_maps[planes]), row, column)
    planes = forward.planes(chosen.map)
    channel = _kept(now.map, links.wide_maps[planes])
    rows, columns = (table[at] for table, at in zip(links.places, chosen[1:], strict=True))
    if forward.picks:
        down, across = forward.winners(int(planes[0]))
        return Target(channel, int(down[chosen[1:]]), int(across[chosen[1:]]))
    if links.narrow == (1, 1):
        return Target(channel, now.row, now.column)
    return Target(channel, int(rows[len(rows) // 2]), int(columns[len(columns) // 2]))


def _weight_of(forward: Steps, taps: Steps, chosen: Target, now: Target) -> Target:
    """A kernel that the map of an output value is made with; which of its weights, stays."""
    links = taps.links
    maps = links.wide_maps if forward.partner == "wide" else links.narrow_maps
    return now._replace(map=_kept(now.map, links.kernels[maps == chosen.map]))


def _kept(now: int, offered: np.ndarray) -> int:
    """The map that is looked at where it is one of those, else the first of them."""
    return now if now in offered or not len(offered) else int(offered[0])


def _leading_to(table: np.ndarray, place: int) -> int:
    """The row or column of the narrow grid nearest to those that push to a place."""
    return int(np.abs(table - place).min(axis=1).argmin())
