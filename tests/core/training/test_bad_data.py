"""Data that cannot be learned from: one sentence, the place to look, the weights kept."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from core.data.dataset import Dataset, Field, Fingerprint, Split
from core.design import Design
from core.graph import Graph, chain
from core.layers import Input, Linear, Output
from core.losses import SquaredError
from core.plan import Plan
from core.training.events import Failed
from core.training.trainer import Trainer

SIZE = 24


class Rows(Split):
    """Vectors of four numbers, a class and two values each."""

    def __init__(self, items: NDArray[np.float32], labels: ArrayLike, values: ArrayLike) -> None:
        super().__init__(labels, 3)
        self._items, self._values = items, np.asarray(values, np.float32)

    def items(self, indices: ArrayLike) -> NDArray[np.float32]:
        return self._items[np.asarray(indices)]

    def target(self, field: str, indices: ArrayLike) -> NDArray[np.generic]:
        return self._values[np.asarray(indices)] if field == "value" else self.labels(indices)


def rows(*, seed: int = 0) -> dict[str, NDArray[np.generic]]:
    random = np.random.default_rng(seed)
    return {
        "items": random.normal(size=(SIZE, 4)).astype(np.float32),
        "labels": random.integers(0, 3, SIZE),
        "values": random.normal(size=(SIZE, 2)),
    }


def dataset(train: dict[str, NDArray[np.generic]], validation: object = None) -> Dataset:
    fields = {
        "item": Field("values", size=(4,)),
        "label": Field("label", classes=("a", "b", "c")),
        "value": Field("points", names=("spot",)),
    }
    held = validation if isinstance(validation, dict) else rows(seed=1)
    parts = [Rows(**part) for part in (train, held)]  # type: ignore[arg-type]
    print_of = Fingerprint(2 * SIZE, 0, "")
    return Dataset("rows", "Rows", MappingProxyType(fields), *parts, print_of)


def failure(given: Dataset, output: Output | None = None, units: int = 3) -> Failed:
    """What training on the data ends with; the network's weights stay finite."""
    graph: Graph = chain(Input((4,)), Linear(units), output or Output())
    trainer = Trainer(Design(graph, plan=Plan(epochs=2, batch_size=8)), dataset=given)
    last = list(trainer.events())[-1]
    assert isinstance(last, Failed)
    assert trainer.network
    assert np.isfinite(trainer.network.parameters).all()
    return last


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("part", "items"), [("train", 8), ("held", SIZE)])
def test_items_that_are_not_finite_point_to_the_data(part: str, items: int, value: float) -> None:
    bad = rows()
    bad["items"][7, 2] = value
    failed = failure(dataset(bad) if part == "train" else dataset(rows(), bad))
    assert failed.cause == "data"
    assert failed.sentence == (
        f"input1 takes finite numbers, nan or infinity came in 1 of {items} items: check the data"
        " set."
    )


def test_targets_that_are_not_finite_name_output_and_field() -> None:
    bad = rows()
    bad["values"][3, 0] = np.nan
    failed = failure(dataset(bad), Output(SquaredError(), target="value"), 2)
    assert failed.cause == "data"
    assert failed.sentence == (
        "output1 learns from “value”, which holds values that are not finite. Check the data set."
    )


def test_a_label_outside_the_classes_is_named() -> None:
    bad = rows()
    bad["labels"][5] = 3
    failed = failure(dataset(bad))
    assert failed.cause == "data"
    assert failed.sentence == (
        "output1 tells 3 classes apart, 0 to 2; label 3 came: give the layer before it 4 units."
    )


@pytest.mark.parametrize(("part", "words"), [("train", "train on"), ("held", "validate with")])
def test_no_items_at_all(part: str, words: str) -> None:
    none = {name: values[:0] for name, values in rows().items()}
    given = dataset(none) if part == "train" else dataset(rows(), none)
    failed = failure(given)
    assert failed.sentence == f"The data set has no items to {words}."
    assert failed.cause == "data"
