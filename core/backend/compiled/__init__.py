"""The CPU's fast path: the few kernels that a step spends its time in, compiled by Numba."""

from __future__ import annotations

from numba import config

from core.backend.compiled.keeping import folder

# Decided before the first kernel is declared: where Numba keeps what it compiled.
vars(config)["CACHE_DIR"] = str(folder())
