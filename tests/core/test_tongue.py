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

from core import languages
from core.languages import SYSTEM
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


def said(state: Path, told: str, expression: str) -> str:
    """What an expression gives in a new process that is told to speak a language."""
    program = f"from core.tongue import *; print({expression})"
    kept = {name: value for name, value in os.environ.items() if name not in SYSTEM}
    environment = {
        **kept, "STRIATE_STATE": str(state), "STRIATE_LANGUAGE": told,
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
    nearest = "tr('Open') + ' ' + language()"
    assert said(state, "de-AT:en", nearest) == "Öffnen de_AT"
    assert said(state, "C:de_DE.UTF-8@euro", nearest) == "Öffnen de_DE"


@pytest.mark.parametrize("languages", ["", "en", "en-US:de", "fr", "C", "../..", "de/../de"])
def test_english_is_spoken(state: Path, languages: str) -> None:
    assert said(state, languages, ALL) == ENGLISH


@pytest.mark.parametrize(
    ("told", "chosen", "system", "wanted"),
    [
        ("", "", {}, ""),
        ("", "de\n", {"LANG": "fr_FR.UTF-8"}, "de"),
        ("", "en", {"LANG": "de_DE.UTF-8"}, "en"),
        ("fr:de", "en", {"LANG": "de_DE.UTF-8"}, "fr:de"),
        ("", "", {"LANG": "de_DE.UTF-8"}, "de_DE.UTF-8"),
        ("", "", {"LANG": "de_DE", "LC_ALL": "fr_FR"}, "fr_FR"),
        ("", "", {"LANG": "de_DE", "LC_ALL": "fr_FR", "LANGUAGE": "pt:es"}, "pt:es"),
        ("", "fr", {"LANG": "de_DE"}, "de_DE"),  # the catalogue of what was chosen is gone
        ("", "../..", {}, ""),
        ("", "de" * 50, {}, ""),
    ],
)
def test_told_comes_before_chosen_and_chosen_before_the_systems(
    state: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: str,
    chosen: str,
    system: dict[str, str],
    wanted: str,
) -> None:
    (state / "language").write_text(chosen, encoding="utf-8")
    for name in SYSTEM:
        monkeypatch.delenv(name, raising=False)
    for name, value in {"STRIATE_STATE": str(state), "STRIATE_LANGUAGE": told, **system}.items():
        monkeypatch.setenv(name, value)
    assert languages.wanted() == wanted


def test_an_unreadable_choice_is_none(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIATE_STATE", str(state))
    (state / "language").write_bytes(b"\xff\xfe\x00")
    assert languages.chosen() == ""
    (state / "language").unlink()
    (state / "language").mkdir()
    assert languages.chosen() == ""


def test_languages_with_a_sound_catalogue_are_found(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIATE_STATE", str(state))
    german = (state / "locale" / "de" / "LC_MESSAGES" / "striate.mo").read_bytes()
    for name, content in (("pt_BR", german), ("fr", b"damaged"), ("en_GB", german), ("x", german)):
        folder = state / "locale" / name / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "striate.mo").write_bytes(content)
    assert languages.found() == ["de", "pt_BR"]


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
