"""What people read can be translated, and what translators work on is current."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import designer.window  # noqa: F401  (all declared values exist once the window can be made)
from tests.house.tree import PRODUCT, label, sources
from tests.support.messages import POT, calls, catalog

SOURCES = [path for path in sources(*PRODUCT) if label(path) != "core/tongue.py"]


def test_the_template_is_current() -> None:
    with POT.open("rb") as file:
        stored = {message.id for message in read_po(file)}
    found = {message.id for message in catalog()}
    known = "run `python -m tests.campaigns.translations`"
    assert not found - stored, f"{known}; new: {sorted(map(str, found - stored))[:5]}"
    assert not stored - found, f"{known}; gone: {sorted(map(str, stored - found))[:5]}"


@pytest.mark.parametrize("path", SOURCES, ids=label)
def test_calls_fill_the_places_of_their_texts(path: Path) -> None:
    wrong = [
        f"{label(path)}:{call.lineno}: places {sorted(places)}, values {sorted(values)}"
        for call in calls(path)
        if (values := {one.arg or "**" for one in call.keywords})
        if values != (places := places_of(call))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", SOURCES, ids=label)
def test_no_text_is_put_together_before_it_is_looked_up(path: Path) -> None:
    """A text with values in it already is in no catalogue; only counted nouns are made so."""
    wrong = [
        f"{label(path)}:{call.lineno}"
        for call in calls(path)
        for text in call.args[:1]
        if isinstance(text, ast.JoinedStr | ast.BinOp)
        if label(path) not in ("core/data/words.py", "designer/viewers/words.py")
    ]
    assert not wrong, "\n".join(wrong)


def places_of(call: ast.Call) -> set[str]:
    """The names in the braces of a call's texts; those of its values where it has no literal."""
    texts = [one.value for one in call.args[:2] if isinstance(one, ast.Constant)]
    plain = [text for text in texts if isinstance(text, str)]
    if not plain:
        return {one.arg or "**" for one in call.keywords}
    return {name for text in plain for _, name, _, _ in Formatter().parse(text) if name is not None}
