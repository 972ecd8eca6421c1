"""Views work on any network: branches, several heads, signals and vectors; every view shows some.

Here a few; `python -m tests.campaigns.any_network` looks at every template and at 200 graphs.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from core.graph import Graph, chain
from core.layers import Flatten, Input, Linear, Output, SeparableConv1d
from core.zoo import find
from tests.support.looking import look_at
from tests.support.random_graphs import graphs

VIEWS = {
    "filters", "maps", "field", "effective", "steps", "ruler", "drawing", "mistakes", "health"
}  # fmt: skip
FEW = 20


def test_random_graphs() -> None:
    seen: Counter[str] = Counter()

    @settings(
        max_examples=FEW, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(graphs())
    def shows(graph: Graph) -> None:
        seen.update(look_at(graph))

    shows()
    assert {view for view in VIEWS if seen[view]} == VIEWS


def test_both_parts_of_a_signal_of_one_channel() -> None:
    """In 32 bits, where few filters take a way of their own to their gradient."""
    graph = chain(Input((1, 5)), SeparableConv1d(1, 2), Flatten(), Linear(2), Output())
    assert look_at(graph)["steps"] > 10


@pytest.mark.parametrize("name", ["lenet5-1998", "neocognitron", "tdnn", "box-and-class"])
def test_templates(name: str) -> None:
    template = find(name)
    assert template is not None
    assert look_at(template.build())["steps"]
