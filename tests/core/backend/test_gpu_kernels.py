"""Every CUDA kernel, run on the processor, against the reference in float64."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from core.backend.cupy import CupyBackend
from core.backend.gpu_convolution import FEWEST_SLICES, Sizes
from core.backend.numpy import Backend
from core.shapes import Window
from tests.support.gradients import error
from tests.support.host_cuda import HostModule, needs_compiler
from tests.support.strict_array import cupy_replaced, traffic

pytestmark = needs_compiler
RANDOM = np.random.default_rng(12)
REFERENCE = Backend()


@pytest.fixture(autouse=True)
def stand_in() -> Iterator[None]:
    """CuPy's strict stand-in."""
    with cupy_replaced():
        yield


def draw(*shape: int) -> np.ndarray[Any, Any]:
    return RANDOM.normal(size=shape)


# ---- convolution ---------------------------------------------------------------------

SAME = Window((3, 3), padding=(1, 1, 1, 1))
ODD = Window((3, 2), (2, 3), (1, 0, 2, 1), (2, 1))
# name: n, groups, c and o of a group, h, w, window
CONVOLUTIONS: dict[str, tuple[int, int, int, int, int, int, Window]] = {
    "3×3": (2, 1, 20, 70, 9, 11, SAME),
    "odd in every way": (3, 2, 17, 16, 10, 8, ODD),
    "single cells": (1, 1, 40, 19, 4, 4, Window((1, 1))),
    "strided single cells": (2, 1, 16, 24, 7, 6, Window((1, 1), (2, 2))),
    "few maps": (3, 1, 1, 6, 12, 12, Window((5, 5), padding=(2, 2, 2, 2))),
    "depthwise": (2, 5, 1, 1, 9, 7, Window((3, 3), (2, 2), (1, 1, 1, 1))),
    "many from few": (2, 1, 3, 64, 8, 8, SAME),
    "one image, one cell": (1, 1, 16, 16, 1, 1, Window((1, 1))),
}


