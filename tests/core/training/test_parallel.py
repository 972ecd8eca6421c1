"""Several processes learn what one would: real ones under mpiexec, and threads that play them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from core.backend.communicator import ALONE, Communicator
from core.backend.cupy import CupyBackend
from core.backend.numpy import Backend
from core.data.batches import Batches
from core.data.dataset import Dataset, Fingerprint
from core.data.fitted import FitError
from core.graph import Graph, chain
from core.layers import Conv2d, Dropout, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.network import Network
from core.optimizers import SGD
from core.training.control import Control
from core.training.events import Event, Failed, Finished
from core.training.learner import Learner
from core.training.parallel import SharedControl, gather, learner_of, share
from core.training.trainer import Trainer
from tests.support.ranks import CASES, CLASSES, X, labels, needs_mpi, run_in
from tests.support.strict_array import cupy_replaced, traffic
from tests.support.together import in_threads
from tests.support.training import curve, few_digits, small_design

Learned = dict[str, NDArray[Any]]
SIZES = (2, 3)
SAME = [name for name in CASES if name not in ("normalized", "dropping")]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[dict[str, Learned]]]:
    """What real processes have learned: by how many there were, by process, by case."""
    return {size: run_in(tmp_path_factory.mktemp("ranks"), size) for size in SIZES}


# ---- real processes ---------------------------------------------------------------------


@needs_mpi
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SAME)
def test_processes_learn_what_one_does(
    name: str, size: int, runs: dict[int, list[dict[str, Learned]]]
) -> None:
    found, wanted = runs[size][0][name], CASES[name].learned()
    near = 1e-6 if CASES[name].dtype == "float32" else 1e-12
    largest = np.abs(wanted["gradient"]).max()
    assert_allclose(found["gradient"] / largest, wanted["gradient"] / largest, atol=near, rtol=0)
    assert found.keys() == wanted.keys()
    for key in wanted:
        assert_allclose(found[key], wanted[key], rtol=10 * near, atol=10 * near, err_msg=key)


@needs_mpi
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CASES)
def test_all_processes_hold_the_same(
    name: str, size: int, runs: dict[int, list[dict[str, Learned]]]
) -> None:
    first, *others = (run[name] for run in runs[size])
    for other in others:
        for key in first:
            assert_array_equal(first[key], other[key], err_msg=key)


@needs_mpi
def test_the_same_run_again_is_the_same_bit_for_bit(
    tmp_path: Any, runs: dict[int, list[dict[str, Learned]]]
) -> None:
    (again, _), (first, _) = run_in(tmp_path, 2), runs[2]
    for name in CASES:
        for key in first[name]:
            assert_array_equal(again[name][key], first[name][key], err_msg=f"{name} {key}")


@needs_mpi
@pytest.mark.parametrize("size", SIZES)
def test_running_statistics_are_the_mean_of_what_each_saw(
    size: int, runs: dict[int, list[dict[str, Learned]]]
) -> None:
    case = CASES["normalized"]
    indices = next(case.batches.epoch(1))
    parts = np.array_split(indices, [len(indices) * rank // size for rank in range(1, size)])
    network = case.network()
    (conv,) = (node.id for node in network.graph.of_type(Conv2d))
    maps = [network.activations(X[part], [conv])[conv] for part in parts]  # (N, C, H, W) each
    count = np.array([len(part) for part in parts])
    mean = np.average([one.mean((0, 2, 3)) for one in maps], axis=0, weights=count)
    var = np.average([one.var((0, 2, 3), ddof=1) for one in maps], axis=0, weights=count)
    wanted = np.concatenate([0.1 * mean, 0.9 + 0.1 * var])
    assert_allclose(runs[size][0]["normalized"]["kept"], wanted, rtol=1e-12, atol=1e-14)


@needs_mpi
@pytest.mark.oracle
def test_the_gradient_is_pytorchs_on_the_whole_batch(
    runs: dict[int, list[dict[str, Learned]]],
) -> None:
    import torch

    case = CASES["float64"]
    peer = torch.nn.Sequential(
        torch.nn.Conv2d(2, 4, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Linear(36, 12), torch.nn.ReLU(), torch.nn.Linear(12, 5),
    ).double()  # fmt: skip
    start = case.network().weights()
    with torch.no_grad():
        for mine, theirs in zip(start.values(), peer.parameters(), strict=True):
            theirs.copy_(torch.tensor(mine))
    indices = next(case.batches.epoch(1))
    loss = torch.nn.functional.cross_entropy(
        peer(torch.tensor(X[indices])), torch.tensor(CLASSES[indices])
    )
    loss.backward()
    wanted = torch.cat([one.grad.flatten() for one in peer.parameters()]).numpy()
    for size in SIZES:
        found = runs[size][0]["float64"]
        assert_allclose(found["gradient"], wanted, rtol=0, atol=1e-12 * np.abs(wanted).max())
        assert found["losses"][0] == pytest.approx(loss.item(), rel=1e-12)


# ---- shares -----------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 2, 7, 64])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_shares_are_even_and_make_up_the_batch(count: int, size: int) -> None:
    parts = in_threads(size, lambda together: share(np.arange(count), together))
    assert_array_equal(np.concatenate(parts), np.arange(count))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_batches_know_their_sizes() -> None:
    batches = Batches(29, 8)
    assert [batches.size(step) for step in range(4)] == [8, 8, 8, 5]


def test_processes_drop_different_values() -> None:
    def values(lane: int) -> NDArray[Any]:
        network = CASES["dropping"].network()
        network.lane = lane
        (node,) = (node.id for node in network.graph.of_type(Dropout))
        return np.asarray(network.run_forward(X[:4], training=True)[node] == 0)

    assert_array_equal(values(1), values(1))
    assert 0.2 < (values(0) != values(1)).mean() < 0.8


# ---- played by threads ------------------------------------------------------------------


@pytest.fixture
def reference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled kernels have threads of their own, which several callers cannot share."""
    monkeypatch.setattr("core.backend._cpu", Backend)


