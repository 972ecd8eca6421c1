"""One selection: canvas and views lead and follow, and the spot always lies in the node."""

from __future__ import annotations

from core.design import Design
from core.zoo import BY_ID
from designer.document import edits
from designer.document.document import Document
from designer.viewers.selection import Selection, Spot


def test_the_canvas_leads(document: Document, selection: Selection) -> None:
    document.select(["conv1", "conv2"])
    assert selection.spot.node == "conv2"
    document.select([])
    assert selection.spot.node == "conv2"  # nothing else to look at


def test_the_canvas_follows(document: Document, selection: Selection) -> None:
    heard: list[Spot] = []
    selection.changed.connect(heard.append)
    selection.set(node="conv2", channel=3)
    assert document.selection == ("conv2",)
    assert selection.spot.channel == 3
    assert len(heard) == 1


def test_a_value_outside_is_brought_inside(selection: Selection) -> None:
    selection.set(node="conv1", channel=99, row=-4, column=500)
    assert selection.spot.value == (5, 0, 27)
    selection.set(node="linear1", channel=130, row=3)
    assert selection.spot.value == (119, 0, 0)


def test_the_value_stays_where_shapes_agree(selection: Selection) -> None:
    selection.set(node="conv1", channel=2, row=7, column=9)
    selection.set(node="relu1")
    assert selection.spot.value == (2, 7, 9)
    selection.set(node="conv2")
    assert selection.spot.value == (0, 0, 0)


def test_a_smaller_layer_brings_the_value_inside(document: Document, selection: Selection) -> None:
    selection.set(node="conv1", channel=5)
    document.attempt("Set", lambda d: edits.set_settings(d, ["conv1"], {"out_channels": 2}))
    assert selection.spot.channel == 1


def test_a_deleted_node_is_not_looked_at(document: Document, selection: Selection) -> None:
    selection.set(node="conv1", sample=4)
    document.attempt("Delete", lambda design: edits.delete(design, ["conv1"]))
    assert selection.spot == Spot(sample=4)


def test_another_document_starts_anew(document: Document, selection: Selection) -> None:
    selection.set(node="conv1", channel=3, sample=12)
    document.new(Design(graph=BY_ID["lenet5"].build()))
    assert selection.spot == Spot()
