"""The monkey for hours: five seeds, 100,000 events each, through the real window.

python -m tests.campaigns.monkey [--seeds 5] [--first 1] [--events 100000]

Any exception and any warning of Qt ends it with the seed, the number of the action and its name.
Every 2,000 actions undo goes all the way back, must give the first design byte for byte, and starts
again there; a line says how much memory the window and the engine take then.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

ROUND = 2_000
HARMLESS = "This plugin does not support"


def main() -> int:
    """Run every seed; 1 where one broke something."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--events", type=int, default=100_000)
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["STRIATE_STATE"] = folder
        seeds = range(asked.first, asked.first + asked.seeds)
        broken = [seed for seed in seeds if not run(seed, asked.events)]
    sys.stdout.write(f"broken by seeds {broken}\n" if broken else "nothing broke\n")
    return 1 if broken else 0


def resident(process: int | None) -> float:
    """Megabytes of memory that a process takes now; 0 without one."""
    if process is None:
        return 0.0
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    sizes = dict(line.split(":") for line in lines)
    return int(sizes["VmRSS"].split()[0]) / 1000


def run(seed: int, events: int) -> bool:
    """One seed in a window of its own; False where it broke something."""
    from PySide6.QtCore import qInstallMessageHandler

    from designer.application import Application
    from tests.support.monkey import Monkey
    from tests.support.windows import rest

    told: list[str] = []
    application = Application.instance() or Application([])
    qInstallMessageHandler(lambda kind, context, text: told.append(text))
    sys.excepthook = lambda *error: told.append("".join(traceback.format_exception(*error)))
    window = application.open_window()  # type: ignore[union-attr]
    window.canvas.animated = False
    window.files.start("lenet5")
    monkey = Monkey(window, seed)
    begin = time.monotonic()
    number = 0
    while monkey.events < events:
        number += 1
        monkey.act()
        rest()
        if number % ROUND == 0 and monkey.undo_all() != monkey.first:
            told.append("undo did not give the first design")
        if number % ROUND == 0:
            window.document.history.clear()
            engine = window.engine.process_id
            memory = f"window {resident(os.getpid()):,.0f} MB, engine {resident(engine):,.0f} MB"
            sys.stdout.write(f"seed {seed}: {monkey.events:,} events, {memory}\n")
            sys.stdout.flush()
        told = [line for line in told if not line.startswith(HARMLESS)]
        if told:
            break
    seconds = time.monotonic() - begin
    report = [f"seed {seed}: {monkey.events:,} events, {number:,} actions in {seconds:.0f} s"]
    report += [f"  after {monkey.did}: {line}" for line in told]
    sys.stdout.write("\n".join(report) + "\n")
    window.engine.shut_down()
    window.document.history.setClean()
    window.close()
    window.deleteLater()
    return not told


if __name__ == "__main__":
    sys.exit(main())
