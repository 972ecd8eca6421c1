"""Who may import whom: the contracts of pyproject.toml, and what contracts cannot say."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import grimp
import pytest

from tests.house.tree import PRODUCT, ROOT, label, sources, tree

# Importing these, at any distance, never loads Qt.
QT_FREE = (
    "designer.preflight",
    "designer.document.commenting",
    "designer.document.edits",
    "designer.document.finding",
    "designer.document.lineup",
    "designer.document.offers",
    "designer.document.rework",
    "designer.document.spots",
    "designer.document.typed",
    "designer.document.change",
    "designer.document.clip",
    "designer.canvas.arrange",
    "designer.tokens",
    "designer.colormaps",
)
# Drawing helpers know neither the engine nor the design.
PLAIN = (
    "designer.widgets",
    "designer.theme",
    "designer.tokens",
    "designer.colormaps",
    "designer.resources",
)
# What computes on arrays; only the engine's client and the commands may touch it.
COMPUTES = (
    "core.network",
    "core.weights",
    "core.service",
    "core.backend",
    "core.training.train",
    "core.training.trainer",
)
MAY_COMPUTE = ("designer.engine", "designer.demo", "designer.bench", "designer.__main__")

# Formats and calls that run code from a file.
FORBIDDEN_MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_METHODS = {("torch", "load"), ("joblib", "load"), ("np", "loads")}


@cache
def graph() -> grimp.ImportGraph:
    """Every import in core and designer, those inside functions too; libraries by name."""
    return grimp.build_graph(*PRODUCT, include_external_packages=True, cache_dir=None)


def within(module: str, *packages: str) -> bool:
    """Whether a module is one of these packages or lies in one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def test_contracts_are_kept() -> None:
    program = (
        "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_qt_free_modules_reach_no_qt() -> None:
    reached = {
        module: chain
        for module in QT_FREE
        if module in graph().modules and "PySide6" in graph().modules
        if (chain := graph().find_shortest_chain(module, "PySide6"))
    }
    assert not reached, reached


def test_widgets_and_theme_know_neither_core_nor_document() -> None:
    wrong = [
        f"{module} imports {imported}"
        for module in graph().modules
        if within(module, *PLAIN)
        for imported in graph().find_modules_directly_imported_by(module)
        if within(imported, "core", "designer.document") and imported != "core.tongue"
    ]
    assert not wrong, wrong


def test_only_the_engine_computes() -> None:
    wrong = [
        f"{module} imports {imported}"
        for module in graph().modules
        if within(module, "designer") and not within(module, *MAY_COMPUTE)
        for imported in graph().find_modules_directly_imported_by(module)
        if within(imported, *COMPUTES)
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("path", sources(*PRODUCT), ids=label)
def test_nothing_runs_code_from_data(path: Path) -> None:
    wrong = [
        f"{label(path)}:{getattr(node, 'lineno', 0)}: {reason}"
        for node in ast.walk(tree(path))
        if (reason := danger(node))
    ]
    assert not wrong, "\n".join(wrong)


def danger(node: ast.AST) -> str:
    """Why this piece of code must not be in the product, or ""."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        roots = {name.split(".")[0] for name in (*names, getattr(node, "module", None) or "")}
        return "".join(f"imports {name}" for name in roots & FORBIDDEN_MODULES)
    if isinstance(node, ast.Call):
        return call_danger(node)
    return ""


def call_danger(node: ast.Call) -> str:
    """Why this call must not be in the product, or ""."""
    match node.func:
        case ast.Name(id=name) if name in FORBIDDEN_CALLS:
            return f"calls {name}"
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            if (owner, name) in FORBIDDEN_METHODS:
                return f"calls {owner}.{name}"
            if name == "import_module" and not ends_with_own_name(node):
                return "imports a module whose name it does not spell out"
    unsafe = [
        word.arg
        for word in node.keywords
        if word.arg == "allow_pickle" and getattr(word.value, "value", True) is not False
    ]
    return "passes allow_pickle" if unsafe else ""


def ends_with_own_name(node: ast.Call) -> bool:
    """Whether `import_module` is given one of our own modules as plain text."""
    match node.args:
        case [ast.Constant(value=str(name))]:
            return within(name, *PRODUCT)
    return False


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import pickle", "imports pickle"),
        ("from pickle import loads", "imports pickle"),
        ("def f():\n    import marshal", "imports marshal"),
        ("eval('1')", "calls eval"),
        ("exec('1')", "calls exec"),
        ("torch.load(f)", "calls torch.load"),
        ("np.load(f, allow_pickle=True)", "passes allow_pickle"),
        ("np.load(f, allow_pickle=choice)", "passes allow_pickle"),
        ("importlib.import_module('cupy')", "imports a module whose name it does not spell out"),
        ("np.load(f, allow_pickle=False)", ""),
        ("app.exec()", ""),
        ("importlib.import_module('core.zoo')", ""),
    ],
)
def test_danger_is_recognized(code: str, reason: str) -> None:
    assert "".join(map(danger, ast.walk(ast.parse(code)))) == reason
