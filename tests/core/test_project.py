"""The project file: what is written is read again, and what is broken is told in one sentence."""

from __future__ import annotations

import contextlib
import difflib
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import project as module
from core.data.policy import DataPolicy
from core.data.sources import Digits, Fashion, Folder
from core.design import DataChoice, Design
from core.files import FileError
from core.graph import Graph, GraphError, Node, chain
from core.groups import Group
from core.initializers import GlorotUniform
from core.layers import (
    Add,
    BatchNorm2d,
    Concat,
    Conv2d,
    Dropout,
    Flatten,
    Input,
    LeakyReLU,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
)
from core.losses import BinaryCrossEntropy
from core.optimizers import SGD, Adam, AdamW
from core.plan import Plan
from core.project import (
    Project,
    design_from_json,
    design_to_json,
    load,
    read_template_or_project,
    save,
)
from core.schedules import Constant
from core.zoo import BY_ID, TEMPLATES

FROZEN = sorted((Path(__file__).parents[1] / "support" / "projects").glob("*.striate"))


# ---- writing and reading ----------------------------------------------------------------

layers = st.one_of(
    st.builds(
        Conv2d,
        st.integers(1, 99),
        st.integers(1, 9).map(lambda k: (k, k)),
        padding=st.one_of(st.sampled_from(["same", "valid"]), st.integers(0, 4)),
        bias=st.booleans(),
        weight_init=st.builds(GlorotUniform),
    ),
    st.builds(LeakyReLU, st.floats(0, 1)),
    st.builds(Dropout, st.floats(0, 0.9)),
    st.builds(BatchNorm2d, st.floats(1e-12, 1, exclude_min=True), st.floats(0, 1)),
    st.builds(Output, st.just(BinaryCrossEntropy()), st.floats(0, 1e6), st.text(max_size=9)),
    st.sampled_from([Add(), Concat(), ReLU(), Flatten(), MaxPool2d(), Linear(7), Input()]),
)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Whatever edits can make: loose ends, merging, names in any alphabet."""
    graph = Graph()
    for layer in draw(st.lists(layers, max_size=12)):
        graph = graph.with_node(layer, name=draw(st.text(max_size=12)))
    if graph.nodes:
        ids = st.sampled_from(list(graph.nodes))
        for source, target in draw(st.lists(st.tuples(ids, ids), max_size=20)):
            if graph.refusal(source, target) is None:
                graph = graph.with_wire(source, target)
    return graph


@st.composite
def designs(draw: st.DrawFn) -> Design:
    """A design with every part drawn at random."""
    graph = draw(graphs())
    spot = st.tuples(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
    placed = {id: draw(spot) for id in graph.nodes if draw(st.booleans())}
    rate = st.floats(0, 1000)
    optimizer = draw(st.one_of(st.builds(SGD, rate), st.builds(Adam, rate), st.builds(AdamW, rate)))
    plan = Plan(epochs=draw(st.integers(1, 100_000)), optimizer=optimizer)
    folder = st.text(st.characters(exclude_characters="\0/\\."), min_size=1, max_size=20)
    source = draw(
        st.one_of(
            st.sampled_from([Digits(), Fashion()]),
            folder.map(lambda name: Folder("/" + name)),
        )
    )
    design = Design(graph, placed, plan, DataChoice(source, DataPolicy("pad")))
    return draw(grouped(design))


@st.composite
def grouped(draw: st.DrawFn, design: Design) -> Design:
    """Some blocks that can be made, one in the other or apart, and some layers bypassed."""
    for number in range(draw(st.integers(0, 4)) if design.graph.nodes else 0):
        nodes = draw(st.sets(st.sampled_from(list(design.graph.nodes)), min_size=1))
        groups = design.groups
        home = groups.around(nodes)
        parts = {
            (*groups.path(node), node, node)[len(groups.path(home)) + bool(home)] for node in nodes
        }
        block = Group(f"#b{number}", draw(st.text(max_size=9)), home, draw(st.booleans()))
        with contextlib.suppress(GraphError):
            design = design.with_groups(groups.with_group(block, parts))
            spot = st.tuples(st.integers(-99, 99), st.integers(-99, 99))
            design = design.placed({block.id: draw(spot)}) if draw(st.booleans()) else design
    rest = [id for id in design.graph.nodes if draw(st.booleans())]
    with contextlib.suppress(GraphError):
        design = design.with_graph(design.graph.with_bypass(rest, True))
    return design


@settings(max_examples=150, deadline=None)
@given(designs())
def test_what_is_saved_is_loaded_and_saved_again_the_same(
    tmp_path_factory: pytest.TempPathFactory, design: Design
) -> None:
    path = tmp_path_factory.mktemp("project") / "net.striate"
    made = Project(design)
    save(path, made)
    first = path.read_bytes()
    assert load(path) == made
    save(path, load(path))
    assert path.read_bytes() == first


@settings(max_examples=50, deadline=None)
@given(designs())
def test_a_design_goes_through_plain_json(design: Design) -> None:
    assert design_from_json(json.loads(json.dumps(design_to_json(design)))) == design


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_templates_go_through_a_file(template: Any, tmp_path: Path) -> None:
    path = tmp_path / "net.striate"
    made = read_template_or_project(template.id)
    save(path, made)
    assert read_template_or_project(str(path)) == made


def test_the_text_is_made_for_people(net: Path) -> None:
    text = net.read_bytes().decode()
    assert text.endswith("}\n")
    assert "\r" not in text
    assert max(len(line) for line in text.splitlines()) <= 100
    assert '      "position": [120, 40]\n' in text
    assert '        "kernel_size": [5, 5],\n' in text
    assert '    {"source": "conv1", "target": "relu1", "slot": 0},\n' in text
    assert str(net.parent) not in text


def changed_lines(before: bytes, after: bytes) -> int:
    """Lines that a comparison shows as new."""
    lines = difflib.ndiff(before.decode().splitlines(), after.decode().splitlines())
    return sum(line.startswith("+ ") for line in lines)


def test_small_edits_change_few_lines(net: Path) -> None:
    made, before = load(net), net.read_bytes()
    edits = {
        1: [
            made.design.placed({"conv2": (-7, 345)}),
            made.design.with_graph(made.design.graph.with_layer("linear1", Linear(99))),
            replace(made.design, plan=made.design.plan.replace(epochs=11)),
        ],
        2: [made.design.with_graph(made.design.graph.renamed("conv1", "Edges"))],
    }
    for most, changed in edits.items():
        for design in changed:
            save(net, replace(made, design=design))
            assert 1 <= changed_lines(before, net.read_bytes()) <= most


ADDED = [
    (Dropout(), "relu3", Conv2d(4), "relu1"),
    (BatchNorm2d(), "conv1", Dropout(), "relu4"),
    (Conv2d(4), "pool1", Linear(5), "relu3"),
    (Concat(), "relu1", Output(), "linear3"),
    (ReLU(), "pool2", Add(), "conv1"),
    (MaxPool2d(), "relu2", Flatten(), "pool1"),
    (LeakyReLU(), "conv2", Dropout(), "linear1"),
    (Input(), "", Conv2d(4), "relu1"),
    (Linear(5), "relu4", BatchNorm2d(), "conv2"),
    (Add(), "relu2", MaxPool2d(), "conv1"),
]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_two_people_can_add_nodes_and_merge(net: Path, tmp_path: Path) -> None:
    base, merged = load(net), 0
    for one, after_one, two, after_two in ADDED:
        for name, layer, source in (("ours", one, after_one), ("theirs", two, after_two)):
            graph = base.design.graph.with_node(layer)
            (new,) = set(graph.nodes) - set(base.design.graph.nodes)
            graph = graph.with_wire(source, new) if source else graph
            save(tmp_path / name, replace(base, design=base.design.with_graph(graph)))
        command = ["git", "merge-file", "-p", tmp_path / "ours", net, tmp_path / "theirs"]
        done = subprocess.run(command, capture_output=True)
        if done.returncode == 0:
            (tmp_path / "merged").write_bytes(done.stdout)
            both = load(tmp_path / "merged").design.graph.nodes
            merged += len(both) == len(base.design.graph.nodes) + 2
    assert merged >= 8


def test_the_order_of_making_does_not_show(tmp_path: Path) -> None:
    forth = Graph().with_node(ReLU(), id="a").with_node(ReLU(), id="b").with_wire("a", "b")
    back = Graph().with_node(ReLU(), id="b").with_node(ReLU(), id="a").with_wire("a", "b")
    assert json.dumps(design_to_json(Design(forth))) == json.dumps(design_to_json(Design(back)))


def test_saving_keeps_the_version_before(net: Path) -> None:
    before = net.read_bytes()
    save(net, replace(load(net), design=Design()))
    assert net.with_name("net.striate~").read_bytes() == before


def test_ten_thousand_nodes_open_quickly(tmp_path: Path) -> None:
    path = tmp_path / "large.striate"
    save(path, Project(Design(chain(*[ReLU()] * 300))))
    data = json.loads(path.read_text())
    data["nodes"] = [{"id": f"n{n}", "layer": {"type": "ReLU"}} for n in range(10_000)]
    data["wires"] = [{"source": f"n{n}", "target": f"n{n + 1}", "slot": 0} for n in range(9_999)]
    path.write_text(json.dumps(data))
    assert len(load(path).design.graph.nodes) == 10_000


# ---- data sources -----------------------------------------------------------------------


def choose(project: Project, folder: str | Path) -> Project:
    """The project with a folder of pictures as its data."""
    return replace(project, design=replace(project.design, data=DataChoice(Folder(str(folder)))))


def test_data_below_the_project_moves_with_it(net: Path, tmp_path: Path) -> None:
    save(net, choose(load(net), net.parent / "pictures" / "cats"))
    assert '"path": "pictures/cats"' in net.read_text()
    moved = tmp_path / "elsewhere" / "net.striate"
    moved.parent.mkdir()
    net.rename(moved)
    assert load(moved).design.data.source == Folder(str(moved.parent / "pictures" / "cats"))


def test_data_elsewhere_keeps_its_place(net: Path, tmp_path: Path) -> None:
    away = tmp_path.parent / "pictures"
    save(net, choose(load(net), away))
    assert json.loads(net.read_text())["data"]["source"]["path"] == str(away)
    assert load(net).design.data.source == Folder(str(away))


# ---- versions ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.name)
def test_every_version_ever_written_opens(path: Path, tmp_path: Path) -> None:
    made = load(path)
    assert made.design.graph.nodes
    again = tmp_path / path.name
    save(again, made)
    assert load(again).design.graph == made.design.graph


def test_there_are_frozen_projects() -> None:
    assert {"lenet5-1.0.striate", "lenet5-1.1.striate"} <= {path.name for path in FROZEN}


def test_what_1_1_added_has_the_meaning_of_1_0(tmp_path: Path) -> None:
    old = next(path for path in FROZEN if path.name == "lenet5-1.0.striate")
    plan = load(old).design.plan
    assert plan.schedule == Constant()
    assert (plan.clip_norm, plan.clip_value, plan.ema_decay) == (0, 0, 0)
    save(tmp_path / "new.striate", load(old))
    assert '"version": [1, 2]' in (tmp_path / "new.striate").read_text()


def test_what_1_2_added_is_absent_in_1_1() -> None:
    old = next(path for path in FROZEN if path.name == "lenet5-1.1.striate")
    design = load(old).design
    assert not design.groups
    assert design.graph.active is design.graph


def test_a_newer_minor_version_opens_and_keeps_what_it_added(net: Path) -> None:
    data = json.loads(net.read_text())
    data["version"] = [1, 7]
    data["notes"] = {"by": "someone"}
    data["nodes"][0]["color"] = "red"
    data["nodes"][0]["layer"]["sparse"] = [1, 2]
    data["nodes"][0]["layer"]["weight_init"]["seed"] = 3
    data["wires"][2]["bend"] = 0.5
    data["plan"]["optimizer"]["warm"] = True
    data["data"]["policy"]["crop"] = {"top": 1}
    net.write_text(json.dumps(data))
    made = load(net)
    assert "format 1.7" in made.warning
    assert made.design == design_from_json(
        design_to_json(Design(made.design.graph, made.design.positions))
    )
    save(net, made)
    assert json.loads(net.read_text()) == data


def test_what_a_newer_version_added_goes_with_its_node(net: Path) -> None:
    data = json.loads(net.read_text())
    data["version"] = [1, 7]
    data["nodes"][0]["color"] = "red"
    net.write_text(json.dumps(data))
    made = load(net)
    gone = made.design.with_graph(made.design.graph.without([data["nodes"][0]["id"]]))
    save(net, replace(made, design=gone))
    assert "red" not in net.read_text()


def test_ours_opens_without_a_warning(net: Path) -> None:
    assert load(net).warning == ""


def test_an_older_version_is_brought_up_to_ours(net: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rename(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "uuid": data["uuid"].lower(), "version": [1, 3]}

    text = net.read_text()
    monkeypatch.setattr(module, "VERSION", (1, 3))
    monkeypatch.setattr(module, "MIGRATIONS", {(1, 2): rename})
    net.write_text(re.sub(r'"uuid": "(.*?)"', lambda m: m[0][:9] + m[1].upper() + '"', text))
    assert load(net).version == (1, 3)


# ---- what is refused, and what is not ------------------------------------------------------


def test_a_byte_order_mark_and_windows_line_ends_are_fine(net: Path) -> None:
    made = load(net)
    net.write_bytes(b"\xef\xbb\xbf" + net.read_bytes().replace(b"\n", b"\r\n"))
    assert load(net) == made


def test_a_missing_project_points_to_the_templates() -> None:
    with pytest.raises(FileError, match="`striate templates` lists"):
        read_template_or_project("nothing.striate")


def test_narrow_versions_are_opened_by_a_slash() -> None:
    graph = read_template_or_project("vgg-d/8").design.graph
    assert graph.nodes["s1_conv1"].layer.out_channels == 8  # type: ignore[attr-defined]
    for name in ("lenet5/8", "vgg-d/0", "vgg-d/33"):
        with pytest.raises(FileError, match=name.split("/")[0]):
            read_template_or_project(name)


def test_a_name_too_long_to_open_is_not_saved(net: Path) -> None:
    made = load(net)
    graph = made.design.graph.renamed("conv1", "x" * 70_000)
    with pytest.raises(FileError, match="conv1: name: at most 65536 characters"):
        save(net, replace(made, design=made.design.with_graph(graph)))


def test_a_project_too_large_to_open_is_not_saved(net: Path) -> None:
    made, before = load(net), net.read_bytes()
    graph = Graph.assembled([Node(f"n{n}", ReLU(), "x" * 60_000) for n in range(300)], [])
    with pytest.raises(FileError, match="at most 16 can be saved"):
        save(net, replace(made, design=Design(graph)))
    assert net.read_bytes() == before


def test_saving_what_a_file_says_already_changes_no_byte(net: Path) -> None:
    found = load(net)
    by_hand = json.dumps(json.loads(net.read_bytes()), indent=8).encode()
    net.write_bytes(by_hand)
    save(net, load(net))
    assert net.read_bytes() == by_hand
    other = replace(found, design=BY_ID["largenet"].design())
    save(net, other)
    save(net, other)
    assert net.with_name(net.name + "~").read_bytes() == by_hand
