"""Keep what translators work on current: `python -m tests.campaigns.translations [LANGUAGE …]`.

It writes `resources/locale/striate.pot` anew, takes over what is new into the catalogues there are
and those of the languages named, such as `de`, and compiles them. Texts that changed a little keep
their old translation, marked `fuzzy`, and are not used before somebody has looked at them.
"""

from __future__ import annotations

import io
from pathlib import Path

import click
from babel import UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import designer.window  # noqa: F401  (all declared values exist once the window can be made)
from core import files
from tests.support.messages import POT, catalog


@click.command()
@click.argument("languages", nargs=-1)
def main(languages: tuple[str, ...]) -> None:
    """Write the template, and bring catalogues up to it."""
    template = catalog()
    POT.parent.mkdir(parents=True, exist_ok=True)
    files.write(POT, text_of(template, header=False))
    click.echo(f"{POT.name}: {len(template)} texts")
    known = {path.parts[-3] for path in POT.parent.glob("*/LC_MESSAGES/striate.po")}
    for language in sorted(known | set(languages)):
        bring_up(language, template)


def bring_up(language: str, template: Catalog) -> None:
    """Take the template over into the catalogue of a language, and compile it."""
    path = POT.parent / language / "LC_MESSAGES" / "striate.po"
    try:
        old = path.read_bytes() if path.exists() else b""
        found = read_po(io.BytesIO(old), locale=language, domain="striate")
    except (UnknownLocaleError, ValueError):
        raise click.ClickException(f"{language} is no language; de and pt_BR are.") from None
    found.update(template)
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write(path, text_of(found))
    compiled = io.BytesIO()
    write_mo(compiled, found)
    files.write(Path(path).with_suffix(".mo"), compiled.getvalue())
    left = sum(is_open(message) for message in found if message.id)
    click.echo(f"{language}: {left} of {len(found)} texts are left")


def is_open(message: Message) -> bool:
    """Whether somebody has to translate a text yet, or look at it again."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return message.fuzzy or not all(forms)


def text_of(catalog: Catalog, *, header: bool = True) -> bytes:
    """A catalogue as the text of a file. Places have no line numbers: these would ever change."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, omit_header=not header, include_lineno=False)
    return out.getvalue()


if __name__ == "__main__":
    main()
