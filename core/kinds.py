"""Kinds of settings: what values one can take, how it is written to JSON and shown to people.

`core.settings` declares fields of these kinds.
"""

from __future__ import annotations

import math
import numbers
import reprlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.tongue import tr

Pair = tuple[int, int]
Quad = tuple[int, int, int, int]

if TYPE_CHECKING:
    # What a field may be given and what it then holds: one number stands for all of them.

    class AsPair:
        """Given as a number or a pair, read as a pair."""

        def __get__(self, owner: object, cls: object) -> Pair: ...
        def __set__(self, owner: object, value: int | Pair) -> None: ...

    class AsQuad:
        """Given as a number, a pair or four, read as four sides."""

        def __get__(self, owner: object, cls: object) -> Quad: ...
        def __set__(self, owner: object, value: int | Pair | Quad) -> None: ...

    class AsPadding:
        """Given as a mode, a number, a pair or four, read as a mode or four sides."""

        def __get__(self, owner: object, cls: object) -> str | Quad: ...
        def __set__(self, owner: object, value: str | int | Pair | Quad) -> None: ...

else:
    AsPair, AsQuad, AsPadding = Pair, Quad, str | Quad


class Kind(ABC):
    """What values a setting can take. One form editor exists per kind."""

    @abstractmethod
    def convert(self, value: object) -> Any:
        """The value in its one canonical form; ValueError with a sentence where it is illegal."""

    def to_json(self, value: Any) -> Any:
        """The value as plain JSON data; `convert` reads it back."""
        return list(value) if isinstance(value, tuple) else value

    def show(self, value: Any) -> str:
        """The value as a person reads it in a node or a table."""
        return str(value)


@dataclass(frozen=True)
class Int(Kind):
    """A whole number between `low` and `high`, both included."""

    low: int | None = None
    high: int | None = None

    def convert(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, numbers.Integral):
            raise ValueError(
                tr("a whole number is expected, {in_short} came", in_short=in_short(value))
            )
        number = int(value)
        _check_range(number, self.low, self.high)
        return number


