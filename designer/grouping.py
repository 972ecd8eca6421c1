"""What the menus do to groups, and what is bypassed: each method acts on the selection."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.tongue import tr
from designer.canvas.name_field import NameField
from designer.canvas.view import CanvasView
from designer.document import grouping
from designer.document.document import Document


class Grouping(QObject):
    """Groups of the selected layers: made, taken apart, opened, named; layers bypassed."""

    def __init__(self, document: Document, canvas: CanvasView) -> None:
        super().__init__(document)
        self._document = document
        self._canvas = canvas
        self.name_field = NameField(canvas)
        self.name_field.named.connect(self._name)

    def group(self) -> None:
        """Make the selected layers one group."""
        self._canvas.rearranging.group(self._document.selection)

    def ungroup(self) -> None:
        """Take the selected groups apart."""
        self._canvas.rearranging.ungroup(self._document.selected_groups)

    def switch(self) -> None:
        """Open the selected groups in place, or close them."""
        for group in self._document.selected_groups:
            self._canvas.rearranging.switch(group)

    def enter(self) -> None:
        """Show the inside of the selected group by itself."""
        for group in self._document.selected_groups[:1]:
            self._canvas.doors.enter(group)

    def rename(self) -> bool:
        """Ask for another name of the selected group; whether there is one."""
        for group in self._document.selected_groups[:1]:
            if set(self._document.selection) >= self._document.design.groups.members[group]:
                self.name_field.ask(group)
                return True
        return False

    def bypass(self) -> None:
        """Skip the selected layers, or let them take part again."""
        nodes = self._document.selection
        on = not all(self._document.design.graph[node].bypassed for node in nodes)
        text = tr("Bypass") if on else tr("Stop bypassing")
        what = self._document.design.graph[nodes[0]].title if len(nodes) == 1 else "layers"
        self._document.attempt(f"{text} {what}", lambda design: grouping.bypass(design, nodes))

    def _name(self, group: str, name: str) -> None:
        self._document.attempt(
            tr("Rename group"), lambda design: grouping.rename_group(design, group, name)
        )
