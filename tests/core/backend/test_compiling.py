"""The kernels compile for real GPUs. All of them for all: python -m tests.campaigns.kernels."""

from __future__ import annotations

from importlib.resources import files

import pytest

from core.backend.kernels import source
from tests.support.cuda_compile import (
    FILES,
    CompileError,
    by_nvcc,
    by_nvrtc,
    needs_nvcc,
    needs_nvrtc,
    variants,
)

NEWEST = 120


def test_every_kernel_file_is_compiled() -> None:
    there = {path.name for path in files("core.backend").joinpath("cuda").iterdir()}
    assert there == {"common.cu", *(f"{name}.cu" for name in FILES)}


def test_tensor_cores_are_compiled_for_gpus_that_know_tf32() -> None:
    tensor_cores = ("convolution", ("-DREAL=float", "-DTENSOR_CORES"))
    assert tensor_cores not in variants(75)
    assert tensor_cores in variants(80)


@needs_nvrtc
@pytest.mark.parametrize(("file", "options"), variants(NEWEST))
def test_kernels_compile_as_cupy_compiles_them(file: str, options: tuple[str, ...]) -> None:
    assert by_nvrtc(source(file), NEWEST, options) > 1000


@needs_nvrtc
def test_an_old_gpu_has_no_tf32() -> None:
    with pytest.raises(CompileError, match="sm_80"):
        by_nvrtc(source("convolution"), 75, ("-DREAL=float", "-DTENSOR_CORES"))


@needs_nvcc
def test_tensor_cores_compile_by_nvcc() -> None:
    assert by_nvcc(source("convolution"), 80, ("-DREAL=float", "-DTENSOR_CORES")) > 1000
