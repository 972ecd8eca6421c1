"""Max pooling of a few rows of maps that lie in one piece: which cell of each window is largest.

Of equal cells the first wins, row by row; what is no number wins over every number, so that it
shows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from core.backend.compiled.lanes import LANES
from core.backend.compiled.vectors import INT, NOTHING, SHORT, Vectors, cgutils

BLOCKED = np.uint8(255)  # in place of the cell that won a pooling: none, the ReLU lets nothing by

_ARGUMENTS = ("size", "values", "numbers", "number", "top", "winner")


class _Larger(Vectors):
    """Writes the loop of `keep_larger`."""

    def write(self) -> None:
        builder, given = self.builder, self.given
        values, top = self.pointer("values"), self.pointer("top")
        numbers, winner = (self.pointer(name, SHORT) for name in ("numbers", "winner"))
        number = builder.trunc(given["number"], SHORT)
        number = self.in_all_lanes(number, self.vector_of(SHORT))
        with cgutils.for_range_slice(builder, INT(0), given["size"], INT(LANES), intp=INT) as (
            start,
            _,
        ):
            mask = self.mask(builder.sub(given["size"], start))
            here = [builder.gep(place, [start]) for place in (values, numbers, top, winner)]
            value, cell, most, won = (self.load(place, mask) for place in here)
            cell = builder.add(cell, number)
            larger = builder.or_(
                builder.fcmp_ordered(">", value, most), builder.fcmp_unordered("uno", value, value)
            )
            earlier = builder.and_(
                builder.fcmp_ordered("==", value, most), builder.icmp_signed("<", cell, won)
            )
            wins = builder.or_(larger, earlier)
            self.store(builder.select(wins, value, most), here[2], mask)
            self.store(builder.select(wins, cell, won), here[3], mask)


def _keep_larger(context, size, values, numbers, number, top, winner):  # type: ignore[no-untyped-def]
    """Where values[k] beats top[k] it takes its place, and numbers[k] + number that of winner[k].

    All int64: addresses of `size` float32 (values, top) and int32 (numbers, winner). Of equals, the
    one with the lower number wins.
    """

    def write(_context: Any, builder: Any, _signature: Any, given: Any) -> Any:
        _Larger(builder, dict(zip(_ARGUMENTS, given, strict=True))).write()
        return NOTHING

    return types.none(*(types.int64,) * len(_ARGUMENTS)), write


keep_larger: Any = intrinsic(_keep_larger)


@njit(nogil=True, cache=True)
def pool_rows(lines, pool, apart, room, numbers, y, index):  # type: ignore[no-untyped-def]
    """One row of y and index (Q, F) from the rows of maps `lines` (ph, …): pooled, then ReLU.

    `apart`: how far the next column and the next channel are in a row. First down the columns, then
    along the row from every cell on, many at once; `room` (…) and `numbers` (3, …), int32, are as
    long as a row, and lines are overwritten.
    """
    ph, pw = pool
    (q, f), (column_step, channel_step) = y.shape, apart
    size = lines.shape[1]
    best, top = lines[0], room
    numbers[:2] = 0
    down, zeros, winner = numbers[0], numbers[1], numbers[2]
    for i in range(1, ph):
        keep_larger(
            size, lines[i].ctypes.data, zeros.ctypes.data, i * pw, best.ctypes.data,
            down.ctypes.data,
        )  # fmt: skip
    top[:] = best
    winner[:] = down
    for j in range(1, pw):
        skipped = j * column_step
        keep_larger(
            size - skipped, best.ctypes.data + 4 * skipped, down.ctypes.data + 4 * skipped, j,
            top.ctypes.data, winner.ctypes.data,
        )  # fmt: skip
    for cell in range(size):
        blocked = top[cell] <= 0
        winner[cell] = np.int32(BLOCKED) if blocked else winner[cell]
        top[cell] = np.float32(0) if blocked else top[cell]
    for column in range(q):
        for channel in range(f):
            cell = column * pw * column_step + channel * channel_step
            y[column, channel] = top[cell]
            index[column, channel] = winner[cell]