@dataclass(frozen=True)
class Float(Kind):
    """A finite number between `low` and `high`; `log` asks the form to step by factors."""

    low: float | None = None
    high: float | None = None
    log: bool = False
    open_low: bool = False

    def convert(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise ValueError(tr("a number is expected, {in_short} came", in_short=in_short(value)))
        try:
            number = float(value)
        except OverflowError:
            raise ValueError(tr("a finite number is expected, a larger one came")) from None
        if not math.isfinite(number):
            raise ValueError(tr("a finite number is expected, {number} came", number=number))
        if self.open_low and self.low is not None and number <= self.low:
            raise ValueError(
                tr(
                    "a number above {low:g} is expected, {number:g} came",
                    low=self.low,
                    number=number,
                )
            )
        _check_range(number, self.low, self.high)
        return number

    def show(self, value: float) -> str:
        return f"{value:g}"


@dataclass(frozen=True)
class Bool(Kind):
    """Yes or no."""

    def convert(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError(
                tr("true or false is expected, {in_short} came", in_short=in_short(value))
            )
        return value

    def show(self, value: bool) -> str:
        return "yes" if value else "no"


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few words. `labels` are what the form shows for them."""

    options: tuple[str, ...]
    labels: tuple[str, ...] = ()

    def convert(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise ValueError(
                tr(
                    "one of {options} is expected, {in_short} came",
                    options=", ".join(self.options),
                    in_short=in_short(value),
                )
            )
        return value

    def show(self, value: str) -> str:
        return tr(self.labels[self.options.index(value)]) if self.labels else value


@dataclass(frozen=True)
class Text(Kind):
    """A line of text of at most `longest` characters; `path` asks the form for a folder button."""

    longest: int = 4096
    path: bool = False

    def convert(self, value: object) -> str:
        if not isinstance(value, str):
            raise ValueError(tr("text is expected, {in_short} came", in_short=in_short(value)))
        if len(value) > self.longest:
            raise ValueError(
                tr(
                    "at most {longest} characters are expected, {count} came",
                    longest=self.longest,
                    count=len(value),
                )
            )
        return value


@dataclass(frozen=True)
class Ints(Kind):
    """A row of `length` whole numbers; one number stands for all of them.

    `labels` name the positions for the form; `short` shows equal numbers as one.
    """

    length: int = 2
    low: int | None = None
    high: int | None = None
    labels: tuple[str, ...] = ("height", "width")
    short: bool = False

    def convert(self, value: object) -> tuple[int, ...]:
        one = Int(self.low, self.high)
        if not isinstance(value, bool) and isinstance(value, numbers.Integral):
            return (one.convert(value),) * self.length
        if not isinstance(value, list | tuple) or len(value) != self.length:
            raise ValueError(
                tr(
                    "{length} whole numbers are expected, {in_short} came",
                    length=self.length,
                    in_short=in_short(value),
                )
            )
        return tuple(one.convert(number) for number in value)

    def show(self, value: tuple[int, ...]) -> str:
        if self.short and len(set(value)) == 1:
            return str(value[0])
        return "×".join(str(number) for number in value)


@dataclass(frozen=True)
class Floats(Kind):
    """A row of at most `longest` finite numbers between `low` and `high`; it may be empty."""

    low: float | None = None
    high: float | None = None
    longest: int = 1000

    def convert(self, value: object) -> tuple[float, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError(
                tr("a row of numbers is expected, {in_short} came", in_short=in_short(value))
            )
        if len(value) > self.longest:
            raise ValueError(
                tr(
                    "at most {longest} numbers are expected, {count} came",
                    longest=self.longest,
                    count=len(value),
                )
            )
        one = Float(self.low, self.high)
        return tuple(one.convert(number) for number in value)

    def show(self, value: tuple[float, ...]) -> str:
        return ", ".join(f"{number:g}" for number in value) or "none"


@dataclass(frozen=True)
class Dimensions(Kind):
    """A shape of one to `longest` sizes without the batch: (C, H, W), (C, T) or (N,)."""

    longest: int = 3

    def convert(self, value: object) -> tuple[int, ...]:
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= self.longest:
            raise ValueError(
                tr(
                    "1 to {longest} sizes are expected, {in_short} came",
                    longest=self.longest,
                    in_short=in_short(value),
                )
            )
        return tuple(Int(1, 100_000).convert(size) for size in value)

    def show(self, value: tuple[int, ...]) -> str:
        return " × ".join(str(size) for size in (*value[1:], value[0]))


@dataclass(frozen=True)
class Padding(Kind):
    """A named mode, or the rings of cells added on (top, bottom, left, right).

    One number pads every side, a pair pads (height, width). A signal has two `sides`, (before,
    after).
    """

    modes: tuple[str, ...] = ("valid", "half", "full", "same", "ceil")
    high: int = 10_000
    sides: int = 4

    def convert(self, value: object) -> str | tuple[int, ...]:
        if isinstance(value, str) and self.modes:
            return Choice(self.modes).convert(value)
        if self.sides == 4 and isinstance(value, list | tuple) and len(value) == 2:
            size = Int(0, self.high)
            h, w = (size.convert(number) for number in value)
            return (h, h, w, w)
        return Ints(self.sides, 0, self.high).convert(value)

    def show(self, value: str | tuple[int, ...]) -> str:
        if isinstance(value, str):
            return value
        if len(set(value)) == 1:
            return str(value[0])
        if value[::2] == value[1::2]:
            return "×".join(str(cells) for cells in value[::2])
        return ",".join(str(cells) for cells in value)


def _check_range(number: float, low: float | None, high: float | None) -> None:
    if low is not None and number < low:
        raise ValueError(
            tr("{low} or more is expected, {number} came", low=_plain(low), number=_plain(number))
        )
    if high is not None and number > high:
        raise ValueError(
            tr(
                "{high} or less is expected, {number} came",
                high=_plain(high),
                number=_plain(number),
            )
        )


def in_short(value: object) -> str:
    """A value as it came, cut to a length that a sentence can bear."""
    return _SHORT.repr(value)


def _plain(number: float) -> str:
    """A number in a sentence: whole ones with all their digits, unless there are too many."""
    if not isinstance(number, int):
        return f"{number:g}"
    return str(number) if number.bit_length() < 64 else tr("a number of more than 19 digits")


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60
