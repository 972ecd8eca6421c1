"""Room for groups: where everything in sight lies, tidily, and what moves when a group opens.

No Qt. Open groups are frames; a frame is laid out by itself and then takes its place among its
neighbors as one large node.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.design import Design, Position
from designer.canvas.arrange import Layout, Pair, Place, Size, arrange, natural
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
)
from designer.document.shown import Shown, shown

Places = Mapping[str, Position]


def tidy(seen: Shown, *, within: str | None = None) -> Layout:
    """The tidy layout of all in sight, or of what is in one frame."""
    top = seen.inside if within is None else within
    parts = _parts(seen)
    return _laid(top, parts, _pairs(seen))


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
    seen = shown(design.graph, changed, inside)
    within = seen.items_in(group)
    known = {item: design.positions[item] for item in within if item in design.positions}
    if len(known) < len(within):
        known = dict(tidy(seen, within=group).places)
    box = node_box(places[group])
    frame = frame_boxes(_only(seen, within), known)[group]
    left, _ = snapped((places[group][0] + WIDTH / 2 - (frame.right - frame.left) / 2, 0))
    dx, dy = round(left - frame.left), round(box.top - frame.top)
    lying = {item: (x + dx, y + dy) for item, (x, y) in known.items()}
    frame = Box(frame.left + dx, frame.top + dy, frame.right + dx, frame.bottom + dy)
    pushed = {
        item: _pushed(at, box, frame)
        for item, at in places.items()
        if item not in lying and item != group
    }
    return {**pushed, **lying, group: places[group]}


def closed(design: Design, places: Places, group: str, inside: str = "") -> dict[str, Position]:
    """The places of all in sight once an open group is collapsed; `places` are those now.

    It takes the place it had in its frame's top middle, and what is around closes up where that
    covers nothing.
    """
    seen = shown(design.graph, design.groups, inside)
    frame = frame_boxes(seen, places)[group]
    middle = snapped(((frame.left + frame.right - WIDTH) / 2, frame.top))
    had = design.positions.get(group, middle)
    near = abs(had[0] - middle[0]) <= GRID and abs(had[1] - frame.top) <= GRID
    place = had if near else middle
    within = set(seen.items_in(group))
    rest = {item: at for item, at in places.items() if item not in within}
    pulled = {item: _pulled(at, node_box(place), frame) for item, at in rest.items()}
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


def _laid(top: str, parts: Mapping[str, list[str]], pairs: Mapping[str, list[Pair]]) -> Layout:
    """One level laid out, its frames around what was laid out in them."""
    inner = {part: _laid(part, parts, pairs) for part in parts[top] if part in parts}
    boxes = {frame: _extent(layout) for frame, layout in inner.items()}
    layout = arrange({part: _size(boxes.get(part)) for part in parts[top]}, pairs[top])
    places: dict[str, Place] = {}
    bends: dict[Pair, tuple[Place, ...]] = dict(layout.bends)
    for part, (x, y) in layout.places.items():
        if part not in inner:
            places[part] = (x, y)
            continue
        dx, dy = x + FRAME_PAD - boxes[part][0], y + FRAME_HEAD - boxes[part][1]
        moved = _moved(inner[part], dx, dy)
        places |= moved.places
        bends |= moved.bends
    return Layout(places, bends)


def _size(content: tuple[int, int, int, int] | None) -> Size:
    if content is None:
        return WIDTH, HEIGHT
    left, top, right, bottom = content
    return right - left + 2 * FRAME_PAD, bottom - top + FRAME_HEAD + FRAME_PAD


def _extent(layout: Layout) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a layout; its bends count, its frames are in its places."""
    xs, ys = zip(*layout.places.values(), strict=True)
    bent = [point for points in layout.bends.values() for point in points]
    across = [*xs, *(x + WIDTH for x in xs), *(x for x, _ in bent)]
    down = [*ys, *(y + HEIGHT for y in ys), *(y for _, y in bent)]
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
    """Where a node goes as a box grows to a frame: what lay beside or below it still does."""
    x, y = at
    if x >= box.right:
        x += round(frame.right - box.right)
    elif x + WIDTH <= box.left:
        x -= round(box.left - frame.left)
    if y >= box.bottom:
        y += round(frame.bottom - box.bottom)
    return x, y


def _pulled(at: Position, box: Box, frame: Box) -> Position:
    """Where a node goes as a frame shrinks to a box; the way back of `_pushed`."""
    x, y = at
    if x >= frame.right:
        x -= round(frame.right - box.right)
    elif x + WIDTH <= frame.left:
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
