"""What vectors do, written down for LLVM: come from memory, go there, meet each other.

Numba's own vectorizer neither keeps blocks of sums in registers nor sees through comparisons of
comparisons; the loops that matter are therefore written by hand, with these words.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils as _cgutils

from core.backend.compiled.lanes import LANES

INT = ir.IntType(64)
SHORT = ir.IntType(32)
FLOAT = ir.FloatType()
VECTOR = ir.VectorType(FLOAT, LANES)
MASK = ir.VectorType(ir.IntType(1), LANES)
NOTHING = ir.Constant(ir.IntType(8).as_pointer(), None)  # what a function gives that gives nothing
_NAMES = {FLOAT: "f32", SHORT: "i32"}
SIZE = 4  # bytes of a number
_ALIGNMENT = ir.Constant(SHORT, SIZE)

cgutils: Any = _cgutils  # carries no types


class Vectors:
    """Writes what vectors of LANES numbers do: come from memory, go there, are compared.

    What a function is `given`, by name: int64; addresses in bytes, distances in numbers.
    """

    def __init__(self, builder: Any, given: dict[str, Any]) -> None:
        self.builder, self.given = builder, given

    def load(self, source: Any, mask: Any) -> Any:
        """A vector from memory; lanes that the mask leaves out are 0 and are not touched."""
        kind = ir.VectorType(source.type.pointee, LANES)
        get = cgutils.get_or_insert_function(
            self.builder.module,
            ir.FunctionType(kind, [kind.as_pointer(), SHORT, MASK, kind]),
            f"llvm.masked.load.v{LANES}{_NAMES[kind.element]}.p0",
        )
        source = self.builder.bitcast(source, kind.as_pointer())
        nothing = ir.Constant(kind, None)
        return self.builder.call(get, [source, _ALIGNMENT, mask, nothing])

    def store(self, vector: Any, target: Any, mask: Any) -> None:
        """A vector into memory, the lanes of the mask alone."""
        kind = vector.type
        put = cgutils.get_or_insert_function(
            self.builder.module,
            ir.FunctionType(ir.VoidType(), [kind, kind.as_pointer(), SHORT, MASK]),
            f"llvm.masked.store.v{LANES}{_NAMES[kind.element]}.p0",
        )
        target = self.builder.bitcast(target, kind.as_pointer())
        self.builder.call(put, [vector, target, _ALIGNMENT, mask])

    def mask(self, count: Any) -> Any:
        """True in the first `count` lanes."""
        kind = ir.VectorType(SHORT, LANES)
        lanes = self.builder.trunc(count, SHORT)
        numbers = ir.Constant(kind, list(range(LANES)))
        return self.builder.icmp_signed("<", numbers, self.in_all_lanes(lanes, kind))

    def vector_of(self, kind: Any) -> Any:
        """The type of a vector of such numbers."""
        return ir.VectorType(kind, LANES)

    def in_all_lanes(self, value: Any, kind: Any) -> Any:
        """One number in all lanes of a vector."""
        nothing, first = ir.Constant(kind, ir.Undefined), ir.Constant(SHORT, 0)
        vector = self.builder.insert_element(nothing, value, first)
        zeros = ir.Constant(ir.VectorType(SHORT, LANES), [0] * LANES)
        return self.builder.shuffle_vector(vector, nothing, zeros)

    def moved(self, pointer: Any, distance: Any, times: Any) -> Any:
        """The pointer after `times` times `distance` numbers."""
        if isinstance(times, int):
            times = ir.Constant(INT, times)
        return self.builder.gep(pointer, [self.builder.mul(distance, times)])

    def vector(self, pointer: Any, number: int) -> Any:
        """The pointer to a vector behind the first; vectors lie one after the other."""
        return self.builder.gep(pointer, [ir.Constant(INT, number * LANES)])

    def number(self, place: Any) -> Any:
        """The number at a place, in all lanes."""
        value = self.builder.load(place)
        value.align = 4
        return self.in_all_lanes(value, VECTOR)

    def pointer(self, name: str, kind: Any = FLOAT) -> Any:
        """What was given as an address, as a pointer to numbers of a kind."""
        return self.builder.inttoptr(self.given[name], kind.as_pointer())


def caller(count: int) -> Any:
    """Writes a call of a function of `count` int64 at an address that is a number."""

    def write(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [INT] * count)
        builder.call(builder.inttoptr(values[0], kind.as_pointer()), values[1:])
        return NOTHING

    return types.none(*(types.int64,) * (count + 1)), write
