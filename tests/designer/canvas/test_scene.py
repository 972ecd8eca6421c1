"""The scene mirrors the document, whatever happens to it, and keeps nothing that is gone."""

from __future__ import annotations

import gc
import random

import pytest
from PySide6.QtWidgets import QApplication

from core.design import Design
from core.flow import Direction
from core.graph import Graph, chain
from core.layers import Add, BatchNorm2d, Conv2d, Dropout, Input, MaxPool2d, Output, ReLU
from core.shapes import shape_text
from core.zoo import BY_ID
from designer.canvas.hit import GroundHit, NodeHit
from designer.canvas.node_item import NodeItem
from designer.canvas.tips import tip_of
from designer.canvas.wire_item import WireItem
from designer.document import edits
from designer.document.clip import clip_of
from designer.document.document import Document
from designer.theme import theme
from tests.designer.canvas.conftest import Hands, MakeHands

LAYERS = (Conv2d(4), ReLU(), BatchNorm2d(), Dropout(), MaxPool2d(), Add(), Input(), Output())


def assert_mirrors(hands: Hands) -> None:
    """Items, looks, places, ways and selection are those of the document."""
    design, scene = hands.document.design, hands.scene
    assert scene.nodes.keys() == design.graph.nodes.keys() == scene.places.keys()
    assert scene.wires.keys() == design.graph.wires == scene.picture.wires.keys()
    kinds = [type(item) for item in scene.items()]
    assert kinds.count(NodeItem) == len(scene.nodes)
    assert kinds.count(WireItem) == len(scene.wires)
    assert len(kinds) == len(scene.nodes) + len(scene.wires)
    for node, item in scene.nodes.items():
        if node in design.positions:
            assert scene.places[node] == design.positions[node]
        assert item.pos().toTuple() == scene.places[node]
        assert item.look.title == design.graph[node].title
        info = hands.document.inference.nodes[node]
        assert item.look.size == (shape_text(info.output) if info.output else "")
        assert bool(item.look.sentence) == bool(hands.document.inference.problems_of(node))
        assert item.selected == (node in hands.document.selection)
    for wire, line in scene.wires.items():
        x, y = scene.places[wire.source]
        assert line.way[0] == (x + 96, y + 56)
        x, y = scene.places[wire.target]
        assert line.way[-1] == (x + 96, y)


def act(hands: Hands, chance: random.Random) -> None:
    """One random act on the document; refusals are fine."""
    graph = hands.document.design.graph
    ids = list(graph.nodes)
    some = chance.sample(ids, min(len(ids), chance.randint(1, 3)))
    if chance.random() < 0.35:
        chance.choice((hands.document.history.undo, hands.document.history.redo))()
    elif chance.random() < 0.1:
        hands.document.select(some)
    else:
        hands.document.attempt("act", lambda design: random_edit(design, some, chance))


def random_edit(design: Design, some: list[str], chance: random.Random) -> Design:
    """A random edit of some nodes."""
    at = (8 * chance.randint(-60, 60), 8 * chance.randint(-60, 60))
    layer, wires = chance.choice(LAYERS), sorted(design.graph.wires)
    convs = [n for n in some if isinstance(design.graph[n].layer, Conv2d)]
    choices = [lambda: edits.add(design, layer, at)[0]]
    if wires:
        choices += [lambda: edits.insert_on_wire(design, chance.choice(wires), layer)[0]]
    if some:
        choices += [
            lambda: edits.connect(design, some[0], some[-1]),
            lambda: edits.connect(design, some[-1], some[0]),
            lambda: edits.delete(design, some),
            lambda: edits.move(design, dict.fromkeys(some, at)),
            lambda: edits.rename(design, some[0], chance.choice(("", "stem"))),
            lambda: edits.set_settings(design, convs, {"kernel_size": chance.choice((1, 3, 40))}),
        ]
    if len(some) > 0 and len(design.graph.nodes) < 40:
        choices += [lambda: edits.paste(design, clip_of(design, some), at)[0]]
    return chance.choice(choices)()


@pytest.mark.parametrize("seed", range(4))
def test_random_acts_leave_a_mirror(make_hands: MakeHands, seed: int) -> None:
    chance = random.Random(seed)
    hands = make_hands()
    for step in range(150):
        act(hands, chance)
        if step % 10 == 0:
            assert_mirrors(hands)
    QApplication.processEvents()
    assert_mirrors(hands)


def test_nothing_is_kept_of_what_is_gone(make_hands: MakeHands) -> None:
    """600 acts, then an empty document: no item of this canvas is left alive."""
    before = alive()
    hands = make_hands()
    chance = random.Random(9)
    for _ in range(600):
        act(hands, chance)
    QApplication.processEvents()
    hands.document.new(Design())
    QApplication.processEvents()
    assert hands.scene.items() == []
    assert alive() <= before  # fewer where garbage of earlier tests went meanwhile


