"""The style sheet of the application: `resources/themes/striate.qss` with its tokens filled in."""

from __future__ import annotations

from dataclasses import fields
from importlib.resources import files
from string import Template

from designer.tokens import Tokens


def style_sheet(tokens: Tokens) -> str:
    """The style sheet in these colors; every `$name` in the file is a token or a length."""
    resources = files("resources")
    sheet = resources.joinpath("themes/striate.qss").read_text(encoding="utf-8")
    values = {field.name: getattr(tokens, field.name) for field in fields(tokens)}
    values["controls"] = str(resources.joinpath("icons/controls")).replace("\\", "/")
    values |= {
        "radius": f"{tokens.RADIUS}px",
        "caption": f"{tokens.CAPTION}px",
        "body": f"{tokens.BODY}px",
        "heading": f"{tokens.HEADING}px",
        "title": f"{tokens.TITLE}px",
    }
    return Template(sheet).substitute(values)
