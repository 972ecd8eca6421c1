"""What people read of a result."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.bench.conditions import Conditions
from core.bench.tables import PageError, as_lines, as_markdown, columns, mean_lines, placed
from tests.core.bench.builders import ALONE, RESULT, figures, with_ratio


def test_the_lines_of_a_result() -> None:
    assert [" ".join(line.split()) for line in as_lines(RESULT)] == [
        "lenet5/32 Striate 2.500 ms a step 90 MiB",
        "PyTorch 2.13.0 contiguous 7.000 ms a step 320 MiB",
        "PyTorch 2.13.0 channels_last 5.000 ms a step 300 MiB",
        "Striate is 2.00 × as fast as the better (1.90 to 2.10), 0.30 × the memory",
        "20% of the bound of 0.500 ms, set by arithmetic: 0.1 GFLOP at 200 a second,"
        " 4 MB at 20.0 GB a second",
    ]


def test_a_result_without_a_peer_has_no_ratio() -> None:
    lines = as_lines(ALONE)
    assert len(lines) == 2
    assert "ms an image" in lines[0]
    assert "20% of the bound" in lines[1]


def test_tables_in_markdown() -> None:
    one = replace(ALONE, conditions=Conditions(threads=1, isa="avx2"))
    assert as_markdown(figures(RESULT, one)).split("\n\n") == [
        "2026-11-30, Abacus 3, 2 cores, Linux, python 3.11.",
        "**2 threads**",
        "| workload | Striate, ms | PyTorch 2.13.0 contiguous, ms | PyTorch 2.13.0 channels_last,"
        " ms | × the better | MiB | of PyTorch's | bound, ms | reached |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| lenet5/32 | 2.50 | 7.00 | 5.00 | **2.00** (1.90 to 2.10) | 90 | 0.30 | 0.500 | 20% |",
        "**1 thread, AVX2**",
        "| workload | Striate, ms | MiB | bound, ms | reached |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| lenet5/1 | 2.50 | 90 | 0.500 | 20% |",
    ]


def test_means_are_geometric_and_keep_steps_and_images_apart() -> None:
    image = replace(with_ratio(3.0), unit="an image")
    assert mean_lines([with_ratio(0.5), with_ratio(8.0), image, ALONE]) == [
        "2 threads: over all steps Striate is 2.00 × as fast as the better.",
        "2 threads: over all images Striate is 3.00 × as fast as the better.",
    ]
    assert mean_lines([ALONE]) == []


def test_tables_take_their_place_in_a_page() -> None:
    page = "before\n<!-- bench: begin -->\nold\n<!-- bench: end -->\nafter\n"
    new = placed(page, "new")
    assert new == "before\n<!-- bench: begin -->\n\nnew\n\n<!-- bench: end -->\nafter\n"
    assert placed(new, "new") == new
    with pytest.raises(PageError, match="needs a place for the tables"):
        placed("no marks", "new")


def test_columns_of_a_terminal() -> None:
    assert columns(("what", "ms"), [("a", "10.5"), ("longer", "")]) == [
        "what      ms",
        "a       10.5",
        "longer",
    ]
