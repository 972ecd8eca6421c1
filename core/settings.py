"""Declared settings: one declaration gives the check, the form, the file format and the help.

Layers, optimizers, plans and data sources are frozen dataclasses whose fields are made by
`setting()`. Each field has a `Kind` that knows what a legal value is and how it is written to JSON.

    @dataclass(frozen=True)
    class LeakyReLU(Declared):
        negative_slope: float = setting(0.01, Float(low=0.0), help="Slope for x < 0.")
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from core.kinds import Kind, in_short
from core.tongue import tr

_MOST_NAMES = 12  # that a sentence lists


class SettingError(ValueError):
    """A value that a setting cannot take.

    Attributes: `setting` (its name), `sentence` (what was expected and what came). The error's own
    text also names the class, where one was being made.
    """

    def __init__(self, setting: str, sentence: str, *, owner: str = "") -> None:
        super().__init__(f"{owner}, {setting}: {sentence}" if owner else f"{setting}: {sentence}")
        self.setting = setting
        self.sentence = sentence


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
            raise SettingError(
                name, tr("{name} has no setting of this name", name=type(self).__name__)
            )
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
    words |= {name: tr(words[name]) for name in ("label", "help", "brief")}
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
        raise SettingError(
            "type",
            tr(
                "one of {names} is expected, {kind} came",
                names=", ".join(names),
                kind=in_short(kind),
            ),
        )
    cls = by_name[kind]
    known = {item.name for item in settings_of(cls)}
    for name in data:
        if name != "type" and name not in known:
            raise SettingError(name, tr("{kind} has no setting of this name", kind=kind))
    return cls(**{name: value for name, value in data.items() if name != "type"})


def _named(name: str, error: ValueError) -> SettingError:
    """The error with the setting's name, a nested setting's path in front."""
    if isinstance(error, SettingError):
        return SettingError(f"{name}.{error.setting}", error.sentence)
    return SettingError(name, str(error))


# ---- kinds whose values are declared themselves -----------------------------------------


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
        raise ValueError(
            tr("one of {names} is expected, {in_short} came", names=names, in_short=in_short(value))
        )

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
            raise ValueError(
                tr(
                    "a list of at most {longest} is expected, {in_short} came",
                    longest=self.longest,
                    in_short=in_short(value),
                )
            )
        one = OneOf(self.classes)
        return tuple(one.convert(item) for item in value)

    def to_json(self, value: tuple[Declared, ...]) -> list[dict[str, Any]]:
        return [to_json(item) for item in value]

    def show(self, value: tuple[Declared, ...]) -> str:
        return ", ".join(item.label for item in value) or "none"
