"""However large a design is, views of it leave the memory alone and say so in a sentence."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from core import limits
from core.answers.samples import samples
from core.answers.studio import Studio
from core.data.policy import DataPolicy
from core.design import DataChoice, Design
from core.graph import chain
from core.infer import infer
from core.layers import Conv2d, Flatten, Input, Linear, Output
from core.messages import Refused
from core.network_errors import NetworkError
from core.questions.viewing import MapsShown, ShowMaps, TensorsShown
from core.zoo import find

LONG = (1, 28, 100_000)  # 2.8 MB an item, 224 MB for eight of each class
MOST = 150e6  # bytes, with the embedded digits


@pytest.fixture(autouse=True)
def no_room_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for fitted items costs nothing until they are there, but counts as taken."""
    monkeypatch.setattr("core.data.fitted.allowance", lambda: 0)


@contextmanager
def memory_below(most: float) -> Iterator[None]:
    """Fails where more bytes than this are taken at any moment."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < most


def test_samples_of_a_giant_input_are_few_and_it_is_said() -> None:
    with memory_below(MOST):
        shown = samples(DataChoice(), LONG, 8)
    assert shown.pictures.shape == (10, *LONG)  # 28 MB: one of each class, not eight
    assert shown.labels.tolist() == [*range(10)]
    assert shown.notes[-1] == "One item takes 2.8 MB: 1 of each class is shown."


def test_samples_of_a_larger_one_are_left_out_and_the_rest_is_told() -> None:
    with memory_below(MOST):
        shown = samples(DataChoice(), (3, 4_000, 4_000), 8)
    assert (len(shown.pictures), len(shown.labels)) == (0, 0)
    assert shown.notes[-1] == "One item takes 48.0 MB: no samples are shown."
    assert sum(shown.train_counts) == 4000


def test_usual_samples_are_all_there_and_nothing_is_said() -> None:
    shown = samples(DataChoice(), (3, 224, 224), 8)
    assert len(shown.pictures) == 80  # 12 MB
    assert not shown.notes


def test_a_giant_input_is_standardized_in_small_parts() -> None:
    with memory_below(600e6):  # 256 items of 560 kB as 8-byte numbers, and squared: 2.3 GB
        shape = (1, 28, 20_000)
        samples(DataChoice(policy=DataPolicy(scaling="standardize")), shape, 1)


def test_views_refuse_a_network_that_would_fill_the_memory() -> None:
    studio = Studio()
    many = chain(Input(LONG), Conv2d(16, 3, padding="same"), Flatten(), Linear(120), Output())
    studio.show(Design(many))
    with memory_below(10e6), pytest.raises(NetworkError) as refused:
        studio.network()
    # 16 · 28 · 100,000 · 120 weights of 4 bytes, three times, and 92 million values with gradients
    told = str(refused.value)
    assert told.startswith("This network takes 65.3 GB for one item, views may take ")
    assert told.endswith(". Make the Input or the layer with the most parameters smaller.")


def test_every_template_may_be_looked_into() -> None:
    largest = find("vgg-e")
    assert largest is not None
    limits.check_network(infer(largest.design().graph))


def test_an_answer_that_is_too_large_is_refused_in_a_sentence() -> None:
    huge = np.broadcast_to(np.float32(0), (60, 1000, 1000))  # 240 MB that take no memory
    fits = MapsShown("conv1", 0, huge, 0, "7")
    assert limits.checked(fits) is fits
    refused = limits.checked(MapsShown("conv1", 0, huge, 0, "7", gradients=huge))
    assert isinstance(refused, Refused)
    assert refused.asked == ShowMaps.kind
    assert refused.sentence.startswith(
        "There are 480.0 MB to show here, views take up to 256.0 MB."
    )
    inside = limits.checked(TensorsShown("fc", 0, 0, "7", (), {"w": huge, "dw": huge}))
    assert isinstance(inside, Refused)


def test_views_keep_few_fitted_items_however_many_are_looked_at() -> None:
    studio = Studio()
    studio.show(Design(chain(Input((1, 28, 20_000)), Flatten(), Linear(10), Output())))
    network = studio.network()
    data = studio.data_of(network)
    assert data.train.memory + data.validation.memory <= limits.KEPT
    assert data.train.fitting.size_in_bytes == 560_000
