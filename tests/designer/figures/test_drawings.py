"""What stands in a figure: every part once, at its real size, with nothing on top of another."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise

import pytest

from core.graph import Graph, chain
from core.infer import infer
from core.layers import Add, BatchNorm2d, Conv2d, Dropout, Input, Linear, Output, ReLU
from core.zoo import BY_ID
from designer.document.shown import shown
from designer.figures.blocks import blocks
from designer.figures.compact import compact
from designer.figures.drawing import Drawing, Face, Line, Measure, Words
from designer.figures.look import FigureLook, Page
from designer.figures.parts import Parts, parts_of

Draw = Callable[[Parts, FigureLook, Measure], Drawing]


def measure(text: str, size: float, bold: bool) -> float:
    """Every letter as wide as in a typewriter."""
    return len(text) * size * 0.6


def parts(graph: Graph, *, every: bool = False) -> Parts:
    return parts_of(shown(graph, BY_ID["lenet5"].design().groups), infer(graph), every=every)


def template(id: str, *, every: bool = False) -> Parts:
    design = BY_ID[id].design()
    return parts_of(shown(design.graph, design.groups), infer(design.graph), every=every)


def spans(face: Face) -> tuple[float, float]:
    xs, ys = zip(*face.corners, strict=True)
    return max(xs) - min(xs), max(ys) - min(ys)


# ---- parts ------------------------------------------------------------------------------


def test_what_only_follows_is_told_with_the_layer_before() -> None:
    graph = chain(
        Input((3, 8, 8)), Conv2d(4), BatchNorm2d(), ReLU(), Linear(2), Dropout(), Output()
    )
    found = parts(graph)
    assert list(found.by_id) == ["input1", "conv1", "linear1", "output1"]
    assert found.by_id["conv1"].followers == ("BatchNorm2d", "ReLU")
    assert set(found.pairs) == {("input1", "conv1"), ("conv1", "linear1"), ("linear1", "output1")}
    assert list(parts(graph, every=True).by_id) == list(graph.order)


def test_an_activation_that_one_wire_skips_stands_by_itself() -> None:
    graph = chain(Input((3, 8, 8)), Conv2d(3, padding="same"), ReLU())
    graph = graph.with_node(Add()).with_wire("relu1", "add1").with_wire("conv1", "add1")
    found = parts(graph)
    assert "relu1" in found.by_id
    assert set(found.pairs) >= {("conv1", "relu1"), ("relu1", "add1"), ("conv1", "add1")}


def test_collapsed_groups_are_one_part_with_the_size_they_give() -> None:
    stage = template("resnet50").by_id["#s2"]
    assert stage.shape == (512, 28, 28)
    assert stage.kind == "42 layers"


# ---- blocks -----------------------------------------------------------------------------


def test_blocks_are_to_scale() -> None:
    """LeNet-5: maps of 28, 14, 10 and 5 cells with 6 and 16 channels; the front is C by H."""
    drawing = blocks(template("lenet5"), FigureLook(), measure)
    fronts = [spans(mark) for mark in drawing.marks if isinstance(mark, Face) and mark.share == 0.3]
    lengths, heights = zip(*fronts, strict=True)
    assert [round(28 * high / heights[0], 6) for high in heights] == [28, 28, 14, 10, 5]
    assert [round(16 * long / lengths[3], 6) for long in lengths[1:]] == [6, 6, 16, 16]
    bars = [
        spans(mark)[1] for mark in drawing.marks if isinstance(mark, Face) and mark.share == 0.35
    ]
    assert [round(400 * high / bars[0], 6) for high in bars[:3]] == [400, 120, 84]


def test_square_roots_keep_the_order_and_lift_the_small() -> None:
    sizes = {}
    for linear in (True, False):
        drawing = blocks(template("vgg-d"), FigureLook(linear=linear), measure)
        fronts = [m for m in drawing.marks if isinstance(m, Face) and m.share == 0.3]
        sizes[linear] = [round(spans(mark)[1], 6) for mark in fronts]
    assert sizes[False] == sorted(sizes[False], reverse=True)
    assert min(sizes[False]) > 4 * min(sizes[True])


def test_real_sizes_are_written() -> None:
    drawing = blocks(template("lenet5"), FigureLook(), measure)
    words = {mark.text for mark in drawing.marks if isinstance(mark, Words)}
    assert {"28 × 28 × 6", "5 × 5 × 16", "400", "120", "+ ReLU", "6 filters · 5×5"} <= words
    silent = blocks(template("lenet5"), FigureLook(settings=False, sizes=False), measure)
    assert not [mark for mark in silent.marks if isinstance(mark, Words)]


# ---- both -------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["chain", "wide", "square", "tall"])
@pytest.mark.parametrize("id", ["lenet5", "googlenet", "resnet18", "densenet121"])
@pytest.mark.parametrize("draw", [blocks, compact])
def test_nothing_lies_on_anything_or_off_the_page(draw: Draw, id: str, page: Page) -> None:
    found = template(id)
    drawing = draw(found, FigureLook(page=page), measure)
    boxes = [box_of(mark) for mark in drawing.marks if isinstance(mark, Words)]
    for a, b in combinations(boxes, 2):
        assert min(a[2], b[2]) - max(a[0], b[0]) < 1 or min(a[3], b[3]) - max(a[1], b[1]) < 1
    for mark in drawing.marks:
        for x, y in corners_of(mark):
            assert -1e-6 <= x <= drawing.width + 1e-6
            assert -1e-6 <= y <= drawing.height + 1e-6
    assert len([mark for mark in drawing.marks if isinstance(mark, Line)]) == len(found.pairs)


def test_a_page_breaks_a_long_chain_and_a_row_does_not() -> None:
    shapes = {}
    for page in ("chain", "wide", "square", "tall"):
        drawing = blocks(template("vgg-d"), FigureLook(page=page), measure)
        shapes[page] = drawing.width / drawing.height
    assert all(a >= b for a, b in pairwise(shapes.values()))
    assert shapes["chain"] > 3 > shapes["square"] > 1 > shapes["tall"]


def test_a_broken_network_is_drawn_as_far_as_it_is_known() -> None:
    graph = chain(Input((1, 4, 4)), Conv2d(2, (9, 9)), ReLU())
    drawing = compact(parts(graph), FigureLook(), measure)
    assert "size unknown" in {mark.text for mark in drawing.marks if isinstance(mark, Words)}
    assert blocks(parts(graph), FigureLook(), measure).width > 0


def test_an_empty_network_is_an_empty_drawing() -> None:
    assert blocks(parts(Graph()), FigureLook(), measure) == Drawing(0, 0)


def box_of(words: Words) -> tuple[float, float, float, float]:
    half = measure(words.text, words.size, words.bold) / 2
    return words.x - half, words.y, words.x + half, words.y + words.size


def corners_of(mark: Face | Line | Words) -> tuple[tuple[float, float], ...]:
    if isinstance(mark, Words):
        left, top, right, foot = box_of(mark)
        return (left, top), (right, foot)
    return mark.corners if isinstance(mark, Face) else mark.points
