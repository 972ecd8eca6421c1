"""Texts in another language: found, filled in, and passed over where they are wrong."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests.house.tree import ROOT

GERMAN: dict[str | tuple[str, str], str | tuple[str, str]] = {
    "Open": "Öffnen",
    "{title} has {count:,} weights.": "{count:,} Gewichte hat {title}.",
    ("{count} layer", "{count} layers"): ("{count} Schicht", "{count} Schichten"),
    # What a careless translator could write:
    "Save {name}": "Sichere {nmae}",
    "Close {name}": "Schließe {name.__class__}",
    "Cut {name}": "Schneide {name",
    "Give {count:,}": "Gib {count:>9999999999}",
}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder with a German catalogue."""
    catalog = Catalog(locale="de", charset="utf-8")
    for id, string in GERMAN.items():
        catalog.add(id, string)
    folder = tmp_path / "locale" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    out = io.BytesIO()
    write_mo(out, catalog)
    (folder / "striate.mo").write_bytes(out.getvalue())
    return tmp_path


def said(state: Path, languages: str, expression: str) -> str:
    """What an expression gives in a new process that speaks a language."""
    program = f"from core.tongue import *; print({expression})"
    environment = {
        **os.environ, "STRIATE_STATE": str(state), "STRIATE_LANGUAGE": languages,
        "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True,
        encoding="utf-8", check=True,
    )  # fmt: skip
    return done.stdout.rstrip("\n")


ALL = """'|'.join([tr('Open'), tr('Shut'), tr(''), tr('{title} has {count:,} weights.', title='a',
 count=1200), trn('{count} layer', '{count} layers', 1, count=1),
 trn('{count} layer', '{count} layers', 5, count=5), language()])"""
ENGLISH = "Open|Shut||a has 1,200 weights.|1 layer|5 layers|en"


def test_german_is_spoken(state: Path) -> None:
    wanted = "Öffnen|Shut||1,200 Gewichte hat a.|1 Schicht|5 Schichten|de"
    assert said(state, "de", ALL) == wanted
    assert said(state, "de-AT:en", ALL) == wanted  # the nearest that there is


@pytest.mark.parametrize("languages", ["", "en", "en-US:de", "fr", "C", "../..", "de/../de"])
def test_english_is_spoken(state: Path, languages: str) -> None:
    assert said(state, languages, ALL) == ENGLISH


def test_wrong_translations_are_passed_over(state: Path) -> None:
    expression = """'|'.join([tr('Save {name}', name='a'), tr('Close {name}', name='a'),
     tr('Cut {name}', name='a'), tr('Give {count:,}', count=1200)])"""
    assert said(state, "de", expression) == "Save a|Close a|Cut a|Give 1,200"


def test_braces_without_values_are_left(state: Path) -> None:
    assert said(state, "de", "tr('a {set} of {}')") == "a {set} of {}"


def test_a_damaged_catalogue_is_english(state: Path) -> None:
    path = state / "locale" / "de" / "LC_MESSAGES" / "striate.mo"
    for content in (b"", b"no catalogue", path.read_bytes()[:100], path.read_bytes()[:-40]):
        path.write_bytes(content)
        assert said(state, "de", "tr('Shut'), language()") in ("Shut en", "Shut de")
