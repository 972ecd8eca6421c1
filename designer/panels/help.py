"""The help panel: what a layer does, with formula and source, and pages on whole topics."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QStackedLayout, QTextBrowser, QWidget

from core.layers import Layer
from core.tongue import tr
from designer.document.document import Document
from designer.notation import notation
from designer.panels.layer_page import page_of
from designer.resources import help_page
from designer.theme import theme
from designer.tokens import Tokens
from designer.widgets.empty_state import EmptyState
from designer.widgets.when_seen import WhenSeen


class HelpPanel(QWidget):
    """One page: on the layer that is selected, or on a layer or topic that was asked for."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.page = QTextBrowser()
        self.page.setOpenExternalLinks(True)
        self.page.setStyleSheet("QTextEdit { border: none; background: transparent; }")
        self.page.document().setDocumentMargin(12)
        self.page.setAccessibleName(tr("Help page"))
        self.empty = EmptyState(
            "help",
            tr("Select a layer to read what it does and how, or point at one in Layers: F1."),
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.page)
        self._showing = WhenSeen(self, self._show_anew)
        document.selection_changed.connect(self.refresh)
        document.design_changed.connect(self.refresh)
        for changed in (theme.theme_changed, notation.notation_changed):
            changed.connect(self._showing.do)
        self._shown: type[Layer] | str | None = None
        self.refresh()

    def refresh(self) -> None:
        """Show the page of the selected layer; with none the last page stays."""
        chosen = self._document.selection
        if len(chosen) == 1:
            self.show_page(type(self._document.design.graph[chosen[0]].layer))
        elif not self._shown:
            self._stack.setCurrentIndex(0)

    def show_page(self, cls: type[Layer]) -> None:
        """Show the page of any layer, whether the network has one or not."""
        self._stack.setCurrentIndex(1)
        if cls is not self._shown:
            self._shown = cls
            self._showing.do()

    def show_topic(self, name: str) -> None:
        """Show the page `resources/help/topics/NAME.md`."""
        self._stack.setCurrentIndex(1)
        self._shown = name
        self._showing.do()

    def _show_anew(self) -> None:
        if isinstance(self._shown, str):
            self.page.setMarkdown(help_page(f"topics/{self._shown}"))
            self._space_out()
        elif self._shown is not None:
            self.page.setHtml(page_of(self._shown, muted=theme.tokens.muted))

    def _space_out(self) -> None:
        """Room below every paragraph: Markdown has none of its own here."""
        block = self.page.document().begin()
        while block.isValid():
            shape = block.blockFormat()
            shape.setBottomMargin(Tokens.SMALL)
            QTextCursor(block).setBlockFormat(shape)
            block = block.next()
