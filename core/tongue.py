"""What people read, in their language: English as it is written here, others from catalogues.

A process speaks one language from its first import on: the first that `core.languages` wants and
has a catalogue of, English otherwise.
"""

from __future__ import annotations

import re
from functools import cache
from gettext import NullTranslations
from itertools import takewhile
from string import Formatter

from core import languages


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
    """The name of the language that is spoken, such as "de_AT"; "en" where no catalogue is."""
    return _LANGUAGE


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


def _spoken() -> tuple[str, NullTranslations]:
    """The first language that has a catalogue, and this; English has one without words."""
    # "de_DE.UTF-8" as Linux writes it, "de-DE" as Qt does.
    wanted = (re.split(r"[.@]", name)[0] for name in languages.wanted().split(":"))
    names = (name.strip().replace("-", "_") for name in wanted)
    for name in takewhile(lambda name: not languages.is_english(name), names):
        if catalogue := languages.catalogue(name):
            return name, catalogue
    return languages.ENGLISH, NullTranslations()


_LANGUAGE, _SPOKEN = _spoken()
