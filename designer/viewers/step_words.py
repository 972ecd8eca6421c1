"""What a stepper says: which sheets are seen, the formula with its indices, the sum in numbers.

Nothing here needs Qt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.explain.endings import Ending
from core.explain.frames import Frame
from core.explain.steps import Mode
from core.explain.walk import Walk
from core.tongue import tr
from designer.widgets.numbers import count, value

_SUM_OF = 6  # products, and maps, that one line has room for
TITLES: dict[Mode, str] = {
    "forward": tr("Forward"),
    "data": tr("Data gradient"),
    "filter": tr("Filter gradient"),
}


@dataclass(frozen=True)
class Names:
    """What the sheets hold and what their maps are called.

    Attributes:
        left, middle, right: letters: "x", "w" and "y", for example; a share of a pool is s.
        taken, given: what a number of the left and of the right sheet's map counts: "map", or
            "" where all is one sheet.
        weight: the letter of the weights.
    """

    left: str
    middle: str
    right: str
    taken: str = "map"
    given: str = "map"
    weight: str = "w"


def names_of(walk: Walk, *, dense: bool) -> Names:
    """The names of the mode that a walk is in; `dense` says that its maps are units."""
    made = _names(walk, dense=dense)
    left, middle = walk.steps.left_name, walk.steps.middle_name
    return replace(made, left=left or made.left, middle=middle or made.middle)


def _names(walk: Walk, *, dense: bool) -> Names:
    mode, transposed = walk.mode, walk.partner_of("forward") == "wide"
    weight = "w" if walk.steps.learned else "s"
    made = Names("x", "dy", "dw", weight=weight)
    if mode == "forward":
        made = Names("x", weight, "y", weight=weight)
    elif mode == "data":
        made = Names("dy", weight, "dx", weight=weight)
    elif transposed:
        made = Names("dy", "x", "dw", weight=weight)
    if dense:
        return replace(made, taken="", given="input" if mode == "data" else "unit")
    return made


def sheet_titles(walk: Walk, names: Names, *, counted: str = "") -> tuple[str, str, str]:
    """The captions of the three sheets; one of the outer ones may hold counts."""
    left, middle, right = _titles(walk, names)
    if counted == "left":
        left = _counts_of(left)
    elif counted == "right":
        right = _counts_of(right)
    return left, middle, right


def _counts_of(sheet: str) -> str:
    return tr("windows over each cell of {sheet}", sheet=sheet)


def _titles(walk: Walk, names: Names) -> tuple[str, str, str]:
    steps, plane, target = walk.steps, walk.plane, walk.target.map
    left = f"{names.left}, {tr(names.taken)} {steps.left_map(plane)}" if names.taken else names.left
    turned = steps.partner == "wide" and not walk.scatters
    left += tr(", spread") if turned else ""
    which = tr(
        "map {wide_map} → {narrow_map}",
        wide_map=steps.links.wide_maps[plane],
        narrow_map=steps.links.narrow_maps[plane],
    )
    if not names.taken:
        which = f"{tr(names.given)} {target}"
    elif names.weight == "s":
        which = tr("the share")
    if steps.partner == "tap":
        middle = f"{names.middle}, {tr(names.given)} {steps.middle_map(plane)}"
        return left, middle, f"{names.right}, {which}"
    middle = f"{names.middle}, {which}{(tr(', turned') if turned else '')}"
    return left, middle, f"{names.right}, {tr(names.given)} {target}"


def formula(walk: Walk, names: Names) -> str:
    """The sum with its live indices."""
    kind = walk.steps.partner
    if walk.scatters:
        return _push_formula(walk, names)
    return {"narrow": _narrow_formula, "wide": _wide_formula, "tap": _tap_formula}[kind](
        walk, names
    )


def _narrow_formula(walk: Walk, names: Names) -> str:
    steps, (channel, row, column) = walk.steps, walk.target
    own = f"{names.right}[{channel}, {row}, {column}]"
    at = _place(walk, (row, column), ("i", "j"))
    seen = f"{names.left}[c, {at}]"
    if not names.taken:
        own, seen, weight = (
            f"{names.right}[{channel}]",
            f"{names.left}[i, j]",
            f"w[{channel}, i, j]",
        )
        weight = weight if names.given == "unit" else f"w[i, j, {channel}]"
    elif names.weight == "s":
        seen, weight = f"{names.left}[{channel}, {at}]", "s[i, j]"
    else:
        weight = f"w[c → {channel}, i, j]"
    added = f" + b[{channel}]" if steps.bias is not None else ""
    if steps.distance:
        return f"{own} = −Σ ({seen} − {weight})²"
    sum_ = f"Σ {weight} · |{seen}|^{steps.power:g}" if steps.power else f"Σ {weight} · {seen}"
    return f"{own} = {steps.ending.formula(sum_) if steps.ending else sum_ + added}"


def _wide_formula(walk: Walk, names: Names) -> str:
    channel, row, column = walk.target
    where = tr(" and ").join(
        f"{words} = {number}"
        for words, number in zip(
            _place(walk, ("p", "q"), ("i", "j")).split(", "), (row, column), strict=True
        )
    )
    weight = f"w[{channel} → o, i, j]" if names.weight == "w" else "s[p, q, i, j]"
    other = f"{names.left}[{'o' if names.weight == 'w' else channel}, p, q]"
    return tr(
        "{right}[{channel}, {row}, {column}] = Σ {weight} · {other} where {where}",
        right=names.right,
        channel=channel,
        row=row,
        column=column,
        weight=weight,
        other=other,
        where=where,
    )


def _tap_formula(walk: Walk, names: Names) -> str:
    row, column = walk.target.row, walk.target.column
    if walk.steps.unshared:
        p, q = walk.at
        at = _place(walk, (p, q), (str(row), str(column)))
        own = f"{names.right}[{p}, {q}, {row}, {column}]"
        return f"{own} = {names.middle}[{p}, {q}] · {names.left}[{at}]"
    at = _place(walk, ("p", "q"), (str(row), str(column)))
    return f"{names.right}[{row}, {column}] = Σ {names.middle}[p, q] · {names.left}[{at}]"


def _push_formula(walk: Walk, names: Names) -> str:
    """What one value adds to the cells around."""
    row, column = (int(cells[0]) for cells in walk.view().under)
    at = _place(walk, (row, column), ("i", "j"))
    one = walk.steps.left_map(walk.plane)
    weight = f"w[{walk.target.map} → {one}, i, j]" if names.weight == "w" else "s[i, j]"
    return (
        f"{names.right}[{walk.target.map}, {at}] += {weight} · {names.left}[{one}, {row}, {column}]"
    )


def _place(walk: Walk, narrow: tuple[int | str, int | str], tap: tuple[str, str]) -> str:
    """Row and column in the wide grid for a narrow cell and a tap."""
    window = walk.steps.links.window
    return ", ".join(
        _index(narrow[axis], tap[axis], window.dilation[axis], window.sides(axis)[0],
               window.stride[axis])
        for axis in (0, 1)
    )  # fmt: skip


def _index(place: int | str, tap: str, dilation: int, before: int, stride: int) -> str:
    """A place in the wide grid: "4 + i − 1", "p·2 + i·3 − 1"."""
    if isinstance(place, int):
        place, stride = place * stride, 1
    words = f"{place}·{stride}" if stride > 1 else f"{place}"
    words += f" + {tap}·{dilation}" if dilation > 1 else f" + {tap}"
    return f"{words} − {before}" if before else words


def products_line(
    frame: Frame, *, until: int = -1, secret: bool = False, distance: bool = False
) -> str:
    """Products of the pair of maps that is drawn: "0.3·0.5 + 1·(−0.2) + … = 1.03".

    Products with zero are left out of the words; `until` adds up so many only; `secret` does not
    tell the sum; of a `distance` the squares are told.
    """
    left, middle = frame.left.ravel(), frame.middle.values.ravel()
    products = frame.products.ravel()
    products = products if until < 0 else products[:until]
    told = [i for i in range(len(products)) if products[i] != 0]
    shown = told if len(told) <= _SUM_OF else [*told[: _SUM_OF - 1], told[-1]]
    words = [
        f"−({_figure(left[i])} − {_factor(middle[i])})²"
        if distance
        else f"{_figure(left[i])}·{_factor(middle[i])}"
        for i in shown
    ]
    if len(told) > _SUM_OF:
        words.insert(-1, tr("… ({count} products) …", count=count(len(told))))
    sum_ = " + ".join(words) or "0"
    return f"{sum_} = {'?' if secret else _figure(float(products.sum()))}"


def parts_line(frame: Frame, of: list[str], shown: int, *, ending: Ending | None = None) -> str:
    """What every pair of maps adds, and the bias: "map 0: 1.03 + map 1: −0.4 + bias 0.1"."""
    order = [shown, *(i for i in range(len(frame.parts)) if i != shown)][:_SUM_OF]
    words = [f"{of[i]}: {_figure(float(frame.parts[i]))}" for i in sorted(order) if i < len(of)]
    rest = len(frame.parts) - len(words)
    if rest > 0:
        others = float(frame.parts.sum()) - sum(float(frame.parts[i]) for i in order)
        words.append(tr("{rest} more: {others}", rest=count(rest), others=_figure(others)))
    if frame.bias is not None:
        words.append(tr("bias: {bias}", bias=_figure(frame.bias)))
    total = " + ".join(words)
    return ending.formula(total) if ending else total


def result_line(walk: Walk, frame: Frame, names: Names) -> str:
    """The sum, and what the engine has: "y = 1.0412, and the engine has 1.0412"."""
    total = value(frame.total, figures=6)
    if walk.what_if:
        had = (
            ""
            if frame.engine is None
            else tr(" instead of {engine}", engine=value(frame.engine, figures=6))
        )
        return tr("What if: {right} = {total}{had}", right=names.right, total=total, had=had)
    if frame.engine is None:
        return tr("{right} = {total}, cut off with the padding", right=names.right, total=total)
    if frame.agrees:
        return tr("{right} = {total}, as the engine has it", right=names.right, total=total)
    return tr(
        "{right} = {total}, but the engine has {engine}",
        right=names.right,
        total=total,
        engine=value(frame.engine, figures=6),
    )


def update_line(walk: Walk, weight: float, slope: float, rate: float) -> str:
    """What plain gradient descent would make of a weight."""
    changed = value(weight - rate * slope, figures=5)
    return (
        f"w − rate · dw = {value(weight, figures=5)} − {value(rate)} · {_factor(slope)} = {changed}"
    )


def how(walk: Walk, frame: Frame | None) -> str:
    """How the numbers are computed, in three lines."""
    steps = walk.steps
    what = {
        "narrow": tr(
            "Each cell of the right sheet adds up the cells of the left one under the window,"
            " each times the number of the middle sheet above it, over all maps that take part."
        ),
        "wide": tr(
            "The same sum has two forms. Gathered: the left sheet gets zeros for the stride and"
            " a ring of them, and the filter is turned by 180°. Scattered: every cell pushes its"
            " filter, scaled by its value, and the pushes add up. The ring is cut off in the end."
        ),
        "tap": tr(
            "The weight is used at every position. Its gradient adds up, over all of them, the"
            " input that it met times the gradient that came back."
        ),
    }[steps.partner]
    shares = tr(
        " The share s of a cell is 1 for the largest of a window (the first of equals) and 0 for"
        " the others in max pooling, 1 over the cells counted in a mean."
    )
    products = tr(" {count} products here.", count=count(frame.count)) if frame else ""
    return tr(
        "{what}{words}{products} Inputs, weights and gradients are the engine's own, of one"
        " validation item, as after training (no dropout, running averages); the sum is added up"
        " again here in 64 bits and compared with the engine's (1 sample).",
        what=what,
        words="" if steps.learned else shares,
        products=products,
    )


def _figure(number: float) -> str:
    return value(float(number), figures=4)


def _factor(number: float) -> str:
    """A number behind a dot: a negative one in brackets."""
    words = _figure(number)
    return f"({words})" if number < 0 else words
