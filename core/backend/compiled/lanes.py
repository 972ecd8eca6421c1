"""How many float32 numbers this processor adds or multiplies at once."""

from __future__ import annotations

from numba.core.registry import cpu_target

_CODEGEN = cpu_target.target_context.codegen()
FEATURES = frozenset(_CODEGEN._get_host_cpu_features().split(","))  # what Numba compiles for


def lanes() -> int:
    """16 with AVX-512, 8 with AVX, else 4 (SSE, NEON)."""
    if "+avx512f" in FEATURES:
        return 16
    return 8 if "+avx" in FEATURES else 4


LANES = lanes()
# One instruction for a product and a sum; without it LLVM would call a function for each number.
FUSED = bool(FEATURES & {"+fma", "+neon", "+fp-armv8"})
PANEL = 2 * LANES  # filters that one block of sums computes at once, in two vectors
# Sums are kept in registers, two vectors or one for each row; these many rows leave room for the
# terms (AVX-512 and NEON have 32 registers, AVX has 16).
ROWS = {16: 14, 8: 6, 4: 12}[LANES]
THREE_ROWS = {16: 9, 8: 4, 4: 8}[LANES]  # of three vectors
