"""One connected network as one strip: rows from the top down, and where each node lies across.

Sugiyama's method: longest-path rows, stand-ins on wires that pass rows, barycenter sweeps against
crossings, then positions. Vertices are numbers: the nodes first, then the stand-ins. No Qt.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from designer.canvas.geometry import GRID

SWEEPS = 12
PATIENCE = 4  # sweeps without fewer crossings before giving up
SETTLINGS = 24

Edge = tuple[int, int]


@dataclass
class Strip:
    """Rows of vertices.

    Attributes: `rank` (row of each vertex), `rows` (vertices from left to right), `x` (centers),
    `up` and `down` (neighbors one row away), `chains` (the stand-ins of each wire, top down).
    """

    nodes: int
    rank: list[int]
    rows: list[list[int]]
    up: list[list[int]]
    down: list[list[int]]
    chains: dict[Edge, list[int]] = field(default_factory=dict)
    x: list[int] = field(default_factory=list)


def strip_of(widths: Sequence[int], edges: Sequence[Edge]) -> Strip:
    """The strip of a network; ValueError where its wires close a circle."""
    strip = _with_stand_ins(len(widths), edges)
    _order(strip)
    _Blocks(strip, widths).place()
    return strip


def _with_stand_ins(count: int, edges: Sequence[Edge]) -> Strip:
    rank, order = _ranks(count, edges)
    rows: list[list[int]] = [[] for _ in range(max(rank, default=-1) + 1)]
    for v in order:
        rows[rank[v]].append(v)
    strip = Strip(count, rank, rows, [[] for _ in rank], [[] for _ in rank])
    for a, b in edges:
        last, chain = a, []
        for row in range(rank[a] + 1, rank[b]):
            new = len(strip.rank)
            strip.rank.append(row)
            rows[row].append(new)
            strip.up.append([last])
            strip.down.append([])
            strip.down[last].append(new)
            chain.append(new)
            last = new
        strip.down[last].append(b)
        strip.up[b].append(last)
        strip.chains[a, b] = chain
    return strip


def _ranks(count: int, edges: Sequence[Edge]) -> tuple[list[int], list[int]]:
    """The row of each node (longest path from above), and the nodes in the order of flow."""
    up: list[list[int]] = [[] for _ in range(count)]
    down: list[list[int]] = [[] for _ in range(count)]
    for a, b in edges:
        down[a].append(b)
        up[b].append(a)
    rank, waiting = [0] * count, [len(before) for before in up]
    order = [v for v in range(count) if not waiting[v]]
    for v in order:
        for u in down[v]:
            rank[u] = max(rank[u], rank[v] + 1)
            waiting[u] -= 1
            if not waiting[u]:
                order.append(u)
    if len(order) < count:
        raise ValueError("wires that close a circle cannot be laid out from the top down")
    for v in order:  # what starts on its own stands just above what it feeds
        if down[v] and not up[v]:
            rank[v] = min(rank[u] for u in down[v]) - 1
    return rank, order


# ---- order within rows ------------------------------------------------------------------


def _order(strip: Strip) -> None:
    """Barycenter sweeps, down and up by turns; the order with the fewest crossings stays."""
    best, rows = _crossings(strip), [list(row) for row in strip.rows]
    idle = 0
    for sweep in range(SWEEPS):
        if best == 0 or idle >= PATIENCE:
            break
        _sweep(strip, downwards=sweep % 2 == 0)
        now = _crossings(strip)
        idle += 1
        if now < best:
            best, rows, idle = now, [list(row) for row in strip.rows], 0
    strip.rows[:] = rows


def _sweep(strip: Strip, *, downwards: bool) -> None:
    rows = strip.rows
    neighbors = strip.up if downwards else strip.down
    step = 1 if downwards else -1
    span = range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1)
    for r in span:
        place = {v: i for i, v in enumerate(rows[r - step])}
        key = {
            v: sum(place[u] for u in neighbors[v]) / len(neighbors[v]) if neighbors[v] else i
            for i, v in enumerate(rows[r])
        }
        rows[r].sort(key=key.__getitem__)


def _crossings(strip: Strip) -> int:
    """Crossings between all neighboring rows: inversions, counted with a Fenwick tree."""
    total = 0
    for above, below in pairwise(strip.rows):
        place = {v: i for i, v in enumerate(below)}
        ends = [end for v in above for end in sorted(place[u] for u in strip.down[v])]
        tree = [0] * (len(below) + 1)
        for seen, end in enumerate(ends):
            i = end + 1
            not_after = 0
            while i:
                not_after += tree[i]
                i &= i - 1
            total += seen - not_after
            i = end + 1
            while i < len(tree):
                tree[i] += 1
                i += i & -i
    return total


# ---- positions across -------------------------------------------------------------------


class _Blocks:
    """Straight chains that move as one; each settles at the mean of its neighbors' places."""

    def __init__(self, strip: Strip, widths: Sequence[int]) -> None:
        self._strip = strip
        self._widths = widths
        self._block: list[int] = [0] * len(strip.rank)
        self._members: list[list[int]] = []
        self._chain_up()
        self._order = self._constrain()
        while len(self._order) < len(self._members):
            self._split(set(range(len(self._members))) - set(self._order))
            self._order = self._constrain()

    def place(self) -> None:
        """Write the center of every vertex into the strip, on the grid."""
        x = self._start()
        pulls = [self._pulls(block) for block in range(len(self._members))]
        for turn in range(SETTLINGS):
            moved = 0.0
            for block in self._order if turn % 2 else reversed(self._order):
                if not pulls[block]:
                    continue
                weight = sum(k for _, k in pulls[block])
                aim = sum(x[other] * k for other, k in pulls[block]) / weight
                aim = max([aim, *(x[i] + gap for i, gap in self._lower[block].items())])
                aim = min([aim, *(x[i] - gap for i, gap in self._upper[block].items())])
                moved = max(moved, abs(aim - x[block]))
                x[block] = aim
            if moved < 0.5:
                break
        self._strip.x = [math.floor(x[block] / GRID + 0.5) * GRID for block in self._block]

    def _chain_up(self) -> None:
        """Vertices that follow one another on the main flow share a block."""
        strip, after = self._strip, self._main_successors()
        for row in strip.rows:
            for v in row:
                u = self._main_predecessor(v)
                if u is not None and after[u] == v:
                    self._block[v] = self._block[u]
                    self._members[self._block[u]].append(v)
                else:
                    self._block[v] = len(self._members)
                    self._members.append([v])

    def _main_successors(self) -> list[int | None]:
        """Of each vertex, the node below with the most nodes after it; None where two tie."""
        strip = self._strip
        depth = [0] * len(strip.rank)
        found: list[int | None] = [None] * len(strip.rank)
        for row in reversed(strip.rows):
            for v in row:
                below = strip.down[v]
                depth[v] = (v < strip.nodes) + max((depth[u] for u in below), default=0)
                real = [u for u in below if u < strip.nodes]
                pick = below if len(below) == 1 else real
                deepest = [u for u in pick if depth[u] == max(depth[w] for w in pick)]
                found[v] = deepest[0] if len(deepest) == 1 else None
        return found

    def _main_predecessor(self, v: int) -> int | None:
        above = self._strip.up[v]
        pick = above if len(above) == 1 else [u for u in above if u < self._strip.nodes]
        return pick[0] if len(pick) == 1 else None

    def _constrain(self) -> list[int]:
        """Least distances between blocks, and the blocks from left to right as far as they go."""
        self._lower: list[dict[int, int]] = [{} for _ in self._members]
        self._upper: list[dict[int, int]] = [{} for _ in self._members]
        for row in self._strip.rows:
            for a, b in pairwise(row):
                i, j, gap = self._block[a], self._block[b], self._gap(a, b)
                self._lower[j][i] = max(self._lower[j].get(i, 0), gap)
                self._upper[i][j] = max(self._upper[i].get(j, 0), gap)
        waiting = [len(lower) for lower in self._lower]
        order = [i for i, count in enumerate(waiting) if not count]
        for i in order:
            for j in self._upper[i]:
                waiting[j] -= 1
                if not waiting[j]:
                    order.append(j)
        return order

    def _split(self, tangled: set[int]) -> None:
        """Chains that pass each other cannot be straight: break them into single vertices."""
        for block in sorted(tangled):
            for v in self._members[block][1:]:
                self._block[v] = len(self._members)
                self._members.append([v])
            del self._members[block][1:]

    def _gap(self, a: int, b: int) -> int:
        """Distance of two neighbors' centers, a multiple of the grid."""
        stand_ins = sum(v >= self._strip.nodes for v in (a, b))
        free = (40, 24, 16)[stand_ins]
        half = sum(self._widths[v] for v in (a, b) if v < self._strip.nodes) / 2
        return math.ceil((half + free) / GRID) * GRID

    def _start(self) -> list[float]:
        """Half way between everything packed to the left and everything packed to the right."""
        left = [0.0] * len(self._members)
        for i in self._order:
            left[i] = max((left[j] + gap for j, gap in self._lower[i].items()), default=0.0)
        end = max(left, default=0.0)
        right = [end] * len(self._members)
        for i in reversed(self._order):
            right[i] = min((right[j] - gap for j, gap in self._upper[i].items()), default=end)
        return [(a + b) / 2 for a, b in zip(left, right, strict=True)]

    def _pulls(self, block: int) -> list[tuple[int, int]]:
        """(other block, weight) for every wire that leaves a block; detours pull little."""
        strip, found = self._strip, []
        for v in self._members[block]:
            for u in strip.up[v] + strip.down[v]:
                if self._block[u] != block:
                    detours = self._is_detour(block) + self._is_detour(self._block[u])
                    found.append((self._block[u], (4, 1, 8)[detours]))
        return found

    def _is_detour(self, block: int) -> bool:
        """Whether a block is only a wire that passes, with no node in it."""
        return min(self._members[block]) >= self._strip.nodes
