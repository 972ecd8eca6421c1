"""The templates, in the order of the welcome page. Narrow versions are found as `vgg-d/8`."""

from __future__ import annotations

import re

from core.zoo.classics import TEMPLATES as _CLASSICS
from core.zoo.deep import TEMPLATES as _DEEP
from core.zoo.signals import TEMPLATES as _SIGNALS
from core.zoo.small import TEMPLATES as _SMALL
from core.zoo.template import GROUPS, Builder, Template

TEMPLATES: tuple[Template, ...] = (*_SMALL, *_CLASSICS, *_DEEP, *_SIGNALS)

BY_ID: dict[str, Template] = {template.id: template for template in TEMPLATES}


def find(id: str) -> Template | None:
    """The template of this id; `vgg-d/8` is the one with an eighth of the channels.

    None where the first part is no template's id. ValueError where there is no such narrow version.
    """
    found = re.fullmatch(r"([^/]+)/(\d{1,4})", id)
    if found is None or found[1] not in BY_ID:
        return BY_ID.get(id)
    return BY_ID[found[1]].narrow(int(found[2]))


__all__ = ["BY_ID", "GROUPS", "TEMPLATES", "Builder", "Template", "find"]
