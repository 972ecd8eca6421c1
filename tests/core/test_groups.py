"""Groups: which lie in which, what follows an edit, and which would show a circle."""

from __future__ import annotations

import pickle
import random

import pytest

from core.design import Design
from core.graph import Graph, GraphError, chain
from core.groups import Group, Groups
from core.layers import Add, Conv2d, Dropout, Input, Output, ReLU
from core.repeats import times, with_repeats
from core.zoo import BY_ID, TEMPLATES

# input1 → conv1 → relu1 → conv2 → relu2 → add1 → output1, and conv1 → add1.
NET = chain(Input((4, 8, 8)), Conv2d(4), ReLU(), Conv2d(4), ReLU(), Add(), Output()).with_wire(
    "conv1", "add1"
)
NESTED = Groups(
    {"#a": Group("#a", "outer"), "#b": Group("#b", parent="#a")},
    {"relu1": "#a", "conv2": "#b", "relu2": "#b"},
)


def test_who_lies_in_whom() -> None:
    assert NESTED.path("conv2") == ("#a", "#b")
    assert NESTED.path("#b") == ("#a",)
    assert NESTED.path("conv1") == ()
    assert NESTED.members == {"#a": {"relu1", "conv2", "relu2"}, "#b": {"conv2", "relu2"}}
    assert NESTED.parts == {"": ("#a",), "#a": ("#b", "relu1"), "#b": ("conv2", "relu2")}
    assert NESTED.around(["conv2", "relu1"]) == "#a"
    assert NESTED.around(["conv2", "relu2"]) == "#b"
    assert NESTED.around(["conv2", "conv1"]) == ""
    assert NESTED.around(["#b", "relu1"]) == "#a"
    assert NESTED.whole({"conv2", "relu2"}) == ("#b",)
    assert NESTED.whole(NET.nodes) == ("#a",)
    assert (NESTED["#a"].title, NESTED["#b"].title) == ("outer", "b")


def test_a_value_like_others() -> None:
    again = pickle.loads(pickle.dumps(NESTED))  # noqa: S301 - our own bytes
    assert again == NESTED
    assert hash(again) == hash(NESTED)
    assert Groups() == Groups.assembled([], {}, NET)
    design = Design(NET, groups=NESTED)
    assert pickle.loads(pickle.dumps(design)) == design  # noqa: S301


def test_taking_one_away_leaves_what_was_in_it() -> None:
    left = NESTED.without_group("#a")
    assert left.by_id == {"#b": Group("#b")}
    assert left.homes == {"conv2": "#b", "relu2": "#b"}
    assert NESTED.without_group("#b").homes == {"relu1": "#a", "conv2": "#a", "relu2": "#a"}


def test_a_new_node_joins_where_all_its_neighbors_are() -> None:
    design = Design(NET, groups=NESTED)
    graph = NET.without_wire(NET.incoming("relu2")[0]).with_node(Dropout(), id="d")
    inside = design.with_graph(graph.with_wire("conv2", "d").with_wire("d", "relu2"))
    assert inside.groups.homes["d"] == "#b"
    graph = NET.without_wire(NET.incoming("conv2")[0]).with_node(Dropout(), id="d")
    between = design.with_graph(graph.with_wire("relu1", "d").with_wire("d", "conv2"))
    assert between.groups.homes["d"] == "#a"
    graph = NET.without_wire(NET.incoming("conv1")[0]).with_node(Dropout(), id="d")
    outside = design.with_graph(graph.with_wire("input1", "d").with_wire("d", "conv1"))
    assert "d" not in outside.groups.homes


def test_new_nodes_in_a_row_join_together() -> None:
    graph = NET.without_wire(NET.incoming("relu2")[0])
    graph = graph.with_node(Dropout(), id="d").with_node(Dropout(), id="e")
    graph = graph.with_wire("conv2", "d").with_wire("d", "e").with_wire("e", "relu2")
    homes = Design(NET, groups=NESTED).with_graph(graph).groups.homes
    assert homes["d"] == homes["e"] == "#b"


def test_emptied_groups_are_gone_and_so_is_their_place() -> None:
    design = Design(NET, {"#b": (0, 0), "conv1": (5, 5)}, groups=NESTED)
    less = design.with_graph(NET.without(["conv2", "relu2"]))
    assert less.groups.by_id.keys() == {"#a"}
    assert less.positions == {"conv1": (5, 5)}
    assert not design.with_graph(NET.without(["relu1", "conv2", "relu2"])).groups


@pytest.mark.parametrize(
    ("homes", "sentence"),
    [
        (
            {"conv1": "#a", "add1": "#a"},
            "a cannot be one group: what it gives would come back into it through relu2.",
        ),
        (
            {"conv1": "#a", "conv2": "#a", "relu1": "#b", "relu2": "#b"},
            "a cannot be one group: what it gives would come back into it through b.",
        ),
    ],
)
def test_a_circle_that_is_not_there_is_refused(homes: dict[str, str], sentence: str) -> None:
    groups = Groups({id: Group(id) for id in homes.values()}, homes)
    with pytest.raises(GraphError) as told:
        Design(NET).with_groups(groups)
    assert told.value.sentence == sentence
    assert told.value.reason == "group"


