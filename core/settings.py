"""Declared settings: one declaration gives the check, the form, the file format and the help.

Layers, optimizers, plans and data sources are frozen dataclasses whose fields are made by
`setting()`. Each field has a `Kind` that knows what a legal value is and how it is written to JSON.

    @dataclass(frozen=True)
    class LeakyReLU(Declared):
        negative_slope: float = setting(0.01, Float(low=0.0), help="Slope for x < 0.")
"""

from __future__ import annotations

import dataclasses
import math
import numbers
import reprlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

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


class SettingError(ValueError):
    """A value that a setting cannot take.

    Attributes: `setting` (its name), `sentence` (what was expected and what came). The error's own
    text also names the class, where one was being made.
    """

    def __init__(self, setting: str, sentence: str, *, owner: str = "") -> None:
        super().__init__(f"{owner}, {setting}: {sentence}" if owner else f"{setting}: {sentence}")
        self.setting = setting
        self.sentence = sentence


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
            raise ValueError(f"a whole number is expected, {_short(value)} came")
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
            raise ValueError(f"a number is expected, {_short(value)} came")
        try:
            number = float(value)
        except OverflowError:
            raise ValueError("a finite number is expected, a larger one came") from None
        if not math.isfinite(number):
            raise ValueError(f"a finite number is expected, {number} came")
        if self.open_low and self.low is not None and number <= self.low:
            raise ValueError(f"a number above {self.low:g} is expected, {number:g} came")
        _check_range(number, self.low, self.high)
        return number

    def show(self, value: float) -> str:
        return f"{value:g}"


