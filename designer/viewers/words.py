"""How viewers name what they show: the run, the moment in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath

from PySide6.QtCore import QDateTime, QLocale

from designer.widgets.numbers import count, locale


def run_title(run: str) -> str:
    """A run's folder in words: "run of 11/21/26, 10:25" from its time, or "run NAME"."""
    name = PurePath(run).name
    if not name:
        return "this run"
    try:
        began = datetime.strptime(name[:15], "%Y%m%d-%H%M%S")
    except ValueError:
        return f"run {name}"
    time = QDateTime(began.year, began.month, began.day, began.hour, began.minute, 0)
    return f"run of {locale().toString(time, QLocale.FormatType.ShortFormat)}"


def plural(number: int, noun: str) -> str:
    """A count with its noun: "1 filter", "6 filters"."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"
