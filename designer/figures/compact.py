"""A network as a chain of small boxes, a line or two of words in each. No Qt."""

from __future__ import annotations

from core.shapes import shape_text
from core.tongue import tr
from designer.figures.blocks import title
from designer.figures.drawing import (
    Drawing,
    Face,
    Mark,
    Measure,
    height_of,
    lines_of,
    width_of,
)
from designer.figures.flow import flow_of
from designer.figures.look import FigureLook
from designer.figures.parts import Part, Parts

PAD = (10.0, 4.0)  # around the words of a box
GAP = 15.0
ROUND = 4.0


def compact(parts: Parts, look: FigureLook, measure: Measure) -> Drawing:
    """The drawing of a network as boxes, all equally wide."""
    texts = {id: _words(part, look) for id, part in parts.by_id.items()}
    width = max((width_of(one, measure) for one in texts.values()), default=0) + 2 * PAD[0]
    sizes = {id: (width, height_of(one) + 2 * PAD[1]) for id, one in texts.items()}
    flow = flow_of(sizes, parts.pairs, gap=GAP, aspect=look.aspect, across=False)
    marks: list[Mark] = []
    for source, target in parts.pairs:
        (x, y), (u, v) = flow.centers[source], flow.centers[target]
        start, end = (x, y + sizes[source][1] / 2), (u, v - sizes[target][1] / 2)
        marks.append(flow.wire((source, target), start, end, across=False))
    for id, part in parts.by_id.items():
        (x, y), (_, high) = flow.centers[id], sizes[id]
        left, right, top, foot = x - width / 2, x + width / 2, y - high / 2, y + high / 2
        corners = ((left, top), (right, top), (right, foot), (left, foot))
        marks.append(Face(corners, part.family or "muted", 0.2, part.skipped, ROUND))
        marks += lines_of(texts[id], x, top + PAD[1])
    return Drawing(*flow.page, tuple(marks))


def _words(part: Part, look: FigureLook) -> list[tuple[str, str]]:
    """A box's lines: its name, then what it is, its settings and its size."""
    named = look.names or not part.family or not (look.settings or look.sizes)
    lines = [(title(part), "name")] if named else []
    about = [part.kind, part.brief] if look.settings else []
    told = " · ".join(one for one in about if one)
    told += "".join(f" + {name}" for name in part.followers if look.settings)
    if told:
        lines.append((told, "size"))
    if look.sizes:
        lines.append((shape_text(part.shape) if part.shape else tr("size unknown"), ""))
    return lines
