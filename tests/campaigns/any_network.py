"""Every view's model on every template, narrow, and on 200 random legal graphs.

    python -m tests.campaigns.any_network [GRAPHS]

Prints a line for each template and one for the graphs; fails where a view does.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

import click
from hypothesis import HealthCheck, given, settings

from core.graph import Graph
from core.zoo import TEMPLATES
from tests.support.looking import look_at
from tests.support.random_graphs import graphs

GRAPHS, NARROW = 200, 8


def main(count: int) -> int:
    """All templates, then so many graphs."""
    failed = [one.id for one in TEMPLATES if not _told(one.id, one.small is not None)]
    looked = _graphs(count)
    click.echo(f"{count} graphs: {dict(sorted(looked.items()))}")
    if failed:
        click.echo(f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def _told(name: str, has_narrow: bool) -> bool:
    """Look at one and print its line."""
    one = next(template for template in TEMPLATES if template.id == name)
    one, began = one.narrow(NARROW) if has_narrow else one, time.process_time()
    try:
        seen = look_at(one.build())
    except Exception as error:
        click.echo(f"{one.id:<22}{type(error).__name__}: {error}")
        return False
    click.echo(f"{one.id:<22}{time.process_time() - began:>7.1f} s  {dict(sorted(seen.items()))}")
    return True


def _graphs(count: int) -> Counter[str]:
    looked: Counter[str] = Counter()

    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))
    @given(graphs())
    def shows(graph: Graph) -> None:
        looked.update(look_at(graph))
        looked["graphs"] += 1

    shows()
    return looked


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else GRAPHS))
