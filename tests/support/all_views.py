"""Every view of the window at once, each floating, so that all of them are seen."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from designer.viewers.filters import FiltersView
from designer.viewers.looker import Looker
from designer.viewers.maps import MapsView
from designer.window import Window


def ids(window: Window) -> list[str]:
    """The names of what looks inside a network."""
    return [pane.id for pane in window.docks.panes if pane.place == "viewer"]


def views(window: Window) -> dict[str, QWidget]:
    """What looks inside a network, by the id of its pane."""
    return {id: window.docks.docks[id].widget() for id in ids(window)}


def lookers(window: Window) -> Iterator[Looker]:
    """Those of them that ask the engine about one node."""
    for view in views(window).values():
        if isinstance(view, Looker):
            yield view


def float_all(window: Window) -> None:
    """Open every view in a window of its own, with everything that costs the engine work."""
    hide_all(window)  # Qt leaves a dock behind another tab unseen when it is floated
    for id in ids(window):
        dock = window.docks.docks[id]
        dock.setFloating(True)
        dock.show()
    for view in lookers(window):
        if isinstance(view, FiltersView):
            view.gradients.setChecked(True)
        if isinstance(view, MapsView):
            view.choice.setCurrentText("Gradients")


def hide_all(window: Window) -> None:
    """Close every view."""
    for id in ids(window):
        window.docks.docks[id].hide()
