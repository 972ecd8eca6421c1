"""What is said of a receptive field. Nothing here needs Qt."""

from __future__ import annotations

from core.explain.effective import ALL_MAPS
from core.exploring import ReachShown
from core.shapes import Shape
from designer.viewers.field_picture import Frame
from designer.viewers.selection import Spot
from designer.viewers.words import plural
from designer.widgets.numbers import value


def field_words(spot: Spot, output: Shape | None, real: Frame | None, whole: Frame | None) -> str:
    """What the value of a spot can see."""
    vector = output is not None and len(output) == 1
    who = "Each value" if vector else f"The value at row {spot.row}, column {spot.column}"
    if real is None:
        return f"{who} sees padding alone."
    words = [f"{who} sees {real.height:g} × {real.width:g} cells of the picture."]
    if whole is not None and (whole.height, whole.width) != (real.height, real.width):
        full = f"{whole.height:g} × {whole.width:g}"
        words.append(f"Its field is {full}; the rest lies in the padding.")
    return " ".join(words)


def effective_words(shown: ReachShown, side: float) -> str:
    """What it uses of that; `side` of the square that holds 95 %."""
    asked, found = shown.asked, shown.found
    who = "All maps" if asked.channel == ALL_MAPS else f"Map {asked.channel}"
    over = plural(found.count, "item")
    if found.is_silent:
        return f"{who}: no gradient reaches the picture from here, for none of {over}."
    down, across = found.deviation()
    words = [
        f"{who}: 95 % of what is used lies within {side:g} × {side:g};"
        f" σ {value(down, figures=2)} × {value(across, figures=2)} ({over})."
    ]
    if shown.random is not None and not shown.random.is_silent:
        down, across = shown.random.deviation()
        sigma = f"{value(down, figures=2)} × {value(across, figures=2)}"
        words.append(f"With random weights σ is {sigma}.")
    if found.silent:
        words.append(f"For {plural(found.silent, 'item')} of them no gradient reaches it.")
    return " ".join(words)