CONVOLUTIONAL = chain(
    Input((1, 28, 28)), Conv2d(4, (5, 5)), ReLU(), MaxPool2d(), Flatten(), Linear(10), Output()
)
LINEAR = chain(Input((1, 28, 28)), Flatten(), Linear(20), Linear(20), Linear(10), Output())


def trained(
    together: Communicator, data: Dataset, graph: Graph = CONVOLUTIONAL, **plan: Any
) -> list[Event]:
    """The events of a training in one of several threads."""
    design = replace(small_design(**plan), graph=graph)
    return list(Trainer(design, dataset=data, together=together).events())


def test_a_training_tells_what_one_process_tells(reference: None) -> None:
    data = few_digits(train=90, validation=41)  # the last batch of 10, validated in one of 41
    (wanted,) = in_threads(1, lambda together: trained(together, data))
    for events in in_threads(3, lambda together: trained(together, data)):
        assert isinstance(events[-1], Finished)
        assert len(curve(events)) == 2
        for found, one in zip(curve(events), curve(wanted), strict=True):
            assert found == pytest.approx(one, rel=1e-4)


@pytest.mark.parametrize("items", [1, 6])  # of one item, others have an empty share
def test_each_output_costs_what_it_costs_one_process(items: int) -> None:
    def each(together: Communicator) -> dict[str, float]:
        case = CASES["two heads"]
        learner = case.learner(together)
        ours = share(np.arange(items), together)
        learner.step(X[ours], labels(case.graph, ours))
        return {id: float(one) for id, one in learner.each.items()}

    (wanted,) = in_threads(1, each)
    assert len(wanted) == 2
    for found in in_threads(3, each):
        assert found == pytest.approx(wanted, rel=1e-12)


def test_a_loss_that_is_no_number_fails_alike(reference: None) -> None:
    data = few_digits(train=48)

    def failed(together: Communicator) -> Event:
        return trained(together, data, LINEAR, optimizer=SGD(lr=1000.0), epochs=9)[-1]

    (wanted,) = in_threads(1, failed)
    assert isinstance(wanted, Failed)
    assert in_threads(2, failed) == [wanted, wanted]


