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
from core.graph import Graph, chain
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
from core.project import (
    Project,
    design_from_json,
    design_to_json,
    load,
    read_template_or_project,
    save,
)
from core.training.plan import Plan
from core.zoo import BY_ID, TEMPLATES

FROZEN = sorted((Path(__file__).parents[1] / "support" / "projects").glob("*.striate"))


@pytest.fixture
def net(tmp_path: Path) -> Path:
    """A saved LeNet-5, its nodes in a row."""
    design = Design(BY_ID["lenet5"].build())
    places = {id: (120 * at, 40) for at, id in enumerate(design.graph.order)}
    path = tmp_path / "net.striate"
    save(path, Project(design.placed(places)))
    return path


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
    plan = Plan(draw(st.integers(1, 100_000)), optimizer=optimizer)
    folder = st.text(st.characters(exclude_characters="\0/\\."), min_size=1, max_size=20)
    source = draw(
        st.one_of(
            st.sampled_from([Digits(), Fashion()]),
            folder.map(lambda name: Folder("/" + name)),
        )
    )
    return Design(graph, placed, plan, DataChoice(source, DataPolicy("pad")))


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
    assert "lenet5-1.0.striate" in {path.name for path in FROZEN}


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
        return {**data, "uuid": data["uuid"].lower(), "version": [1, 1]}

    text = net.read_text()
    monkeypatch.setattr(module, "VERSION", (1, 1))
    monkeypatch.setattr(module, "MIGRATIONS", {(1, 0): rename})
    net.write_text(re.sub(r'"uuid": "(.*?)"', lambda m: m[0][:9] + m[1].upper() + '"', text))
    assert load(net).version == (1, 1)


# ---- hostile files ----------------------------------------------------------------------


def edited(**changes: Any) -> Any:
    """A hostile file made by setting fields: a dotted path (numbers index lists) and a value."""

    def edit(data: dict[str, Any]) -> str:
        for path, value in changes.items():
            *way, last = [int(step) if step.isdigit() else step for step in path.split("__")]
            place: Any = data
            for step in way:
                place = place[step]
            place[last] = value
        return json.dumps(data)

    return edit


def without(*names: str) -> Any:
    """A hostile file with fields taken out."""
    return lambda data: json.dumps({k: v for k, v in data.items() if k not in names})


