"""Which languages there are catalogues of, and which of them Striate shall speak.

What `STRIATE_LANGUAGE` names comes first, such as "de" or "de_AT:fr", then what was chosen in the
window, then the system's languages. English needs no catalogue.

Catalogues are those of gettext, `LANGUAGE/LC_MESSAGES/striate.mo`, in `locale` in the state folder
or in `resources/locale`. What was chosen stands in the file `language` in the state folder: one
name, in a file of its own since it is read before anything else.
"""

from __future__ import annotations

import os
import re
import struct
from gettext import NullTranslations, translation
from pathlib import Path

from core.places import state_folder

DOMAIN = "striate"
VARIABLE = "STRIATE_LANGUAGE"
ENGLISH = "en"
FOLDER = Path(__file__).parents[1] / "resources" / "locale"
TOLD = os.environ.get(VARIABLE, "")  # what this process was told from outside

_NAME = re.compile(r"[A-Za-z]{2,3}(_\w+)*")
_LONGEST = 64  # characters of a name, and of the file that holds it
# Where a system names its languages, as every program with gettext looks for them.
SYSTEM = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def wanted() -> str:
    """The languages to speak, best first, with colons between; "" where nothing names any."""
    system = filter(None, map(os.environ.get, SYSTEM))
    return os.environ.get(VARIABLE) or chosen() or next(system, "")


def chosen() -> str:
    """The language that was chosen in the window; "" for the system's, or if it is not there."""
    try:
        with choice_file().open(encoding="utf-8") as file:
            name = file.read(_LONGEST).strip()
    except (OSError, ValueError):
        return ""
    return name if name == ENGLISH or catalogue(name) else ""


def choice_file() -> Path:
    """The file that holds the name of the chosen language; an empty one is the system's."""
    return state_folder() / "language"


def found() -> list[str]:
    """The languages that there are catalogues of, by name; English is not among them."""
    files = (file for folder in _folders() for file in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    names = {file.parts[-3] for file in files}
    return sorted(name for name in names if not is_english(name) and catalogue(name))


def catalogue(name: str) -> NullTranslations | None:
    """The catalogue of a language such as "de_AT", or of the nearest such as "de"."""
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        return None
    for folder in _folders():
        try:
            return translation(DOMAIN, folder, [name])
        except (OSError, ValueError, LookupError, struct.error):
            continue  # there is none, or it is damaged
    return None


def is_english(name: str) -> bool:
    """Whether a name means English of any country."""
    return name.partition("_")[0] == ENGLISH


def _folders() -> tuple[Path, Path]:
    """Where catalogues may lie; the user's own come first."""
    return state_folder() / "locale", FOLDER
