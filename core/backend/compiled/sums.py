"""The innermost loops: C[m, f] = Σ_k A[m, k] · B[k, f], in blocks that registers hold.

Everything dense is such a sum: rows m are places of a map or cells of a filter, f runs along the
lanes of the vectors, k counts the terms in three nested loops, so that a window is walked where it
lies and is never copied out.
"""

from __future__ import annotations

from functools import cache, partial
from typing import Any, NamedTuple

from numba import cfunc, types
from numba.extending import intrinsic

from core.backend.compiled.blocks import Block, block
from core.backend.compiled.lanes import LANES, PANEL, ROWS, THREE_ROWS
from core.backend.compiled.vectors import INT, caller, cgutils

_ARGUMENTS = (
    "rows", "a", "b", "c", "a_row", "k1", "a1", "b1", "k2", "a2", "b2", "k3", "a3", "b3",
    "c_row", "add", "lanes",
)  # fmt: skip


class _Products(Block):
    """A[m, k] · B[k, f]; where `spread`, each number of A meets all lanes of B.

    Otherwise A has a number for each lane, too. a_row: from one row of A to the next. k1 a1 b1
    (k2…, k3…): how often each loop runs and how far it moves in A and B.
    """

    def __init__(self, *block: Any, spread: bool = True, apart: bool = False) -> None:
        super().__init__(*block, apart=apart)
        self.spread = spread

    def add_terms(self) -> None:
        self._loop(1, self.pointer("a"), self.pointer("b"))

    def _loop(self, level: int, a: Any, b: Any) -> None:
        """Loop `level` of the three; the terms themselves are inside the third."""
        if level > 3:
            self._add_term(a, b)
            return
        given = self.given
        with cgutils.for_range(self.builder, given[f"k{level}"], intp=INT) as loop:
            self._loop(
                level + 1,
                self.moved(a, given[f"a{level}"], loop.index),
                self.moved(b, given[f"b{level}"], loop.index),
            )

    def _add_term(self, a: Any, b: Any) -> None:
        """sums[m][v] += A[m] · B[v]."""
        terms = self.row_of(b)
        for number, row in enumerate(self.sums):
            here = self.moved(a, self.given["a_row"], number)
            factors = [self.number(here)] * len(row) if self.spread else self.row_of(here)
            self.add_row(row, factors, terms)


def _block_of_products(vectors: int, *, spread: bool = True) -> Any:
    @intrinsic
    def products(  # type: ignore[no-untyped-def]
        context, rows, a, b, c, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3,
        c_row, add, lanes,
    ):  # fmt: skip
        return block(partial(_Products, spread=spread), _ARGUMENTS, vectors)

    return products


def _block_apart(vectors: int) -> Any:
    @intrinsic
    def products(  # type: ignore[no-untyped-def]
        context, rows, a, b, c, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3,
        c_row, add, lanes, b_vector, c_vector,
    ):  # fmt: skip
        return block(partial(_Products, apart=True), (*_ARGUMENTS, "b_vector", "c_vector"), vectors)

    return products


_one_vector, _two_vectors = _block_of_products(1), _block_of_products(2)
_one_lanewise = _block_of_products(1, spread=False)
_two_lanewise = _block_of_products(2, spread=False)
_two_apart, _three_apart = _block_apart(2), _block_apart(3)


def _products(  # type: ignore[no-untyped-def]
    rows, width, a, b, c, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3, b_panel, c_row, add
):
    """C[m, f] (+)= Σ A[m, k] · B[k, f] for `rows` rows and `width` columns of any number.

    As in `_Products`; `b_panel` is the distance from one panel of columns to the next, where
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
                    c_row, add, min(left - LANES, LANES),
                )  # fmt: skip
            else:
                _one_vector(
                    end - start, here, source, there, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3,
                    c_row, add, left,
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
                    c_row, add, min(left - LANES, LANES),
                )  # fmt: skip
            else:
                _one_lanewise(
                    end - start, here, source, there, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3,
                    c_row, add, left,
                )  # fmt: skip
            start = end


def _apart_products(  # type: ignore[no-untyped-def]
    rows, vectors, a, b, c, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3, b_vector, c_row, c_vector,
    add, lanes,
):  # fmt: skip
    """C[m, v, f] (+)= Σ A[m, k] · B[k, v, f] for any number of vectors v of `lanes` numbers f.

    Up to three vectors meet each number of A once it is at hand.
    """
    for first in range(0, vectors, 3):
        count = min(3, vectors - first)
        source, target = b + 4 * first * b_vector, c + 4 * first * c_vector
        high = THREE_ROWS if count == 3 else ROWS
        blocks = (rows + high - 1) // high
        start = 0
        for number in range(blocks):
            end = rows * (number + 1) // blocks
            here, there = a + 4 * start * a_row, target + 4 * start * c_row
            if count == 3:
                _three_apart(
                    end - start, here, source, there, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3,
                    c_row, add, lanes, b_vector, c_vector,
                )  # fmt: skip
            elif count == 2:
                _two_apart(
                    end - start, here, source, there, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3,
                    c_row, add, lanes, b_vector, c_vector,
                )  # fmt: skip
            else:
                _one_vector(
                    end - start, here, source, there, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3,
                    c_row, add, lanes,
                )  # fmt: skip
            start = end


class Products(NamedTuple):
    """The addresses of the functions above, for `add_products` and its like."""

    plain: int
    lanewise: int
    apart: int


@cache
def products() -> Products:
    """All of them; compiled when they are first asked for.

    Kernels call them by address: were they compiled into every kernel, each would take as long as
    these.
    """
    functions = ((_products, 18), (_lane_products, 17), (_apart_products, 20))
    made: list[Any] = [
        cfunc(types.void(*(types.int64,) * count), cache=True)(function)
        for function, count in functions
    ]
    _kept.extend(made)
    return Products(*(int(one.address) for one in made))


_kept: list[Any] = []  # compiled functions, which must outlive their addresses


def _call_products(  # type: ignore[no-untyped-def]
    context, address, rows, width, a, b, c, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3, b_panel,
    c_row, add,
):  # fmt: skip
    """Call `_products`, which lies at the address `products().plain`."""
    return caller(18)


def _call_lane_products(  # type: ignore[no-untyped-def]
    context, address, rows, width, a, b, c, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3, c_row, add,
):  # fmt: skip
    """Call `_lane_products`, which lies at the address `products().lanewise`."""
    return caller(17)


def _call_apart_products(  # type: ignore[no-untyped-def]
    context, address, rows, vectors, a, b, c, a_row, k1, a1, b1, k2, a2, b2, k3, a3, b3, b_vector,
    c_row, c_vector, add, lanes,
):  # fmt: skip
    """Call `_apart_products`, which lies at the address `products().apart`."""
    return caller(20)


add_products: Any = intrinsic(_call_products)
add_lane_products: Any = intrinsic(_call_lane_products)
add_apart_products: Any = intrinsic(_call_apart_products)