CONV = {"id": "conv1", "layer": {"type": "Conv2d", "kernel_size": -3}}
HOSTILE: dict[str, tuple[Any, str]] = {
    "negative kernel": (
        edited(nodes__0=CONV),
        "net.striate: conv1: kernel_size: 1 or more is expected, -3 came.",
    ),
    "text for a number": (
        edited(nodes__0__layer__out_channels="6"),
        "net.striate: conv1: out_channels: a whole number is expected, '6' came.",
    ),
    "true for a number": (edited(plan__epochs=True), "plan: epochs: a whole number is expected"),
    "fraction": (edited(plan__epochs=1.5), "plan: epochs: a whole number is expected, 1.5 came."),
    "huge epochs": (edited(plan__epochs=10**15), "100000 or less is expected, 1000000000000000"),
    "nested setting": (edited(plan__optimizer__lr=-1), "plan: optimizer.lr: 0 or more is expected"),
    "unknown layer": (edited(nodes__0__layer__type="Conv9d"), "conv1: type: one of Input,"),
    "unknown setting": (edited(nodes__0__layer__filters=3), "conv1: filters: Conv2d has no"),
    "unknown field": (edited(nodes__0__colour=3), "conv1: there is no field 'colour'."),
    "unknown part": (edited(extra=3), "the project: there is no field 'extra'."),
    "unknown data": (edited(data__source__type="Web"), "data: source.type: one of Digits,"),
    "layer is text": (edited(nodes__0__layer="Conv2d"), "conv1: an object with a"),
    "no id": (edited(nodes__0={"layer": {"type": "ReLU"}}), "node 1: id: text is expected."),
    "id is a number": (edited(nodes__0__id=3), "node 1: id: text is expected."),
    "id with a dot": (edited(nodes__0__id="a.b"), "a node id is letters, digits"),
    "id without end": (edited(nodes__0__id="a" * 70_000), "at most 65536 characters"),
    "node is a number": (edited(nodes__0=3), "node 1: an object is expected."),
    "nodes are text": (edited(nodes="none"), "nodes: a list is expected."),
    "wires are text": (edited(wires={}), "wires: a list is expected."),
    "twice the same id": (edited(nodes__1__id="conv1"), "there is already a node 'conv1'."),
    "position of text": (edited(nodes__0__position=["1", 2]), "conv1: position: a whole number"),
    "position of one": (edited(nodes__0__position=[1]), "conv1: position: two whole numbers"),
    "position far out": (edited(nodes__0__position=[10**12, 0]), "from -10000000 to 10000000"),
    "name is a list": (edited(nodes__0__name=[]), "conv1: name: text is expected."),
    "missing node": (edited(wires__0__source="gone"), "there is no node 'gone'"),
    "missing slot": (edited(wires__0__slot=1), "has no input slot 2."),
    "negative slot": (edited(wires__0__slot=-1), "wire 1: slot: a whole number from 0"),
    "wire without slot": (edited(wires__0={"source": "a", "target": "b"}), '"slot" is missing.'),
    "wire is a list": (edited(wires__0=["input", "conv1"]), "wire 1: an object is expected."),
    "slot taken twice": (
        edited(wires__0={"source": "input", "target": "relu2", "slot": 0}),
        "relu2 has two wires in one slot.",
    ),
    "wire to itself": (
        edited(wires__0={"source": "conv1", "target": "conv1", "slot": 0}),
        "conv1 → conv1 would close a circle.",
    ),
    "circle": (
        edited(wires__3={"source": "relu1", "target": "conv1", "slot": 0}),
        "the wires close a circle.",
    ),
    "plan is a list": (edited(plan=[]), "plan: an object with settings is expected."),
    "no plan": (without("plan"), 'the project: the field "plan" is missing.'),
    "no format": (without("format"), 'it does not say "format": "striate.project".'),
    "no version": (without("version"), "version: two whole numbers are expected"),
    "version of text": (edited(version=["1", 0]), "version: two whole numbers are expected"),
    "older than the first": (edited(version=[0, 9]), "there never was a format 0.9."),
    "newer major": (edited(version=[2, 0]), "its format is 2.0, this one reads up to 1."),
    "uuid as a path": (edited(uuid="../../x"), "uuid: 32 digits in five groups"),
    "a list": (lambda _: "[1, 2]", "this is not a Striate project"),
    "a number": (lambda _: "17", "this is not a Striate project"),
    "empty": (lambda _: "", "line 1, column 1 is not JSON."),
    "other text": (lambda _: "layers:\n  - conv", "line 1, column 1 is not JSON."),
    "cut off": (lambda data: json.dumps(data)[:-9], "is not JSON."),
    "NaN": (edited(plan__optimizer__lr=float("nan")), "NaN is not a number that JSON knows."),
    "infinity": (edited(plan__optimizer__lr=float("-inf")), "-Infinity is not a number"),
    "too large": (
        lambda data: json.dumps(data).replace("0.05", "1e999"), "the number 1e999 is too large."
    ),
    "huge whole number": (edited(plan__epochs=10**60), "the number 10000"),
    "endless whole number": (
        lambda data: json.dumps(data).replace('"epochs": 10', '"epochs": ' + "9" * 9000),
        "is too large.",
    ),
    "same key twice": (lambda _: '{"format": 1, "format": 2}', "'format' stands twice"),
    "deep": (lambda data: json.dumps({**data, "x": json.loads("[" * 99 + "]" * 99)}), "deeper"),
    "very deep": (lambda _: "[" * 100_000, "nested deeper than 64."),
    "binary": (lambda _: bytes(range(256)) * 50, "it is not UTF-8 text."),
    "UTF-16": (lambda data: json.dumps(data).encode("utf-16"), "it is not UTF-8 text."),
    "20 MB": (lambda _: b" " * 20_000_000, "at most 16.8 MB are expected."),
    "too many nodes": (
        edited(nodes=[{"id": f"n{n}", "layer": {"type": "ReLU"}} for n in range(10_001)]),
        "a network has at most 10,000 nodes.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_broken_file_is_told_in_one_sentence(net: Path, case: str) -> None:
    make, sentence = HOSTILE[case]
    broken = make(json.loads(net.read_text()))
    raw = broken if isinstance(broken, bytes) else broken.encode()
    net.write_bytes(raw)
    with pytest.raises(FileError) as told:
        load(net)
    said = str(told.value)
    assert sentence in said
    assert "net.striate" in said
    assert said.endswith(".")
    assert "\n" not in said
    assert len(said) < 600
    assert net.read_bytes() == raw


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_damage_is_refused_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("damage") / "net.striate"
    save(path, Project(Design(chain(Input(), Conv2d(), ReLU(), Flatten(), Linear(), Output()))))
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw)
    with contextlib.suppress(FileError):
        load(path)


def test_a_byte_order_mark_and_windows_line_ends_are_fine(net: Path) -> None:
    made = load(net)
    net.write_bytes(b"\xef\xbb\xbf" + net.read_bytes().replace(b"\n", b"\r\n"))
    assert load(net) == made


def test_a_missing_project_names_the_templates() -> None:
    with pytest.raises(FileError, match="lenet5, largenet"):
        read_template_or_project("nothing.striate")


def test_a_project_too_large_to_open_is_not_saved(net: Path) -> None:
    made, before = load(net), net.read_bytes()
    graph = made.design.graph
    for node in list(graph.nodes)[:5]:
        graph = graph.renamed(node, "x" * 4_000_000)
    with pytest.raises(FileError, match="at most 16 can be saved"):
        save(net, replace(made, design=made.design.with_graph(graph)))
    assert net.read_bytes() == before
