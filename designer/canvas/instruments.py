"""The canvas as an instrument panel: what the network that learns shows on its nodes and wires."""

from __future__ import annotations

from PySide6.QtCore import QObject

from designer.canvas import gauges
from designer.canvas.corners import Corner, Corners
from designer.canvas.node_item import TREND
from designer.canvas.strength_legend import StrengthLegend
from designer.canvas.view import CanvasView
from designer.document.change import Change
from designer.engine.vitals import Vitals


class Instruments(QObject):
    """Badges, curves, sentences and widths of wires, as long as they are of the network shown.

    An edit of the network takes them away; the run goes on with what it was. Attributes: `legend`.
    """

    def __init__(self, view: CanvasView, vitals: Vitals, corners: Corners) -> None:
        super().__init__(view)
        self._scene, self._vitals = view.network, vitals
        self._on = False
        self.legend = StrengthLegend(view)
        corners.keep(
            self.legend,
            Corner.BottomLeftCorner,
            Corner.TopLeftCorner,
            Corner.BottomRightCorner,
            Corner.TopRightCorner,
        )
        vitals.changed.connect(self.refresh)
        self._scene.document.design_changed.connect(self._design_changed)
        for changed in (self._scene.whole_changed, self._scene.inside_changed):
            changed.connect(self.refresh)

    def set_on(self, on: bool) -> None:
        """Show them, or not."""
        self._on = on
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now; what shows the same is not drawn anew."""
        shown = self._on and self._vitals.is_current
        scene, illnesses = self._scene, self._vitals.illnesses if shown else ()
        verdicts = gauges.verdicts(illnesses)
        for item, node in scene.nodes.items():
            gauge = gauges.Gauge()
            if shown:
                members = scene.seen.nodes_of(item)
                gauge = gauges.gauge(self._vitals.history, members, ill=verdicts, height=TREND)
            node.set_badge(gauge.badge)
            node.set_trend(gauge.trend)
        scene.tell(verdicts)
        self._show_widths(shown)

    def _show_widths(self, shown: bool) -> None:
        last = self._vitals.last if shown else None
        top = gauges.top(last) if last is not None else 0
        for wire, line in self._scene.wires.items():
            node = last.nodes.get(wire.source) if last is not None else None
            line.set_strength(0.0 if node is None else gauges.width(node.returned, top))
        self.legend.show_top(top if last is not None else None)

    def _design_changed(self, change: Change) -> None:
        if change.graph or change.whole or change.groups:
            self.refresh()
