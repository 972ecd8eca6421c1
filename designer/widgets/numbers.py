"""Numbers as people of this language write them. Files and commands use plain digits instead."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from PySide6.QtCore import QLocale

from core.tongue import tr

_AMERICAN = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
_UNITS = ("bytes", "KB", "MB", "GB", "TB")
# A number as English writes it, which is no part of a name: 61,706 or 0.05 or 1,234.5.
_ENGLISH = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?![\w]|\.\d)")


def locale() -> QLocale:
    """The language in use; English where the system names none."""
    current = QLocale()
    return _AMERICAN if current.language() == QLocale.Language.C else current


def count(number: int) -> str:
    """A whole number in groups: 61706 is "61,706" in English."""
    return locale().toString(number)


def short_count(number: int) -> str:
    """A whole number in three figures: 117600 is "118 k", 25557032 is "25.6 M"."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        # Half a unit of the last figure earlier, so that 999,999 is "1 M" and not "1,000 k".
        if number >= limit * 0.9995:
            return f"{_figures(number / limit)} {unit}"
    return count(number)


def size(shape: Sequence[int]) -> str:
    """A shape (C, H, W) as height × width × channels; (C, T) as T × C; one number as itself."""
    return " × ".join(count(n) for n in (*shape[1:], *shape[:1]))


def bytes_text(amount: int) -> str:
    """An amount of memory: 512 is "512 bytes", 1500 is "1.46 KB"; 1 KB is 1024 bytes."""
    value = float(amount)
    unit = 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value /= 1024
        unit += 1
    if not unit:
        return tr("1 byte") if amount == 1 else tr("{amount} bytes", amount=count(amount))
    return f"{_figures(value)} {_UNITS[unit]}"


def duration(seconds: float) -> str:
    """Minutes and seconds: 42 is "0:42", 3725 is "1:02:05"."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def seconds_text(amount: float) -> str:
    """A short time in three figures: 0.00042 is "420 µs", 0.0065 is "6.5 ms", 2.5 is "2.5 s"."""
    for limit, unit in ((1.0, "s"), (1e-3, "ms")):
        if amount >= limit * 0.9995:
            return f"{_figures(amount / limit)} {unit}"
    return f"{_figures(amount * 1e6)} µs"


def percent(fraction: float, *, decimals: int = 1) -> str:
    """A share of one: 0.983 is "98.3 %"."""
    return f"{locale().toString(100.0 * fraction, 'f', decimals)} %"


def share_of(before: float, after: float) -> str:
    """How much more or less: "+12 %", "−40 %"; "" where there was nothing before."""
    if not before:
        return ""
    change = after / before - 1
    return f"{'−' if change < 0 else '+'}{percent(abs(change), decimals=0)}"


def localized(text: str) -> str:
    """A text of the engine, which writes as English does, with the numbers of this language."""
    here = locale()
    point, group = here.decimalPoint(), here.groupSeparator()
    if (point, group) == (".", ","):
        return text
    swap = str.maketrans({".": point, ",": group})
    return _ENGLISH.sub(lambda found: found[0].translate(swap), text)


def value(number: float, *, figures: int = 4) -> str:
    """A measured number in so many figures: "0.1235", "1.2e-07", "nan"."""
    written = f"{number:.{figures}g}".replace(".", locale().decimalPoint())
    return written.replace("-", "−", 1) if number < 0 else written


def read_number(text: str) -> float | None:
    """A number as people type it, with the system's decimal point or a plain one; None if none."""
    plain = text.strip().replace("−", "-")
    number, known = locale().toDouble(plain)
    if not known:
        try:
            number = float(plain)
        except ValueError:
            return None
    return number if math.isfinite(number) else None


def _figures(number: float) -> str:
    """Three figures, no more decimals than they need."""
    decimals = 0 if number >= 99.95 else 1 if number >= 9.995 else 2
    written = locale().toString(number, "f", decimals)
    point = locale().decimalPoint()
    return written.rstrip("0").rstrip(point) if point in written else written
