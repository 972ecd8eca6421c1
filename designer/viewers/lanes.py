"""Lanes on one time axis: the item on top, a filter at its place, and the maps of a layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea

from core.explain.signals import Lane
from core.tongue import tr
from designer.theme import theme
from designer.viewers import lane_paint
from designer.viewers.lane_paint import AXIS, MARGIN, Look
from designer.viewers.timeline import Frame, Timeline
from designer.widgets.focus_line import FocusLine

_GAP = 3  # pixels between two lanes
_LEAST, _MOST = 18, 96  # height of a lane of one row
_LEAST_HEAT, _MOST_HEAT = 40, 200  # and of one with frequencies
_FILTER = 22
_ITEM_SHARE = 0.3  # of the height
_ITEM_LEAST, _ITEM_MOST = 44, 120
Key = Qt.Key
_STEPS = {
    Key.Key_Left: (0, 0, -1),
    Key.Key_Right: (0, 0, 1),
    Key.Key_Up: (-1, 0, 0),
    Key.Key_Down: (1, 0, 0),
}


class Lanes(QAbstractScrollArea):
    """The item stays on top; lanes below it scroll. Mouse and arrow keys move through time.

    Signals: `pointed(lane, row, column)`: a place of the item, and the lane that was pointed at,
    −1 for the item; `stepped(lanes, rows, columns)` by keys.
    """

    pointed = Signal(int, float, float)
    stepped = Signal(int, int, int)

    def __init__(self) -> None:
        super().__init__()
        self.timeline: Timeline | None = None
        self._images: dict[tuple[Any, ...], Any] = {}
        self._left = 0.0  # where the lanes begin, after their names
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Lanes over time"))
        self.viewport().setAutoFillBackground(False)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        theme.theme_changed.connect(self._forget)
        FocusLine(self)

    def set_timeline(self, timeline: Timeline) -> None:
        """Draw something else; the chosen lane is brought into sight."""
        before, self.timeline = self.timeline, timeline
        names = [timeline.item.name, *(lane.name for lane in timeline.lanes)]
        self._left = lane_paint.gutter(names)
        same = before is not None and (
            before.item is timeline.item
            and before.limit == timeline.limit
            and len(before.lanes) == len(timeline.lanes)
            and all(a is b for a, b in zip(before.lanes, timeline.lanes, strict=True))
        )
        if not same:
            self._images.clear()
        lanes = len(timeline.lanes)
        self.setAccessibleDescription(
            tr(
                "{lanes} lanes over {length} columns; arrow keys move",
                lanes=lanes,
                length=timeline.length,
            )
        )
        self._arrange()
        if before is None or before.chosen != timeline.chosen:
            self._show_chosen()
        self.viewport().update()

    # ---- places -------------------------------------------------------------------------

    @property
    def _width(self) -> float:
        return max(20.0, self.viewport().width() - self._left - MARGIN)

    def item_box(self) -> QRectF:
        """Where the item is drawn."""
        high = min(max(_ITEM_SHARE * self.viewport().height(), _ITEM_LEAST), _ITEM_MOST)
        return QRectF(self._left, 2, self._width, high)

    def _filter_box(self) -> QRectF:
        top = self.item_box().bottom() + AXIS
        has = self.timeline is not None and self.timeline.filter is not None
        return QRectF(self._left, top, self._width, _FILTER if has else 0)

    def _top(self) -> float:
        """Where the lanes begin."""
        return self._filter_box().bottom() + _GAP

    def _lane_height(self) -> float:
        """Of each lane: all the room there is, within limits."""
        timeline = self.timeline
        if timeline is None or not timeline.lanes:
            return _LEAST
        heat = any(lane.values.shape[0] > 1 for lane in timeline.lanes)
        least, most = (_LEAST_HEAT, _MOST_HEAT) if heat else (_LEAST, _MOST)
        room = (self.viewport().height() - self._top()) / len(timeline.lanes) - _GAP
        return min(max(room, least), most)

    def lane_box(self, number: int) -> QRectF:
        """Where a lane is drawn, scrolled as it is."""
        high = self._lane_height()
        top = self._top() + number * (high + _GAP) - self.verticalScrollBar().value()
        return QRectF(self._left, top, self._width, high)

    def x_of(self, column: float) -> float:
        """Where a column of the item is."""
        assert self.timeline is not None
        return self._left + (column + 0.5) / self.timeline.length * self._width

    def _column_at(self, x: float) -> float:
        assert self.timeline is not None
        return (x - self._left) / self._width * self.timeline.length - 0.5

    def _row_at(self, y: float, box: QRectF) -> float:
        """The row of the item at a height of a box; the first row is at the bottom."""
        assert self.timeline is not None
        first, last = self.timeline.rows
        return first - 0.5 + (box.bottom() - y) / max(1.0, box.height()) * (last - first + 1)

    def _arrange(self) -> None:
        """The range of the scroll bar, for all lanes."""
        bar, count = self.verticalScrollBar(), len(self.timeline.lanes) if self.timeline else 0
        whole = count * (self._lane_height() + _GAP)
        room = self.viewport().height() - self._top()
        bar.setRange(0, max(0, int(whole - room)))
        bar.setPageStep(max(1, int(room)))
        bar.setSingleStep(int(self._lane_height() + _GAP))

    def _show_chosen(self) -> None:
        if self.timeline is None or self.timeline.chosen < 0:
            return
        box, bar = self.lane_box(self.timeline.chosen), self.verticalScrollBar()
        if box.top() < self._top():
            bar.setValue(int(bar.value() + box.top() - self._top()))
        elif box.bottom() > self.viewport().height():
            bar.setValue(int(bar.value() + box.bottom() - self.viewport().height()) + 1)

    # ---- painting -----------------------------------------------------------------------

    def _forget(self) -> None:
        self._images.clear()
        self.viewport().update()

    def _image(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """A picture that stays until the values, the size or the look change."""
        if key not in self._images:
            self._images[key] = make()
        return self._images[key]

    def _draw(self, painter: QPainter, timeline: Timeline) -> None:
        top, low = self._top(), self.viewport().height()
        painter.save()
        painter.setClipRect(QRectF(0, top, self.viewport().width(), low - top))
        for number, lane in enumerate(timeline.lanes):
            box = self.lane_box(number)
            if box.bottom() >= top and box.top() <= low:
                self._draw_lane(painter, timeline, number, lane, box)
        painter.restore()
        self._draw_item(painter, timeline)
        if timeline.filter is not None:
            lane_paint.filter_at(painter, self._filter_box(), timeline.filter, self.x_of)
        x = self.x_of(timeline.place[1])
        lane_paint.cursor(painter, x, self.item_box().top(), low)

    def _draw_item(self, painter: QPainter, timeline: Timeline) -> None:
        box = self.item_box()
        look = Look(timeline.length, timeline.rows, _largest(timeline.item), signed=False)
        key = ("item", box.width(), box.height())
        image = self._image(key, lambda: lane_paint.image(timeline.item, box, look, wave_line=True))
        lane_paint.strip(painter, box, image)
        lane_paint.name(painter, box, timeline.item.name, chosen=timeline.chosen < 0)
        lane_paint.frequencies(painter, box, timeline.heights, timeline.rows)
        painter.save()
        painter.setClipRect(box.adjusted(-1, -1, 1, 1))
        for frame in timeline.frames:
            lane_paint.frame(painter, self._framed(box, frame), solid=frame.solid)
        painter.restore()
        lane_paint.time_axis(painter, box, timeline.length, timeline.sampling, self.x_of)

    def _draw_lane(
        self, painter: QPainter, timeline: Timeline, number: int, lane: Lane, box: QRectF
    ) -> None:
        chosen = number == timeline.chosen
        look = Look(timeline.length, timeline.rows, timeline.limit, signed=True)
        key = (number, box.width(), box.height())
        image = self._image(key, lambda: lane_paint.image(lane, box, look))
        lane_paint.strip(painter, box, image, chosen=chosen)
        lane_paint.name(painter, box, lane.name, chosen=chosen)
        row, column = lane.nearest(*timeline.place)
        self._mark(painter, lane, (row, column), box)

    def _mark(self, painter: QPainter, lane: Lane, cell: tuple[int, int], box: QRectF) -> None:
        """The value of a lane that lies nearest to where one looks."""
        row, column = lane.place(*cell)
        half = lane.step[1] / 2
        mark = QRectF(box)
        mark.setLeft(self.x_of(column - half))
        mark.setRight(max(self.x_of(column + half), mark.left() + 2))
        if lane.values.shape[0] > 1:
            tall = lane.step[0] / 2
            mark = self._framed(
                box, Frame((row - tall + 0.5, row + tall - 0.5), (column - half + 0.5,
                           column + half - 0.5))
            )  # fmt: skip
        lane_paint.mark(painter, mark)

    def _framed(self, box: QRectF, frame: Frame) -> QRectF:
        """Where a frame lies in the box of the item, or in that of a lane with its rows."""
        assert self.timeline is not None
        first, last = self.timeline.rows
        scale = box.height() / (last - first + 1)
        bottom = box.bottom() - (frame.rows[0] - 0.5 - (first - 0.5)) * scale
        top = box.bottom() - (frame.rows[1] + 0.5 - (first - 0.5)) * scale
        left, right = self.x_of(frame.columns[0] - 0.5), self.x_of(frame.columns[1] + 0.5)
        return QRectF(left, top, max(right - left, 2), bottom - top)

    # ---- Qt -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(420, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 90)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Everything that is in sight."""
        if self.timeline is not None:
            self._draw(QPainter(self.viewport()), self.timeline)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._images.clear()
        self._arrange()
        self._show_chosen()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click looks at a lane and a time; dragging goes through time."""
        self._point(event.position(), lanes=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The lane stays while dragging."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._point(event.position(), lanes=False)

    def _point(self, at: QPointF, *, lanes: bool) -> None:
        timeline = self.timeline
        if timeline is None:
            return
        number, box = (-1, self.item_box())
        if at.y() >= self._top():
            step = self._lane_height() + _GAP
            number = int((at.y() - self._top() + self.verticalScrollBar().value()) // step)
            number = min(max(number, 0), len(timeline.lanes) - 1)
            box = self.lane_box(number) if number >= 0 else box
        if not lanes:
            number = -1
        self.pointed.emit(number, self._row_at(at.y(), box), self._column_at(at.x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right through time, up and down through lanes, with Shift through rows."""
        key = Key(event.key())
        if self.timeline is None or key not in (*_STEPS, Key.Key_Home, Key.Key_End):
            super().keyPressEvent(event)
            return
        if key in (Key.Key_Home, Key.Key_End):
            self.stepped.emit(0, 0, self.timeline.length * (1 if key == Key.Key_End else -1))
            return
        lanes, rows, columns = _STEPS[key]
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            lanes, rows = 0, -lanes  # higher up lie higher frequencies
        self.stepped.emit(lanes, rows, columns)


def _largest(lane: Lane) -> float:
    """The largest |value|, 1 where all are zero."""
    finite = lane.values[np.isfinite(lane.values)]
    return float(np.abs(finite).max(initial=0.0)) or 1.0
