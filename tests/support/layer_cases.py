"""The table of cases: for every layer, settings and input shapes that all generic checks run.

A new layer needs rows in `tests/support/cases/FAMILY.py`, and a counterpart in
`tests/support/counterparts/FAMILY.py`.
"""

from __future__ import annotations

from dataclasses import replace

from tests.support.cases import (
    activation,
    biological,
    convolution,
    dense,
    endpoints,
    merging,
    normalization,
    pooling,
    regularization,
    reshaping,
)
from tests.support.cases.case import Case, Refusal, Table, nasty

_FAMILIES = (
    endpoints,
    convolution,
    pooling,
    dense,
    activation,
    normalization,
    regularization,
    merging,
    reshaping,
    biological,
)

TABLE: Table = {layer: cases for family in _FAMILIES for layer, cases in family.TABLE.items()}

CASES: tuple[Case, ...] = tuple(
    replace(case, number=number)
    for cases in TABLE.values()
    for number, case in enumerate(cases, start=1)
)

REFUSALS: tuple[Refusal, ...] = tuple(one for family in _FAMILIES for one in family.REFUSALS)

__all__ = ["CASES", "REFUSALS", "TABLE", "Case", "Refusal", "nasty"]