def test_a_wire_that_would_show_a_circle_is_refused() -> None:
    graph = NET.with_node(Add(), id="side")
    groups = Groups({"#a": Group("#a")}, {"conv1": "#a", "side": "#a"})
    design = Design(graph).with_groups(groups)
    with pytest.raises(GraphError, match="a cannot be one group"):
        design.with_graph(graph.with_wire("relu1", "side"))
    assert design.with_graph(graph.with_wire("input1", "side")).groups == groups


def test_circles_are_found_exactly_where_the_drawn_graph_has_one() -> None:
    """Against the definition: contract by hand every mixture of open and collapsed groups."""
    chance = random.Random(5)
    seen = {True: 0, False: 0}
    for _ in range(400):
        graph, groups = _random_grouping(chance)
        try:
            groups.check(graph)
            legal = True
        except GraphError:
            legal = False
        assert legal == all(not _circle(graph, groups, closed) for closed in _mixtures(groups))
        seen[legal] += 1
    assert min(seen.values()) > 50


def _random_grouping(chance: random.Random) -> tuple[Graph, Groups]:
    names = [f"n{number}" for number in range(7)]
    graph = Graph()
    for name in names:
        graph = graph.with_node(Add(), id=name)
    for late, name in enumerate(names):
        for early in names[:late]:
            if chance.random() < 0.25:
                graph = graph.with_wire(early, name)
    homes = {name: chance.choice(("#a", "#b", "#c", "")) for name in names}
    parents = {"#a": "", "#b": chance.choice(("", "#a")), "#c": chance.choice(("", "#a", "#b"))}
    groups = Groups({id: Group(id, parent=parents[id]) for id in parents})
    return graph, groups.with_homes(homes)


def _mixtures(groups: Groups) -> list[set[str]]:
    """Every set of groups that may be collapsed."""
    ids = list(groups.by_id)
    return [{id for at, id in enumerate(ids) if bits >> at & 1} for bits in range(2 ** len(ids))]


def _circle(graph: Graph, groups: Groups, closed: set[str]) -> bool:
    """Whether the drawn graph has one, by taking away what nothing leads into, again and again."""
    shown = {
        node: next((g for g in groups.path(node) if g in closed), node) for node in graph.nodes
    }
    edges = {(shown[w.source], shown[w.target]) for w in graph.wires}
    edges = {(a, b) for a, b in edges if a != b}
    left = set(shown.values())
    while True:
        free = {item for item in left if not any(b == item and a in left for a, b in edges)}
        if not free:
            return bool(left)
        left -= free


# ---- what is alike ----------------------------------------------------------------------


def _blocks(*filters: int) -> Design:
    """An Input and a chain of groups, each a convolution and a ReLU."""
    graph, last = Graph().with_node(Input((4, 8, 8))), "input1"
    homes = {}
    for number, count in enumerate(filters, start=1):
        for layer in (Conv2d(count, padding="same"), ReLU()):
            id = f"{type(layer).__name__.lower()}_{9 - number}"  # other ids, in another order
            graph = graph.with_node(layer, id=id).with_wire(last, id)
            homes[id], last = f"#b{number}", id
    groups = Groups({home: Group(home, f"block {home[2:]}") for home in homes.values()}, homes)
    return Design(graph, groups=groups)


def test_a_chain_of_groups_alike_counts() -> None:
    design = _blocks(4, 4, 4)
    around = design.groups.with_group(Group("#all"), ["#b1", "#b2", "#b3"])
    assert times(around, design.graph, "#all") == 3
    assert times(around, design.graph, "#b1") == 1
    other = _blocks(4, 5, 4)
    assert times(around, other.graph, "#all") == 1
    bypassed = design.graph.with_bypass(["relu_7"], True)
    assert times(around, bypassed, "#all") == 1
    loose = design.graph.without_wire(design.graph.incoming("conv2d_7")[0])
    assert times(around, loose, "#all") == 1


def test_runs_get_a_group_of_their_own() -> None:
    design = _blocks(8, 4, 4, 4, 2)
    groups = with_repeats(design.groups, design.graph)
    (fresh,) = groups.by_id.keys() - design.groups.by_id.keys()
    assert groups[fresh].title == "block 2–4"
    assert set(groups.parts[fresh]) == {"#b2", "#b3", "#b4"}
    assert times(groups, design.graph, fresh) == 3


@pytest.mark.parametrize(
    ("template", "counts"),
    [
        ("resnet18", {"#s1": 2}),
        ("resnet50", {"#s2b2-s2b4": 3, "#s3b2-s3b6": 5}),
        ("resnet152", {"#s2b2-s2b8": 7, "#s3b2-s3b36": 35}),
        ("densenet121", {"#d1": 6, "#d2": 12, "#d3": 24, "#d4": 16}),
        ("mobilenet-v1", {"#p7-p11": 5}),
        ("resnet20-cifar", {"#s1": 3}),
        ("googlenet", {}),
    ],
)
def test_templates_count_as_their_papers_do(template: str, counts: dict[str, int]) -> None:
    design = BY_ID[template].design()
    found = {group: times(design.groups, design.graph, group) for group in design.groups.by_id}
    assert {group: count for group, count in found.items() if count > 1} == counts


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_groups_of_templates_are_sound(template: object) -> None:
    design = template.design()  # type: ignore[attr-defined]
    groups = design.groups
    assert Groups.assembled(groups.by_id.values(), groups.homes, design.graph) == groups
    assert all(group.collapsed for group in groups.by_id.values())
    loose = [node for node in design.graph.nodes if node not in groups.homes]
    assert len(loose) + len(groups.parts[""]) <= 40