@dataclass(frozen=True)
class Bool(Kind):
    """Yes or no."""

    def convert(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError(f"true or false is expected, {_short(value)} came")
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
            raise ValueError(f"one of {', '.join(self.options)} is expected, {_short(value)} came")
        return value

    def show(self, value: str) -> str:
        return self.labels[self.options.index(value)] if self.labels else value


@dataclass(frozen=True)
class Text(Kind):
    """A line of text of at most `longest` characters; `path` asks the form for a folder button."""

    longest: int = 4096
    path: bool = False

    def convert(self, value: object) -> str:
        if not isinstance(value, str):
            raise ValueError(f"text is expected, {_short(value)} came")
        if len(value) > self.longest:
            raise ValueError(f"at most {self.longest} characters are expected, {len(value)} came")
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
            raise ValueError(f"{self.length} whole numbers are expected, {_short(value)} came")
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
            raise ValueError(f"a row of numbers is expected, {_short(value)} came")
        if len(value) > self.longest:
            raise ValueError(f"at most {self.longest} numbers are expected, {len(value)} came")
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
            raise ValueError(f"1 to {self.longest} sizes are expected, {_short(value)} came")
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


@dataclass(frozen=True)
class OneOf(Kind):
    """Another declared value, chosen from a catalogue of classes by name.

    In JSON it is an object whose "type" is the class name.
    """

    classes: tuple[type[Declared], ...]

    def convert(self, value: object) -> Declared:
        if isinstance(value, self.classes):
            return value
        if isinstance(value, Mapping):
            return from_json(value, self.classes)
        names = ", ".join(cls.__name__ for cls in self.classes)
        raise ValueError(f"one of {names} is expected, {_short(value)} came")

    def to_json(self, value: Declared) -> dict[str, Any]:
        return to_json(value)

    def show(self, value: Declared) -> str:
        return value.label


@dataclass(frozen=True)
class Several(Kind):
    """A row of declared values, each chosen from a catalogue; it may be empty.

    `presets` are rows with a name that the form offers. In JSON it is a list of objects.
    """

    classes: tuple[type[Declared], ...]
    presets: tuple[tuple[str, tuple[Declared, ...]], ...] = ()
    longest: int = 32

    def convert(self, value: object) -> tuple[Declared, ...]:
        if not isinstance(value, list | tuple) or len(value) > self.longest:
            raise ValueError(f"a list of at most {self.longest} is expected, {_short(value)} came")
        one = OneOf(self.classes)
        return tuple(one.convert(item) for item in value)

    def to_json(self, value: tuple[Declared, ...]) -> list[dict[str, Any]]:
        return [to_json(item) for item in value]

    def show(self, value: tuple[Declared, ...]) -> str:
        return ", ".join(item.label for item in value) or "none"


@dataclass(frozen=True)
class Setting:
    """One declared field: its name, kind, default and the words that describe it.

    `keras` is Keras's name where it differs from PyTorch's (which is `name`);
    `advanced` settings stand in the folded part of a form;
    `brief` is how a node shows the value, for example "{} filters" (empty: not shown);
    `quiet` is the value at which the node leaves it out.
    """

    name: str
    kind: Kind
    default: Any
    label: str
    help: str
    keras: str = ""
    advanced: bool = False
    brief: str = ""
    quiet: Any = None

    def converted(self, value: object) -> Any:
        """The value in its canonical form; SettingError where it is illegal."""
        try:
            return self.kind.convert(value)
        except ValueError as error:
            raise _named(self.name, error) from None


def setting(
    default: object,
    kind: Kind,
    *,
    help: str,
    label: str = "",
    keras: str = "",
    advanced: bool = False,
    brief: str = "",
    quiet: object = None,
) -> Any:
    """Declare a field of a `Declared` class; see `Setting` for the meaning of each word."""
    words = {"label": label, "help": help, "keras": keras, "brief": brief, "quiet": quiet}
    metadata = {"kind": kind, "advanced": advanced, **words}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Declared:
    """Base of every value made of settings: immutable, checked, comparable, written to JSON."""

    def __post_init__(self) -> None:
        try:
            for item in settings_of(type(self)):
                object.__setattr__(self, item.name, item.converted(getattr(self, item.name)))
            self.check()
        except SettingError as error:
            name = type(self).__name__
            raise SettingError(error.setting, error.sentence, owner=name) from None

    def check(self) -> None:
        """Rules between settings; SettingError names the one to change."""

    @property
    def label(self) -> str:
        """The value's name for people; the class name unless a class says otherwise."""
        return type(self).__name__

    def replace(self, **changes: object) -> Self:
        """The same value with some settings changed; SettingError where one is illegal."""
        unknown = set(changes) - {item.name for item in settings_of(type(self))}
        if unknown:
            name = sorted(unknown)[0]
            raise SettingError(name, f"{type(self).__name__} has no setting of this name")
        return dataclasses.replace(self, **changes)

    def brief(self) -> str:
        """The settings in short, as a node shows them: `6 filters · 5×5 · pad 2`."""
        parts = []
        for item in settings_of(type(self)):
            value = getattr(self, item.name)
            if item.brief and value != item.quiet:
                parts.append(item.brief.format(item.kind.show(value)))
        return " · ".join(parts)


_KNOWN: dict[type[Declared], tuple[Setting, ...]] = {}


def settings_of(cls: type[Declared]) -> tuple[Setting, ...]:
    """The declared settings of a class, in the order of its fields."""
    if cls not in _KNOWN:
        _KNOWN[cls] = tuple(_setting_of(field) for field in dataclasses.fields(cls))
    return _KNOWN[cls]


def _setting_of(field: dataclasses.Field[Any]) -> Setting:
    words = dict(field.metadata)
    kind = words.pop("kind")
    words["label"] = words["label"] or field.name.replace("_", " ").capitalize()
    return Setting(field.name, kind, kind.convert(field.default), **words)


def to_json(value: Declared) -> dict[str, Any]:
    """The value as plain JSON data with every setting written out, "type" first."""
    data: dict[str, Any] = {"type": type(value).__name__}
    for item in settings_of(type(value)):
        data[item.name] = item.kind.to_json(getattr(value, item.name))
    return data


def from_json(data: Mapping[str, Any], classes: tuple[type[Declared], ...]) -> Declared:
    """The value that `to_json` wrote, made from one of `classes`.

    Missing settings take their defaults (older files); unknown types and settings are refused
    with a SettingError.
    """
    by_name = {cls.__name__: cls for cls in classes}
    kind = data.get("type")
    if not isinstance(kind, str) or kind not in by_name:
        names = [*list(by_name)[:_MOST_NAMES], *(["…"] if len(by_name) > _MOST_NAMES else [])]
        raise SettingError("type", f"one of {', '.join(names)} is expected, {_short(kind)} came")
    cls = by_name[kind]
    known = {item.name for item in settings_of(cls)}
    for name in data:
        if name != "type" and name not in known:
            raise SettingError(name, f"{kind} has no setting of this name")
    return cls(**{name: value for name, value in data.items() if name != "type"})


def _check_range(number: float, low: float | None, high: float | None) -> None:
    if low is not None and number < low:
        raise ValueError(f"{_plain(low)} or more is expected, {_plain(number)} came")
    if high is not None and number > high:
        raise ValueError(f"{_plain(high)} or less is expected, {_plain(number)} came")


def _short(value: object) -> str:
    """A value as it came, cut to a length that a sentence can bear."""
    return _SHORT.repr(value)


_MOST_NAMES = 12  # that a sentence lists
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60


def _plain(number: float) -> str:
    """A number in a sentence: whole ones with all their digits, unless there are too many."""
    if not isinstance(number, int):
        return f"{number:g}"
    return str(number) if number.bit_length() < 64 else "a number of more than 19 digits"


def _named(name: str, error: ValueError) -> SettingError:
    """The error with the setting's name, a nested setting's path in front."""
    if isinstance(error, SettingError):
        return SettingError(f"{name}.{error.setting}", error.sentence)
    return SettingError(name, str(error))
