"""Project files that somebody broke: one sentence each, and the file stays as it is."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.design import Design
from core.files import FileError
from core.graph import chain
from core.layers import Conv2d, Flatten, Input, Linear, Output, ReLU
from core.project import Project, load, save


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
    "unknown field": (edited(nodes__0__color=3), "conv1: there is no field 'color'."),
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
    "group is a number": (edited(nodes__0__group=3), "conv1: group: text is expected."),
    "group that is missing": (edited(nodes__0__group="#a"), "there is no group '#a' in this"),
    "bypassed is a number": (edited(nodes__0__bypassed=1), "conv1: bypassed: true or false is"),
    "bypassed input": (edited(nodes__3__bypassed=True), "input cannot be bypassed: it is where"),
    "groups are text": (edited(groups="none"), "groups: a list is expected."),
    "group that holds itself": (
        edited(nodes__0__group="#a", groups=[{"id": "#a", "group": "#a", "collapsed": True}]),
        "the group '#a' lies too deep or in itself.",
    ),
    "empty group": (edited(groups=[{"id": "#a", "collapsed": False}]), "'#a' holds no layer."),
    "group id of a node": (
        edited(nodes__0__group="a", groups=[{"id": "a", "collapsed": False}]),
        "a group id is # and letters",
    ),
    "collapsed is text": (edited(groups=[{"id": "#a", "collapsed": "no"}]), "#a: collapsed: true"),
    "group without state": (edited(groups=[{"id": "#a"}]), '#a: the field "collapsed" is missing.'),
    "twice the same group": (
        edited(groups=[{"id": "#a", "collapsed": True}] * 2), "already a group '#a'."
    ),
    "group with a circle": (
        edited(
            nodes__0__group="#a", nodes__5__group="#a", groups=[{"id": "#a", "collapsed": True}]
        ),
        "a cannot be one group: what it gives would come back into it through",
    ),
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
