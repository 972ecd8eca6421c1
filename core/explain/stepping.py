"""A layer one number at a time: which cells meet, what each product is, and what they sum up to.

An output value, a gradient by an input value and a gradient by a weight are each the sum over the
links of one partner (see `core.explain.links`). Every step is drawn the same way: some cells of a
left sheet lie under a middle sheet, their products fill a sheet of the same size, and the sum is
one cell of the right sheet. Where the target lies on the wide grid (the data gradient of a
convolution, the output of a transposed one) the left sheet is spread by zeros for the stride and
ringed with zeros, and the filter is turned by 180°. The same sum can be scattered: every narrow
cell pushes its filter, scaled by its value.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.explain.endings import Ending, Root
from core.explain.frames import Frame, Kind, Sheet, Target, plain
from core.explain.links import Floats, Ints, Links, Terms, largest
from core.kinds import Pair

Partner = Literal["narrow", "wide", "tap"]


class Steps:
    """The sums of one kind, over the links of one partner.

    Attributes:
        links, weight: which cells meet, and under which weight (P, Q, K, kh, kw).
        partner: what is computed: cells of the "narrow" or the "wide" grid, or a "tap" of a kernel.
        maps: how many maps, or kernels, there are to compute.
        wide, narrow: the maps (C, H, W) and (O, P, Q) that are given; the one computed is not read.
        bias: what is added, one for each map (O,) or each value (O, P, Q), or None.
        result: what the engine has computed: maps, or for taps (P, Q, K, kh, kw); None if nothing.
        learned: whether the weight is one, and not the shares of a pool.
        picks: whether each window takes its largest value alone, as max pooling does.
        power: the p of a p-norm, 0 elsewhere: then the left factors are |x|ᵖ.
        ending: what becomes of the sum, None where it is the value.
        distance: whether factors meet as −(left − middle)² in place of a product.
        left_name, middle_name: what these sheets hold, where that is not what the mode says.
    """

    def __init__(
        self,
        links: Links,
        weight: Floats,
        partner: Partner,
        maps: int,
        *,
        wide: NDArray[Any] | None = None,
        narrow: NDArray[Any] | None = None,
        bias: Floats | None = None,
        result: NDArray[Any] | None = None,
        power: float = 0.0,
        ending: Ending | None = None,
        distance: bool = False,
        left_name: str = "",
        middle_name: str = "",
    ) -> None:
        self.links, self.weight, self.partner, self.maps = links, weight, partner, maps
        self.bias, self.result, self.power = bias, result, power
        self.ending, self.distance = ending, distance
        self.left_name, self.middle_name = left_name, middle_name
        self.learned, self.picks = True, False
        self._wide, self._narrow = wide, narrow
        self.unshared = weight.shape[:2] != (1, 1)

    @property
    def wide(self) -> NDArray[Any]:
        """The wide maps."""
        assert self._wide is not None
        return self._wide

    @property
    def narrow(self) -> NDArray[Any]:
        """The narrow maps."""
        assert self._narrow is not None
        return self._narrow

    # ---- what is there ------------------------------------------------------------------

    @property
    def size(self) -> Pair:
        """Rows and columns of what is computed, the ring not counted."""
        sizes = {"narrow": self.links.narrow, "wide": self.links.wide}
        return sizes.get(self.partner, self.links.window.kernel)

    @property
    def _of(self) -> Ints:
        """For each plane the map or kernel that it adds to."""
        links = self.links
        of = {"narrow": links.narrow_maps, "wide": links.wide_maps, "tap": links.kernels}
        return of[self.partner]

    def planes(self, channel: int) -> Ints:
        """The pairs of maps that take part in a map."""
        return np.flatnonzero(self._of == channel)

    def left_map(self, plane: int) -> int:
        """The map that the left sheet of a plane shows."""
        maps = self.links.narrow_maps if self.partner == "wide" else self.links.wide_maps
        return int(maps[plane])

    def middle_map(self, plane: int) -> int:
        """The map, or the kernel, that the middle sheet of a plane shows."""
        links = self.links
        return int((links.narrow_maps if self.partner == "tap" else links.kernels)[plane])

    def winners(self, plane: int) -> tuple[Ints, Ints]:
        """Row and column on the wide map of the largest cell under each window (P, Q), if it picks.

        Padding counts from −1 upwards and to the left.
        """
        shares = self.weight[:, :, self.links.kernels[plane]]  # (P, Q, kh, kw)
        i, j = np.divmod(shares.reshape(*shares.shape[:2], -1).argmax(axis=2), shares.shape[3])
        rows, columns = self.links.places
        p, q = np.indices(i.shape)
        return rows[p, i], columns[q, j]

    # ---- sums ---------------------------------------------------------------------------

    def terms(self, target: Target, *, at: Pair = (0, 0)) -> Terms:
        """Every product of a sum; `at` is the position whose weights are meant, if not shared."""
        match self.partner:
            case "narrow":
                return self.links.of_narrow(*target)
            case "wide":
                return self.links.of_wide(*target)
        return self.links.of_tap(*target, at=at if self.unshared else None)

    def factors(self, terms: Terms) -> tuple[Floats, Floats]:
        """The two factors of each product: from the left and from the middle sheet."""
        links = self.links
        if self.partner == "wide":
            return links.narrow_values(self.narrow, terms), links.weights(self.weight, terms)
        left = self._raised(links.wide_values(self.wide, terms))
        if self.partner == "narrow":
            return left, links.weights(self.weight, terms)
        return left, links.narrow_values(self.narrow, terms)

    def frame(self, target: Target, plane: int, *, at: Pair = (0, 0)) -> Frame:
        """The step that computes a target, showing one of its planes."""
        terms = self.terms(target, at=at)
        left, right = self.factors(terms)
        sums: Floats = np.zeros(len(self.links.kernels))
        np.add.at(sums, terms.plane, self._met(left, right))
        bias = self._bias(target)
        total = float(sums.sum()) + (bias or 0.0)
        if self.ending is not None:
            total = self.ending.at(total, target, self.size, self.wide)
        rows, columns = self.under(target)
        middle = self.middle(plane, target)
        seen = self._raised(self.left(plane).values[np.ix_(rows, columns)])
        products = self._met(seen, middle.values)
        if self.partner == "tap" and self.unshared:  # one position alone uses this weight
            alone = np.zeros_like(products)
            alone[at] = products[at]
            products = alone
        planes = self.planes(target.map)
        return Frame(
            rows, columns, seen, middle, products, planes, sums[planes], bias, total,
            self._engine(target, at), len(terms),
        )  # fmt: skip

    def _met(self, left: Floats, middle: Floats) -> Floats:
        """What two factors add to the sum; what has no weight counts as nothing, whatever it is."""
        if self.distance:
            return -np.square(left - middle)
        return np.where(middle == 0, 0.0, left * middle)

    def _raised(self, left: Floats) -> Floats:
        return np.abs(left) ** self.power if self.power else left

    def _bias(self, target: Target) -> float | None:
        if self.bias is None:
            return None
        return float(self.bias[target.map] if self.bias.ndim == 1 else self.bias[target])

    def _engine(self, target: Target, at: Pair) -> float | None:
        """The engine's number for a target; it has none in the ring."""
        (_, row, column), (h, w) = target, self.size
        if self.result is None or not (0 <= row < h and 0 <= column < w):
            return None
        where = at if self.unshared else (0, 0)
        return float(
            self.result[(*where, *target)] if self.partner == "tap" else self.result[target]
        )

    # ---- sheets -------------------------------------------------------------------------

    def left(self, plane: int) -> Sheet:
        """What the middle sheet slides over: a wide map in its ring, or a narrow one spread."""
        if self.partner == "wide":
            return self._spread(self.narrow[self.links.narrow_maps[plane]])
        return self._ringed(self.wide[self.links.wide_maps[plane]])

    def middle(self, plane: int, target: Target) -> Sheet:
        """The filter, turned where it meets a spread sheet; or the narrow map it is paired with."""
        kernel = self.links.kernels[plane]
        if self.partner == "tap":
            return plain(self.narrow[self.links.narrow_maps[plane]])
        if self.partner == "narrow":
            at = (target.row, target.column) if self.unshared else (0, 0)
            return plain(self.weight[at][kernel])
        return self._turned(kernel, target)

    def right(self, channel: int, *, at: Pair = (0, 0)) -> Sheet:
        """What is computed, as the engine has it, with the ring that is cut off in the end."""
        values: NDArray[Any] = np.full(self.size, np.nan)
        if self.result is not None:
            where = (at if self.unshared else (0, 0)) if self.partner == "tap" else ()
            values = self.result[(*where, channel)]
        if self.partner != "wide":
            return plain(values)
        whole = self._ringed(values)
        ring = whole.kinds == Kind.RING
        whole.values[ring] = self.scatter(self.planes(channel))[ring]
        return whole

    def under(self, target: Target) -> tuple[Ints, Ints]:
        """Rows and columns of the left sheet that lie under the middle one."""
        window, (rows, columns) = self.links.window, self.links.places
        top, _, left, _ = window.padding
        match self.partner:
            case "narrow":
                return rows[target.row] + top, columns[target.column] + left
            case "tap":
                return rows[:, target.row] + top, columns[:, target.column] + left
        steps = [np.arange(window.kernel[axis]) * window.dilation[axis] for axis in (0, 1)]
        return target.row + top + steps[0], target.column + left + steps[1]

    def empty(self) -> Sheet:
        """A wide map of zeros in its ring."""
        return self._ringed(np.zeros(self.links.wide))

    # ---- scattering ---------------------------------------------------------------------

    def scatter(self, planes: Ints) -> Floats:
        """What these planes push onto their wide map, ring included, without a bias."""
        return self.links.scattered(self.narrow, self.weight, planes)

    def scattered_until(self, plane: int, row: int, column: int) -> Floats:
        """A wide map after so many pushes: those of all planes before this one, and those of its
        own narrow map up to this cell in reading order; ring included."""
        planes = self.planes(int(self.links.wide_maps[plane]))
        own = self.narrow[self.links.narrow_maps[plane]].astype(np.float64)
        own[row, column + 1 :] = 0
        own[row + 1 :] = 0
        zero = np.zeros(1, np.int64)
        alone = replace(
            self.links, narrow_maps=zero, wide_maps=zero, kernels=self.links.kernels[[plane]]
        )
        before = self.scatter(planes[planes < plane])
        return before + alone.scattered(own[None], self.weight, zero)

    def pushed(self, row: int, column: int) -> tuple[Ints, Ints]:
        """Rows and columns of the ringed wide map that a narrow cell pushes to."""
        top, _, left, _ = self.links.window.padding
        rows, columns = self.links.places
        return rows[row] + top, columns[column] + left

    # ---- what if ------------------------------------------------------------------------

    def with_weight(self, plane: int, row: int, column: int, value: float) -> Steps:
        """These steps with another value at a place of a plane's middle sheet; not if unshared."""
        weight = self.weight.copy()
        if self.partner == "wide":
            row, column = weight.shape[3] - 1 - row, weight.shape[4] - 1 - column
        weight[0, 0, self.links.kernels[plane], row, column] = value
        return self._like(weight=weight)

    def with_input(self, plane: int, row: int, column: int, value: float) -> Steps:
        """These steps with another value in the map that a plane's left sheet shows."""
        if self.partner == "wide":
            narrow = self.narrow.astype(np.float64)
            narrow[self.links.narrow_maps[plane], row, column] = value
            return self._like(narrow=narrow)
        wide = self.wide.astype(np.float64)
        wide[self.links.wide_maps[plane], row, column] = value
        if self.picks and self.partner == "narrow":  # another cell may be the largest now
            return self._like(wide=wide, weight=largest(self.links.under(wide)))
        return self._like(wide=wide)

    def with_power(self, p: float) -> Steps:
        """The steps of a p-norm with another p."""
        made = self._like()
        made.power, made.ending = p, Root(p)
        return made

    def _like(self, **arrays: Any) -> Steps:
        made = copy(self)
        for name, array in arrays.items():
            setattr(made, name if name == "weight" else f"_{name}", array)
        return made

    def computed(self, channel: int) -> Sheet:
        """The right sheet worked out from the arrays that are here; for taps all positions."""
        planes, bias = self.planes(channel), 0.0 if self.bias is None else self.bias[channel]
        if self.partner == "wide":
            whole = self.empty()
            whole.values[...] = self.scatter(planes) + bias
            return whole
        if self.partner == "narrow":
            wide = self._raised(self.wide.astype(np.float64)) if self.power else self.wide
            values = self._gathered(wide, channel) + bias
            if self.ending is not None:
                values = self.ending.of(values, channel, self.wide)
            return plain(values)
        return plain(self.links.correlated(self.wide, self.narrow, planes))

    # ---- details ------------------------------------------------------------------------

    def _gathered(self, wide: NDArray[Any], channel: int) -> Floats:
        if not self.distance:
            return self.links.gathered(wide, self.weight, channel)
        values: Floats = np.zeros(self.links.narrow)
        for cell in np.ndindex(values.shape):
            terms = self.links.of_narrow(channel, *cell)
            values[cell] = self._met(*self.factors(terms)).sum()
        return values

    def _turned(self, kernel: int, target: Target) -> Sheet:
        """The filter turned by 180°; weights that are not shared come from where each is used."""
        if not self.unshared:
            return plain(self.weight[0, 0, kernel, ::-1, ::-1])
        turned = np.zeros(self.links.window.kernel)
        rows, columns = self.links.places
        for p, i in np.argwhere(rows == target.row):
            for q, j in np.argwhere(columns == target.column):
                turned[-1 - i, -1 - j] = self.weight[p, q, kernel, i, j]
        return plain(turned)

    def _ringed(self, values: NDArray[Any]) -> Sheet:
        """A wide map with its padding; cells that no window covers are marked."""
        top, _, left, _ = self.links.window.padding
        ringed = self.links.ringed(values[None])[0]
        h, w = self.links.wide
        kinds = np.full(ringed.shape, Kind.RING, np.int8)
        kinds[top : top + h, left : left + w] = Kind.VALUE
        rows, columns = (
            np.isin(np.arange(length), place + before)
            for length, place, before in zip(
                ringed.shape, self.links.places, (top, left), strict=True
            )
        )
        unused = ~(rows[:, None] & columns[None])
        kinds[unused & (kinds == Kind.VALUE)] = Kind.UNUSED
        return Sheet(ringed, kinds, (-top, -left))

    def _spread(self, values: NDArray[Any]) -> Sheet:
        """A narrow map with zeros for the stride and a ring as wide as the filter reaches."""
        window, (h, w) = self.links.window, self.links.wide
        top, bottom, left, right = window.padding
        down, across = window.reach[0] - 1, window.reach[1] - 1
        spread = np.zeros((h + top + bottom + down, w + left + right + across))
        kinds = np.full(spread.shape, Kind.RING, np.int8)
        rows = down + np.arange(values.shape[0]) * window.stride[0]
        columns = across + np.arange(values.shape[1]) * window.stride[1]
        kinds[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = Kind.SPREAD
        spread[np.ix_(rows, columns)] = values
        kinds[np.ix_(rows, columns)] = Kind.VALUE
        return Sheet(spread, kinds, (-down, -across))
