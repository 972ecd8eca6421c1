"""Doors: a group can be entered, so that the canvas shows its inside alone, and left again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF

from core.tongue import tr
from designer.canvas.breadcrumb import Breadcrumb
from designer.theme import Theme

if TYPE_CHECKING:
    from designer.canvas.view import CanvasView


class Doors(QObject):
    """Enters and leaves groups, and remembers where one looked before.

    Attributes: `breadcrumb` (the way in, in the canvas's corner).
    """

    def __init__(self, view: CanvasView, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self._document = view.document
        self._level = ""
        self._looks: dict[str, tuple[QPointF, float]] = {}
        self.breadcrumb = Breadcrumb(view, theme)
        self.breadcrumb.chosen.connect(self.enter)
        view.network.inside_changed.connect(self._look_around)
        view.network.whole_changed.connect(self._start_over)
        self._document.design_changed.connect(self._show_way)

    def enter(self, group: str) -> None:
        """Show the inside of a group by itself, or with "" the whole network."""
        self._document.open_group(group)

    def leave(self) -> bool:
        """Go back to where the open group lies; whether one was open."""
        inside = self._document.inside
        if inside:
            self._document.open_group(self._document.design.groups.home(inside))
            self._document.select((inside,))
        return bool(inside)

    def find(self, node: str) -> None:
        """Open by itself the group that hides a node, where one does."""
        seen = self._view.network.seen
        if seen.item_of.get(node) != node and node in seen.graph.nodes:
            self.enter(self._document.design.groups.canvas(node))

    def _look_around(self) -> None:
        """Fit what is shown now; on the way back look where one looked before."""
        view, inside = self._view, self._document.inside
        self._looks[self._level] = (view.camera.center, view.zoom)
        back = self._level and inside in (*self._document.design.groups.path(self._level), "")
        self._level = inside
        if back and inside in self._looks:
            view.camera.look_at(*self._looks[inside])
        else:
            view.outlook.look_from_start()
        self._show_way()

    def _start_over(self) -> None:
        self._looks, self._level = {}, ""
        self._show_way()

    def _show_way(self) -> None:
        groups, inside = self._document.design.groups, self._document.inside
        way = (*groups.path(inside), inside) if inside in groups.by_id else ()
        self.breadcrumb.show_way([("", tr("Network")), *((one, groups[one].title) for one in way)])
