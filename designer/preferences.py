"""What the window remembers between starts: layout, look, and recent projects. Never the work."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QByteArray, QSettings

from core import files, languages
from core.places import state_folder
from designer.notation import Writing
from designer.theme import Choice

LAYOUT = 1  # raise it when docks or tool bars get other names
MOST_RECENT = 10
MOST_LESSONS = 50


class Preferences:
    """A small INI file in the state folder. Everything in it may be lost without harm.

    The language stands in a file of its own, since it is read before Qt is there.
    """

    def __init__(self) -> None:
        self._file = QSettings(str(state_folder() / "window.ini"), QSettings.Format.IniFormat)

    @property
    def look(self) -> Choice:
        """Light, dark, or as the system has it."""
        found = str(self._file.value("look", "system", type=str))
        return cast("Choice", found) if found in ("light", "dark", "system") else "system"

    @look.setter
    def look(self, choice: Choice) -> None:
        self._file.setValue("look", choice)

    @property
    def language(self) -> str:
        """What is spoken from the next start on, such as "de"; "" for the system's language."""
        return languages.chosen()

    @language.setter
    def language(self, name: str) -> None:
        """FileError where it cannot be written."""
        file = languages.choice_file()
        with contextlib.suppress(OSError):  # what is in the way is in the way of the file too
            file.parent.mkdir(parents=True, exist_ok=True)
        files.write(file, name.encode())

    @property
    def writing(self) -> Writing:
        """How shapes are written: with ×, or as in code."""
        return "code" if self._file.value("writing", "sizes", type=str) == "code" else "sizes"

    @writing.setter
    def writing(self, writing: Writing) -> None:
        self._file.setValue("writing", writing)

    @property
    def minimap(self) -> bool:
        """Whether the minimap is shown where a network is larger than the canvas."""
        return bool(self._file.value("minimap", True, type=bool))

    @minimap.setter
    def minimap(self, shown: bool) -> None:
        self._file.setValue("minimap", shown)

    @property
    def instruments(self) -> bool:
        """Whether the canvas shows live values of a training."""
        return bool(self._file.value("instruments", True, type=bool))

    @instruments.setter
    def instruments(self, shown: bool) -> None:
        self._file.setValue("instruments", shown)

    @property
    def toured(self) -> bool:
        """Whether the tour was seen or skipped."""
        return bool(self._file.value("toured", False, type=bool))

    @toured.setter
    def toured(self, seen: bool) -> None:
        self._file.setValue("toured", seen)

    def lesson(self, uuid: str) -> tuple[str, int]:
        """The worked example that a project was left in, and its stage; "" and 0 for none."""
        found = self._lessons().get(uuid)
        known = isinstance(found, list) and len(found) == 2 and isinstance(found[1], int)
        return (str(found[0]), max(0, found[1])) if known and found else ("", 0)

    def keep_lesson(self, uuid: str, example: str, stage: int) -> None:
        """Remember where a project's worked example was left."""
        kept = {name: where for name, where in self._lessons().items() if name != uuid}
        newest = dict([*kept.items(), (uuid, [example, stage])][-MOST_LESSONS:])
        self._file.setValue("lessons", json.dumps(newest))

    def _lessons(self) -> dict[str, Any]:
        try:
            found = json.loads(str(self._file.value("lessons", "{}", type=str)))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def recent(self) -> list[Path]:
        """Projects opened or saved last, newest first, missing ones too."""
        try:
            # As JSON text, because an INI file turns a list of one into a string.
            found = json.loads(str(self._file.value("recent", "[]", type=str)))
            return [Path(str(one)) for one in found][:MOST_RECENT]
        except (ValueError, TypeError):
            return []

    def remember(self, path: Path) -> None:
        """Put a project at the head of the recent ones."""
        self._keep([path, *(one for one in self.recent if one != path)])

    def forget(self, path: Path) -> None:
        """Take a project out of the recent ones."""
        self._keep(one for one in self.recent if one != path)

    def layout(self) -> tuple[QByteArray, QByteArray]:
        """Geometry and state of the window; empty where none was kept."""
        empty = QByteArray()
        return self._bytes("geometry") or empty, self._bytes(f"state{LAYOUT}") or empty

    def keep_layout(self, geometry: QByteArray, state: QByteArray) -> None:
        """Remember how the window lies."""
        self._file.setValue("geometry", geometry)
        self._file.setValue(f"state{LAYOUT}", state)

    def _bytes(self, key: str) -> QByteArray | None:
        found = self._file.value(key)
        return found if isinstance(found, QByteArray) else None

    def _keep(self, paths: Iterable[Path]) -> None:
        kept = [str(path) for path in paths][:MOST_RECENT]
        self._file.setValue("recent", json.dumps(kept))
