"""The array-module switch: which device computes, and why another cannot."""

from __future__ import annotations

import logging
import re
from functools import cache

from core.backend.numpy import Backend
from core.tongue import tr


class DeviceError(Exception):
    """A device that was asked for by name cannot be used; the sentence says why and what to do."""


def backend(device: str = "auto", *, tf32: bool = True) -> Backend:
    """The backend of a device: "auto" (a GPU where one works, else the CPU), "cpu", "gpu:0".

    `tf32` lets a GPU multiply in TF32 where it can, which is faster and keeps fewer digits.
    DeviceError where a GPU was asked for by name and cannot be used.
    """
    if device == "cpu" or (device == "auto" and why_not_gpu()):
        return _cpu()
    if device == "auto":
        return _gpu(0, tf32)
    wanted = re.fullmatch(r"gpu:(\d{1,3})", device)
    if not wanted:
        raise DeviceError(
            tr("The device {device!r} is not known: choose auto, cpu or gpu:0.", device=device)
        )
    return _gpu(int(wanted[1]), tf32)


def why_not_gpu() -> str:
    """Why no GPU computes and what would help; "" where one does. Slow the first time."""
    from core.backend.probe import probe

    found = probe()
    if found.usable:
        return ""
    return (
        tr("{sentence} To change that: {cure}.", sentence=found.sentence, cure=found.cure)
        if found.cure
        else found.sentence
    )


@cache
def _cpu() -> Backend:
    """The compiled kernels where Numba works, else the reference on all cores, which is slower."""
    try:
        from core.backend.compiled.backend import CompiledBackend

        return CompiledBackend()
    except Exception as problem:  # whatever keeps a compiler from working, NumPy goes on
        from core.backend.threaded import ThreadedBackend

        logging.getLogger(__name__).warning("no compiled kernels: %s", problem)
        return ThreadedBackend()


def _gpu(index: int, tf32: bool) -> Backend:
    """The GPU of this number, or a DeviceError."""
    from core.backend.cudnn import CudnnBackend, is_usable
    from core.backend.cupy import CupyBackend
    from core.backend.probe import probe

    reason = why_not_gpu()
    if reason:
        raise DeviceError(tr("gpu:{index} cannot be used. {reason}", index=index, reason=reason))
    names = [gpu.device for gpu in probe().gpus]
    if f"gpu:{index}" not in names:
        raise DeviceError(
            tr(
                "There is no gpu:{index} here: choose {names}, auto or cpu.",
                index=index,
                names=", ".join(names),
            )
        )
    return (CudnnBackend if is_usable() else CupyBackend)(index, tf32=tf32)


__all__ = ["Backend", "DeviceError", "backend", "why_not_gpu"]
