"""What is seen of a design after an edit of its layers: the same as if it were looked at anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.design import Design
from core.layers import Add, Conv2d, ReLU
from core.zoo import find
from designer.document import edits, grouping
from designer.document.document import Document
from designer.document.shown import Shown, shown


def assert_same(found: Shown, fresh: Shown) -> None:
    """All that can be asked of both, told apart from what `found` carries over."""
    assert found == fresh
    for item in fresh.items:
        assert found.incoming(item) == fresh.incoming(item)
        assert found.outgoing(item) == fresh.outgoing(item)
        assert found.title(item) == fresh.title(item)
    assert found.ports == fresh.ports
    for group in fresh.groups.by_id:
        assert found.times(group) == fresh.times(group)


@pytest.fixture
def document(qapp: object) -> Document:
    template = find("resnet20-cifar")
    assert template is not None
    return Document(template.design())


def edited(document: Document, node: str, **settings: object) -> Design:
    return edits.set_settings(document.design, [node], settings)


def test_it_follows_edits_of_settings_names_and_layers(document: Document) -> None:
    graph = document.design.graph
    conv = next(id for id in graph.order if isinstance(graph[id].layer, Conv2d))
    add = next(id for id in graph.order if isinstance(graph[id].layer, Add))
    relu = next(id for id in graph.order if isinstance(graph[id].layer, ReLU))
    before = document.shown
    assert_same(before, shown(graph, document.design.groups))
    assert any(before.times(group) > 1 for group in document.design.groups.by_id)
    for design in (
        edited(document, conv, out_channels=8),
        edits.rename(document.design, relu, "first"),
        document.design.with_graph(graph.with_layer(add, ReLU())),  # its other wires are cut
        document.design.with_graph(graph.with_layer(relu, Add())),  # another number of slots
        grouping.bypass(document.design, [relu]),
    ):
        document.apply("x", design)
        assert_same(document.shown, shown(design.graph, design.groups))
        document.history.undo()
        assert_same(document.shown, shown(graph, document.design.groups))


def test_a_block_that_is_no_longer_alike_is_no_longer_counted(document: Document) -> None:
    groups = document.design.groups
    (stage, *_) = [group for group in groups.by_id if document.shown.times(group) > 1]
    first = sorted(groups.members[stage])[0]
    count = document.shown.times(stage)
    node = document.design.graph[first]
    document.apply("x", document.design.with_graph(document.design.graph.with_layer(first, ReLU())))
    changed = document.shown.times(stage)
    assert (count > 1, changed) == (True, 1 if not isinstance(node.layer, ReLU) else count)


def test_another_sight_is_looked_at_anew(document: Document) -> None:
    (group, *_) = document.design.groups.by_id
    opened = grouping.set_collapsed(
        document.design, group, not document.design.groups[group].collapsed
    )
    document.apply("x", opened)
    assert_same(document.shown, shown(opened.graph, opened.groups))
    document.open_group(group)
    assert_same(document.shown, shown(opened.graph, opened.groups, group))
    assert document.shown != replace(document.shown, inside="")
