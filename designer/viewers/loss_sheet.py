"""The loss of one item as a grid shows it: a row for each unit, a column for each step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.loss_steps import LossTable, loss_table
from core.layers import Output
from core.losses import Loss
from core.questions.viewing import TensorsShown
from core.tongue import tr
from designer.widgets.grid_marks import Numbers
from designer.widgets.numbers import value

AS_IT_IS = -1  # in place of a class that is tried as the right one


@dataclass(frozen=True, eq=False)
class LossSheet:
    """The steps of an item, for its right class or as if it had another one.

    Attributes:
        loss: what the steps are of.
        table: the steps.
        numbers: the same for a grid.
        row: the right class, or where there are no classes the unit with the largest gradient.
        names: the units by name.
        own: the class that the item has, `AS_IT_IS` where it has none.
        tried: the class that is tried as the right one, or `AS_IT_IS`.
        result: what comes of it, in words.
    """

    loss: Loss
    table: LossTable
    numbers: Numbers
    row: int
    names: tuple[str, ...]
    own: int
    tried: int
    result: str

    @property
    def is_tried(self) -> bool:
        """Whether another class is taken for the right one."""
        return self.tried != AS_IT_IS

    @property
    def title(self) -> str:
        """The loss by name, and where it is a what-if of which class."""
        label = self.loss.label
        if not self.is_tried:
            return label
        return tr("{label} · what if {name} were right", label=label, name=self.names[self.tried])

    def first(self, columns: int) -> Numbers:
        """The grid of the first so many steps."""
        numbers = self.numbers
        return replace(
            numbers,
            values=numbers.values[:, :columns],
            kinds=numbers.kinds[:, :columns],
            columns=numbers.columns[:columns],
        )


def has_sheet(layer: Output, shown: TensorsShown) -> bool:
    """Whether there is something to show: an item of one's own has classes to try alone."""
    return "target" in shown.tensors or layer.loss.takes_classes


def loss_sheet(layer: Output, shown: TensorsShown, tried: int = AS_IT_IS) -> LossSheet:
    """The steps for the item that was probed; see `has_sheet`.

    With a class that is `tried` as the right one it is a what-if. For an item without a class that
    is at first the one with the largest score.
    """
    z, target = shown.tensors["x"], shown.tensors.get("target")
    own = int(target) if layer.loss.takes_classes and target is not None else AS_IT_IS
    if tried == own or tried >= len(z) or not layer.loss.takes_classes:
        tried = AS_IT_IS
    if target is None and tried == AS_IT_IS:
        tried = int(np.argmax(z))
    right = target if tried == AS_IT_IS else tried
    assert right is not None
    table = loss_table(layer.loss, z, right, weight=layer.weight)
    units = len(table.columns[0].values)
    names = shown.classes if len(shown.classes) == units else tuple(map(str, range(units)))
    slopes = table.columns[-1].values
    row = int(right) if layer.loss.takes_classes else int(np.abs(slopes).argmax())
    if tried == AS_IT_IS:
        result = _result(table, shown.tensors.get("dy"))
    else:
        before = loss_table(layer.loss, z, own, weight=layer.weight).loss if own >= 0 else None
        result = _what_if(names[tried], table.loss, before)
    return LossSheet(layer.loss, table, _numbers(table, names), row, names, own, tried, result)


def _numbers(table: LossTable, names: tuple[str, ...]) -> Numbers:
    values = np.stack([column.values for column in table.columns], axis=1)
    limit = float(np.abs(values).max(initial=0.0)) or 1.0
    titles = tuple(column.title for column in table.columns)
    return Numbers(
        values, np.zeros(values.shape, np.int8), (0, 0), True, -limit, limit, names, titles
    )


def _what_if(name: str, loss: float, before: float | None) -> str:
    words = tr("What if {name} were right: loss = {loss}", name=name, loss=value(loss, figures=6))
    if before is None:
        return words
    return tr("{words}, as labelled {loss}", words=words, loss=value(before, figures=6))


def _result(table: LossTable, dy: NDArray[Any] | None) -> str:
    words = f"loss = {value(table.loss, figures=6)}"
    if dy is None:
        return words
    off = float(np.abs(dy - table.columns[-1].values).max(initial=0.0))
    agrees = off <= 1e-4 * max(1.0, float(np.abs(dy).max(initial=0.0)))
    return (
        tr("{words}, dz as the engine has it", words=words)
        if agrees
        else tr("{words}, dz is {off} off", words=words, off=value(off))
    )
