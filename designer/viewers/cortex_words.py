"""What the cortex lab says of its cells: their sum in numbers, and what else they would answer."""

from __future__ import annotations

from core.explain.cortex import Cell, Sum, Tuning, by_kind, span
from core.explain.stimulus import Stimulus
from core.tongue import tr
from designer.widgets.numbers import value

KINDS = (
    (tr("Bar"), "bar"),
    (tr("Edge"), "edge"),
    (tr("Spot"), "spot"),
    (tr("Light everywhere"), "light"),
)
"""The stimuli, each by its name and as the engine calls it."""
_NAMES = {kind: name.lower() for name, kind in KINDS}


def sum_words(parts: Sum, most: float, tunings: tuple[Tuning, Tuning]) -> str:
    """The sum of the simple cell with its numbers, the complex cell, how wide their curves are.

    `most` is what the complex cell answers; the tunings are over the angle and over the place.
    """
    (s_angle, c_angle), (s_place, c_place) = (
        [value(span(one.at, curve)) for curve in (one.simple, one.complex)] for one in tunings
    )
    return tr(
        "s = ({plus} − {minus}) / {whole} = {s} · C = {c} · half the best or more: S over"
        " {s_place} cells and {s_angle}°, C over {c_place} cells and {c_angle}°",
        plus=value(parts.excited, figures=3),
        minus=value(abs(parts.inhibited), figures=3),
        whole=value(parts.whole, figures=3),
        s=value(parts.response, figures=3),
        c=value(most, figures=3),
        s_place=s_place,
        s_angle=s_angle,
        c_place=c_place,
        c_angle=c_angle,
    )


def other_words(made: Cell, stimulus: Stimulus) -> str:
    """What both cells answer to each kind of stimulus in the place of this one."""
    told = []
    for kind, pair in by_kind(made, stimulus).items():
        one, other = (value(response, figures=2) for response in pair)
        told.append(f"{_NAMES[kind]} {one} | {other}")
    return tr("s | C in this place: {every}", every=", ".join(told))


def train_words(name: str, often: float, trials: int) -> str:
    """Above the spikes of a cell: its name, its rate, and how many trials there are."""
    return tr(
        "{name} · {figure} spikes a second, {trials} trials of 1 s",
        name=name,
        figure=value(often, figures=3),
        trials=trials,
    )
