"""One walk through the steps of a layer on the screen: controls, sheets, the sum in words."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.explain.cover import can_count, counted
from core.explain.frames import Frame
from core.explain.walk import Walk
from core.tongue import tr
from designer.theme import fixed_font
from designer.tokens import Tokens
from designer.viewers import step_words
from designer.viewers.guess import GuessField, verdict
from designer.viewers.power_field import PowerField
from designer.viewers.step_bar import StepBar
from designer.viewers.step_grids import StepGrids
from designer.viewers.step_traces import StepTraces
from designer.widgets.color_legend import ColorLegend
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.numbers import value
from designer.widgets.role import set_role

_LOW = 320  # pixels: as the panels lie at first


class StepPage(QWidget):
    """Shows a `Walk`.

    Signals: `moved` when another cell is computed, `told(words)` how what is shown is computed.
    """

    moved = Signal()
    told = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.walk: Walk | None = None
        self._names = step_words.Names("x", "w", "y")
        self._dense = False
        self._rate = 0.0
        self._single = -1  # the product that is marked, −1 for all
        self._revealed = True
        self._asked_elsewhere = False
        self.bar, self.grids, self.power = StepBar(), StepGrids(), PowerField()
        self.traces = StepTraces(self.grids)
        self.bar.layout().addWidget(self.power)
        self.lines = [ElidedLabel() for _ in range(3)]
        for line in self.lines:
            line.setFont(fixed_font(Tokens.CAPTION))
        self.lines[0].setProperty("role", "muted")
        self.result = QLabel()
        self.result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.guess = GuessField()
        self.guess.guessed.connect(self._answer)
        self.legend = ColorLegend()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(Tokens.SMALL)
        foot.addWidget(self.result)
        foot.addWidget(self.guess)
        foot.addStretch(1)
        foot.addWidget(self.legend)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.bar)
        column.addWidget(self.grids, 1)
        for line in self.lines:
            column.addWidget(line)
        column.addLayout(foot)

    def _connect(self) -> None:
        bar, grids = self.bar, self.grids
        bar.mode_chosen.connect(self._set_mode)
        bar.scatter_toggled.connect(self._set_scatters)
        bar.map_chosen.connect(lambda number: self._aim(channel=number))
        bar.plane_chosen.connect(self._show_plane)
        bar.stepped.connect(self.step)
        bar.play_toggled.connect(self._redraw)  # it fills the sheet from where it stands
        bar.counts_toggled.connect(self._redraw)
        bar.single_toggled.connect(self._set_single)
        bar.guess_toggled.connect(self._set_guess)
        bar.restore_wanted.connect(self._restore)
        grids.left_chosen.connect(self._choose_left)
        grids.right_chosen.connect(self._choose_right)
        grids.left_typed.connect(self._try_left)
        grids.middle_typed.connect(self._try_middle)
        self.power.tried.connect(self._try_power)

    # ---- what is shown ------------------------------------------------------------------

    def show_walk(self, walk: Walk, *, anew: bool, rate: float, dense: bool = False) -> None:
        """Show a walk: `anew` where it begins, else where the one before was.

        `rate` is the learning rate, `dense` says that maps are units. What was typed stays until
        it is undone: newer tensors wait that long.
        """
        if self.walk is not None and not anew:
            if self.walk.what_if:
                return
            walk.keep_place(self.walk)
        elif self.walk is not None:
            walk.set_mode(self.walk.mode)
            self.bar.player.stop()
        self.walk, self._rate, self._dense = walk, rate, dense
        self._draw()

    def forget(self) -> None:
        """Let the walk go; the next one begins where it says itself."""
        self.walk = None

    def go_to(self, *, channel: int, row: int, column: int) -> None:
        """Compute an output value that was chosen elsewhere, or a gradient that belongs to it."""
        if self.walk is not None:
            self.walk.follow(channel=channel, row=row, column=column)
            self._draw()

    def _draw(self) -> None:
        walk = self.walk
        assert walk is not None
        self._names = step_words.names_of(walk, dense=self._dense)
        view = walk.view()
        can_be_counted = can_count(walk)
        if self.bar.counts.isChecked() and can_be_counted:
            view = counted(walk, view)
        limits = tuple(sheet.limit or 1.0 for sheet in (view.left, view.middle, view.right))
        titles = step_words.sheet_titles(walk, self._names, counted=view.counted)
        until = -1
        if self.bar.player.playing and not walk.scatters:
            until = int(view.target[0][0]) * view.right.values.shape[1] + int(view.target[1][0]) + 1
        asked = self.bar.guess.isChecked() and not self._revealed
        secret = (asked or self._asked_elsewhere) and view.frame is not None
        self.grids.show_view(
            view, titles, limits=limits, secret=secret, until=until, single=self._single
        )
        self.traces.show_walk(walk)
        self.grids.left.set_editable(view.counted != "left")
        self.grids.middle.set_editable(walk.can_edit_middle)
        self.legend.set_words(tr("−limit of each sheet"), tr("+limit"), signed=True)
        self.bar.offer_counts(can_be_counted)
        self._offer()
        self._tell(view.frame, secret=secret)

    def _offer(self) -> None:
        """The controls as they stand."""
        walk, bar = self.walk, self.bar
        assert walk is not None
        bar.modes.offer([(mode, step_words.TITLES[mode]) for mode in walk.modes], walk.mode)
        with QSignalBlocker(bar.scatter):
            bar.scatter.setChecked(walk.scatters)
        bar.scatter.setVisible(walk.can_scatter)
        bar.map.offer(walk.steps.maps, walk.target.map, word=tr(self._names.given))
        planes = walk.planes
        number = int((planes == walk.plane).argmax()) if len(planes) else 0
        bar.plane.offer(len(planes), number)
        bar.set_scattering(walk.scatters)
        bar.restore.setVisible(walk.what_if)
        self.power.show_power(walk.power)
        bar.updateGeometry()

    def _tell(self, frame: Frame | None, *, secret: bool) -> None:
        """The sum in words."""
        walk = self.walk
        assert walk is not None
        self.told.emit(step_words.how(walk, frame))
        self.lines[0].setText(step_words.formula(walk, self._names))
        self.guess.setVisible(secret and not self._asked_elsewhere)
        if frame is None:
            self._tell_push()
            return
        until = self._single + 1 or -1
        products = step_words.products_line(
            frame, until=until, secret=secret, distance=walk.steps.distance
        )
        self.lines[1].setText(products)
        taken = tr(self._names.taken)
        names = [f"{taken} {walk.steps.left_map(int(plane))}" for plane in frame.planes]
        names = names if taken else [tr("products")]
        shown = int((frame.planes == walk.plane).argmax()) if len(frame.planes) else 0
        parts = step_words.parts_line(frame, names, shown, ending=walk.steps.ending)
        self.lines[2].setText(parts if not secret else "")
        words = step_words.result_line(walk, frame, self._names)
        self._say(f"{self._names.right} = ?" if secret else words, good=frame.agrees)
        if walk.mode == "filter" and not secret and self._rate and frame.engine is not None:
            slope, weight = frame.total, walk.weight
            self.lines[2].setText(step_words.update_line(walk, weight, slope, self._rate))

    def _tell_push(self) -> None:
        walk = self.walk
        assert walk is not None
        view = walk.view()
        self.lines[1].setText(
            tr(
                "{pushed} × the filter is added to the {size} cells in the frame",
                pushed=value(view.pushed),
                size=view.middle.values.size,
            )
        )
        self.lines[2].setText("")
        self._say(tr("After the last push of the last map the sheet is the sum of all."), good=True)

    def _say(self, words: str, *, good: bool) -> None:
        role = "warning" if self.walk and self.walk.what_if else "good" if good else "problem"
        self.result.setText(words)
        set_role(self.result, role)

    # ---- what a person does -------------------------------------------------------------

    def step(self, by: int) -> None:
        """The next product or the next cell."""
        walk = self.walk
        if walk is None:
            return
        if self._single >= 0 and not walk.scatters:
            count = walk.view().middle.values.size
            if 0 <= self._single + by < count:
                self._single += by
                self._draw()
                return
            self._single = 0 if by > 0 else count - 1
        goes_on = walk.go(by)
        if not goes_on and self.bar.player.playing:
            walk.go(-by)
            self.bar.player.stop()
        self._changed()

    def _changed(self) -> None:
        self._revealed = False
        self._draw()
        self.moved.emit()

    def _aim(self, **place: int) -> None:
        if self.walk is not None:
            self.walk.aim(**place)
            self._changed()

    def _choose_left(self, row: int, column: int) -> None:
        if self.walk is not None:
            self.bar.player.stop()
            self.walk.aim_left(row, column)
            self._changed()

    def _choose_right(self, row: int, column: int) -> None:
        if self.walk is not None and not self.walk.scatters:
            self.bar.player.stop()
            self.walk.aim_right(row, column)
            self._changed()

    def _set_mode(self, mode: str) -> None:
        if self.walk is not None:
            self.bar.player.stop()
            self.walk.set_mode(mode)  # type: ignore[arg-type]
            self._single = 0 if self.bar.single.isChecked() else -1
            self._changed()

    def _set_scatters(self, on: bool) -> None:
        if self.walk is not None:
            self.walk.set_scatters(on)
            self._changed()

    def _show_plane(self, number: int) -> None:
        if self.walk is not None:
            self.walk.show_plane(number)
            self._draw()

    def _set_single(self, on: bool) -> None:
        self._single = 0 if on else -1
        if self.walk is not None:
            self._draw()

    def _redraw(self) -> None:
        if self.walk is not None:
            self._draw()

    def _try_left(self, row: int, column: int, number: float) -> None:
        if self.walk is not None:
            self.walk.try_left(row, column, number)
            self._draw()

    def _try_middle(self, row: int, column: int, number: float) -> None:
        if self.walk is not None:
            self.walk.try_middle(row, column, number)
            self._draw()

    def _try_power(self, p: int) -> None:
        if self.walk is not None:
            self.walk.try_power(float(p))
            self._draw()

    def _restore(self) -> None:
        if self.walk is not None:
            self.walk.restore()
            self._draw()

    # ---- predict, then see --------------------------------------------------------------

    def _set_guess(self, on: bool) -> None:
        self._revealed = not on
        self.guess.clear()
        if self.walk is not None:
            self._draw()
        if on:
            self.guess.setFocus()

    def hide_answer(self, hidden: bool) -> None:
        """Do not tell the number that is computed: somebody else asks for it."""
        self._asked_elsewhere = hidden
        if self.walk is not None:
            self._draw()

    def _answer(self, number: float | None) -> None:
        """Show the answer, and say how near the guess was."""
        frame = self.walk.view().frame if self.walk is not None else None
        if frame is None:
            return
        words, right = verdict(number, frame.total)
        if number is not None:
            self._revealed = True
            self._draw()
        self._say(words, good=right)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low panel the sheets come first: what can be read elsewhere goes."""
        super().resizeEvent(event)
        low = event.size().height() < _LOW
        self.bar.set_small(low)
        for widget in (self.lines[0], self.lines[1], self.legend):
            widget.setVisible(not low)

    def take_key(self, event: QKeyEvent) -> bool:
        """Hand a key to the player; True where it was one of its own."""
        return self.bar.player.take_key(event)
