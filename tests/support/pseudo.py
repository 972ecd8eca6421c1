"""A language that nobody speaks: every letter of a text has an accent, and it is a third longer.

Places, mnemonics (&), HTML and the marks of Markdown stay. A letter without an accent on the screen
was therefore not translated, or is a value. No file of it is shipped.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

LANGUAGE = "eo"  # of which Striate has no other catalogue
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ODD = "áɓćďéƒğĥíĵķĺɱńóƥɋŕśţúṽŵẋýžÁƁĆĎÉƑĞĤÍĴĶĹṀŃÓƤɊŔŚŢÚṼŴẊÝŽ"
_ACCENTS = str.maketrans(_PLAIN, _ODD)
_KEPT = re.compile(r"\{[^{}]*\}|<[^<>]*>|&\w+;|\(\*[^()]*\)")


def pseudo(text: str) -> str:
    """The text in that language."""
    parts = re.split(f"({_KEPT.pattern})", text)
    said = "".join(part if _KEPT.fullmatch(part) else part.translate(_ACCENTS) for part in parts)
    letters = sum(part.isalpha() for part in _KEPT.sub("", text))
    end = len(said.rstrip()) if said.strip() else len(said)
    return f"{said[:end]}{'ē' * (letters // 3)}{said[end:]}"


def write_catalog(template: Catalog, state: Path) -> None:
    """Put the template, translated, into a state folder."""
    made = Catalog(locale=LANGUAGE, charset="utf-8")
    for message in template:
        if isinstance(message.id, tuple):
            made.add(message.id, tuple(pseudo(text) for text in message.id))
        elif message.id:
            made.add(message.id, pseudo(message.id))
    folder = state / "locale" / LANGUAGE / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    write_mo(out, made)
    (folder / "striate.mo").write_bytes(out.getvalue())
