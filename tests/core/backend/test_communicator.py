"""Communicators: who is there, which GPU is whose, and what NCCL is asked to do."""

from __future__ import annotations

import ctypes
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from core.backend import DeviceError
from core.backend.communicator import (
    ALONE,
    MpiCommunicator,
    MpiError,
    NcclCommunicator,
    join,
    processes_here,
    processes_started,
)
from core.backend.numpy import Backend

STARTED = ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MPI_LOCALNRANKS", "OMPI_COMM_WORLD_LOCAL_SIZE")
KEY = np.arange(128) - 64


@pytest.fixture(autouse=True)
def no_mpiexec(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in STARTED:
        monkeypatch.delenv(name, raising=False)


# ---- alone ------------------------------------------------------------------------------


def test_alone_nothing_changes() -> None:
    together, values = join(), np.array([1.0, 2.0])
    together.sum_into(values)
    together.broadcast(values)
    assert_array_equal(values, [1.0, 2.0])
    assert (together.rank, together.size, together.local_rank, together.local_size) == (0, 1, 0, 1)
    assert (together.agree(True), together.agree(False)) == (True, False)
    assert together.on(Backend()) is together is ALONE
    assert together.device("gpu:3") == "gpu:3"


def test_alone_abort_ends_this_process(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        ALONE.abort("The end.\n", 3)
    assert ending.value.code == 3
    assert capsys.readouterr().err == "The end.\n"


@pytest.mark.parametrize(
    ("variables", "started", "here"),
    [
        ({}, 0, 1),
        ({"PMI_SIZE": "4", "MPI_LOCALNRANKS": "2"}, 4, 2),
        ({"OMPI_COMM_WORLD_SIZE": "6", "OMPI_COMM_WORLD_LOCAL_SIZE": "3"}, 6, 3),
        ({"PMI_SIZE": "4"}, 4, 4),
    ],
)
def test_mpiexec_is_recognized(
    variables: dict[str, str], started: int, here: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert (processes_started(), processes_here()) == (started, here)


class NoLibrary(ModuleType):
    """mpi4py where no MPI is installed beside it."""

    rc = SimpleNamespace()

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"cannot load {name} library")


@pytest.mark.parametrize("package", [None, NoLibrary("mpi4py")], ids=["nothing", "no library"])
def test_without_mpi_it_says_what_to_install(
    package: ModuleType | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mpi4py", package)
    monkeypatch.setenv("PMI_SIZE", "2")
    with pytest.raises(MpiError, match=r'pip install "\.\[mpi\]"'):
        join()


# ---- one of several, played -------------------------------------------------------------


class World:
    """MPI as one of two processes sees it; the other one has nothing, or on rank 1 the key."""

    def __init__(self, rank: int) -> None:
        self.rank, self.size, self.aborted = rank, 2, 0

    def Split_type(self, _: object) -> World:  # noqa: N802
        return self

    def Allreduce(self, _: object, array: NDArray[Any]) -> None:  # noqa: N802
        assert isinstance(array, np.ndarray)

    def Bcast(self, array: NDArray[Any], root: int) -> None:  # noqa: N802
        assert root == 0
        if self.rank:
            array[:] = KEY

    def Abort(self, status: int) -> None:  # noqa: N802
        self.aborted = status


@pytest.fixture(params=[0, 1])
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two processes, of which this is either."""
    found = World(request.param)
    package = ModuleType("mpi4py")
    mpi = SimpleNamespace(COMM_WORLD=found, COMM_TYPE_SHARED="shared", IN_PLACE="in place")
    package.rc, package.MPI = SimpleNamespace(), mpi  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "mpi4py", package)
    return found


def gpus(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """A computer with so many GPUs."""
    module = "core.backend.communicator"
    monkeypatch.setattr(f"{module}.why_not_gpu", lambda: "" if count else "There is no driver.")
    monkeypatch.setattr(f"{module}.probe", lambda: SimpleNamespace(gpus=range(count)))


def test_each_process_has_a_gpu_of_its_own(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gpus(monkeypatch, 4)
    together = MpiCommunicator()
    assert together.device("auto") == f"gpu:{world.rank}"
    assert together.device("gpu:0") == f"gpu:{world.rank}"
    assert together.device("gpu:2") == f"gpu:{2 + world.rank}"
    assert together.device("cpu") == "cpu"


def test_too_few_gpus_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gpus(monkeypatch, 1)
    for wanted in ("auto", "gpu:0"):
        with pytest.raises(DeviceError, match="2 processes on a computer need as many GPUs"):
            MpiCommunicator().device(wanted)
    gpus(monkeypatch, 0)
    assert MpiCommunicator().device("auto") == "cpu"
    with pytest.raises(DeviceError, match="it has 0"):
        MpiCommunicator().device("gpu:0")


def test_abort_ends_the_others(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        MpiCommunicator().abort("Why.\n", 2)
    assert (world.aborted, capsys.readouterr().err) == (2, "Why.\n")


# ---- NCCL, played: no GPU is needed to see what it is asked ---------------------------------


class OnDevice:
    """An array as NCCL sees it: an address, a type and a count."""

    def __init__(self, values: NDArray[Any]) -> None:
        self.values, self.dtype, self.size = values, values.dtype, values.size
        self.data = SimpleNamespace(ptr=values.ctypes.data)


class Gpus:
    """NCCL between two GPUs that hold the same: a sum is twice what is there."""

    def __init__(self, size: int, key: tuple[int, ...], rank: int) -> None:
        assert (size, key) == (2, tuple(KEY.tolist()))
        self.rank, self.streams = rank, []

    def allReduce(self, *asked: int) -> None:  # noqa: N802
        source, target, count, kind, operation, stream = asked
        assert (source, operation) == (target, NCCL.NCCL_SUM)
        c_type = {NCCL.NCCL_FLOAT32: ctypes.c_float, NCCL.NCCL_FLOAT64: ctypes.c_double}[kind]
        values = np.ctypeslib.as_array((c_type * count).from_address(target))
        values *= 2
        self.streams.append(stream)


NCCL = SimpleNamespace(
    available=True,
    get_unique_id=lambda: tuple(KEY.tolist()),
    NcclCommunicator=Gpus,
    NCCL_SUM=0,
    NCCL_FLOAT32=7,
    NCCL_FLOAT64=8,
)


@pytest.fixture
def nccl(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """CuPy with that NCCL."""
    cuda = ModuleType("cupy.cuda")
    found = SimpleNamespace(**vars(NCCL))
    cuda.nccl = found  # type: ignore[attr-defined]
    cuda.get_current_stream = lambda: SimpleNamespace(ptr=77)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cupy", ModuleType("cupy"))
    monkeypatch.setitem(sys.modules, "cupy.cuda", cuda)
    return found


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_device_arrays_are_summed_where_they_are(
    world: World, nccl: SimpleNamespace, dtype: Any
) -> None:
    together, values = NcclCommunicator(), np.arange(5, dtype=dtype)
    together.sum_into(OnDevice(values))
    assert_array_equal(values, [0, 2, 4, 6, 8])
    assert together._gpus.streams == [77]
    assert together._gpus.rank == together.rank == world.rank


def test_host_arrays_go_over_mpi(world: World, nccl: SimpleNamespace) -> None:
    together, values = NcclCommunicator(), np.ones(3)
    together.sum_into(values)
    assert_array_equal(values, np.ones(3))
    assert together._gpus.streams == []
    assert together.agree(True)


def test_without_nccl_it_says_what_to_install(world: World, nccl: SimpleNamespace) -> None:
    nccl.available = False
    with pytest.raises(DeviceError, match="pip install nvidia-nccl-cu13"):
        NcclCommunicator()


def test_processes_on_gpus_and_processors_are_refused(world: World, nccl: SimpleNamespace) -> None:
    gpu = Backend()
    gpu.xp = nccl  # any module but NumPy
    with pytest.raises(DeviceError, match="1 of 2 processes would compute on a GPU"):
        MpiCommunicator().on(gpu)  # the other one adds nothing to the count
    together = MpiCommunicator()
    assert together.on(Backend()) is together
