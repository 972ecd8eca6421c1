"""Room for groups: where everything in sight lies, tidily, and what moves when a group opens.

No Qt. Open groups are frames; a frame is laid out by itself and then takes its place among its
neighbors as one large node. Layout is reckoned as the flow has it; what is given is turned back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from core.design import Design, Position
from core.flow import Direction
from designer.canvas.arrange import (
    ASPECT,
    PAGE_HEIGHT,
    Layout,
    Pair,
    Place,
    Size,
    arrange,
    natural,
)
from designer.canvas.geometry import (
    FRAME_HEAD,
    FRAME_PAD,
    GRID,
    HEIGHT,
    WIDTH,
    Box,
    around,
    framed,
    node_box,
    snapped,
    unframed,
)
from designer.document.shown import Shown, shown
from designer.document.spots import STEPS

Places = Mapping[str, Position]
NODE = (WIDTH, HEIGHT)


def tidy(seen: Shown, flow: Direction, *, within: str | None = None) -> Layout:
    """The tidy layout of all in sight, or of what is in one frame."""
    top = seen.inside if within is None else within
    lying = _laid(top, _parts(seen), _pairs(seen), flow)
    spare = (_cell(flow)[0] - flow.turned(NODE)[0]) // 2  # so that corners lie on the grid
    return Layout(
        {item: flow.turned(at) for item, at in lying.places.items()},
        {
            pair: tuple(flow.turned((across - spare, along)) for across, along in points)
            for pair, points in lying.bends.items()
        },
    )


def frame_boxes(seen: Shown, places: Places) -> dict[str, Box]:
    """The box of every frame, around what lies in it."""
    boxes = {item: node_box(places[item]) for item in seen.items}
    inner = _parts(seen)
    for frame in reversed(seen.frames):
        boxes[frame] = framed(around(boxes[part] for part in inner[frame]))
    return {frame: boxes[frame] for frame in seen.frames}


def opened(design: Design, places: Places, group: str, inside: str = "") -> dict[str, Position]:
    """The places of all in sight once a collapsed group is open; `places` are those now.

    What is in it lies as it lay, or tidily. Everything around keeps its order and moves just far
    enough to make room.
    """
    changed = design.groups.with_changed(replace(design.groups[group], collapsed=False))
    seen, flow = shown(design.graph, changed, inside), design.flow
    within = seen.items_in(group)
    known = {item: design.positions[item] for item in within if item in design.positions}
    if len(known) < len(within):
        known = dict(tidy(seen, flow, within=group).places)
    box = node_box(places[group]).turned(flow)
    frame = frame_boxes(_only(seen, within), known)[group].turned(flow)
    left, _ = snapped(((box.left + box.right - frame.left - frame.right) / 2 + _lean(flow), 0))
    by = (round(left), round(box.top - frame.top))
    dx, dy = flow.turned(by)
    lying = {item: (x + dx, y + dy) for item, (x, y) in known.items()}
    frame = frame.moved(*by)
    pushed = {
        item: flow.turned(_pushed(flow.turned(at), box, frame))
        for item, at in places.items()
        if item not in lying and item != group
    }
    return {**pushed, **lying, group: places[group]}


def closed(design: Design, places: Places, group: str, inside: str = "") -> dict[str, Position]:
    """The places of all in sight once an open group is collapsed; `places` are those now.

    It takes the place it had where its frame begins, in the middle, and what is around closes up
    where that covers nothing. A group that is new takes the place of what is in it.
    """
    seen, flow = shown(design.graph, design.groups, inside), design.flow
    frame = frame_boxes(seen, places)[group]
    frame = (frame if group in design.positions else unframed(frame)).turned(flow)
    node = flow.turned(NODE)[0]
    middle = snapped(((frame.left + frame.right - node) / 2 - _lean(flow), frame.top))
    had = flow.turned(design.positions.get(group, flow.turned(middle)))
    near = abs(had[0] - middle[0]) <= GRID and abs(had[1] - frame.top) <= GRID
    place = flow.turned(had if near else middle)
    within = set(seen.items_in(group))
    rest = {item: at for item, at in places.items() if item not in within}
    box = node_box(place).turned(flow)
    pulled = {item: flow.turned(_pulled(flow.turned(at), box, frame)) for item, at in rest.items()}
    if _touch({**pulled, group: place}):
        pulled = rest
    return {**pulled, group: place}


# ---- frames as large nodes --------------------------------------------------------------


def _parts(seen: Shown) -> dict[str, list[str]]:
    """What lies directly in each frame and in what is open by itself: frames and items."""
    found: dict[str, list[str]] = {seen.inside: [], **{frame: [] for frame in seen.frames}}
    for part in (*seen.frames, *seen.items):
        found[seen.groups.home(part)].append(part)
    return found


def _pairs(seen: Shown) -> dict[str, list[Pair]]:
    """The wires between the parts of each frame, by frame."""
    found: dict[str, list[Pair]] = {seen.inside: [], **{frame: [] for frame in seen.frames}}
    wires = sorted(seen.wires, key=lambda wire: (natural(wire.source), natural(wire.target), wire))
    for source, target in map(seen.ends, wires):
        a, b = (*seen.groups.path(source), source), (*seen.groups.path(target), target)
        depth = next(at for at, (one, other) in enumerate(zip(a, b, strict=False)) if one != other)
        found[a[depth - 1] if depth else ""].append((a[depth], b[depth]))
    return found


def _laid(
    top: str, parts: Mapping[str, list[str]], pairs: Mapping[str, list[Pair]], flow: Direction
) -> Layout:
    """One level laid out as the flow has it, its frames around what was laid out in them."""
    cell, before, after = _cell(flow), _before(flow), _after(flow)
    inner = {part: _laid(part, parts, pairs, flow) for part in parts[top] if part in parts}
    boxes = {frame: _extent(layout, cell) for frame, layout in inner.items()}
    sizes = {frame: _framed(box, before, after) for frame, box in boxes.items()}
    layout = _arranged({part: sizes.get(part, cell) for part in parts[top]}, pairs[top], flow)
    places: dict[str, Place] = {}
    bends: dict[Pair, tuple[Place, ...]] = dict(layout.bends)
    for part, (x, y) in layout.places.items():
        if part not in inner:
            places[part] = (x, y)
            continue
        dx, dy = x + before[0] - boxes[part][0], y + before[1] - boxes[part][1]
        moved = _moved(inner[part], dx, dy)
        places |= moved.places
        bends |= moved.bends
    return Layout(places, bends)


def _arranged(sizes: Mapping[str, Size], pairs: Sequence[Pair], flow: Direction) -> Layout:
    width, height = flow.turned((PAGE_HEIGHT * ASPECT, PAGE_HEIGHT))
    gap = STEPS[flow][1] - flow.turned(NODE)[1]
    return arrange(sizes, pairs, aspect=width / height, height=height, gap=gap)


def _cell(flow: Direction) -> Size:
    """What a node takes as the flow has it; its middle lies on the grid."""
    across, along = flow.turned(NODE)
    return _even(across), along


def _even(across: int) -> int:
    """The next size whose half is on the grid."""
    return -(-across // (2 * GRID)) * 2 * GRID


def _before(flow: Direction) -> Size:
    """Between the start of a frame and what is in it, across and along the flow."""
    return flow.turned((FRAME_PAD, FRAME_HEAD))


def _after(flow: Direction) -> Size:
    """Between what is in a frame and its end; across as much as before, so that wires run on."""
    return _before(flow)[0], FRAME_PAD


def _lean(flow: Direction) -> float:
    """How much farther across the middle of a frame lies than the middle of what is in it."""
    return (FRAME_PAD - _before(flow)[0]) / 2


def _framed(content: tuple[int, int, int, int], before: Size, after: Size) -> Size:
    left, top, right, bottom = content
    return _even(right - left + before[0] + after[0]), bottom - top + before[1] + after[1]


def _extent(layout: Layout, cell: Size) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a layout; its bends count, its frames are in its places."""
    xs, ys = zip(*layout.places.values(), strict=True)
    bent = [point for points in layout.bends.values() for point in points]
    across = [*xs, *(x + cell[0] for x in xs), *(x for x, _ in bent)]
    down = [*ys, *(y + cell[1] for y in ys), *(y for _, y in bent)]
    return min(across), min(down), max(across), max(down)


