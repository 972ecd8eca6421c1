"""Figures of the interface: `striate bench --ui [--json]`.

Opens the real window without a screen at 1400 × 900, moves the mouse in it and edits in it, and
measures each from the event to the painted picture. A goal is held against the processor's time:
the clock on the wall also counts what else the computer does.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict

from designer.bench.figure import Figure, as_text

SIZE = (1400, 900)


def main(arguments: Sequence[str] = ()) -> int:
    """Measure and print; 1 where a goal was missed. `--json` prints plain data."""
    from designer.bench import starting

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["STRIATE_STATE"] = folder  # no layout, look or recovery of the user's
        if starting.FIRST in arguments:
            return starting.show_first(arguments[-1])
        figures = measured()
    if "--json" in arguments:
        text = json.dumps({"ui": [asdict(one) | {"kept": one.kept} for one in figures]})
    else:
        text = as_text(figures)
    sys.stdout.write(f"{text}\n")
    return 0 if all(one.kept for one in figures) else 1


def measured() -> list[Figure]:
    """Every figure there is."""
    from designer.application import Application
    from designer.bench import designs, frames, leaks, starting

    found = starting.figures()
    application = Application([])
    window = application.open_window()
    window.canvas.animated = False
    window.resize(*SIZE)
    found += designs.figures(window)
    found += leaks.figures(window)
    found += frames.figures(window, SIZE)
    window.document.history.setClean()
    window.close()
    return found


__all__ = ["Figure", "as_text", "main", "measured"]
