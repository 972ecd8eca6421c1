"""The array-module switch: which device computes, and why another cannot."""

from __future__ import annotations

import re

from core.backend.numpy import Backend


class DeviceError(Exception):
    """A device that was asked for by name cannot be used; the sentence says why and what to do."""


def backend(device: str = "auto") -> Backend:
    """The backend of a device: "auto" (a GPU where one works, else the CPU), "cpu", "gpu:0".

    DeviceError where a GPU was asked for by name and cannot be used.
    """
    if device == "cpu" or (device == "auto" and why_not_gpu()):
        return Backend()
    if device == "auto":
        return _gpu(0)
    wanted = re.fullmatch(r"gpu:(\d{1,3})", device)
    if not wanted:
        raise DeviceError(f"The device {device!r} is not known: choose auto, cpu or gpu:0.")
    return _gpu(int(wanted[1]))


def why_not_gpu() -> str:
    """Why no GPU computes and what would help; "" where one does. Slow the first time."""
    from core.backend.probe import probe

    found = probe()
    if found.usable:
        return ""
    return f"{found.sentence} To change that: {found.cure}." if found.cure else found.sentence


def _gpu(index: int) -> Backend:
    """The GPU of this number, or a DeviceError."""
    from core.backend.cupy import CupyBackend
    from core.backend.probe import probe

    reason = why_not_gpu()
    if reason:
        raise DeviceError(f"gpu:{index} cannot be used. {reason}")
    names = [gpu.device for gpu in probe().gpus]
    if f"gpu:{index}" not in names:
        raise DeviceError(f"There is no gpu:{index} here: choose {', '.join(names)}, auto or cpu.")
    return CupyBackend(index)


__all__ = ["Backend", "DeviceError", "backend", "why_not_gpu"]
