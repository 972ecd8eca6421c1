"""Sums over lists: what each number on a list, at its place, brings to or gives from a window.

A pooling lets by the slope of one cell in four, or fewer. Only these come on the list. Gathered,
C[m, f] += Σ_k value[k] · A[place[k] + m · a_row + f], with the sums held in registers; spread,
C[place[k] + m · c_row + f] += value[k] · A[m, f], with A held in them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from numba import cfunc, types
from numba.extending import intrinsic

from core.backend.compiled.blocks import Block, block
from core.backend.compiled.lanes import LANES, PANEL, ROWS
from core.backend.compiled.vectors import INT, caller, cgutils

_ARGUMENTS = ("rows", "places", "values", "count", "a", "a_row", "c", "c_row", "add", "lanes")


class _List(Block):
    """Reads a list: the `count` pairs at `places` and `values`."""

    def each(self, start: Any) -> Any:
        """For every pair: its number in all lanes, and the pointer `start` moved to its place."""
        builder = self.builder
        places, values = self.pointer("places", INT), self.pointer("values")
        with cgutils.for_range(builder, self.given["count"], intp=INT) as loop:
            place = builder.load(builder.gep(places, [loop.index]))
            yield self.number(builder.gep(values, [loop.index])), builder.gep(start, [place])


class _Gathered(_List):
    """C[m, f] += Σ value · A[place + m · a_row + f]."""

    def add_terms(self) -> None:
        for value, here in self.each(self.pointer("a")):
            for number, row in enumerate(self.sums):
                terms = self.row_of(self.moved(here, self.given["a_row"], number))
                self.add_row(row, [value] * len(row), terms)


class _Spread(_List):
    """C[place + m · c_row + f] += value · A[m · a_row + f]."""

    def write(self) -> None:
        a, given = self.pointer("a"), self.given
        rows = [self.row_of(self.moved(a, given["a_row"], row)) for row in range(len(self.sums))]
        for value, here in self.each(self.pointer("c")):
            for number, terms in enumerate(rows):
                first = self.moved(here, given["c_row"], number)
                for vector, (term, mask) in enumerate(zip(terms, self.masks, strict=True)):
                    target = self.vector(first, vector)
                    total = self.multiply_add(value, term, self.load(target, mask))
                    self.store(total, target, mask)


def _block_of(kind: type[_List], vectors: int) -> Any:
    @intrinsic
    def listed(context, rows, places, values, count, a, a_row, c, c_row, add, lanes):  # type: ignore[no-untyped-def]
        return block(kind, _ARGUMENTS, vectors)

    return listed


_gather_one, _gather_two = _block_of(_Gathered, 1), _block_of(_Gathered, 2)
_spread_one, _spread_two = _block_of(_Spread, 1), _block_of(_Spread, 2)


def _listed(spreads, rows, width, places, values, count, a, a_row, c, c_row):  # type: ignore[no-untyped-def]
    """`_Gathered`, or `_Spread` where `spreads`, for any number of rows and columns."""
    for first in range(0, width, PANEL):
        left = width - first
        for start in range(0, rows, ROWS):
            here, there = a + 4 * (start * a_row + first), c + 4 * (start * c_row + first)
            high, lanes = min(ROWS, rows - start), min(left - LANES, LANES)
            if left > LANES and spreads:
                _spread_two(high, places, values, count, here, a_row, there, c_row, 1, lanes)
            elif left > LANES:
                _gather_two(high, places, values, count, here, a_row, there, c_row, 1, lanes)
            elif spreads:
                _spread_one(high, places, values, count, here, a_row, there, c_row, 1, left)
            else:
                _gather_one(high, places, values, count, here, a_row, there, c_row, 1, left)


@cache
def listed() -> int:
    """The address of the function above, for `add_listed`; compiled when first asked for."""
    made: Any = cfunc(types.void(*(types.int64,) * 10), cache=True)(_listed)
    _kept.append(made)
    return int(made.address)


_kept: list[Any] = []  # compiled functions, which must outlive their addresses


def _call(context, address, spreads, rows, width, places, values, count, a, a_row, c, c_row):  # type: ignore[no-untyped-def]
    """Call `_listed`, which lies at the address `listed()`."""
    return caller(10)


add_listed: Any = intrinsic(_call)