def test_the_node_to_blame_is_found_in_another_process() -> None:
    def blamed(together: Communicator) -> str:
        learner = CASES["float64"].learner(together)
        x = X[:4].copy()
        x[3] = np.copysign(1e308, x[3])  # in the share of the last process
        ours = share(np.arange(4), together)
        with np.errstate(all="ignore"):
            learner.step(x[ours], CLASSES[ours])
        return learner.first_bad_node()

    (wanted,) = in_threads(1, blamed)
    assert wanted in CASES["float64"].graph.order[1:]
    assert in_threads(2, blamed) == [wanted, wanted]


def test_processes_with_other_data_are_refused() -> None:
    def joined(together: Communicator) -> str:
        learner = Learner(CASES["float64"].network(), SGD())
        with pytest.raises(FitError) as refusal:
            gather(learner, together, Fingerprint(100 + together.rank, 0, ""))
        return str(refusal.value)

    assert all("same data" in sentence for sentence in in_threads(2, joined))


def test_weights_begin_as_those_of_the_first_process() -> None:
    def begun(together: Communicator) -> NDArray[Any]:
        case = CASES["float64"]
        learner = learner_of(case.network(), case.plan, together)
        learner.network.parameters += together.rank
        gather(learner, together, Fingerprint(1, 0, ""))
        return learner.network.parameters

    wanted = CASES["float64"].network().parameters
    for found in in_threads(2, begun):
        assert_array_equal(found, wanted)


# ---- the controls -----------------------------------------------------------------------


def pulled(together: Communicator, pull: str, rank: int, *values: float) -> SharedControl:
    """The controls of a process after one of them was pulled in one process, and a look."""
    wishes = Control()
    control = SharedControl(wishes, together)
    if together.rank == rank:
        getattr(wishes, pull)(*values)
    control.attend(CASES["float64"].network())
    return control


@pytest.mark.parametrize("rank", [0, 1])
def test_a_stop_heard_anywhere_stops_all(rank: int) -> None:
    controls = in_threads(2, lambda together: pulled(together, "stop", rank))
    assert [control.stopped for control in controls] == [True, True]


def test_nothing_changes_between_two_looks() -> None:
    wishes = Control()
    control = SharedControl(wishes, ALONE)
    wishes.stop()
    assert not control.stopped
    control.attend(CASES["float64"].network())
    assert control.stopped


@pytest.mark.parametrize(("rank", "expected"), [(0, True), (1, False)])
def test_the_first_process_pauses(rank: int, expected: bool) -> None:
    controls = in_threads(2, lambda together: pulled(together, "pause", rank))
    assert [control.paused for control in controls] == [expected, expected]


@pytest.mark.parametrize(("rank", "expected"), [(0, 0.125), (1, None)])
def test_the_first_process_sets_the_rate(rank: int, expected: float | None) -> None:
    controls = in_threads(2, lambda together: pulled(together, "set_learning_rate", rank, 0.125))
    assert [control.take_learning_rate() for control in controls] == [expected, expected]
    assert [control.take_learning_rate() for control in controls] == [None, None]


# ---- on GPUs ----------------------------------------------------------------------------


class Twin(Communicator):
    """Two processes with the same share: a sum is twice what this one has."""

    size = 2

    def sum_into(self, array: Any) -> None:
        array *= 2


def test_a_step_on_gpus_is_the_same_and_never_waits() -> None:
    case = CASES["normalized"]
    graph = case.graph
    with cupy_replaced():
        device = Network(graph, seed=3, device=CupyBackend(), dtype=np.float64)
        learner = learner_of(device, case.plan, Twin())
        gather(learner, Twin(), Fingerprint(1, 0, ""))
        traffic.reset()
        for _ in range(3):
            loss = learner.step(X[:6], CLASSES[:6])
            right = learner.correct(CLASSES[:6])
        assert (traffic.downloads, traffic.waits) == (0, 0)
        found = {**device.weights(), "loss": float(loss)}
        counted = float(right)
    alone = Learner(case.network(), case.plan.optimizer)
    for _ in range(3):
        wanted = float(alone.step(X[:6], CLASSES[:6]))
    assert counted == 2 * float(alone.correct(CLASSES[:6]))
    for name, values in {**alone.network.weights(), "loss": wanted}.items():
        assert_allclose(found[name], values, rtol=1e-9, atol=1e-12, err_msg=name)
