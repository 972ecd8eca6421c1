"""The layout: nothing overlaps, wires stay off nodes, the flow goes down, columns wrap."""

from __future__ import annotations

import random
import time
from itertools import combinations, pairwise

import pytest

from core.flow import Direction
from core.zoo import BY_ID
from designer.canvas.arrange import Layout, arrange
from designer.canvas.geometry import HEIGHT, WIDTH, Box
from designer.canvas.places import layout_of
from designer.canvas.routing import flat

Sizes = dict[str, tuple[int, int]]
Pairs = list[tuple[str, str]]
Piece = tuple[tuple[int, int], tuple[int, int]]


def random_network(seed: int) -> tuple[Sizes, Pairs]:
    """A random network without circles, of 1 to 60 nodes, sometimes in several parts."""
    chance = random.Random(seed)
    count = chance.randint(1, 60)
    tall = chance.random() < 0.3
    sizes = {
        f"n{i}": (WIDTH, chance.choice((40, 56, 90)) if tall else HEIGHT) for i in range(count)
    }
    reach = chance.choice((2, 5, 20))
    wires = []
    for i in range(1, count):
        for _ in range(chance.choice((0, 1, 1, 1, 1, 2, 3))):
            wires.append((f"n{max(0, i - chance.randint(1, reach))}", f"n{i}"))
    return sizes, wires


def boxes_of(layout: Layout, sizes: Sizes) -> dict[str, Box]:
    return {n: Box(x, y, x + sizes[n][0], y + sizes[n][1]) for n, (x, y) in layout.places.items()}


def way_of(layout: Layout, sizes: Sizes, pair: tuple[str, str]) -> list[tuple[float, float]]:
    """The wire as short straight pieces, from slot to slot."""
    (ax, ay), (bx, by) = layout.places[pair[0]], layout.places[pair[1]]
    start = (ax + sizes[pair[0]][0] / 2, ay + sizes[pair[0]][1])
    end = (bx + sizes[pair[1]][0] / 2, by)
    return flat((start, *layout.bends.get(pair, ()), end))


@pytest.mark.parametrize("block", range(10))
def test_random_networks(block: int) -> None:
    """300 networks: no overlap, no wire across a foreign node, the same layout every time."""
    for seed in range(30 * block, 30 * block + 30):
        sizes, wires = random_network(seed)
        layout = arrange(sizes, wires)
        assert layout == arrange(sizes, wires), seed
        boxes = boxes_of(layout, sizes)
        assert not [pair for pair in combinations(boxes, 2) if boxes[pair[0]].meets(boxes[pair[1]])]
        for pair in wires:
            pieces = list(pairwise(way_of(layout, sizes, pair)))
            for node, box in boxes.items():
                crossed = node not in pair and any(crosses(a, b, box) for a, b in pieces)
                assert not crossed, f"seed {seed}: {pair} runs across {node}"


@pytest.mark.parametrize("seed", range(60))
def test_flow_goes_down_within_a_column(seed: int) -> None:
    sizes, wires = random_network(seed)
    layout = arrange(sizes, wires)
    for source, target in wires:
        bends = layout.bends.get((source, target), ())
        ys = [
            layout.places[source][1] + sizes[source][1],
            *(y for _, y in bends),
            layout.places[target][1],
        ]
        upwards = [(a, b) for a, b in pairwise(ys) if b < a]
        assert len(upwards) <= wraps(bends), f"{source} → {target} runs up inside a column"


def wraps(bends: tuple[tuple[int, int], ...]) -> int:
    """How often a wire climbs a gutter: upright pieces that go up."""
    return sum(a[0] == b[0] and b[1] < a[1] for a, b in pairwise(bends))


def crosses(a: tuple[float, float], b: tuple[float, float], box: Box) -> bool:
    left, right = sorted((a[0], b[0]))
    top, bottom = sorted((a[1], b[1]))
    return left < box.right and right > box.left and top < box.bottom and bottom > box.top


def test_lenet_is_three_columns_that_fit_a_small_window() -> None:
    layout = layout_of(BY_ID["lenet5"].build())
    columns = {x for x, _ in layout.places.values()}
    assert len(columns) == 3
    points = [point for bends in layout.bends.values() for point in bends]
    ys = [y for _, y in layout.places.values()]
    low, high = min(y for _, y in points), max(max(ys) + HEIGHT, *(y for _, y in points))
    assert high - low <= 504
    assert max(columns) + WIDTH - min(columns) <= 884


def test_short_chain_stays_one_column() -> None:
    names = [f"n{i}" for i in range(4)]
    layout = arrange(dict.fromkeys(names, (WIDTH, HEIGHT)), list(pairwise(names)))
    assert {x for x, _ in layout.places.values()} == {0}
    assert not layout.bends


