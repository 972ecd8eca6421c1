"""Compile every GPU kernel for every architecture that we support; no GPU is needed.

    python -m tests.campaigns.kernels

Needs NVRTC (pip install nvidia-cuda-nvrtc) or nvcc. Prints a line for each architecture and fails
where a compiler does.
"""

from __future__ import annotations

import shutil
import sys
import time

import click

from core.backend.kernels import source
from tests.support.cuda_compile import (
    ARCHITECTURES,
    CompileError,
    by_nvcc,
    by_nvrtc,
    nvrtc,
    variants,
)


def main() -> int:
    """Every architecture with every compiler there is."""
    compilers = {"NVRTC": by_nvrtc} if nvrtc() else {}
    if shutil.which("nvcc"):
        compilers["nvcc"] = by_nvcc
    if not compilers:
        click.echo("There is no CUDA compiler here: pip install nvidia-cuda-nvrtc")
        return 1
    failed = 0
    for name, compiled in compilers.items():
        for architecture in ARCHITECTURES:
            begin, chosen = time.perf_counter(), variants(architecture)
            for file, options in chosen:
                try:
                    compiled(source(file), architecture, options)
                except CompileError as error:
                    failed += 1
                    click.echo(f"{name} sm_{architecture} {file} {' '.join(options)}\n{error}")
            seconds = time.perf_counter() - begin
            click.echo(f"{name:<6} sm_{architecture:<4} {len(chosen)} sources {seconds:6.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
