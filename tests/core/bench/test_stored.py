"""Figures in a file, and the comparison that guards them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.bench.conditions import Conditions
from core.bench.stored import as_json, compared, fallen, read_figures
from core.files import FileError
from tests.core.bench.builders import ALONE, RESULT, figures, with_ratio


def test_figures_come_back_from_their_file(tmp_path: Path) -> None:
    path = tmp_path / "ratios.json"
    written = figures(RESULT, ALONE)
    path.write_bytes(as_json(written))
    assert read_figures(path) == written


def test_figures_are_written_with_four_digits(tmp_path: Path) -> None:
    path = tmp_path / "ratios.json"
    path.write_bytes(as_json(figures(with_ratio(1.234567))))
    (result,) = read_figures(path).results
    assert result.ratio
    assert result.ratio.median == 1.235


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"about": {}, "results": [{"a": 1}]}', "x"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(FileError, match=r"does not hold figures of the bench: write them with"):
        read_figures(path)


def test_a_ratio_may_fall_by_a_quarter() -> None:
    stored = figures(with_ratio(2.0), with_ratio(4.0, "vgg-small/32"))
    assert fallen([with_ratio(1.51), with_ratio(3.01, "vgg-small/32")], stored) == []
    assert fallen([with_ratio(1.49), with_ratio(3.01, "vgg-small/32")], stored) == [
        "lenet5/32 (2 threads) fell from 2.00 × PyTorch's speed to 1.49 ×."
    ]


def test_only_the_same_conditions_are_compared() -> None:
    stored = figures(with_ratio(2.0), ALONE)
    other = replace(with_ratio(0.1), conditions=Conditions(threads=1))
    assert fallen([other, with_ratio(0.1, "vgg-small/32"), ALONE], stored) == []
    assert compared([other, ALONE], stored) == 0
    assert compared([with_ratio(0.1)], stored) == 1
