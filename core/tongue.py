"""What people read, in their language: English as it is written here, others from catalogues.

A process speaks one language from its first import on: the first in `STRIATE_LANGUAGE`, such as
"de" or "de_AT:fr", that has a catalogue, and English otherwise. The window names the system's
languages there before it loads anything else; the commands speak English unless they are told.

Catalogues are those of gettext, `LANGUAGE/LC_MESSAGES/striate.mo`, in `resources/locale` or in
`locale` in the state folder, which comes first.
"""

from __future__ import annotations

import os
import re
import struct
from functools import cache
from gettext import NullTranslations, translation
from itertools import takewhile
from pathlib import Path
from string import Formatter

from core.places import state_folder

DOMAIN = "striate"
VARIABLE = "STRIATE_LANGUAGE"
FOLDER = Path(__file__).parents[1] / "resources" / "locale"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(_\w+)*")


def tr(text: str, /, **values: object) -> str:
    """The text in the language of this process, with `values` in its `{name}` places.

    Without values braces are left as they are. A translation whose places are not those of the
    text is passed over.
    """
    found = _SPOKEN.gettext(text) if text else ""
    if found != text and not _fits(found, text):
        found = text
    return found.format(**values) if values else found


def trn(one: str, many: str, number: int, /, **values: object) -> str:
    """`one` for a number of 1, `many` for others, or what the language has for this number."""
    source = one if number == 1 else many
    found = _SPOKEN.ngettext(one, many, number)
    if found != source and not (_fits(found, many) or _fits(found, one)):
        found = source
    return found.format(**values) if values else found


def tr_page(text: str) -> str:
    """A text of several paragraphs, each translated by itself."""
    return "\n\n".join(tr(paragraph) for paragraph in text.split("\n\n"))


def translate_fields(value: object, *names: str) -> None:
    """Translate these fields of a frozen value while it is made."""
    for name in names:
        object.__setattr__(value, name, tr(getattr(value, name)))


def language() -> str:
    """The language that is spoken, such as "de"; "en" where no catalogue was found."""
    return _SPOKEN.info().get("language") or "en"


@cache
def _fits(found: str, text: str) -> bool:
    """Whether a translation has no places but those of the text, written as there."""
    wanted, came = _places(text), _places(found)
    return wanted is None or (came is not None and came <= wanted)


def _places(text: str) -> set[tuple[str, str | None, str | None]] | None:
    """Name, format and conversion of each place; None where the braces do not match."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return None
    return {(name, spec, conversion) for _, name, spec, conversion in parts if name is not None}


def _spoken() -> NullTranslations:
    """The catalogue of the first language that has one; one without words for English."""
    names = (name.strip().replace("-", "_") for name in os.environ.get(VARIABLE, "").split(":"))
    foreign = takewhile(lambda name: name.partition("_")[0] != "en", names)
    for name in filter(_LANGUAGE.fullmatch, foreign):
        for folder in (state_folder() / "locale", FOLDER):
            try:
                return translation(DOMAIN, folder, [name])
            except (OSError, ValueError, LookupError, struct.error):
                continue  # there is none, or it is damaged
    return NullTranslations()


_SPOKEN = _spoken()
