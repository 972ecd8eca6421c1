"""Caps on instruction sets reach every library, in a process that really runs under them."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys

import pytest

from core.bench import conditions
from core.bench.conditions import Conditions, isa_problem
from tests.house.tree import ROOT

# What Numba compiles for, what NumPy's loops use, and what PyTorch's do where it is there.
LOOK = """
import importlib.util, json
import numpy as np
from numba.core.registry import cpu_target
features = cpu_target.target_context.codegen()._get_host_cpu_features().split(",")
extensions = np.show_config(mode="dicts")["SIMD Extensions"]
found = {"numba": features, "numpy": extensions.get("found", [])}
if importlib.util.find_spec("torch"):
    import torch
    found["torch"] = torch.backends.cpu.get_cpu_capability()
print(json.dumps(found))
"""

x86 = pytest.mark.skipif(
    platform.machine().lower() not in ("x86_64", "amd64"), reason="not an x86 processor"
)


def seen(under: Conditions) -> dict[str, list[str]]:
    """What the libraries say in a process under these conditions."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={**os.environ, **under.environment()},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@x86
@pytest.mark.parametrize(("isa", "torch"), [("avx2", "AVX2"), ("sse4", "DEFAULT")])
def test_every_library_keeps_to_the_cap(isa: str, torch: str) -> None:
    if isa_problem(isa):
        pytest.skip(isa_problem(isa))
    found = seen(Conditions(isa=isa))
    assert not [name for name in found["numba"] if name.startswith("+avx512")]
    assert ("+avx" in found["numba"]) == ("+avx2" in found["numba"]) == (isa == "avx2")
    assert not [name for name in found["numpy"] if name.startswith(("AVX512", "X86_V4"))]
    assert isa == "avx2" or not found["numpy"]
    assert found.get("torch", torch) == torch


def test_threads_are_limited_for_every_library() -> None:
    found = Conditions(threads=3).environment()
    limited = ("OMP", "OPENBLAS", "MKL", "NUMBA")
    assert [found[f"{library}_NUM_THREADS"] for library in limited] == ["3"] * 4
    assert "NUMBA_CPU_NAME" not in found


def test_a_cap_needs_a_processor_that_has_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isa_problem("native") == ""
    monkeypatch.setattr(conditions, "_extensions", lambda: {"SSE42"})
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert isa_problem("avx2").startswith("This processor has no AVX2")
    assert isa_problem("sse4") == ""
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert isa_problem("sse4") == "--isa sse4 is for x86 processors, this is aarch64."


def test_conditions_travel_as_text() -> None:
    found = Conditions(threads=2, isa="avx2", plain=True)
    assert Conditions.of_text(found.as_text()) == found
    assert str(found) == "2 threads, AVX2, plain NumPy"
    assert str(Conditions(cpu_time=True)) == "1 thread, processor time"
    assert str(Conditions(device="gpu")) == "GPU"
