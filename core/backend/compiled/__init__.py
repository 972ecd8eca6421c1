"""The CPU's fast path: the few kernels that a step spends its time in, compiled by Numba."""
