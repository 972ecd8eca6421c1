"""The innermost loops: a block of sums held in registers while their terms stream by.

Everything heavy is a block of C[m, f] = Σ_k A[m, k] · B[k, f]: rows m are places of a map or cells
of a filter, f runs along the lanes of the vectors, k counts the terms in three nested loops, so
that a window is walked where it lies and is never copied out. Numba's own vectorizer does not keep
such blocks in registers; therefore the loops are written down for LLVM.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from llvmlite import ir
from numba import cfunc, types
from numba.core import cgutils as _cgutils
from numba.extending import intrinsic

from core.backend.compiled.lanes import FUSED, LANES, PANEL, ROWS

_INT = ir.IntType(64)
_SHORT = ir.IntType(32)
_FLOAT = ir.FloatType()
_VECTOR = ir.VectorType(_FLOAT, LANES)
_MASK = ir.VectorType(ir.IntType(1), LANES)
_ZERO = ir.Constant(_VECTOR, [0.0] * LANES)

cgutils: Any = _cgutils  # carries no types

_ARGUMENTS = (
    "rows", "a", "b", "c", "a_row", "k1", "a1", "b1", "k2", "a2", "b2", "k3", "a3", "b3",
    "b_vector", "c_row", "c_vector", "add", "lanes",
)  # fmt: skip


def _block_of_sums(vectors: int, *, spread: bool = True) -> Any:
    """An intrinsic for blocks of 1 to ROWS rows and this many vectors.

    `spread`: each number of A meets all lanes of B; otherwise A has a number for each lane, too.

    Arguments, all int64; addresses in bytes, distances in float32 numbers:
        rows: of the block. a, b, c: addresses. a_row: from one row of A to the next.
        k1 a1 b1 (k2…, k3…): how often each loop runs and how far it moves in A and B.
        b_vector, c_vector: from the first vector to the second; c_row: to the next row of C.
        add: 0 writes C, anything else adds to it. lanes: how many of the last vector count.
    """

    @intrinsic
    def block(  # type: ignore[no-untyped-def]
        context, rows, a, b, c, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3,
        b_vector, c_row, c_vector, add, lanes,
    ):  # fmt: skip
        def write(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            given = dict(zip(_ARGUMENTS, values, strict=True))
            end = builder.append_basic_block("summed")
            cases = builder.switch(given["rows"], end)
            for count in range(1, ROWS + 1):
                case = builder.append_basic_block(f"rows{count}")
                cases.add_case(ir.Constant(_INT, count), case)
                builder.position_at_end(case)
                _Block(builder, given, count, vectors, spread).write()
                builder.branch(end)
            builder.position_at_end(end)
            return ir.Constant(ir.IntType(8).as_pointer(), None)

        return types.none(*(types.int64,) * len(_ARGUMENTS)), write

    return block


class _Block:
    """Writes the loops of a block with a fixed number of rows and vectors."""

    def __init__(
        self, builder: Any, given: dict[str, Any], rows: int, vectors: int, spread: bool
    ) -> None:
        self.builder, self.given, self.spread = builder, given, spread
        self.masks = [ir.Constant(_MASK, [1] * LANES)] * (vectors - 1) + [self._mask()]
        self.sums = [
            [cgutils.alloca_once(builder, _VECTOR) for _ in range(vectors)] for _ in range(rows)
        ]

    def write(self) -> None:
        """Clear the sums, add all terms, store."""
        for row in self.sums:
            for place in row:
                self.builder.store(_ZERO, place)
        pointer = _FLOAT.as_pointer()
        a = self.builder.inttoptr(self.given["a"], pointer)
        b = self.builder.inttoptr(self.given["b"], pointer)
        self._loop(1, a, b)
        self._store(self.builder.inttoptr(self.given["c"], pointer))

    def _loop(self, level: int, a: Any, b: Any) -> None:
        """Loop `level` of the three; the terms themselves are inside the third."""
        if level > 3:
            self._add_term(a, b)
            return
        given = self.given
        with cgutils.for_range(self.builder, given[f"k{level}"], intp=_INT) as loop:
            self._loop(
                level + 1,
                self._moved(a, given[f"a{level}"], loop.index),
                self._moved(b, given[f"b{level}"], loop.index),
            )

    def _add_term(self, a: Any, b: Any) -> None:
        """sums[m][v] += A[m] · B[v]."""
        terms = [
            self._load(self._moved(b, self.given["b_vector"], number), mask)
            for number, mask in enumerate(self.masks)
        ]
        for number, row in enumerate(self.sums):
            factors = self._factors(self._moved(a, self.given["a_row"], number))
            for place, factor, term in zip(row, factors, terms, strict=True):
                total = self._multiply_add(factor, term, self.builder.load(place))
                self.builder.store(total, place)

    def _multiply_add(self, a: Any, b: Any, total: Any) -> Any:
        """a · b + total."""
        builder = self.builder
        if not FUSED:
            return builder.fadd(builder.fmul(a, b), total)
        kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
        fused = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f32")
        return builder.call(fused, [a, b, total])

    def _factors(self, a: Any) -> list[Any]:
        """What a row of A gives each vector: one number for all lanes, or a number for each."""
        if not self.spread:
            return [
                self._load(self._moved(a, self.given["b_vector"], number), mask)
                for number, mask in enumerate(self.masks)
            ]
        value = self.builder.load(a)
        value.align = 4
        return [self._in_all_lanes(value, _VECTOR)] * len(self.masks)

    def _store(self, c: Any) -> None:
        """Write the sums to C, or add them to what is there."""
        adds = self.builder.icmp_signed("!=", self.given["add"], ir.Constant(_INT, 0))
        with self.builder.if_else(adds) as (then, otherwise):
            with then:
                self._store_sums(c, adding=True)
            with otherwise:
                self._store_sums(c, adding=False)

    def _store_sums(self, c: Any, *, adding: bool) -> None:
        builder = self.builder
        put = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [_VECTOR, _VECTOR.as_pointer(), _SHORT, _MASK]),
            f"llvm.masked.store.v{LANES}f32.p0",
        )
        for number, row in enumerate(self.sums):
            first = self._moved(c, self.given["c_row"], number)
            for vector, (place, mask) in enumerate(zip(row, self.masks, strict=True)):
                target = self._moved(first, self.given["c_vector"], vector)
                total = builder.load(place)
                if adding:
                    total = builder.fadd(total, self._load(target, mask))
                target = builder.bitcast(target, _VECTOR.as_pointer())
                builder.call(put, [total, target, ir.Constant(_SHORT, 4), mask])

    def _load(self, source: Any, mask: Any) -> Any:
        """A vector from memory; lanes that the mask leaves out are 0 and are not touched."""
        get = cgutils.get_or_insert_function(
            self.builder.module,
            ir.FunctionType(_VECTOR, [_VECTOR.as_pointer(), _SHORT, _MASK, _VECTOR]),
            f"llvm.masked.load.v{LANES}f32.p0",
        )
        source = self.builder.bitcast(source, _VECTOR.as_pointer())
        return self.builder.call(get, [source, ir.Constant(_SHORT, 4), mask, _ZERO])

    def _mask(self) -> Any:
        """True in the lanes of the last vector that count."""
        kind = ir.VectorType(_SHORT, LANES)
        lanes = self.builder.trunc(self.given["lanes"], _SHORT)
        numbers = ir.Constant(kind, list(range(LANES)))
        return self.builder.icmp_signed("<", numbers, self._in_all_lanes(lanes, kind))

    def _in_all_lanes(self, value: Any, kind: Any) -> Any:
        """One number in all lanes of a vector."""
        nothing, first = ir.Constant(kind, ir.Undefined), ir.Constant(_SHORT, 0)
        vector = self.builder.insert_element(nothing, value, first)
        zeros = ir.Constant(ir.VectorType(_SHORT, LANES), [0] * LANES)
        return self.builder.shuffle_vector(vector, nothing, zeros)

    def _moved(self, pointer: Any, distance: Any, times: Any) -> Any:
        """The pointer after `times` times `distance` numbers."""
        if isinstance(times, int):
            times = ir.Constant(_INT, times)
        return self.builder.gep(pointer, [self.builder.mul(distance, times)])


_one_vector, _two_vectors = _block_of_sums(1), _block_of_sums(2)
_one_lanewise, _two_lanewise = _block_of_sums(1, spread=False), _block_of_sums(2, spread=False)


def _products(  # type: ignore[no-untyped-def]
    rows, width, a, b, c, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3, b_panel, c_row, add
):
    """C[m, f] (+)= Σ A[m, k] · B[k, f] for `rows` rows and `width` columns of any number.

    As in `_block_of_sums`; `b_panel` is the distance from one panel of columns to the next, where
    B was packed into panels, and PANEL where its rows lie in one piece.
    """
    for first in range(0, width, PANEL):
        left = width - first
        source, target = b + 4 * (first // PANEL) * b_panel, c + 4 * first
        blocks = (rows + ROWS - 1) // ROWS
        start = 0
        for number in range(blocks):
            end = rows * (number + 1) // blocks
            here, there = a + 4 * start * a_row, target + 4 * start * c_row
            if left > LANES:
                _two_vectors(
                    end - start, here, source, there, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3,
                    LANES, c_row, LANES, add, min(left - LANES, LANES),
                )  # fmt: skip
            else:
                _one_vector(
                    end - start, here, source, there, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3,
                    LANES, c_row, LANES, add, left,
                )  # fmt: skip
            start = end


def _lane_products(  # type: ignore[no-untyped-def]
    rows, width, a, b, c, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3, c_row, add
):
    """C[m, f] (+)= Σ A[m, k, f] · B[k, f]: every column has terms of its own."""
    for first in range(0, width, PANEL):
        left = width - first
        source, target = b + 4 * first, c + 4 * first
        blocks = (rows + ROWS - 1) // ROWS
        start = 0
        for number in range(blocks):
            end = rows * (number + 1) // blocks
            here, there = a + 4 * (start * a_row + first), target + 4 * start * c_row
            if left > LANES:
                _two_lanewise(
                    end - start, here, source, there, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3,
                    LANES, c_row, LANES, add, min(left - LANES, LANES),
                )  # fmt: skip
            else:
                _one_lanewise(
                    end - start, here, source, there, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3,
                    LANES, c_row, LANES, add, left,
                )  # fmt: skip
            start = end


@cache
def products() -> tuple[int, int]:
    """The addresses of both functions above; compiled when they are first asked for.

    Kernels call them by address: were they compiled into every kernel, each would take as long as
    these two.
    """
    functions = ((_products, 18), (_lane_products, 17))
    made: list[Any] = [
        cfunc(types.void(*(types.int64,) * count), cache=True)(function)
        for function, count in functions
    ]
    _kept.extend(made)
    return int(made[0].address), int(made[1].address)


_kept: list[Any] = []  # compiled functions, which must outlive their addresses


def _caller(count: int) -> Any:
    """Writes a call of a function of `count` int64 at an address that is a number."""

    def write(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [_INT] * count)
        builder.call(builder.inttoptr(values[0], kind.as_pointer()), values[1:])
        return ir.Constant(ir.IntType(8).as_pointer(), None)

    return types.none(*(types.int64,) * (count + 1)), write


def _call_products(  # type: ignore[no-untyped-def]
    context, address, rows, width, a, b, c, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3, b_panel,
    c_row, add,
):  # fmt: skip
    """Call `_products`, which lies at the address `products()[0]`."""
    return _caller(18)


def _call_lane_products(  # type: ignore[no-untyped-def]
    context, address, rows, width, a, b, c, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3, c_row, add,
):  # fmt: skip
    """Call `_lane_products`, which lies at the address `products()[1]`."""
    return _caller(17)


add_products: Any = intrinsic(_call_products)
add_lane_products: Any = intrinsic(_call_lane_products)
