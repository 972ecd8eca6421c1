"""Views work on any network: branches, several heads, signals and vectors; every view shows some.

Here a few; `python -m tests.campaigns.any_network` looks at every template and at 200 graphs.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from core.graph import Graph
from core.zoo import find
from tests.support.looking import look_at
from tests.support.random_graphs import graphs

VIEWS = {"filters", "maps", "field", "steps", "ruler", "drawing", "mistakes"}
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


@pytest.mark.parametrize("name", ["lenet5-1998", "neocognitron", "tdnn", "box-and-class"])
def test_templates(name: str) -> None:
    template = find(name)
    assert template is not None
    assert look_at(template.build())["steps"]
