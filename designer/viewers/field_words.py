"""What is said of a receptive field. Nothing here needs Qt."""

from __future__ import annotations

from core.explain.effective import ALL_MAPS
from core.questions.exploring import ReachShown
from core.shapes import Shape
from core.tongue import tr
from designer.viewers.field_picture import Frame
from designer.viewers.selection import Spot
from designer.viewers.words import plural
from designer.widgets.numbers import value


def field_words(spot: Spot, output: Shape | None, real: Frame | None, whole: Frame | None) -> str:
    """What the value of a spot can see."""
    vector = output is not None and len(output) == 1
    who = (
        tr("Each value")
        if vector
        else tr("The value at row {row}, column {column}", row=spot.row, column=spot.column)
    )
    if real is None:
        return tr("{who} sees padding alone.", who=who)
    words = [
        tr(
            "{who} sees {height:g} × {width:g} cells of the picture.",
            who=who,
            height=real.height,
            width=real.width,
        )
    ]
    if whole is not None and (whole.height, whole.width) != (real.height, real.width):
        full = f"{whole.height:g} × {whole.width:g}"
        words.append(tr("Its field is {full}; the rest lies in the padding.", full=full))
    return " ".join(words)


def effective_words(shown: ReachShown, side: float) -> str:
    """What it uses of that; `side` of the square that holds 95 %."""
    asked, found = shown.asked, shown.found
    who = (
        tr("All maps") if asked.channel == ALL_MAPS else tr("Map {channel}", channel=asked.channel)
    )
    over = plural(found.count, "item")
    if found.is_silent:
        return tr(
            "{who}: no gradient reaches the picture from here, for none of {over}.",
            who=who,
            over=over,
        )
    down, across = found.deviation()
    words = [
        tr(
            "{who}: 95 % of what is used lies within {side:g} × {side:g}; σ {down} × {across}"
            " ({over}).",
            who=who,
            side=side,
            down=value(down, figures=2),
            across=value(across, figures=2),
            over=over,
        )
    ]
    if shown.random is not None and not shown.random.is_silent:
        down, across = shown.random.deviation()
        sigma = f"{value(down, figures=2)} × {value(across, figures=2)}"
        words.append(tr("With random weights σ is {sigma}.", sigma=sigma))
    if found.silent:
        words.append(
            tr("For {items} of them no gradient reaches it.", items=plural(found.silent, "item"))
        )
    return " ".join(words)
