"""Where nodes go: rows that flow down, and columns when one would grow too tall. No Qt.

Here data always flow down: x is across the flow and y along it.

A column breaks where the whole flow is the output of one node, or where a few wires pass if it
would else be far too tall. The wires then run down, through the gutter, and up into the top of the
next column, each in a lane of its own, none across another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from types import MappingProxyType

from designer.canvas.geometry import GRID
from designer.canvas.strip import Strip, strip_of

Size = tuple[int, int]
Place = tuple[int, int]
Pair = tuple[str, str]

ROW_GAP = 48
GUTTER = 64
TURN = 16  # how far below a column's foot and above its head the wire to the next one runs
LANE = 16  # between two such wires
PART_GAP = 80
PAGE_HEIGHT = 504  # what a window shows at 100 %; wrapping aims at this page
ASPECT = 1.6
MOST_COLUMNS = 48
BREAKS = ((1, False, 1.05), (1, True, 1.2), (5, True, 1.5))
"""Where columns may break: how many outputs pass at most, whether they may fork, and how much
larger all must show for it. The first look calmest."""


@dataclass(frozen=True)
class Layout:
    """Top left corners of nodes, and the points that wires pass on their way.

    Between two points a wire runs straight where it is level or upright, else in a smooth S.
    """

    places: Mapping[str, Place]
    bends: Mapping[Pair, tuple[Place, ...]]


def arrange(
    sizes: Mapping[str, Size],
    wires: Sequence[Pair],
    *,
    aspect: float = ASPECT,
    height: float = PAGE_HEIGHT,
    gap: int = ROW_GAP,
) -> Layout:
    """Lay a network out; the same network always comes out the same.

    `sizes` are (width, height) by node. `aspect` is width by height of the page that the columns
    aim at, `height` what it shows at 100 %, `gap` the room between two rows. ValueError where the
    wires close a circle.
    """
    wires = list(dict.fromkeys(wires))
    page = _Page(height * aspect, height, gap)
    parts = [_part(part, sizes, wires, page) for part in _parts(sizes, wires)]
    places: dict[str, Place] = {}
    bends: dict[Pair, tuple[Place, ...]] = {}
    for part, (dx, dy) in zip(parts, _shelves(parts, page), strict=True):
        places |= {node: (x + dx, y + dy) for node, (x, y) in part.places.items()}
        bends |= {
            pair: tuple((x + dx, y + dy) for x, y in points) for pair, points in part.bends.items()
        }
    ordered = {node: places[node] for node in sizes}
    return Layout(MappingProxyType(ordered), MappingProxyType(bends))


def natural(id: str) -> tuple[str, int, str]:
    """A key that sorts ids by their stem, then by their number: conv2 before conv10."""
    stem = id.rstrip("0123456789")
    return stem, int(id[len(stem) :] or 0), id


@dataclass(frozen=True)
class _Page:
    """What columns aim at: a page of this size, with a gap between rows."""

    width: float
    height: float
    gap: int

    @property
    def aspect(self) -> float:
        """Width by height."""
        return self.width / self.height


@dataclass(frozen=True)
class _Part:
    """One connected part, laid out from (0, 0)."""

    places: dict[str, Place]
    bends: dict[Pair, tuple[Place, ...]]
    width: int
    height: int


def _parts(sizes: Mapping[str, Size], wires: Sequence[Pair]) -> list[list[str]]:
    """The connected parts, the largest first, each in the order of `sizes`."""
    near: dict[str, list[str]] = {node: [] for node in sizes}
    for a, b in wires:
        near[a].append(b)
        near[b].append(a)
    part: dict[str, int] = {}
    for number, start in enumerate(sizes):
        todo = [start] if start not in part else []
        part.update(dict.fromkeys(todo, number))
        while todo:
            fresh = [node for node in near[todo.pop()] if node not in part]
            part.update(dict.fromkeys(fresh, number))
            todo += fresh
    groups: dict[int, list[str]] = {}
    for node in sizes:
        groups.setdefault(part[node], []).append(node)
    return sorted(groups.values(), key=len, reverse=True)


def _part(
    names: Sequence[str], sizes: Mapping[str, Size], wires: Sequence[Pair], page: _Page
) -> _Part:
    number = {name: v for v, name in enumerate(names)}
    edges = [(number[a], number[b]) for a, b in wires if a in number]
    strip = strip_of([sizes[name][0] for name in names], edges)
    return _Columns(strip, [sizes[name] for name in names], page).part(names)


def _shelves(parts: Sequence[_Part], page: _Page) -> list[Place]:
    """Where each part goes: side by side, on a new shelf below when the page is full."""
    area = sum((part.width + PART_GAP) * (part.height + PART_GAP) for part in parts)
    width = max([(area * page.aspect) ** 0.5, page.width, *(part.width for part in parts)])
    found: list[Place] = []
    x = y = shelf = 0
    for part in parts:
        if x and x + part.width > width:
            x, y, shelf = 0, y + shelf + PART_GAP, 0
        found.append((x, y))
        x, shelf = x + part.width + PART_GAP, max(shelf, part.height)
    return found


class _Columns:
    """A strip broken into columns so that the whole comes out near the page's aspect."""

    def __init__(self, strip: Strip, sizes: Sequence[Size], page: _Page) -> None:
        self._strip = strip
        self._sizes = sizes
        self._page = page
        self._row_height = [
            max((sizes[v][1] for v in row if v < strip.nodes), default=0) for row in strip.rows
        ]
        self._height_before = list(accumulate((h + page.gap for h in self._row_height), initial=0))
        self._sides = [self._row_sides(row) for row in strip.rows]
        self._columns = self._chosen()
        self._lay()

    def part(self, names: Sequence[str]) -> _Part:
        """The places and bends under the nodes' names."""
        places = {
            name: (
                self._x(v) - self._sizes[v][0] // 2,
                self._top[v] + (self._height(v) - self._sizes[v][1]) // 2,
            )
            for v, name in enumerate(names)
        }
        bends = {
            (names[a], names[b]): tuple(self._bends(a, b, chain))
            for (a, b), chain in self._strip.chains.items()
        }
        height = max((self._column_height(column) for column in self._columns), default=0)
        height += 2 * self._spare
        bent = {pair: points for pair, points in bends.items() if points}
        return _Part(places, bent, self._width, height)

    # ---- where to break -----------------------------------------------------------------

    def _chosen(self) -> list[range]:
        """The fewest columns at which the part shows (nearly) as large as it can on the page."""
        best, chosen = 0.0, [range(len(self._strip.rows))]
        for most, forks, gain in BREAKS:
            segments = self._segments(most, forks=forks)
            limit = self._column_height(range(len(self._strip.rows)))
            for count in range(1, min(len(segments), MOST_COLUMNS) + 1):
                if best * gain >= 1.0:  # nothing shows larger
                    break
                limit = self._lowest(segments, count, limit)
                columns = list(self._filled(segments, limit))
                zoom = self._zoom(columns)
                short = min(len(column) for column in columns) < 2 < len(self._strip.rows)
                if zoom > best * gain and not (short and best):
                    best, chosen = zoom, columns
        return chosen

    def _zoom(self, columns: Sequence[range]) -> float:
        """How large these columns can show on the page, at most 1."""
        lanes = [len(self._passing(column.stop - 1)) for column in columns[:-1]]
        width = sum(map(self._column_width, columns)) + sum(map(_gutter, lanes))
        height = max(map(self._column_height, columns)) + 2 * LANE * (max(lanes, default=1) - 1)
        return min(1.0, self._page.width / width, self._page.height / height)

    def _segments(self, most: int, *, forks: bool) -> list[range]:
        """Runs of rows between places where the whole flow is the output of `most` vertices.

        Each gives one wire, or, with `forks`, several that start together.
        """
        found, start = [], 0
        for number in range(len(self._strip.rows)):
            passing = self._passing(number)
            wires = sum(len(self._strip.down[v]) for v in passing)
            narrow = 1 <= len(passing) <= most and (forks or wires == len(passing))
            if narrow or number == len(self._strip.rows) - 1:
                found.append(range(start, number + 1))
                start = number + 1
        return found

    def _passing(self, row: int) -> list[int]:
        """The vertices of a row from which wires lead to the next one, from left to right."""
        return [v for v in self._strip.rows[row] if self._strip.down[v]]

    def _lowest(self, segments: Sequence[range], count: int, high: int) -> int:
        """The least height of the tallest of at most `count` columns; `high` is enough."""
        whole = self._height_before[-1]
        low = max(self._column_height(segment) for segment in segments)
        low = max(low, -(-whole // count) - self._page.gap)
        while low < high:
            limit = (low + high) // 2
            columns = islice(self._filled(segments, limit), count + 1)
            if sum(1 for _ in columns) <= count:
                high = limit
            else:
                low = limit + 1
        return low

    def _filled(self, segments: Sequence[range], limit: int) -> Iterator[range]:
        start = 0
        for segment in segments:
            if start < segment.start:
                longer = range(start, segment.stop)
                if self._column_height(longer) > limit:
                    yield range(start, segment.start)
                    start = segment.start
        yield range(start, len(self._strip.rows))

    def _column_height(self, column: range) -> int:
        return self._height_before[column.stop] - self._height_before[column.start] - self._page.gap

    def _row_sides(self, row: Sequence[int]) -> tuple[int, int]:
        half = [self._sizes[v][0] // 2 if v < self._strip.nodes else GRID for v in row]
        left = min(self._strip.x[v] - h for v, h in zip(row, half, strict=True))
        right = max(self._strip.x[v] + h for v, h in zip(row, half, strict=True))
        return left, right

    def _column_sides(self, column: range) -> tuple[int, int]:
        sides = [self._sides[row] for row in column]
        return min(left for left, _ in sides), max(right for _, right in sides)

    def _column_width(self, column: range) -> int:
        left, right = self._column_sides(column)
        return right - left

    # ---- where everything comes to lie --------------------------------------------------

    def _lay(self) -> None:
        """Rows' tops, how far each column moves across, and the gutter before each column."""
        rows = len(self._strip.rows)
        row_top, shift, column_of = [0] * rows, [0] * rows, [0] * rows
        self._gutters: list[int] = []
        self._lanes = [self._passing(column.stop - 1) for column in self._columns[:-1]]
        self._spare = LANE * (max(map(len, self._lanes), default=1) - 1)
        x = 0
        for number, column in enumerate(self._columns):
            left, right = self._column_sides(column)
            y = self._spare
            for row in column:
                row_top[row], shift[row], column_of[row] = y, x - left, number
                y += self._row_height[row] + self._page.gap
            x += right - left
            self._width = x
            if number < len(self._lanes):
                self._gutters.append(x + GUTTER // 2)
                x += _gutter(len(self._lanes[number]))
        self._shift, self._column_of = shift, column_of
        self._top = [row_top[row] for row in self._strip.rank]

    def _x(self, v: int) -> int:
        return self._strip.x[v] + self._shift[self._strip.rank[v]]

    def _height(self, v: int) -> int:
        return self._row_height[self._strip.rank[v]]

    def _bends(self, a: int, b: int, chain: Sequence[int]) -> Iterator[Place]:
        """The points of one wire: straight through every row it passes, and through gutters."""
        last = a
        for v in (*chain, b):
            if v == b or last == a:
                yield from self._stub(last, below=True)
            yield from self._turn(last, v)
            if v != b:
                yield self._x(v), self._top[v]
                yield self._x(v), self._top[v] + self._height(v)
            else:
                yield from self._stub(v, below=False)
            last = v

    def _stub(self, v: int, *, below: bool) -> Iterator[Place]:
        """A low node in a tall row: its wire leaves the row upright, past its neighbors."""
        if v < self._strip.nodes and self._sizes[v][1] < self._height(v):
            yield self._x(v), self._top[v] + (self._height(v) if below else 0)

    def _turn(self, above: int, below: int) -> Iterator[Place]:
        """The four corners on the way from the foot of one column to the head of the next.

        The lanes lie in one another: what comes from the left turns last and farthest out, and
        turns back first.
        """
        column = self._column_of[self._strip.rank[above]]
        if column == self._column_of[self._strip.rank[below]]:
            return
        lanes = self._lanes[column]
        inner = LANE * lanes.index(above)
        outer = LANE * (len(lanes) - 1) - inner
        gutter = self._gutters[column] + outer
        foot = self._top[above] + self._height(above) + TURN + outer
        head = self._top[below] - TURN - inner
        yield self._x(above), foot
        yield gutter, foot
        yield gutter, head
        yield self._x(below), head


def _gutter(lanes: int) -> int:
    """How wide the gap between two columns is through which so many wires run."""
    return GUTTER + LANE * (lanes - 1)