def _moved(layout: Layout, dx: int, dy: int) -> Layout:
    return Layout(
        {item: (x + dx, y + dy) for item, (x, y) in layout.places.items()},
        {pair: tuple((x + dx, y + dy) for x, y in points) for pair, points in layout.bends.items()},
    )


# ---- making room ------------------------------------------------------------------------


def _only(seen: Shown, items: Iterable[str]) -> Shown:
    """What is seen, reduced to some items and the frames around them."""
    kept = tuple(items)
    frames = {one for item in kept for one in seen.groups.path(item)} & set(seen.frames)
    ordered = tuple(frame for frame in seen.frames if frame in frames)
    return replace(seen, items=kept, frames=ordered)


def _pushed(at: Position, box: Box, frame: Box) -> Position:
    """Where a node goes as a box grows to a frame: what lay beside or behind it still does."""
    x, y = at
    if x >= box.right:
        x += round(frame.right - box.right)
    elif x + box.width <= box.left:
        x -= round(box.left - frame.left)
    if y >= box.bottom:
        y += round(frame.bottom - box.bottom)
    return x, y


def _pulled(at: Position, box: Box, frame: Box) -> Position:
    """Where a node goes as a frame shrinks to a box; the way back of `_pushed`."""
    x, y = at
    if x >= frame.right:
        x -= round(frame.right - box.right)
    elif x + box.width <= frame.left:
        x += round(box.left - frame.left)
    if y >= frame.bottom:
        y -= round(frame.bottom - box.bottom)
    return x, y


def _touch(places: Places) -> bool:
    """Whether any two nodes would cover each other."""
    boxes = sorted((node_box(at) for at in places.values()), key=lambda box: box.top)
    for number, box in enumerate(boxes):
        for other in boxes[number + 1 :]:
            if other.top >= box.bottom:
                break
            if box.meets(other):
                return True
    return False
