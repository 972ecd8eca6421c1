"""Processes that compute together: what each holds is summed, and they decide as one.

    together = join()          # one of several under mpiexec, else alone
    together.sum_into(gradients)

MPI carries it between processors, NCCL between GPUs; with one process nothing has to be carried.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from core.backend import DeviceError, why_not_gpu
from core.backend.numpy import Backend
from core.backend.probe import probe

Array = Any
Host = NDArray[Any]

INSTALL = 'pip install ".[mpi]"'
_DRAIN = 0.2  # seconds for what was said to come through before MPI ends all
NCCL_KEY = 128  # bytes by which the processes of one run know each other
# How many processes mpiexec started, in all and on this computer: MPICH and Intel, Open MPI.
_SIZES = ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE")
_LOCAL_SIZES = ("MPI_LOCALNRANKS", "OMPI_COMM_WORLD_LOCAL_SIZE")


class MpiError(Exception):
    """Processes cannot work together; the sentence says why and what to do."""


class Communicator:
    """A process by itself: a sum over one, and always of one mind.

    Attributes:
        rank, size: which process this is, from 0, and how many there are.
        local_rank, local_size: the same among those on this computer.
    """

    rank, size = 0, 1
    local_rank, local_size = 0, 1

    def on(self, backend: Backend) -> Communicator:
        """The communicator for arrays of this backend; every process must ask. DeviceError."""
        return self

    def device(self, wanted: str) -> str:
        """The device of this process, where a plan wants this one. DeviceError."""
        return wanted

    def sum_into(self, array: Array) -> None:
        """Every process gets the sum over all of them, in place; the array is contiguous."""

    def broadcast(self, array: Host) -> None:
        """Every process gets what process 0 has, in place; the array is contiguous."""

    def agree(self, flag: bool) -> bool:
        """Whether any process says so."""
        return flag

    def abort(self, message: str, status: int = 1) -> NoReturn:
        """End all processes at once, with this message on standard error."""
        sys.stderr.write(message)
        raise SystemExit(status)


ALONE = Communicator()


class MpiCommunicator(Communicator):
    """One of the processes that mpiexec started, computing on its processor."""

    def __init__(self) -> None:
        try:
            import mpi4py

            mpi4py.rc.thread_level = "funneled"  # only the training thread speaks
            from mpi4py import MPI
        except (ImportError, RuntimeError) as error:  # the latter where the library is missing
            raise MpiError(f"Several processes need MPI ({error}): {INSTALL}.") from None
        self._mpi: Any = MPI
        self._world: Any = MPI.COMM_WORLD
        here = self._world.Split_type(MPI.COMM_TYPE_SHARED)
        self.rank, self.size = self._world.rank, self._world.size
        self.local_rank, self.local_size = here.rank, here.size

    def on(self, backend: Backend) -> Communicator:
        gpus = np.array([backend.xp is not np], np.int64)
        self.sum_into(gpus)
        if 0 < gpus[0] < self.size:
            raise DeviceError(
                f"{gpus[0]} of {self.size} processes would compute on a GPU: choose --device cpu,"
                " or computers that all have a GPU for each process."
            )
        return NcclCommunicator() if gpus[0] else self

    def device(self, wanted: str) -> str:
        if wanted == "cpu" or (wanted == "auto" and why_not_gpu()):
            return "cpu"
        first = 0 if wanted == "auto" else int(wanted.removeprefix("gpu:"))
        there = len(probe().gpus)
        if there < first + self.local_size:
            raise DeviceError(
                f"{self.local_size} processes on a computer need as many GPUs from gpu:{first} on,"
                f" it has {there}: start fewer processes or choose --device cpu."
            )
        return f"gpu:{first + self.local_rank}"

    def sum_into(self, array: Array) -> None:
        self._world.Allreduce(self._mpi.IN_PLACE, array)

    def broadcast(self, array: Host) -> None:
        self._world.Bcast(array, root=0)

    def agree(self, flag: bool) -> bool:
        said = np.array([flag], np.int64)
        self.sum_into(said)
        return bool(said[0])

    def abort(self, message: str, status: int = 1) -> NoReturn:
        sys.stdout.flush()
        sys.stderr.write(message)
        sys.stderr.flush()
        time.sleep(_DRAIN)
        self._world.Abort(status)
        raise SystemExit(status)


class NcclCommunicator(MpiCommunicator):
    """One of several GPUs: arrays on the device are summed there, those on the host over MPI."""

    def __init__(self) -> None:
        from cupy.cuda import get_current_stream, nccl

        if not nccl.available:
            raise DeviceError(
                "Several GPUs need NCCL: pip install nvidia-nccl-cu13, or -cu12 where CuPy is."
            )
        super().__init__()
        key = np.zeros(NCCL_KEY, np.int16)
        if self.rank == 0:
            key[:] = nccl.get_unique_id()
        self.broadcast(key)
        self._gpus = nccl.NcclCommunicator(self.size, tuple(key.tolist()), self.rank)
        self._nccl, self._stream = nccl, get_current_stream

    def sum_into(self, array: Array) -> None:
        if isinstance(array, np.ndarray):
            super().sum_into(array)
            return
        nccl, place = self._nccl, array.data.ptr
        kind = {"float32": nccl.NCCL_FLOAT32, "float64": nccl.NCCL_FLOAT64}[array.dtype.name]
        stream = self._stream().ptr
        self._gpus.allReduce(place, place, array.size, kind, nccl.NCCL_SUM, stream)


def processes_started() -> int:
    """How many processes mpiexec started with this one; 0 where it did not."""
    return _from_environment(_SIZES)


def processes_here() -> int:
    """How many of them are on this computer; at least this one."""
    return _from_environment(_LOCAL_SIZES) or max(processes_started(), 1)


def join() -> Communicator:
    """This process's communicator; waits for the others where there are any. MpiError."""
    return MpiCommunicator() if processes_started() else ALONE


def _from_environment(names: tuple[str, ...]) -> int:
    return next((int(os.environ[name]) for name in names if name in os.environ), 0)
