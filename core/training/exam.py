"""How well saved runs do on a data set, item after item, in constant memory."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import chain as one_after_another
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.ahead import ahead, room_for
from core.data.batches import in_order
from core.data.dataset import Dataset, Split
from core.data.fitted import fit
from core.data.fitted_split import Batch
from core.data.words import listed
from core.graph import chain
from core.layers import Input
from core.losses import BinaryCrossEntropy, CrossEntropy
from core.network import Network
from core.network_errors import NetworkError
from core.tongue import tr
from core.training.evaluate import Evaluation, evaluate
from core.training.fields import check_outputs, field_kinds
from core.training.jury import Jury
from core.training.saved import Saved

Host = NDArray[Any]

_BATCH = 256
_LEAST = np.finfo(np.float32).tiny  # a probability of 0 would cost infinitely much


def examine(jury: Jury, dataset: Dataset, *, whole: bool = False) -> Evaluation:
    """Compare answers with what is right, on the items that validate, or on the `whole` data set.

    A single network is judged by all its outputs; a vote by the first one, its loss that of the
    averaged answer. NetworkError, FitError or FileError where the data are of another kind.
    """
    splits = (dataset.train, dataset.validation) if whole else (dataset.validation,)
    numbers = _numbers(jury.members[0], dataset)
    if jury.is_one:
        return _alone(jury.members[0], dataset, splits, numbers)
    network = _judge(jury)
    batches = one_after_another.from_iterable(_voted(jury, split, numbers) for split in splits)
    found = evaluate(network, batches)
    assert found is not None
    return found


def _alone(
    member: Saved, dataset: Dataset, splits: tuple[Split, ...], numbers: NDArray[np.int64]
) -> Evaluation:
    """One network, as training validates it."""
    network, policy = member.network, member.design.data.policy
    data = fit(dataset, network.input_shape, policy, memory=0, like=member.fitting)
    check_outputs(network, data)
    fitted = [split for split in (data.train, data.validation) if split.source in splits]

    def batches() -> Iterator[Batch]:
        for split in fitted:
            with closing(split.batches(in_order(len(split), _BATCH))) as made:
                for x, targets in made:
                    yield x, _renumbered(targets, numbers)

    found = evaluate(network, batches(), kinds=field_kinds(dataset))
    assert found is not None
    return found


def _voted(
    jury: Jury, split: Split, numbers: NDArray[np.int64]
) -> Generator[tuple[Host, Host], None, None]:
    """Scores (N, K) that say what the vote says, and class numbers (N,)."""

    def seen(indices: NDArray[Any]) -> tuple[list[Host], Host]:
        return jury.seen(_one_by_one(split, indices)), numbers[split.labels(indices)]

    workers, most = room_for(0)
    loss = jury.members[0].network.output(jury.members[0].network.outputs[0]).loss
    rows = in_order(len(split), jury.items_at_once)
    with closing(ahead(seen, rows, workers=workers, most=most)) as batches:
        for fitted, labels in batches:
            said = jury.hear(fitted).mean
            if isinstance(loss, CrossEntropy):
                said = np.log(np.maximum(said, _LEAST))
            elif isinstance(loss, BinaryCrossEntropy):
                said = np.log(np.maximum(said, _LEAST)) - np.log(np.maximum(1 - said, _LEAST))
            yield said, labels


def _judge(jury: Jury) -> Network:
    """A network of nothing but the Output, which takes scores and knows how they are judged."""
    network = jury.members[0].network
    output = network.output(network.outputs[0])
    (units,) = network.inference.nodes[network.outputs[0]].output or (0,)
    return Network(chain(Input((units,)), output))


def _one_by_one(split: Split, indices: NDArray[Any]) -> Iterator[Host]:
    for first in range(0, len(indices), split.at_once):
        yield from split.items(indices[first : first + split.at_once])


def _numbers(member: Saved, dataset: Dataset) -> NDArray[np.int64]:
    """The network's number of each class of a data set; NetworkError where it does not know one."""
    strange = [name for name in dataset.classes if name not in member.classes]
    if strange:
        raise NetworkError(
            tr(
                "{name} has classes that run {name2} does not know: {strange}. It tells {classes}"
                " apart.",
                name=dataset.name,
                name2=member.run.path.name,
                strange=listed(strange),
                classes=listed(member.classes),
            )
        )
    return np.array([member.classes.index(name) for name in dataset.classes], np.int64)


def _renumbered(targets: Any, numbers: NDArray[np.int64]) -> Any:
    """Targets with the network's class numbers."""
    if isinstance(targets, dict):
        return {**targets, "label": numbers[targets["label"]]}
    return numbers[targets]
