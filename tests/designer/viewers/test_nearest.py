"""The nearest layer with filters: first where the data come from, then where they go."""

from __future__ import annotations

import pytest

from core.infer import infer
from core.zoo import BY_ID, TEMPLATES
from designer.viewers.nearest import has_filters, nearest


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.id)
def test_every_node_of_every_template_finds_filters(template) -> None:
    graph = template.build()
    inference = infer(graph)
    for node in graph.nodes:
        found = nearest(graph, node, lambda id: has_filters(inference, id))
        assert has_filters(inference, found)
        assert found == node or not has_filters(inference, node)


def test_upstream_comes_first() -> None:
    graph = BY_ID["lenet5"].build()
    wanted = {"conv1", "conv2"}
    assert nearest(graph, "relu1", wanted.__contains__) == "conv1"
    assert nearest(graph, "input", wanted.__contains__) == "conv1"


def test_of_no_node_in_particular_it_is_a_layer_and_no_input() -> None:
    graph = BY_ID["lenet5"].build()
    assert nearest(graph, "", lambda id: True) == "conv1"
    assert nearest(graph, "", lambda id: id == "input") == "input"


def test_nothing_fits_is_nothing() -> None:
    graph = BY_ID["lenet5"].build()
    assert nearest(graph, "relu1", lambda id: False) == ""
    assert nearest(graph, "", lambda id: id == "pool1") == "pool1"
