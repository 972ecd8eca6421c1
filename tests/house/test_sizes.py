"""A file or a function that has grown past reading at one sitting is two ideas."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.tree import functions, label, sources

FILE_LINES = 500
FUNCTION_LINES = 60
FILES = sources("core", "designer", "tests")


@pytest.mark.parametrize("path", FILES, ids=label)
def test_file_is_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= FILE_LINES, f"{label(path)} has {lines} lines, at most {FILE_LINES} are allowed"


@pytest.mark.parametrize("path", FILES, ids=label)
def test_functions_are_short(path: Path) -> None:
    long = {node.name: length(node) for node in functions(path) if length(node) > FUNCTION_LINES}
    assert not long, f"longer than {FUNCTION_LINES} lines in {label(path)}: {long}"


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, the docstring not counted: explaining costs nothing."""
    first = node.body[0]
    is_docstring = ast.get_docstring(node) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring
