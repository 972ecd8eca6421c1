"""The command `striate`: a window, or one of the commands. Qt is imported for a window only."""

from __future__ import annotations

import importlib.metadata
import os
import sys
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

SUFFIXES = (".striate", ".striate.zip")


def run() -> NoReturn:
    """What the command `striate` calls: `main`, and then the end of the process.

    Where there was a window the process ends at once: everything is closed and saved by then, and
    the interpreter's last garbage collection would take Qt's objects in any order, which crashes
    on Python 3.13.
    """
    status = main()
    if "PySide6.QtWidgets" in sys.modules:
        import logging

        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; gives the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words == ["--version"]:
        print(f"striate {version()}")
        return 0
    if not words or _is_project(words[0]):
        return _open_window(words)
    if words[0] == "demo":
        from designer import demo

        return demo.main(words[1:])
    if words[0] == "bench" and "--ui" in words:
        from designer import bench

        return bench.main([word for word in words[1:] if word != "--ui"])
    from core import cli

    return cli.main(words)


def version() -> str:
    """The installed version; in a checkout that is not installed, its own."""
    try:
        return importlib.metadata.version("striate")
    except importlib.metadata.PackageNotFoundError:
        text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
        return str(tomllib.loads(text)["project"]["version"])


def _is_project(word: str) -> bool:
    """Whether a word is a file to open rather than a command."""
    return word.lower().endswith(SUFFIXES) or (not word.startswith("-") and Path(word).is_file())


def _open_window(paths: list[str]) -> int:
    """Open the application, or say why no window can open here."""
    name_languages()
    from designer import preflight

    trouble = preflight.check()
    if trouble:
        print(trouble, file=sys.stderr)
        return preflight.NO_WINDOW
    from designer import application

    return application.main(paths)


def name_languages() -> None:
    """Name the system's languages as Linux does, before anything of `core` says a word.

    On Windows and macOS only Qt knows them.
    """
    if sys.platform not in ("win32", "darwin") or os.environ.get("LANGUAGE"):
        return
    with suppress(ImportError):  # `preflight` will say so
        from PySide6.QtCore import QLocale

        os.environ["LANGUAGE"] = ":".join(QLocale.system().uiLanguages())


if __name__ == "__main__":
    run()
