"""Under what conditions both sides compute: threads, instruction set, device, kernels, clock."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from core.backend import Backend, backend
from core.backend.threaded import ThreadedBackend
from core.cores import thread_limits
from core.tongue import tr

HOME = Path(__file__).parents[2]  # what the other processes import Striate from
NATIVE = "native"

# What holds each library to an older processor's instructions: Numba and OpenBLAS on our side,
# oneDNN, ATen and MKL on PyTorch's. Numba takes its vectors from the features, the name alone
# would leave those of this processor.
CAPS: Mapping[str, Mapping[str, str]] = {
    "avx2": {
        "NUMBA_CPU_NAME": "haswell",
        "NUMBA_CPU_FEATURES": "+sse4.2,+popcnt,+avx,+avx2,+fma,+f16c,+bmi,+bmi2,+lzcnt",
        "OPENBLAS_CORETYPE": "Haswell",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "ATEN_CPU_CAPABILITY": "avx2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    },
    "sse4": {
        "NUMBA_CPU_NAME": "nehalem",
        "NUMBA_CPU_FEATURES": "+sse4.2,+popcnt",
        "OPENBLAS_CORETYPE": "Nehalem",
        "ONEDNN_MAX_CPU_ISA": "SSE41",
        "ATEN_CPU_CAPABILITY": "default",
        "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
    },
}
# NumPy's own loops are held by naming what is too new, in the words of its version.
_NEWER = {"avx2": ("AVX512", "X86_V4"), "sse4": ("AVX", "FMA", "F16C", "X86_V3", "X86_V4")}


@dataclass(frozen=True)
class Conditions:
    """What is the same for both sides.

    Attributes:
        threads: threads of the processor that each side may use.
        isa: "native", or the instruction set that all libraries are held to.
        device: "cpu" or "gpu".
        plain: our side without compiled kernels, in plain NumPy.
        cpu_time: count the processor's time of all threads instead of the wall clock's.
    """

    threads: int = 1
    isa: str = NATIVE
    device: str = "cpu"
    plain: bool = False
    cpu_time: bool = False

    @classmethod
    def of_text(cls, text: str) -> Conditions:
        """The conditions that `as_text` wrote."""
        return cls(**json.loads(text))

    def as_text(self) -> str:
        """The conditions for a command line."""
        return json.dumps(asdict(self))

    def environment(self) -> dict[str, str]:
        """The variables that a process is started with so that it keeps to these conditions."""
        found = thread_limits(self.threads)
        if self.isa != NATIVE:
            found |= CAPS[self.isa]
            found["NPY_DISABLE_CPU_FEATURES"] = " ".join(_newer(self.isa))
        return {**found, "PYTHONPATH": str(HOME)}

    def backend(self) -> Backend:
        """What our side computes with; DeviceError where there is no such device."""
        if self.plain:
            return ThreadedBackend()
        return backend("gpu:0" if self.device == "gpu" else "cpu")

    def __str__(self) -> str:
        if self.device == "gpu":
            return "GPU"
        parts = [f"{self.threads} thread{'s' if self.threads > 1 else ''}"]
        parts += [self.isa.upper()] if self.isa != NATIVE else []
        parts += ["plain NumPy"] if self.plain else []
        parts += ["processor time"] if self.cpu_time else []
        return ", ".join(parts)


def isa_problem(isa: str) -> str:
    """Why this processor cannot be held to an instruction set; "" where it can."""
    if isa == NATIVE:
        return ""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return tr(
            "--isa {isa} is for x86 processors, this is {processor}.",
            isa=isa,
            processor=platform.machine(),
        )
    if isa == "avx2" and not {"AVX2", "X86_V3"} & _extensions():
        return tr("This processor has no AVX2, so nothing is to be held to it.")
    return ""


def _newer(isa: str) -> list[str]:
    """What NumPy found on this processor that an older one has not."""
    return sorted(name for name in _extensions() if name.startswith(_NEWER[isa]))


def _extensions() -> set[str]:
    """The vector instructions that NumPy would use here, in its words."""
    found = np.show_config(mode="dicts")["SIMD Extensions"]
    return set(found.get("found", ()))
