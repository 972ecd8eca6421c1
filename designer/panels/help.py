"""The help panel: what the selected layer does, with formula, shapes, backward rule and source."""

from __future__ import annotations

import inspect
import re
from html import escape

from PySide6.QtWidgets import QStackedLayout, QTextBrowser, QWidget

from core.layers import FAMILIES, Layer
from core.settings import Setting, settings_of
from designer.document.document import Document
from designer.theme import theme
from designer.widgets.empty_state import EmptyState

_SECTION = re.compile(r"^(Formula|Shape|Backward|Source|See also):\s*$", re.MULTILINE)


class HelpPanel(QWidget):
    """One page on the layer that is selected."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.page = QTextBrowser()
        self.page.setOpenExternalLinks(True)
        self.page.setStyleSheet("QTextEdit { border: none; background: transparent; }")
        self.page.document().setDocumentMargin(12)
        self.empty = EmptyState("help", "Select a layer to read what it does and how.")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.page)
        document.selection_changed.connect(self.refresh)
        document.design_changed.connect(self.refresh)
        theme.theme_changed.connect(self.refresh)
        self._shown: object = None
        self.refresh()

    def refresh(self) -> None:
        """Show the page of the selected layer."""
        chosen = self._document.selection
        self._stack.setCurrentIndex(1 if len(chosen) == 1 else 0)
        if len(chosen) != 1:
            return
        cls = type(self._document.design.graph[chosen[0]].layer)
        if self._shown != (cls, theme.tokens.name):
            self._shown = (cls, theme.tokens.name)
            self.page.setHtml(page_of(cls, muted=theme.tokens.muted))


def page_of(cls: type[Layer], *, muted: str) -> str:
    """The help page of a layer as HTML."""
    text = inspect.getdoc(cls) or ""
    intro, *rest = _SECTION.split(text)
    parts = [
        f"<h3>{cls.__name__}</h3><p><span style='color:{muted}'>{FAMILIES[cls.family]}</span></p>",
        f"<p>{_paragraph(intro)}</p>",
    ]
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        parts.append(f"<p><span style='color:{muted}'>{title}</span><br>{_paragraph(body)}</p>")
    declared = settings_of(cls)
    if declared:
        parts.append(f"<p><span style='color:{muted}'>Settings</span></p>")
        parts += [f"<p>{_setting(one)}</p>" for one in declared]
    return "".join(parts)


def _setting(one: Setting) -> str:
    keras = f", Keras {one.keras}" if one.keras else ""
    return f"<b>{escape(one.label)}</b> ({one.name}{keras}): {escape(one.help)}"


def _paragraph(text: str) -> str:
    return escape(" ".join(text.split()))
