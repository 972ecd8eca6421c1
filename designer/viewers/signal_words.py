"""What is said of a signal, of the sum behind one value, and of a filter along each axis."""

from __future__ import annotations

import math

from core.data.spectrogram import Sampling
from core.explain.signals import Taps
from core.tongue import tr
from designer.viewers.timeline import Frame, Timeline
from designer.viewers.words import plural
from designer.widgets.numbers import value

_MOST_ADDENDS = 6  # of a sum that is written out


def hertz(frequency: float) -> str:
    """A frequency, in kilohertz from a thousand on."""
    number = value(frequency if frequency < 1000 else frequency / 1000, figures=3)
    return f"{number} Hz" if frequency < 1000 else tr("{number} kHz", number=number)


def span_words(frame: Frame, sampling: Sampling | None, *, rows: int) -> str:
    """How much time, and of an item with several rows how many frequencies, a frame holds."""
    columns = frame.columns[1] - frame.columns[0] + 1
    if sampling is None:
        width = plural(round(columns), "column")
        return tr("sees {width}", width=width)
    width = plural(round(columns), "moment" if sampling.window else "sample")
    seconds = ((columns - 1) * (sampling.step or 1) + (sampling.window or 1)) / sampling.rate
    time = value(1000 * seconds, figures=3)
    words = tr("sees {width}, {time} ms", width=width, time=time)
    if rows < 2 or not sampling.window:
        return words
    low, high = (hertz(sampling.hertz(row)) for row in frame.rows)
    return tr("{words}, {low} to {high}", words=words, low=low, high=high)


def moment_words(column: float, sampling: Sampling | None) -> str:
    """When a column of the item is."""
    if sampling is None:
        at = value(column)
        return tr("column {at}", at=at)
    at = value(1000 * sampling.seconds(column), figures=4)
    return f"{at} ms"


def sum_words(taps: Taps | None) -> str:
    """A value as the sum that it is: moment by moment where these are few."""
    if taps is None:
        return tr("No window slides here: select a convolution or a pooling to see a sum.")
    maps, moments = plural(taps.values.shape[0], "map"), taps.values.shape[2]
    added = "" if taps.bias is None else _signed(taps.bias)
    bias = tr(" {added} bias", added=added) if added else ""
    total = value(taps.total)
    if moments <= _MOST_ADDENDS:
        addends = taps.over_time.tolist()
        written = " ".join([value(addends[0], figures=3), *map(_signed, addends[1:])])
        return tr(
            "Moment by moment over {maps}: {written}{bias} = {total}",
            maps=maps,
            written=written,
            bias=bias,
            total=total,
        )
    products = plural(taps.products.size, "product")
    whole = value(float(taps.products.sum()), figures=4)
    return tr(
        "Σ w·x over {products} of {maps}: {whole}{bias} = {total}",
        products=products,
        maps=maps,
        whole=whole,
        bias=bias,
        total=total,
    )


def axes_words(page: Timeline) -> str:
    """What one filter gives at one place over time, and over frequency."""
    told = []
    for lane in page.lanes:
        row, column = lane.nearest(*page.place)
        number = value(float(lane.values[row, column]), figures=3)
        told.append(f"{lane.name} {number}")
    row, _ = page.item.nearest(*page.place)
    where = moment_words(page.place[1], page.sampling)
    if page.heights is not None:
        where = ", ".join((hertz(page.heights.hertz(row)), where))
    both = ", ".join(told)
    return f"At {where}: {both}"


def pool_words(page: Timeline) -> str:
    """What each pool has kept at one place."""
    told = []
    for lane in page.lanes:
        row, column = lane.nearest(*page.place)
        number = value(float(lane.values[row, column]), figures=3)
        told.append(f"{lane.name}: {number}")
    return " · ".join(told)


def limit_words(page: Timeline) -> str:
    """How large the values of the lanes can be, after other words."""
    limit = value(page.limit, figures=3)
    return tr(" · lanes up to ±{limit}", limit=limit)


def _signed(number: float) -> str:
    sign, size = "−" if math.copysign(1, number) < 0 else "+", value(abs(number), figures=3)
    return f"{sign} {size}"
