"""Blocks of sums held in registers while their terms stream by.

A block has up to ROWS rows of one or two vectors; what its terms are, a subclass says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir
from numba import types

from core.backend.compiled.lanes import FUSED, LANES, ROWS
from core.backend.compiled.vectors import INT, MASK, NOTHING, VECTOR, Vectors, cgutils

_ZERO = ir.Constant(VECTOR, [0.0] * LANES)
_ALL = ir.Constant(MASK, [1] * LANES)


class Block(Vectors):
    """Writes the loops of a block with a fixed number of rows and vectors.

    Every block is given `rows`, `c` (where the sums go), `c_row` (from one row of C to the next),
    `add` (0 writes C, anything else adds to it) and `lanes` (how many of the last vector count).
    Vectors lie one after the other; or `apart`, by the distances `b_vector` and `c_vector`, and
    then `lanes` is for each of them.
    """

    def __init__(
        self, builder: Any, given: dict[str, Any], rows: int, vectors: int, *, apart: bool = False
    ) -> None:
        super().__init__(builder, given)
        last = self.mask(given["lanes"])
        self.masks = [last if apart else _ALL] * (vectors - 1) + [last]
        self.apart = apart
        self.sums = [
            [cgutils.alloca_once(builder, VECTOR) for _ in range(vectors)] for _ in range(rows)
        ]

    def write(self) -> None:
        """Clear the sums, add all terms, store."""
        for row in self.sums:
            for place in row:
                self.builder.store(_ZERO, place)
        self.add_terms()
        self._store(self.pointer("c"))

    def add_terms(self) -> None:
        """Write the loops over all terms."""
        raise NotImplementedError

    def multiply_add(self, a: Any, b: Any, total: Any) -> Any:
        """a · b + total."""
        builder = self.builder
        if not FUSED:
            return builder.fadd(builder.fmul(a, b), total)
        kind = ir.FunctionType(VECTOR, [VECTOR] * 3)
        fused = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f32")
        return builder.call(fused, [a, b, total])

    def row_of(self, source: Any) -> list[Any]:
        """A vector from memory for each vector of the block."""
        return [
            self.load(self._vector(source, number, "b_vector"), mask)
            for number, mask in enumerate(self.masks)
        ]

    def _vector(self, first: Any, number: int, distance: str) -> Any:
        """The pointer to a vector of the block, from that to the first."""
        if self.apart:
            return self.moved(first, self.given[distance], number)
        return self.vector(first, number)

    def add_row(self, row: list[Any], factors: list[Any], terms: list[Any]) -> None:
        """Add factor · term to every sum of a row."""
        for place, factor, term in zip(row, factors, terms, strict=True):
            total = self.multiply_add(factor, term, self.builder.load(place))
            self.builder.store(total, place)

    def _store(self, c: Any) -> None:
        """Write the sums to C, or add them to what is there."""
        adds = self.builder.icmp_signed("!=", self.given["add"], ir.Constant(INT, 0))
        with self.builder.if_else(adds) as (then, otherwise):
            with then:
                self._store_sums(c, adding=True)
            with otherwise:
                self._store_sums(c, adding=False)

    def _store_sums(self, c: Any, *, adding: bool) -> None:
        builder = self.builder
        for number, row in enumerate(self.sums):
            first = self.moved(c, self.given["c_row"], number)
            for vector, (place, mask) in enumerate(zip(row, self.masks, strict=True)):
                target = self._vector(first, vector, "c_vector")
                total = builder.load(place)
                if adding:
                    total = builder.fadd(total, self.load(target, mask))
                self.store(total, target, mask)


def block(kind: Callable[..., Block], names: Sequence[str], vectors: int) -> Any:
    """What an intrinsic gives for blocks of 1 to ROWS rows: its signature and its writer.

    `names` are those of its arguments, all int64.
    """

    def write(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        given = dict(zip(names, values, strict=True))
        end = builder.append_basic_block("summed")
        cases = builder.switch(given["rows"], end)
        for count in range(1, ROWS + 1):
            case = builder.append_basic_block(f"rows{count}")
            cases.add_case(ir.Constant(INT, count), case)
            builder.position_at_end(case)
            kind(builder, given, count, vectors).write()
            builder.branch(end)
        builder.position_at_end(end)
        return NOTHING

    return types.none(*(types.int64,) * len(names)), write
