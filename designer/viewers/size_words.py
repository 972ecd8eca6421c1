"""What the size viewer says: formulas, costs, and what a window lies on. No Qt."""

from __future__ import annotations

from core.explain.sizes import Axis, Explained, Sum
from core.infer import NodeInfo
from core.shapes import Step
from core.tongue import tr
from designer.widgets.numbers import bytes_text, count, value

BYTES = 4  # of one value
LINES = {"height": tr("row"), "width": tr("column"), "length": "place"}

Line = tuple[str, str]  # a caption and what stands beside it


def formula_lines(steps: tuple[Step, ...]) -> list[Line]:
    """The size formula of each axis, one line where they agree."""
    by_text: dict[str, list[str]] = {}
    for step in steps:
        by_text.setdefault(step.text, []).append(step.axis)
    if len(by_text) == 1:
        return [(tr("Formula"), text) for text in by_text]
    return [(axes[0].capitalize(), text) for text, axes in by_text.items()]


def cost_lines(made: Explained) -> list[Line]:
    """Parameters, multiply-adds and memory, each with how it comes about."""
    lines = []
    if made.parameters.value:
        lines.append((tr("Parameters"), _sum(made.parameters)))
    if made.macs.value:
        lines.append((tr("MACs"), _sum(made.macs)))
    held = made.values.value * BYTES
    lines.append(
        (
            tr("Output"),
            tr(
                "{text} · {bytes} bytes = {held}",
                text=made.values.text,
                bytes=BYTES,
                held=bytes_text(held),
            ),
        )
    )
    return lines


def field_lines(info: NodeInfo) -> list[Line]:
    """What one value sees of the input, and how far its neighbor lies."""
    if info.receptive is None or not info.inputs or info.output is None or len(info.output) < 2:
        return []
    maps = len(info.output) == 3
    (h, w), (sh, sw) = info.receptive.size, info.receptive.step
    size = f"{h} × {w}" if maps else tr("{w} values", w=count(w))
    apart = f"{value(sh)} × {value(sw)}" if maps and sh != sw else value(sw)
    return [(tr("Sees"), tr("{size} of the input, fields {apart} apart", size=size, apart=apart))]


def unseen_line(axes: tuple[Axis, ...]) -> list[Line]:
    """Rows and columns that no window touches."""
    lost = [(len(axis.untouched), LINES[axis.name]) for axis in axes if axis.untouched]
    if not lost:
        return []
    told = tr(" and ").join(f"{count(number)} {noun}{'s' * (number > 1)}" for number, noun in lost)
    one = len(lost) == 1 and lost[0][0] == 1
    if axes[0].backwards:
        return [
            (
                tr("Left out"),
                tr("{told} {words} empty", told=told, words=tr("stays") if one else tr("stay")),
            )
        ]
    return [
        (
            tr("Left out"),
            tr("{told} {words} never looked at", told=told, words=tr("is") if one else tr("are")),
        )
    ]


def padding_line(axes: tuple[Axis, ...]) -> list[Line]:
    """How padding is split, or what is cut off."""
    sides = {
        "height": (tr("top"), tr("bottom")),
        "width": (tr("left"), tr("right")),
        "length": (tr("before"), tr("after")),
    }
    told = []
    for axis in axes:
        if axis.before or axis.after:
            first, second = sides[axis.name]
            told.append(f"{axis.before} {first}, {axis.after} {second}")
    caption = tr("Cut off") if axes and axes[0].backwards else tr("Padding")
    return [(caption, "; ".join(told))] if told else []


def position_text(axes: tuple[Axis, ...], place: tuple[int, ...]) -> str:
    """What the window lies on now: `Row 3, column 5 sees rows 4–8, columns 6–10`."""
    names = [LINES[axis.name] for axis in axes]
    at = ", ".join(f"{name} {spot}" for name, spot in zip(names, place, strict=True))
    spans = []
    for axis, spot in zip(axes, place, strict=True):
        cells = axis.under(spot)
        low, high = (str(cell).replace("-", "−") for cell in (cells[0], cells[-1]))
        spans.append(f"{LINES[axis.name]}s {low}–{high}")
    at = at[:1].upper() + at[1:]
    if axes[0].backwards:
        return tr("{at} stamps {spans}", at=at, spans=", ".join(spans))
    outside = _outside(axes, place)
    padding = tr(" · {outside} of padding", outside=count(outside)) if outside else ""
    return tr("{at} sees {spans}{padding}", at=at, spans=", ".join(spans), padding=padding)


def _outside(axes: tuple[Axis, ...], place: tuple[int, ...]) -> int:
    """How many cells under the window are padding."""
    inside = total = 1
    for axis, spot in zip(axes, place, strict=True):
        cells = axis.under(spot)
        total *= len(cells)
        inside *= sum(0 <= cell < axis.cells for cell in cells)
    return total - inside


def _sum(made: Sum) -> str:
    return f"{made.text} = {count(made.value)}" if made.text else count(made.value)
