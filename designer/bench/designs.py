"""Large networks: from an edit to all sizes, and tidying up."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil, hypot
from typing import TYPE_CHECKING

from core.design import Design
from core.layers import Input
from core.zoo import find
from designer.bench.figure import Figure, timed

if TYPE_CHECKING:
    from designer.canvas.geometry import Point
    from designer.canvas.hit import Picture
    from designer.window import Window

RUNS = 15
SETTLE_MS = 400
STEP = 4.0  # canvas units between two points of a wire that are looked at


def figures(window: Window) -> list[Figure]:
    """Edits in ResNet-152, and ResNet-50 tidied."""
    return [*_edits(window), *_tidied(window)]


def _edits(window: Window) -> list[Figure]:
    """The size of the Input is changed, and with it that of every map; each size is a new one."""
    found = []
    for opens, name in ((True, "expanded"), (False, "collapsed")):
        nodes = _show(window, "resnet152", opens=opens)
        title = f"edit ResNet-152 {name} ({nodes} nodes)"
        found.append(timed(title, lambda run: _resize(window, run), runs=RUNS, goal=50))
    return found


def _resize(window: Window, run: int) -> None:
    from PySide6.QtWidgets import QApplication

    from designer.document import edits

    document = window.document
    (node,) = document.design.graph.of_type(Input)
    side = 224 + 32 * (run + 1)
    document.attempt(
        "Shape of input",
        lambda design: edits.set_settings(design, [node.id], {"shape": (3, side, side)}),
    )
    QApplication.processEvents()


def _tidied(window: Window) -> list[Figure]:
    """All nodes thrown about, then tidied up."""
    from PySide6.QtWidgets import QApplication

    _show(window, "resnet50", opens=True)
    dice = random.Random(1)

    def scatter(run: int) -> None:
        places = {item: (x + dice.randint(-300, 300), y) for item, (x, y) in _places(window)}
        window.document.apply("Scatter", window.document.design.placed(places))
        QApplication.processEvents()

    def tidy(run: int) -> None:
        window.canvas.tidy()
        QApplication.processEvents()

    nodes = len(window.canvas.network.nodes)
    time = timed(f"tidy ResNet-50 ({nodes} nodes)", tidy, runs=RUNS, goal=50, before=scatter)
    across = len(crossings(window.canvas.network.picture))
    return [time, Figure("wires across a foreign node, tidied", across, goal=0, unit="")]


def _places(window: Window) -> Sequence[tuple[str, tuple[int, int]]]:
    return tuple(window.canvas.network.places.items())


def _show(window: Window, template: str, *, opens: bool) -> int:
    """Show a template, all its groups open or as it is; how many nodes it has."""
    from PySide6.QtTest import QTest

    from designer.canvas.places import with_places

    found = find(template)
    assert found is not None
    design = opened(found.design()) if opens else found.design()
    window.document.new(with_places(design))
    window.pages.show_network()
    window.document.select([design.graph.order[0]])
    QTest.qWait(SETTLE_MS)
    return len(design.graph.nodes)


def opened(design: Design) -> Design:
    """The design with every group open, to be laid out anew."""
    groups = design.groups
    for group in tuple(groups.by_id.values()):
        groups = groups.with_changed(replace(group, collapsed=False))
    return replace(design.with_groups(groups), positions={})


def crossings(picture: Picture) -> list[tuple[str, str, str]]:
    """Wires that lie on a node at neither of their ends: source, target, and that node."""
    from designer.canvas.geometry import node_box

    boxes = {item: node_box(place) for item, place in picture.places.items()}
    found = []
    for wire, way in picture.wires.items():
        ends = picture.seen.ends(wire)
        points = _points(way)
        found += [
            (*ends, item)
            for item, box in boxes.items()
            if item not in ends and any(box.contains(point) for point in points)
        ]
    return found


def _points(way: Sequence[Point]) -> list[Point]:
    """Points along a way, `STEP` units apart at most."""
    found = []
    for (ax, ay), (bx, by) in pairwise(way):
        count = max(1, ceil(hypot(bx - ax, by - ay) / STEP))
        found += [(ax + (bx - ax) * i / count, ay + (by - ay) * i / count) for i in range(count)]
    return found
