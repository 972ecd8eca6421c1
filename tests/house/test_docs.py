"""Everything public explains itself, and the repository names no place outside itself."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from core.layers import CATALOGUE
from core.layers.base import Layer
from tests.house.tree import PRODUCT, ROOT, label, sources, tree

SECTIONS = ("Formula", "Shape", "Backward", "Source")

# Folders of one person's or one machine's own, and hosts that serve packages.
FOREIGN = re.compile(
    r"(?<![\w.~$}/])/(?:home|root|Users|work|workspace|opt|mnt|tmp)/\w"
    r"|\b[A-Za-z]:\\\\?Users\b"
    r"|\b(?:pypi|files\.pythonhosted|test\.pypi|deb\.debian|archive\.ubuntu)\.(?:org|com)\b"
)
TEXT = {".py", ".md", ".toml", ".sh", ".json", ".svg", ".cu", ".h", ".html", ".txt", ""}


@pytest.mark.parametrize("path", sources(*PRODUCT), ids=label)
def test_public_names_have_docstrings(path: Path) -> None:
    silent = [
        node.name
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent, f"no docstring in {label(path)}: {', '.join(silent)}"


@pytest.mark.parametrize("path", sources(*PRODUCT), ids=label)
def test_modules_say_what_they_are(path: Path) -> None:
    assert ast.get_docstring(tree(path)), f"{label(path)} needs a first line that says what it is"


@pytest.mark.parametrize("layer", CATALOGUE, ids=lambda layer: layer.__name__)
def test_layers_are_documented_in_full(layer: type[Layer]) -> None:
    text = layer.__doc__ or ""
    # A dataclass without a docstring gets its signature as one.
    assert not text.startswith(f"{layer.__name__}("), f"{layer.__name__} has no docstring"
    missing = [name for name in SECTIONS if not re.search(rf"^\s*{name}:", text, re.MULTILINE)]
    assert not missing, f"the docstring of {layer.__name__} lacks {', '.join(missing)}"


def test_no_place_outside_the_repository_is_named() -> None:
    found = [
        f"{label(path)}:{number}: {line.strip()[:80]}"
        for path in repository()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if FOREIGN.search(line)
    ]
    assert not found, "\n".join(found)


def repository() -> list[Path]:
    """Every text file that git tracks or would add, without this one, which must name places."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:  # an unpacked archive without git
        pytest.skip("no git repository here")
    paths = (ROOT / name for name in done.stdout.splitlines())
    here = Path(__file__)
    return [path for path in paths if path.suffix in TEXT and path.is_file() and path != here]
