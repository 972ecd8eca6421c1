"""The curves of a run: loss and accuracy side by side, while it trains and afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSlider,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.explain.curves import Curves, Floats, Mark
from core.tongue import tr
from designer.resources import icon
from designer.theme import theme
from designer.tokens import Tokens
from designer.viewers.words import run_title
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.empty_state import EmptyState
from designer.widgets.icon_button import icon_button
from designer.widgets.numbers import percent, value
from designer.widgets.plot import Plot
from designer.widgets.save_as import save_as, write_table

REDRAW_EVERY = 150  # milliseconds, at least
MOST_RATES = 8  # marks of the learning rate; a schedule that moves all the time has none
MOST_DOTS, DOT = 60, 5  # epochs that are drawn as points too, and how large
SMOOTHS = (1, 3, 10, 30, 100, 300)  # reports of which the mean is drawn, by slider position

_INVITATION = tr("Loss and accuracy appear here while a network trains: press Ctrl+Enter.")
_HEBB = tr(
    "Hebb's rule knows neither loss nor accuracy: select an S layer and watch its planes in"
    " Filters."
)

_STATES = {
    "waiting": tr("Not trained yet"),
    "training": tr("Training"),
    "paused": tr("Paused"),
    "done": tr("Finished"),
    "stopped": tr("Stopped"),
    "early": tr("Stopped early"),
    "failed": tr("Failed"),
}


class CurvesView(QWidget):
    """Loss and accuracy of one run; what is shown stays until another run takes its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves = Curves()
        self._fresh = True  # whether what is drawn is what is known
        self._marks: tuple[Mark, ...] = ()
        self._grown_only = True  # whether nothing but the curve of the batches has changed
        self._timer = QTimer(self, singleShot=True, interval=REDRAW_EVERY)
        self._timer.timeout.connect(self._catch_up)
        self.loss = Plot(name=tr("Loss"))
        self.loss.set_labels(tr("epoch"), tr("loss"))
        self.accuracy = Plot(name=tr("Accuracy"), rises=True)
        self.accuracy.set_labels(tr("epoch"), tr("accuracy (%)"))
        self.title = ElidedLabel()
        self.title.setProperty("role", "caption")
        self.smooth = _slider()
        self.smooth.valueChanged.connect(self.redraw)
        self.logarithmic = QCheckBox(tr("Log loss"))
        self.logarithmic.setToolTip(tr("Draw the loss on a logarithmic axis."))
        self.logarithmic.toggled.connect(self.loss.set_log_y)
        self.empty = EmptyState("curves", _INVITATION)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._filled())
        theme.theme_changed.connect(self.redraw)
        self.setAccessibleName(tr("Curves"))

    def _filled(self) -> QWidget:
        """The head line above the two plots."""
        filled = QWidget()
        head = QHBoxLayout()
        head.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.SMALL, 0)
        head.setSpacing(Tokens.SMALL)
        word = QLabel(tr("Smooth"))
        word.setProperty("role", "caption")
        word.setBuddy(self.smooth)
        head.addWidget(self.title, 1)
        head.addWidget(word)
        head.addWidget(self.smooth)
        head.addSpacing(Tokens.TIGHT)
        head.addWidget(self.logarithmic)
        head.addWidget(self._save_button())
        plots = QHBoxLayout()
        plots.setSpacing(0)
        plots.addWidget(self.loss, 1)
        plots.addWidget(self.accuracy, 1)
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(plots, 1)
        return filled

    def _save_button(self) -> QToolButton:
        button = icon_button("export", tr("Save the curves"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for plot in (self.loss, self.accuracy):
            name = plot.accessibleName()
            stem = name.lower()
            for what, glyph, suffix, write in (
                (tr("picture"), "image", "png", plot.export_png),
                (tr("drawing"), "curves", "svg", plot.export_svg),
            ):
                action = menu.addAction(
                    icon(glyph), tr("{name} as a {what} …", name=name, what=what)
                )
                action.setData((f"{stem}.{suffix}", write))
                action.triggered.connect(self._save)
        action = menu.addAction(icon("data"), tr("All numbers as a table …"))
        action.setData(("curves.csv", self.export_csv))
        action.triggered.connect(self._save)
        button.setMenu(menu)
        return button

    # ---- what is shown ------------------------------------------------------------------

    def take_event(self, event: Mapping[str, Any]) -> None:
        """Take in an event of a running training, as JSON data; it is drawn a moment later."""
        if event["event"] == "started" and self._is_new(event):
            self.curves.clear()
        if self.curves.add(event):
            self._fresh = False
            self._grown_only &= event["event"] == "progress"
            if self.isVisible() and not self._timer.isActive():
                self._timer.start()

    def show_run(self, events: Iterable[Mapping[str, Any]], *, run: str = "") -> None:
        """Show a stored run from its recorded events; `run` is its folder.

        A run that is shown already keeps its batches, which no record has, though it has moved.
        """
        if not run or PurePath(run).name != PurePath(self.curves.run).name:
            self.curves = Curves(events)
        self.curves.run = run or self.curves.run
        self.redraw()

    def clear(self) -> None:
        """Show no run, as for a project that was never trained."""
        self.curves.clear()
        self.redraw()

    def redraw(self) -> None:
        """Draw what is known now."""
        self._timer.stop()
        self._fresh = self._grown_only = True
        self.empty.set_sentence(_HEBB if self.curves.by_hebb else _INVITATION)
        drawn = self.curves.state != "waiting" and not self.curves.by_hebb
        self._stack.setCurrentIndex(1 if drawn else 0)
        smooth = SMOOTHS[self.smooth.value()]
        self.smooth.setToolTip(
            tr("Each point is the mean of {smooth} reports.", smooth=smooth)
            if smooth > 1
            else tr("Every report.")
        )
        self._draw_loss(smooth)
        self._draw_accuracy()
        self._draw_marks()
        self.title.setText(self.words())

    def _catch_up(self) -> None:
        """Draw what is new: between two epochs that is one curve."""
        if self._grown_only and self._stack.currentIndex() == 1:
            self._fresh = True
            self._draw_batches(SMOOTHS[self.smooth.value()])
        else:
            self.redraw()

    def words(self) -> str:
        """Where the run is, its last validation, its best epoch and its name, in one line."""
        curves = self.curves
        parts = [_STATES.get(curves.state, curves.state)]
        if curves.epochs:
            now = min(curves.epoch + (curves.state in ("training", "paused")), curves.epochs)
            parts.append(tr("epoch {now} of {epochs}", now=now, epochs=curves.epochs))
        for name, write in (("loss", value), ("accuracy", percent)):
            if curves.measured(f"validation_{name}"):
                last = float(curves.curve(f"validation_{name}")[1][-1])
                parts.append(f"{name} {write(last)}")
        if curves.best_epoch:
            parts.append(tr("best epoch {best_epoch}", best_epoch=curves.best_epoch))
        return " · ".join([*parts, run_title(curves.run)])

    def export_csv(self, path: str | Path) -> None:
        """Write every report and epoch as a table; OSError if it cannot be written."""
        write_table(self.curves.rows(), Path(path))

    # ---- details ------------------------------------------------------------------------

    def _is_new(self, started: Mapping[str, Any]) -> bool:
        """Whether a start begins a run, rather than going on with the one that is shown."""
        begins = (started["epoch"], started["step"]) == (1, 1)
        return begins or started["run"] != self.curves.run

    def _draw_loss(self, smooth: int) -> None:
        if not self._draw_batches(smooth):  # a stored run remembers its epochs alone
            self._draw_epochs(self.loss, "training", *self.curves.curve("training_loss"))
        self._draw_epochs(self.loss, "validation", *self.curves.curve("validation_loss"))

    def _draw_batches(self, smooth: int) -> bool:
        """The loss of the batches; gives whether there is any."""
        x, y = self.curves.batch_losses(smooth=smooth)
        if len(x):
            self.loss.set_curve("training", x, y, color="training")
        return bool(len(x))

    def _draw_accuracy(self) -> None:
        classifies = self.curves.measured("training_accuracy") or not self.curves.epoch
        self.accuracy.setVisible(classifies)
        for part in ("training", "validation"):
            x, y = self.curves.curve(f"{part}_accuracy")
            self._draw_epochs(self.accuracy, part, x, 100 * y)

    def _draw_epochs(self, plot: Plot, part: str, x: Floats, y: Floats) -> None:
        """A curve with a point an epoch, while they are few: a single point makes no line."""
        plot.set_curve(part, x, y, color=part)
        item = next(one for one in plot.view.getPlotItem().listDataItems() if one.name() == part)
        few = 0 < len(x) <= MOST_DOTS
        item.setSymbol("o" if few else None)
        if few:
            item.setSymbolSize(DOT)
            item.setSymbolPen(None)
            item.setSymbolBrush(theme.color(part))

    def _draw_marks(self) -> None:
        """The marks, where they differ from those that are drawn."""
        rates = sum(mark.kind == "rate" for mark in self.curves.marks)
        marks = tuple(m for m in self.curves.marks if m.kind != "rate" or rates <= MOST_RATES)
        if marks == self._marks:
            return
        self._marks = marks
        for plot in (self.loss, self.accuracy):
            plot.clear_marks()
            for mark in marks:
                plot.mark(mark.epoch, mark.text)

    def _save(self) -> None:
        name, write = self.sender().data()
        save_as(self, name, write)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(720, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 120)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._fresh:
            self.redraw()


def _slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, len(SMOOTHS) - 1)
    slider.setPageStep(1)
    slider.setFixedWidth(72)
    slider.setAccessibleName(tr("Smoothing of the training loss"))
    return slider
