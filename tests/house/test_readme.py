"""What the README promises is there."""

from __future__ import annotations

import re

from core import cli
from tests.house.tree import ROOT

OUTSIDE_THE_ENGINE = {"demo"}  # commands that the designer adds


def test_every_command_of_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"`striate ([a-z]+)", text))
    assert named - OUTSIDE_THE_ENGINE <= set(cli.commands.commands)
    assert named >= OUTSIDE_THE_ENGINE


def test_every_folder_of_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    places = re.findall(r"`((?:core|designer|resources|tests)/[\w./]*)`", text)
    named = [place for place in places if "NAME" not in place]
    assert len(named) > 10
    assert [place for place in named if not (ROOT / place).exists()] == []
