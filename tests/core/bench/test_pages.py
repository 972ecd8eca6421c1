"""The figures in our pages are those of the stored file, as the bench writes them."""

from __future__ import annotations

import itertools

import pytest

from core.bench.conditions import Conditions
from core.bench.stored import read_figures
from core.bench.tables import as_markdown, placed
from core.bench.workloads import WORKLOADS
from tests.house.tree import ROOT

STORED = ROOT / "docs" / "ratios.json"
PAGES = {
    "README.md": [Conditions(threads=2)],
    "docs/performance.md": [
        Conditions(threads, isa) for isa, threads in itertools.product(("native", "avx2"), (1, 2))
    ],
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_holds_the_stored_figures(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    tables = "Not measured yet."
    if STORED.exists():
        names = [load.id for load in WORKLOADS]
        tables = as_markdown(read_figures(STORED).only(names, PAGES[page]))
    assert placed(text, tables) == text
