"""How numbers are written into cells: few figures, one power of ten for a whole grid.

Nothing here needs Qt.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def shared_power(values: NDArray[np.floating]) -> int:
    """The power of ten that a grid is written in: 0 where its numbers are easy to read as they are.

    Of 0.0004 it is −4, of 31,000 it is 4.
    """
    finite = np.abs(values[np.isfinite(values)])
    largest = float(finite.max(initial=0.0))
    if largest == 0 or 0.1 <= largest < 1000:
        return 0
    return math.floor(math.log10(largest))


def power_words(power: int) -> str:
    """The power as it stands in a caption: "×10⁻³"; "" for 0."""
    return f"×10{str(power).translate(_SUPERSCRIPT)}" if power else ""


def cell_text(number: float, power: int = 0, *, point: str = ".") -> str:
    """A number in at most five signs: "0.25", "−12.5", "140", "7"; "·" where there is none."""
    if math.isnan(number):
        return "·"
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    scaled = number / 10.0**power
    size = abs(scaled)
    if 0 < size < 0.005:
        return "≈0"  # a sign before 0.00 would say too little or too much
    if size == round(size) and size < 1000:
        written = f"{size:.0f}"
    elif size < 9.995:
        written = f"{size:.2f}"
    else:
        written = f"{size:.1f}" if size < 99.95 else f"{size:.0f}"
    sign = "−" if scaled < 0 else ""
    return sign + written.replace(".", point)
