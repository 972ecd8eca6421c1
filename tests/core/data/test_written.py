"""Items that somebody wrote down."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.fitted import fit
from core.data.policy import DataPolicy
from core.data.sources import Written, open_source
from core.design import DataChoice, Design
from core.graph import chain
from core.initializers import Constant
from core.layers import Input, Linear, Output
from core.losses import SquaredError
from core.optimizers import SGD
from core.plan import Plan
from core.settings import SettingError, from_json, to_json
from core.training.events import Failed
from core.training.train import trainer_of


def test_items_follow_one_another() -> None:
    data = open_source(Written((1, 2, 2), tuple(map(float, range(8))), (1.0, 0.0)))
    assert np.asarray(data.train.items([1])).tolist() == [[[[4, 5], [6, 7]]]]
    assert data.train.labels([0, 1]).tolist() == [1, 0]
    assert data.classes == ("0", "1")
    assert data.validation is data.train


def test_numbers_begin_again() -> None:
    data = open_source(Written((3,), (1.0, 2.0)))
    assert np.asarray(data.train.items([0])).tolist() == [[1, 2, 1]]
    data = open_source(Written((2,), (1.0, 2.0, 3.0), (2.0,)))
    assert np.asarray(data.train.items([0, 1])).tolist() == [[1, 2], [3, 1]]
    assert data.train.labels([0, 1]).tolist() == [2, 2]
    assert len(data.classes) == 3


def test_values_can_be_learned() -> None:
    """One step of plain descent on (w·x − t)² from w = 1: 1 − 0.1·2·(2 − 5)·2 = 2.2."""
    source = Written((1,), (2.0,), (5.0,), answer_size=1)
    unit = Linear(1, bias=False, weight_init=Constant(1.0))
    graph = chain(Input((1,)), unit, Output(SquaredError(), target="answer"))
    plan = Plan(epochs=1, batch_size=1, optimizer=SGD(lr=0.1, momentum=0.0))
    trainer = trainer_of(Design(graph, plan=plan, data=DataChoice(source)))
    assert not [event for event in trainer.events() if isinstance(event, Failed)]
    assert trainer.network is not None
    assert trainer.network.weight("linear1.weight").item() == pytest.approx(2.2)


def test_the_numbers_stay_as_they_are() -> None:
    data = fit(open_source(Written((1, 1, 2), (-4.0, 300.0))), (1, 1, 2), DataPolicy())
    assert data.train.batch([0])[0].tolist() == [[[[-4, 300]]]]
    assert "1 item trains" in data.sentence


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({"values": ()}, "values"),
        ({"answers": ()}, "answers"),
        ({"answers": (0.5,)}, "answers"),
        ({"answers": (-1.0,)}, "answers"),
        ({"answers": (1e7,)}, "answers"),
        ({"shape": (1000, 1000, 2)}, "shape"),
        ({"values": (float("nan"),)}, "values"),
    ],
)
def test_what_cannot_be_is_refused(settings: dict[str, object], setting: str) -> None:
    with pytest.raises(SettingError) as refused:
        Written(**settings)  # type: ignore[arg-type]
    assert refused.value.setting == setting
    assert "expected" in refused.value.sentence


def test_it_is_saved_like_any_source() -> None:
    one = Written((2,), (1.5, -2.0), (0.25, 1.0), 2)
    assert from_json(to_json(one), (Written,)) == one
    fingerprints = {
        open_source(one).fingerprint.sha256,
        open_source(Written((2,))).fingerprint.sha256,
    }
    assert len(fingerprints) == 2


def test_written_maps_are_seen_as_they_are_written() -> None:
    """The first row stays the first one, from the least number to the greatest."""
    numbers = (0.0, 1.0, 2.0, 4.0, 4.0, 4.0, 7.0, 7.0, 7.0)
    data = fit(open_source(Written((1, 3, 3), numbers)), (1, 3, 3), DataPolicy())
    (picture,) = data.train.pictures([0])
    assert picture.tolist() == [[[0, 36, 73], [146, 146, 146], [255, 255, 255]]]