def alive() -> int:
    """How many items Python knows of, those of earlier tests included."""
    gc.collect()
    # not isinstance: it would ask foreign objects for their __class__, and some of them warn
    return sum(issubclass(type(one), NodeItem | WireItem) for one in gc.get_objects())


def test_template_without_positions_is_laid_out_and_the_document_is_not_touched() -> None:
    document = Document(Design(BY_ID["lenet5"].build()))
    from designer.canvas.scene import CanvasScene

    scene = CanvasScene(document, theme)
    assert len(set(scene.places.values())) == 14
    assert not document.design.positions
    assert not document.modified
    assert len(scene.pinned(document.design).positions) == 14
    scene.deleteLater()


def test_node_without_a_position_stays_where_it_was_first_shown(make_hands: MakeHands) -> None:
    hands = make_hands()
    before = dict(hands.scene.places)
    hands.document.attempt("Add", lambda d: edits.add(d, ReLU(), (800, 800)))
    assert {n: hands.scene.places[n] for n in before} == before
    hands.document.history.undo()
    assert hands.scene.places == before


def test_shape_change_reaches_every_node_behind(hands: Hands) -> None:
    hands.document.attempt("Set", lambda d: edits.set_settings(d, ["conv1"], {"out_channels": 9}))
    assert hands.scene.nodes["relu1"].look.size == "10 × 10 × 9"
    assert "9 filters" in hands.scene.nodes["conv1"].look.brief


def test_problem_shows_as_a_sentence_and_goes_with_its_cause(hands: Hands) -> None:
    assert hands.scene.nodes["conv1"].look.sentence == ""
    hands.document.attempt("Set", lambda d: edits.set_settings(d, ["conv1"], {"kernel_size": 20}))
    look = hands.scene.nodes["conv1"].look
    assert look.severity == "error"
    assert look.sentence.startswith("Needs an input of 20×20")
    assert not hands.scene.nodes["conv1"].sentence_box.isEmpty()
    hands.document.history.undo()
    assert hands.scene.nodes["conv1"].look.severity == ""
    assert hands.scene.nodes["conv1"].sentence_box.isEmpty()


def test_problem_outranks_a_warning() -> None:
    graph = chain(Input((1, 4, 4)), Conv2d(kernel_size=(9, 9)))
    document = Document(Design(graph))
    from designer.canvas.node_look import look_of

    severities = {p.severity for p in document.inference.problems_of("conv1")}
    assert severities == {"error", "warning"}
    assert look_of(graph, document.inference, "conv1", Direction.DOWN).severity == "error"


def test_of_several_wires_from_a_node_one_says_the_shape(make_hands: MakeHands) -> None:
    graph = chain(Input((3, 8, 8)), ReLU(), ReLU(), Add(), Output())
    graph = graph.with_wire("input1", "add1")
    hands = make_hands(graph)
    labels = [line.label for wire, line in hands.scene.wires.items() if wire.source == "input1"]
    assert sorted(labels) == ["", "8 × 8 × 3"]


def test_what_a_comparison_says_stands_beside_live_values(hands: Hands) -> None:
    node = hands.scene.nodes["conv1"]
    node.set_badge("12 % dead")
    hands.scene.show_differences({"conv1": "+ new", "nobody": "+ new"})
    assert (node.badge, node.difference) == ("12 % dead", "+ new")
    node.set_badge("")
    assert node.difference == "+ new"
    node.set_badge("12 % dead")
    hands.scene.show_differences({})
    assert (node.badge, node.difference) == ("12 % dead", "")


def test_theme_switch_recolors_everything(hands: Hands) -> None:
    light = hands.view.grab().toImage()
    theme.apply("dark")
    QApplication.processEvents()
    dark = hands.view.grab().toImage()
    x, y = hands.node("conv1").x(), hands.node("conv1").y() - 20
    assert light.pixelColor(x, y).lightness() > 240
    assert dark.pixelColor(x, y).lightness() < 60
    assert dark.pixelColor(3, 3).lightness() < 60
    theme.apply("light")
    QApplication.processEvents()
    assert hands.view.grab().toImage() == light


def test_hovering_marks_and_unmarks(hands: Hands) -> None:
    hands.move(hands.output("conv1"))
    assert hands.scene.nodes["conv1"].glowing
    hands.move(hands.node("relu1"))
    assert not hands.scene.nodes["conv1"].glowing
    hands.move(hands.ground())
    hands.document.new(Design(Graph()))
    hands.move(hands.view.viewport().rect().center())


def test_tooltip_says_what_is_cut_off(hands: Hands) -> None:
    name = "a name that is much too long for the box of a node"
    hands.document.attempt("Rename", lambda d: edits.rename(d, "conv1", name))
    words = tip_of(hands.scene, NodeHit("conv1"))
    assert name in words
    assert "10 × 10 × 4" in words
    assert tip_of(hands.scene, GroundHit()) == ""
