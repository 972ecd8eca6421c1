"""What tool bar and status bar say all the time: device, progress, totals, zoom."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

from core.tongue import tr
from designer.document.document import Document
from designer.engine.session import Session
from designer.panels.facts import MACS_TIP
from designer.widgets.chip import Chip
from designer.widgets.notice import Notice
from designer.widgets.numbers import count, duration
from designer.widgets.progress_line import ProgressLine


class Status(QObject):
    """The widgets `device`, `progress`, `notice`, `totals` and `zoom`, kept up to date.

    Signals: `going(bool)` says whether there is progress to show.
    """

    going = Signal(bool)

    def __init__(self, document: Document, session: Session) -> None:
        super().__init__(session)
        self._document = document
        self._session = session
        self.device = Chip("settings", "CPU")
        self.progress = ProgressLine(name=tr("Training"))
        self.progress.setFixedWidth(280)
        self.notice = Notice()
        self.totals = QLabel()
        self.totals.setToolTip(MACS_TIP)
        self.zoom = QLabel("100 %")
        self.zoom.setToolTip(tr("Zoom of the canvas"))
        for label in (self.totals, self.zoom):
            label.setContentsMargins(8, 3, 12, 3)
        document.design_changed.connect(self.refresh)
        session.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say how things are now."""
        inference = self._document.inference
        self.totals.setText(
            tr(
                "{count} layers · {parameters} parameters · {macs} MACs",
                count=count(len(self._document.design.graph.nodes)),
                parameters=count(inference.parameters),
                macs=count(inference.macs),
            )
        )
        self._show_device()
        self._show_progress()

    def show_zoom(self, level: float) -> None:
        """How large the canvas shows things, 1.0 being 100 %."""
        self.zoom.setText(f"{round(level * 100)} %")

    def _show_device(self) -> None:
        session, known = self._session, self._session.devices
        wanted = self._document.design.plan.device
        gpus = [name for name in known.names if name != "cpu"] if known else []
        name = wanted if wanted != "auto" else (gpus[0] if gpus else "cpu")
        if session.engine.is_busy:
            name = str(session.figures.get("device", name))
        text = name.upper().replace("GPU:", "GPU ")
        if known and name in known.tf32 and self._document.design.plan.tf32:
            text += " · TF32"
        reason = " ".join(part for part in (known.sentence, known.cure) if part) if known else ""
        self.device.set(
            "settings", text, tip=f"<p>{reason or tr('Where the network is trained.')}</p>"
        )

    def _show_progress(self) -> None:
        session, known = self._session, self._session.figures
        self.going.emit(session.engine.is_busy)
        if not session.engine.is_busy:
            return
        before = tr("starting")
        if known.get("kernels"):
            before = tr(
                "preparing kernels {words}/{words2}",
                words=known.get("made", 0),
                words2=known.get("kernels"),
            )
        if known.by_hebb:
            before = tr(
                "layer {words}/{words2}", words=known.get("epoch", 1), words2=known.get("epochs")
            )
        elif known.get("epochs") is not None:
            before = tr(
                "epoch {words}/{words2}", words=known.get("epoch", 1), words2=known.get("epochs")
            )
        left = known.get("seconds_left")
        after = (
            tr("paused")
            if session.state == "paused"
            else tr("{left} left", left=duration(left))
            if left
            else ""
        )
        self.progress.set_progress(known.fraction, before=before, after=after)