def test_main_flow_of_a_residual_block_is_straight_and_its_skip_goes_around() -> None:
    names = ["a", "conv1", "relu", "conv2", "add"]
    wires = [*pairwise(names), ("a", "add")]
    layout = arrange(dict.fromkeys(names, (WIDTH, HEIGHT)), wires)
    assert len({x for x, _ in layout.places.values()}) == 1
    lane = {x for x, _ in layout.bends["a", "add"]}
    assert len(lane) == 1
    assert lane.pop() > WIDTH


def test_parts_that_are_not_wired_stand_side_by_side() -> None:
    layout = arrange(dict.fromkeys("abcd", (WIDTH, HEIGHT)), [("a", "b"), ("c", "d")])
    assert layout.places["c"][0] >= layout.places["a"][0] + WIDTH
    assert layout.places["c"][1] == layout.places["a"][1]


def test_circle_is_refused() -> None:
    with pytest.raises(ValueError, match="circle"):
        arrange(dict.fromkeys("abc", (WIDTH, HEIGHT)), [("a", "b"), ("b", "c"), ("c", "a")])


def test_nothing_is_laid_out_as_nothing() -> None:
    assert arrange({}, []) == Layout({}, {})


def test_equal_networks_lie_equal_however_they_were_built() -> None:
    graph = BY_ID["resnet-small"].build()
    shuffled = type(graph)(dict(reversed(graph.nodes.items())), graph.wires)
    assert layout_of(shuffled) == layout_of(graph)


def test_180_nodes_take_50_milliseconds_at_most() -> None:
    names = ["in"]
    wires = []
    for block in range(22):
        skip = names[-1]
        for part in range(8):
            names.append(f"b{block}p{part}")
            wires.append((names[-2], names[-1]))
        wires.append((skip, names[-1]))
    sizes = dict.fromkeys(names, (WIDTH, HEIGHT))
    assert len(names) >= 177
    times = []
    for _ in range(5):
        start = time.thread_time()
        arrange(sizes, wires)
        times.append(time.thread_time() - start)
    assert min(times) <= 0.050


def test_blocks_that_fork_at_every_end_wrap_too() -> None:
    """Residual blocks without a layer between them: the fork itself goes through the gutter."""
    names, wires = ["in"], []
    for block in range(12):
        skip = names[-1]
        for part in range(4):
            names.append(f"b{block}p{part}")
            wires.append((names[-2], names[-1]))
        wires.append((skip, names[-1]))
    layout = arrange(dict.fromkeys(names, (WIDTH, HEIGHT)), wires)
    xs = {x for x, _ in layout.places.values()}
    assert 3 <= len(xs) <= 6
    forks = [pair for pair, bends in layout.bends.items() if wraps(bends)]
    assert len(forks) == 2 * (len(xs) - 1)


@pytest.mark.parametrize("flow", list(Direction))
def test_a_network_with_long_skips_is_no_endless_row(flow: Direction) -> None:
    """U-Net: where its skips pass it breaks too, into about as many columns as its page is wide."""
    layout = layout_of(BY_ID["unet-small"].build(), flow)
    xs, ys = zip(*layout.places.values(), strict=True)
    wide, high = max(xs) - min(xs) + WIDTH, max(ys) - min(ys) + HEIGHT
    assert 0.7 <= wide / high <= 2.5


def test_wires_that_turn_together_keep_apart_and_do_not_cross() -> None:
    """A long chain with three long skips: no piece of a wire meets one with another source."""
    names = [f"n{i}" for i in range(40)]
    wires = [*pairwise(names), ("n1", "n38"), ("n2", "n37"), ("n3", "n36")]
    sizes = dict.fromkeys(names, (WIDTH, HEIGHT))
    layout = arrange(sizes, wires)
    assert len({x for x, _ in layout.places.values()}) >= 3
    turning = [pair for pair, bends in layout.bends.items() if wraps(bends)]
    assert len({source for source, _ in turning}) > 3
    for one, other in combinations(turning, 2):
        if not {*one} & {*other}:
            mine, theirs = (list(pairwise(layout.bends[pair])) for pair in (one, other))
            assert not [(a, b) for a in mine for b in theirs if _meet(a, b)], (one, other)


def _meet(one: Piece, other: Piece) -> bool:
    """Whether two pieces share a point; both are level or upright, or they do not count."""
    if any(a[0] != b[0] and a[1] != b[1] for a, b in (one, other)):
        return False
    spans = [[sorted((a[axis], b[axis])) for a, b in (one, other)] for axis in (0, 1)]
    return all(mine[0] <= theirs[1] and theirs[0] <= mine[1] for mine, theirs in spans)
