"""A walk through the steps of a layer: which mode, which cell, which pair of maps, what is drawn.

What a stepper shows at a moment follows from here; the window adds only paint and clocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.explain.following import followed
from core.explain.frames import Frame, Sheet, Target, plain
from core.explain.links import Ints
from core.explain.stepping import Partner, Steps
from core.explain.steps import Mode
from core.kinds import Pair

Cells = tuple[Ints, Ints]  # rows and columns that cross
NONE: Cells = (np.zeros(0, np.int64), np.zeros(0, np.int64))


@dataclass(frozen=True, eq=False)
class View:
    """What is drawn now; cells count on the sheets from their first one.

    Attributes:
        left, middle, right: the three sheets.
        under: cells of the left sheet that the middle one lies over, or the one that is pushed.
        target: cells of the right sheet that are computed, or pushed to.
        frame: the sum, or None while scattering.
        pushed: the value that is pushed, 0 while gathering.
        counted: which of the outer sheets holds counts of windows: "left", "right" or "".
    """

    left: Sheet
    middle: Sheet
    right: Sheet
    under: Cells
    target: Cells
    frame: Frame | None
    pushed: float = 0.0
    counted: str = ""


class Walk:
    """Where one is in the steps of a layer.

    Attributes:
        mode: one of `modes`.
        scatters: whether pushes are shown in place of sums; only where `can_scatter`.
        what_if: whether a value was changed by hand, so that the engine has other numbers.
    """

    def __init__(self, modes: Mapping[Mode, Steps]) -> None:
        self._original, self._modes = dict(modes), dict(modes)
        self._targets = {mode: Target(0, 0, 0) for mode in modes}
        self._planes = dict.fromkeys(modes, 0)
        self._pushes: dict[Mode, Pair] = dict.fromkeys(modes, (0, 0))
        self.mode: Mode = "forward"
        self._scatters = False
        for mode in modes:
            self._planes[mode] = self._plane_for(mode, 0)

    # ---- questions ----------------------------------------------------------------------

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes there are."""
        return tuple(self._modes)

    @property
    def steps(self) -> Steps:
        """The steps of the mode, with what was changed by hand."""
        return self._modes[self.mode]

    @property
    def target(self) -> Target:
        """The cell that is computed."""
        return self._targets[self.mode]

    @property
    def plane(self) -> int:
        """The pair of maps that is drawn."""
        return self._planes[self.mode]

    @property
    def planes(self) -> Ints:
        """The pairs of maps that take part in the target."""
        return self.steps.planes(self.target.map)

    @property
    def what_if(self) -> bool:
        """Whether a value of this mode was changed by hand."""
        return self.steps is not self._original[self.mode]

    @property
    def can_scatter(self) -> bool:
        """Whether the sums of this mode can be shown as pushes."""
        return self.steps.partner == "wide" and len(self.planes) > 0

    @property
    def scatters(self) -> bool:
        """Whether they are."""
        return self._scatters and self.can_scatter

    @property
    def can_edit_middle(self) -> bool:
        """Whether the middle sheet holds weights that can be tried."""
        return self.steps.partner != "tap" and not self.steps.unshared

    @property
    def weight(self) -> float:
        """The weight at the tap that is computed, or 0 where a mode computes no tap."""
        if self.steps.partner != "tap":
            return 0.0
        at = self.at if self.steps.unshared else (0, 0)
        return float(self.steps.weight[(*at, *self.target)])

    def partner_of(self, mode: Mode) -> Partner:
        """What a mode computes: cells of the narrow or the wide grid, or taps."""
        return self._modes[mode].partner

    @property
    def at(self) -> Pair:
        """The position whose own weights a filter gradient is of, where weights are not shared."""
        forward = self._targets["forward"]
        h, w = self.steps.links.narrow
        return (min(forward.row, h - 1), min(forward.column, w - 1))

    # ---- moving -------------------------------------------------------------------------

    def set_mode(self, mode: Mode) -> None:
        """Show another mode where there is one."""
        if mode in self._modes:
            self.mode = mode

    def set_scatters(self, scatters: bool) -> None:
        """Show pushes, from the first one; or sums."""
        self._scatters = scatters
        self._pushes[self.mode] = (0, 0)

    def aim(
        self, *, channel: int | None = None, row: int | None = None, column: int | None = None
    ) -> None:
        """Compute another cell; what is not given stays, what is outside is brought inside."""
        old, (h, w) = self.target, self.steps.size
        wanted = (old.map if channel is None else channel, old.row if row is None else row,
                  old.column if column is None else column)  # fmt: skip
        inside = (
            min(max(at, 0), size - 1)
            for at, size in zip(wanted, (self.steps.maps, h, w), strict=True)
        )
        self._targets[self.mode] = target = Target(*inside)
        if target.map != old.map:
            self._planes[self.mode] = self._plane_for(self.mode, target.map)

    def follow(self, *, channel: int, row: int, column: int) -> None:
        """Go to an output value, and in the gradients to what belongs to it."""
        mode, self.mode = self.mode, "forward"
        self.aim(channel=channel, row=row, column=column)
        forward, chosen = self.steps, self.target
        for other in self._modes:
            if other != "forward":
                self.mode = other
                to = followed(forward, self.steps, chosen, self.target)
                self.aim(channel=to.map, row=to.row, column=to.column)
        self.mode = mode

    def aim_left(self, row: int, column: int) -> None:
        """Put the middle sheet over this cell of the left one, as well as it can be."""
        if self.scatters:
            h, w = self.steps.links.narrow
            self._pushes[self.mode] = (min(max(row, 0), h - 1), min(max(column, 0), w - 1))
            return
        h, w = self.steps.size
        rows = [self.steps.under(Target(0, at, 0))[0].mean() for at in range(h)]
        columns = [self.steps.under(Target(0, 0, at))[1].mean() for at in range(w)]
        nearest = (
            int(np.abs(np.array(c) - at).argmin()) for c, at in ((rows, row), (columns, column))
        )
        row, column = nearest
        self.aim(row=row, column=column)

    def aim_right(self, row: int, column: int) -> None:
        """Compute this cell of the right sheet; of its ring the nearest one inside."""
        top, left = self.steps.right(self.target.map).origin
        self.aim(row=row + top, column=column + left)

    def show_plane(self, number: int) -> None:
        """Draw another of the pairs of maps that take part, by its place among them."""
        if len(self.planes):
            self._planes[self.mode] = int(self.planes[number % len(self.planes)])

    def go(self, by: int = 1) -> bool:
        """Take so many steps in reading order; False where that came round to the start."""
        if self.scatters:
            return self._push_on(by)
        h, w = self.steps.size
        at = self.target.row * w + self.target.column + by
        row, column = divmod(at % (h * w), w)
        self.aim(row=row, column=column)
        return 0 <= at < h * w

    def _push_on(self, by: int) -> bool:
        """The next push of this plane, or the first of the next plane."""
        (h, w), (row, column) = self.steps.links.narrow, self._pushes[self.mode]
        number = int(np.flatnonzero(self.planes == self.plane)[0])
        at = (number * h + row) * w + column + by
        total = len(self.planes) * h * w
        number, rest = divmod(at % total, h * w)
        self._planes[self.mode] = int(self.planes[number])
        self._pushes[self.mode] = divmod(rest, w)
        return 0 <= at < total

    def _plane_for(self, mode: Mode, channel: int) -> int:
        """The first pair of maps of a target; 0 where none takes part."""
        planes = self._modes[mode].planes(channel)
        return int(planes[0]) if len(planes) else 0

    # ---- what if ------------------------------------------------------------------------

    def try_middle(self, row: int, column: int, value: float) -> None:
        """See what another weight would give; nothing in the network changes."""
        if self.can_edit_middle:
            if self.scatters:  # there the filter is not turned
                kh, kw = self.steps.links.window.kernel
                row, column = kh - 1 - row, kw - 1 - column
            self._modes[self.mode] = self.steps.with_weight(self.plane, row, column, value)

    def try_left(self, row: int, column: int, value: float) -> None:
        """See what another input value would give; zeros of a ring or between values stay."""
        narrow = self.steps.partner == "wide"
        if not self.scatters:
            sheet = self.steps.left(self.plane)
            if sheet.kinds[row, column] not in (0, 3):
                return
            row, column = row + sheet.origin[0], column + sheet.origin[1]
            if narrow:
                down, across = self.steps.links.window.stride
                row, column = row // down, column // across
        self._modes[self.mode] = self.steps.with_input(self.plane, row, column, value)

    @property
    def power(self) -> float:
        """The p of a p-norm that is computed; 0 of anything else."""
        return self.steps.power if self.mode == "forward" else 0.0

    def try_power(self, p: float) -> None:
        """See what another p would give."""
        if self.power:
            self._modes[self.mode] = self.steps.with_power(p)

    def restore(self) -> None:
        """Back to the engine's values."""
        self._modes = dict(self._original)

    def keep_place(self, other: Walk) -> None:
        """Go where another walk is, as far as that is here: newer tensors of the same node."""
        for mode, target in other._targets.items():
            if mode in self._modes:
                self.mode = mode
                self.aim(channel=target.map, row=target.row, column=target.column)
                plane = other._planes[mode]
                self._planes[mode] = plane if plane in self.planes else self._planes[mode]
                h, w = self.steps.links.narrow
                row, column = other._pushes[mode]
                self._pushes[mode] = (min(row, h - 1), min(column, w - 1))
        self.mode, self._scatters = (
            other.mode if other.mode in self._modes else "forward",
            other._scatters,
        )

    # ---- what is drawn ------------------------------------------------------------------

    def view(self) -> View:
        """The sheets and marks of this moment."""
        return self._pushing() if self.scatters else self._summing()

    def _summing(self) -> View:
        steps, target = self.steps, self.target
        frame = steps.frame(target, self.plane, at=self.at)
        right = steps.computed(target.map) if self.what_if else steps.right(target.map, at=self.at)
        row, column = target.row - right.origin[0], target.column - right.origin[1]
        under = (frame.rows, frame.columns)
        cell = (np.array([row]), np.array([column]))
        return View(steps.left(self.plane), frame.middle, right, under, cell, frame)

    def _pushing(self) -> View:
        """The right sheet holds what was pushed so far."""
        steps, (row, column) = self.steps, self._pushes[self.mode]
        narrow = plain(steps.narrow[steps.links.narrow_maps[self.plane]])
        whole = steps.empty()
        whole.values[...] = steps.scattered_until(self.plane, row, column)
        at = (row, column) if steps.unshared else (0, 0)
        middle = plain(steps.weight[at][steps.links.kernels[self.plane]])
        under = (np.array([row]), np.array([column]))
        pushed = float(narrow.values[row, column])
        return View(narrow, middle, whole, under, steps.pushed(row, column), None, pushed)
