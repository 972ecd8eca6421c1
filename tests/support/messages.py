"""Every text that people read, collected from the source tree for translators.

A text is found where it is written: in `tr("…")` and `trn("…", "…")`, in the fields of values that
translate themselves (`FIELDS`), in nouns that are counted (`COUNTED`), in the docstrings that are
help pages or what a command says of itself, and in the pages of `resources/help`.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog

from core.cli import commands
from core.explain.pages import names_elsewhere, written
from core.layers import CATALOGUE
from core.layers.base import Layer
from core.settings import Declared, settings_of
from tests.house.tree import PRODUCT, ROOT, label, sources, tree

POT = ROOT / "resources" / "locale" / "striate.pot"
# What translates its own words: the positions of these words, and their names.
FIELDS: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "number_field": ((0, 2), ()),
    "Action": ((1, 5), ("text", "tip")),
    "Finding": ((0,), ("topic",)),
    "Pane": ((1,), ("title",)),
    "Example": ((1, 2), ("title", "sentence")),
    "Stage": ((1,), ("words",)),
    "Note": ((1, 2), ("said", "right")),
    "Template": ((1, 2), ("title", "sentence", "source")),
}
# Calls that count a noun, nouns that are chosen before they are counted, and words that are
# chosen before they are shown.
COUNTED = ("plural", "number")
NOUNS = ("item", "picture")
WORDS = ("map", "channel", "input", "unit", "Strongest", "Weakest", "Random")
_TRANSLATES = ("tr", "trn")


@dataclass(frozen=True)
class Message:
    """A text, its plural ("" where it has none), and the file it stands in."""

    text: str
    many: str
    where: str


def messages() -> Iterator[Message]:
    """Every text in the product, some more than once."""
    for path in sources(*PRODUCT):
        yield from written_in(path)
    for noun in NOUNS:
        yield _counted(noun, "core/data/words.py")
    yield from (Message(word, "", "designer/viewers/step_words.py") for word in WORDS)
    yield from _docstrings()
    yield from of_commands()
    yield from _settings()
    for path in sorted((ROOT / "resources" / "help").rglob("*.md")):
        for paragraph in path.read_text(encoding="utf-8").strip().split("\n\n"):
            yield Message(paragraph, "", label(path))


def written_in(path: Path) -> Iterator[Message]:
    """The texts in the code of a file."""
    for node in sorted(ast.walk(tree(path)), key=lambda node: getattr(node, "lineno", 0)):
        for text, many in _texts(node):
            yield Message(text, many, label(path))


def catalog(of: Iterable[Message] | None = None) -> Catalog:
    """The template of a translation: all texts, or these, each with the files it stands in."""
    found = Catalog(project="Striate", charset="utf-8")
    for message in messages() if of is None else of:
        if not message.text:
            continue
        id = (message.text, message.many) if message.many else message.text
        found.add(id, locations=[(message.where, 1)])
    for one in found:  # Babel takes "0.5 % of" for a format of Python
        one.flags -= {"python-format", "python-brace-format"}
    return found


def calls(path: Path) -> Iterator[ast.Call]:
    """The calls of `tr` and `trn` in a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and _name(node) in _TRANSLATES:
            yield node


def _texts(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Texts and plurals that begin at this node of the source."""
    if not isinstance(node, ast.Call):
        return
    name, words = _name(node), [text for one in node.args[:2] for text in _plain(one)]
    if name == "tr":
        yield from ((text, "") for text in words[:1])
    elif name == "trn" and len(words) == 2:
        yield words[0], words[1]
    elif name in COUNTED and len(node.args) == 2:
        counted = [_counted(noun, "") for noun in _plain(node.args[1])]
        yield from ((one.text, one.many) for one in counted)
    else:
        yield from ((text, "") for one in _fields(name, node) for text in _plain(one))


def _fields(name: str, call: ast.Call) -> Iterator[ast.expr]:
    """What a call fills the translated fields of its value with."""
    positions, names = FIELDS.get(name, ((), ()))
    yield from (call.args[at] for at in positions if at < len(call.args))
    yield from (one.value for one in call.keywords if one.arg in names)


def _plain(node: ast.AST) -> Iterator[str]:
    """The texts that an expression is made of, where it holds nothing but texts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Tuple):
        for one in node.elts:
            yield from _plain(one)


def _name(call: ast.Call) -> str:
    """The last word of what is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _counted(noun: str, where: str) -> Message:
    return Message(f"{{count}} {noun}", f"{{count}} {noun}s", where)


def _docstrings() -> Iterator[Message]:
    """The help pages of layers, and the first lines of all other declared values."""
    for layer in CATALOGUE:
        elsewhere = (name for name in names_elsewhere(layer) if " " in name)
        for text in (*written(layer).values(), *elsewhere):
            yield Message(text, "", _where(layer))
    for cls in declared():
        if not issubclass(cls, Layer) or cls in CATALOGUE:
            yield Message((inspect.getdoc(cls) or "").partition("\n")[0], "", _where(cls))


def of_commands() -> Iterator[Message]:
    """What the commands of the terminal say of themselves."""
    for command in (commands, *commands.commands.values()):
        where = f"{getattr(command.callback, '__module__', '').replace('.', '/')}.py"
        for paragraph in (inspect.getdoc(command.callback) or "").split("\n\n"):
            yield Message(paragraph, "", where)


def _settings() -> Iterator[Message]:
    """What forms say of settings: labels, tool tips, how nodes show them, and choices."""
    for cls in declared():
        for one in settings_of(cls):
            for text in (one.label, one.help, one.brief, *getattr(one.kind, "labels", ())):
                yield Message(text, "", _where(cls))


def declared() -> list[type[Declared]]:
    """All classes of declared values that the product has."""
    found = {cls for cls in _below(Declared) if re.match(r"core\.", cls.__module__)}
    return sorted(found, key=lambda cls: (cls.__module__, cls.__qualname__))


def _below(cls: type[Declared]) -> set[type[Declared]]:
    return {one for below in cls.__subclasses__() for one in (below, *_below(below))}


def _where(cls: type) -> str:
    return f"{cls.__module__.replace('.', '/')}.py"