def both(
    backend: CupyBackend, case: tuple[int, int, int, int, int, int, Window], dtype: type
) -> Iterator[tuple[str, np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    """What forward, data and filter give on the device, and the reference's in float64."""
    n, groups, c, o, h, w, window = case
    p, q = window.output((h, w))
    x, filters = draw(n, groups * c, h, w), draw(groups * o, c, *window.kernel)
    b, dy = draw(groups * o), draw(n, groups * o, p, q)
    words: dict[str, Any] = {"window": window, "groups": groups}
    for name, one, other, shape in (
        ("conv2d", x, filters, dy.shape),
        ("conv2d_data", dy, filters, x.shape),
        ("conv2d_filter", x, dy, filters.shape),
    ):
        first, second, bias = (backend.asarray(part, dtype) for part in (one, other, b))
        out = backend.xp.full(shape, np.nan, dtype)
        biases = ((bias,), (b,)) if name == "conv2d" else ((), ())
        getattr(backend, name)(first, second, *biases[0], out=out, **words)
        exact = np.empty(shape)
        getattr(REFERENCE, name)(one, other, *biases[1], out=exact, **words)
        yield name, backend.asnumpy(out), exact


@pytest.mark.parametrize("case", CONVOLUTIONS.values(), ids=CONVOLUTIONS)
@pytest.mark.parametrize(("dtype", "bound"), [(np.float64, 1e-13), (np.float32, 2e-6)])
def test_convolutions_in_full_precision(case: Any, dtype: type, bound: float) -> None:
    backend = CupyBackend(tf32=False)
    backend.records = True  # let our kernels do what is left to cuBLAS otherwise
    for name, found, exact in both(backend, case, dtype):
        assert error(found, exact) <= bound, name


@pytest.mark.parametrize("case", CONVOLUTIONS.values(), ids=CONVOLUTIONS)
def test_convolutions_by_tensor_cores(case: Any) -> None:
    for name, found, exact in both(CupyBackend(), case, np.float32):
        assert error(found, exact) <= 2e-3, name


def tf32(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The nearest numbers with ten bits of fraction, halves away from 0."""
    fraction, exponent = np.frexp(values.astype(np.float32).astype(np.float64))
    return np.ldexp(np.copysign(np.floor(np.abs(fraction) * 2048 + 0.5), fraction), exponent - 11)


def test_tensor_cores_round_factors_and_nothing_else() -> None:
    x, filters = draw(2, 16, 6, 6), draw(16, 16, 3, 3)
    backend, out = CupyBackend(), np.empty((2, 16, 6, 6))
    found = backend.xp.empty(out.shape, np.float32)
    arrays = (backend.asarray(one, np.float32) for one in (x, filters))
    backend.conv2d(*arrays, None, window=SAME, groups=1, out=found)
    REFERENCE.conv2d(tf32(x), tf32(filters), None, window=SAME, groups=1, out=out)
    assert error(backend.asnumpy(found), out) <= 1e-6
    REFERENCE.conv2d(x, filters, None, window=SAME, groups=1, out=out)
    assert error(backend.asnumpy(found), out) >= 1e-5


def test_tf32_is_for_float32_and_for_gpus_that_have_it() -> None:
    for _, found, exact in both(CupyBackend(), CONVOLUTIONS["3×3"], np.float64):
        assert error(found, exact) <= 1e-13
    assert CupyBackend().tf32
    sys.modules["cupy"].cuda.Device(0).compute_capability = "75"
    assert not CupyBackend().tf32


@pytest.mark.parametrize("tensor_cores", [False, True])
def test_no_barrier_is_missing(monkeypatch: pytest.MonkeyPatch, tensor_cores: bool) -> None:
    """The same bits, whether a block's threads run from the first or from the last."""
    case, found = CONVOLUTIONS["3×3"], []
    for backwards in (False, True):
        monkeypatch.setattr(HostModule, "backwards", backwards)
        backend = CupyBackend(tf32=tensor_cores)
        backend.records = True
        monkeypatch.setattr("tests.core.backend.test_gpu_kernels.RANDOM", np.random.default_rng(1))
        found.append([values for _, values, _ in both(backend, case, np.float32)])
        x = np.random.default_rng(2).normal(size=(3, 5, 60, 30))
        found[-1] += [backend.asnumpy(part) for part in backend.moments(backend.asarray(x))]
    for one, other in zip(*found, strict=True):
        assert_array_equal(one, other)


def test_long_sums_are_cut_into_parts() -> None:
    sizes = Sizes(32, 1, 16, 16, (28, 28), SAME)
    count, share = sizes.parts()
    assert count > 1
    assert share % 16 == 0
    assert share >= 16 * FEWEST_SLICES
    assert (count - 1) * share < sizes.outputs <= count * share
    backend = CupyBackend()
    backend.records = True
    for _, found, exact in both(backend, (5, 1, 16, 16, 12, 12, SAME), np.float64):
        assert error(found, exact) <= 1e-13


def test_what_kernels_cannot_count_goes_another_way() -> None:
    assert Sizes(64, 1, 64, 64, (512, 512), SAME).fits
    assert not Sizes(128, 1, 64, 64, (512, 512), SAME).fits
    assert not Sizes(1, 65_536, 16, 16, (4, 4), SAME).fits


# ---- dense layers, activation, normalization --------------------------------------------


def compare(name: str, arrays: list[np.ndarray[Any, Any]], shape: tuple[int, ...]) -> None:
    """A kernel that writes an array of this shape, in float64."""
    backend = CupyBackend()
    backend.records = True
    out, exact = backend.xp.full(shape, np.nan, np.float64), np.empty(shape)
    getattr(backend, name)(*(backend.asarray(one) for one in arrays), out=out)
    getattr(REFERENCE, name)(*arrays, out=exact)
    assert error(backend.asnumpy(out), exact) <= 1e-13


@pytest.mark.parametrize("units", [10, 33])
def test_dense_layers(units: int) -> None:
    n, c = 70, 50
    x, w, b, dy = draw(n, c), draw(units, c), draw(units), draw(n, units)
    compare("linear", [x, w, b], (n, units))
    compare("linear_data", [dy, w], (n, c))
    compare("linear_filter", [x, dy], (units, c))


def test_relu_hands_back_what_passed() -> None:
    compare("relu_data", [draw(3, 4, 5), np.maximum(draw(3, 4, 5), 0)], (3, 4, 5))


@pytest.mark.parametrize("shape", [(6, 5, 4, 3), (300, 7), (2, 3, 90, 60), (1, 4, 1)])
def test_batch_statistics(shape: tuple[int, ...]) -> None:
    backend = CupyBackend()
    x, dy, mean = draw(*shape) * 3 + 1000, draw(*shape), draw(shape[1])
    places = (0, *range(2, len(shape)))
    found = [backend.asnumpy(part) for part in backend.moments(backend.asarray(x))]
    assert error(found[0], x.mean(axis=places)) <= 1e-15
    assert np.abs(found[1] - x.var(axis=places)).max() <= 1e-10
    arrays = (backend.asarray(one) for one in (x, dy, mean))
    exact = REFERENCE.normalize_sums(x, dy, mean)
    for one, other in zip(backend.normalize_sums(*arrays), exact, strict=True):
        assert error(backend.asnumpy(one), other) <= 1e-13


def test_variance_of_large_float32_numbers_keeps_its_digits() -> None:
    x = (np.random.default_rng(3).normal(size=(64, 2, 9, 9)) + 1e4).astype(np.float32)
    backend = CupyBackend()
    _, variance = backend.moments(backend.asarray(x))
    exact = x.astype(np.float64).var(axis=(0, 2, 3))
    assert error(backend.asnumpy(variance), exact) <= 1e-12


@pytest.mark.parametrize("words", [{}, {"relu": True}, {"other": draw(3, 4, 5, 2), "relu": True}])
def test_normalizing(words: dict[str, Any]) -> None:
    backend, shape = CupyBackend(), (3, 4, 5, 2)
    arrays = [draw(*shape), draw(4), draw(4), draw(4)]
    out = backend.xp.empty(shape, np.float64)
    there = {name: part if part is True else backend.asarray(part) for name, part in words.items()}
    backend.normalize(*(backend.asarray(one) for one in arrays), out=out, **there)
    exact = REFERENCE.normalize(*arrays, out=np.empty(shape), **words)
    assert error(backend.asnumpy(out), exact) <= 1e-13


@pytest.mark.parametrize("gated", [False, True])
def test_gradients_of_normalizing(gated: bool) -> None:
    backend, shape, found = CupyBackend(), (3, 4, 5, 2), []
    x, dy, mean, y = draw(*shape), draw(*shape), draw(4), np.maximum(draw(*shape), 0)
    values = (draw(4), draw(4), draw(4))
    for one, at in ((backend, backend.asarray), (REFERENCE, np.asarray)):
        words = {"y": at(y), "other": one.xp.zeros(shape, np.float64)} if gated else {}
        gate = {"y": at(y)} if gated else {}
        out, parts = one.xp.empty(shape, np.float64), tuple(at(part) for part in values)
        one.normalize_data(at(x), at(dy), at(mean), parts, out=out, **words)
        sums = one.normalize_sums(at(x), at(dy), at(mean), **gate)
        found.append([out, *sums, *words.values()])
    for ours, exact in zip(*found, strict=True):
        assert error(backend.asnumpy(ours), exact) <= 1e-13


def test_kernels_wait_for_nothing() -> None:
    backend = CupyBackend()
    x = backend.asarray(draw(2, 3, 4, 4))
    traffic.reset()
    backend.moments(x)
    backend.relu_data(x, x, out=backend.xp.empty(x.shape, x.dtype))
    assert (traffic.uploads, traffic.downloads, traffic.waits) == (0, 0, 0)
