"""What a measurement was made on and with, for whoever reads the figures later."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from core.backend.probe import probe
from core.bench.conditions import Conditions
from core.cores import physical_cores

LIBRARIES = ("numpy", "numba", "torch", "cupy-cuda12x", "cupy-cuda13x")


def about(conditions: Conditions) -> dict[str, str]:
    """Date, chip, system, Python and libraries; how busy the computer was at the start."""
    found = {
        "date": date.today().isoformat(),
        "chip": _gpu() if conditions.device == "gpu" else f"{chip()}, {physical_cores()} cores",
        "system": platform.system(),
        "python": platform.python_version(),
    }
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    load = busy()
    return found if load is None else {**found, "load": f"{load:.1f}"}


def about_line(found: Mapping[str, str]) -> str:
    """The same as a sentence."""
    libraries = [f"{name} {found[name]}" for name in ("python", *LIBRARIES) if name in found]
    load = [f"load {found['load']} at the start"] if "load" in found else []
    return ", ".join((found["date"], found["chip"], found["system"], *libraries, *load)) + "."


def busy() -> float | None:
    """Processes that wanted to compute in the last minute; None where the system does not tell."""
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):
        return None


def chip(cpus: Path = Path("/proc/cpuinfo")) -> str:
    """The processor's name, as its maker or else as the system calls it."""
    try:
        for line in cpus.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _gpu() -> str:
    return ", ".join(gpu.name for gpu in probe().gpus[:1]) or "no GPU"
