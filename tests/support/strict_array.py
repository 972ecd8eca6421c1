"""A stand-in for CuPy on the CPU, as strict as CuPy: what runs here must run there.

A device array wraps a NumPy array (it is none, so nothing slips through). Host and device never
mix, only functions that CuPy has can be called, and everything that would copy between host and
device or wait for the device is counted. CUDA kernels run too: their source is compiled for this
computer by `host_cuda`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from tests.support.capture import TAPE, Stream, memory_pool, using_allocator
from tests.support.host_cuda import HostModule

# What the engine calls on `xp`; the test of the real CuPy holds that it has every one of them.
FUNCTIONS = (
    "abs add arange argmax argsort ascontiguousarray clip concatenate copyto cos divide dot einsum"
    " empty empty_like exp equal expand_dims expm1 floor full full_like greater isfinite linspace"
    " log log1p logaddexp matmul max maximum mean min minimum multiply negative ones ones_like pad"
    " power reciprocal repeat sign sin sqrt square stack subtract sum swapaxes take_along_axis tanh"
    " tensordot transpose where zeros zeros_like"
)
CONSTANTS = "bool_ float32 float64 inf int32 int64 nan newaxis pi uint8"
METHODS = (
    "all any argmax astype clip copy cumsum fill max mean min prod ravel repeat reshape squeeze std"
    " sum swapaxes transpose var view"
)
ATTRIBUTES = "device dtype flags itemsize nbytes ndim shape size strides"
FACE = {
    kind: frozenset(names.split())
    for kind, names in (
        ("function", FUNCTIONS),
        ("constant", CONSTANTS),
        ("method", METHODS),
        ("attribute", ATTRIBUTES),
    )
}


@dataclass
class Traffic:
    """What has crossed between host and device, and how often the host had to wait."""

    uploads: int = 0
    downloads: int = 0
    waits: int = 0

    def reset(self) -> None:
        """Count from zero again."""
        self.uploads = self.downloads = self.waits = 0


traffic = Traffic()
STREAM = 7  # the current stream's address


class DeviceArray(NDArrayOperatorsMixin):  # type: ignore[misc]
    """An array that only the device may read."""

    __slots__ = ("_values",)

    def __init__(self, values: np.ndarray[Any, Any]) -> None:
        self._values = values

    def __array__(self, *_: object, **__: object) -> Any:
        raise TypeError("implicit conversion to a NumPy array is not allowed: use get()")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **words: Any) -> Any:
        if method != "__call__" or words.keys() - {"out", "dtype"}:
            raise TypeError(f"CuPy has no {ufunc.__name__}.{method} with {sorted(words)}")
        outs = words.pop("out", ())
        if outs:
            words["out"] = tuple(_bare(out, "out") for out in outs)
        bare = [_bare(one) for one in inputs]
        result = TAPE.do(ufunc.__name__, lambda: ufunc(*bare, **words), changes=bool(outs))
        return outs[0] if outs else _device(result)

    def get(self) -> np.ndarray[Any, Any]:
        """A copy on the host."""
        TAPE.refuse("a copy to the host")
        traffic.downloads += 1
        return self._values.copy()

    def item(self) -> Any:
        """The one value as a Python number."""
        TAPE.refuse("a copy to the host")
        traffic.downloads += 1
        traffic.waits += 1
        return self._values.item()

    __float__ = __int__ = __bool__ = __index__ = item

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[Any]:
        return (_device(row) for row in self._values)

    def __getitem__(self, key: Any) -> Any:
        _count_masks(key)
        bare = _bare_key(key)
        return _device(TAPE.do("getitem", lambda: self._values[bare]))

    def __setitem__(self, key: Any, value: Any) -> None:
        if np.ndim(getattr(value, "_values", value)):
            _count_masks(key)
        where, bare = _bare_key(key), _bare(value)
        TAPE.do("setitem", lambda: self._values.__setitem__(where, bare), changes=True)

    def __getattr__(self, name: str) -> Any:
        if name == "T":
            return DeviceArray(self._values.T)
        if name == "data":
            return SimpleNamespace(ptr=self._values.ctypes.data)
        if name in FACE["attribute"]:
            return getattr(self._values, name)
        if name in FACE["method"]:
            return _wrapped(getattr(self._values, name))
        raise AttributeError(f"the strict array has no {name}: does CuPy have it?")


def _bare(value: Any, what: str = "argument") -> Any:
    """The wrapped array of a device array; host arrays are refused, as CuPy refuses them."""
    if isinstance(value, DeviceArray):
        return value._values
    if isinstance(value, np.ndarray):
        raise TypeError(f"unsupported type numpy.ndarray as {what}: it is on the host")
    if isinstance(value, list | tuple):
        return type(value)(_bare(one, what) for one in value)
    return value


def _bare_key(key: Any) -> Any:
    return tuple(map(_bare, key)) if isinstance(key, tuple) else _bare(key, "index")


def _count_masks(key: Any) -> None:
    """Choosing cells by a mask makes the host wait: it must know how many there are."""
    for one in key if isinstance(key, tuple) else (key,):
        traffic.waits += isinstance(one, DeviceArray) and one.dtype == bool


def _device(value: Any) -> Any:
    """Results stay on the device, single numbers as arrays without axes."""
    if isinstance(value, np.ndarray | np.generic):
        return DeviceArray(np.asarray(value))
    return value


def _wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **words: Any) -> Any:
        out = words.get("out")
        bare = {name: _bare(value, name) for name, value in words.items()}
        values = [_bare(one) for one in args]
        name = function.__name__
        result = TAPE.do(name, lambda: function(*values, **bare), changes=out is not None)
        return out if isinstance(out, DeviceArray) else _device(result)

    return call


def _asarray(values: Any, dtype: Any = None) -> DeviceArray:
    if isinstance(values, DeviceArray):
        return DeviceArray(np.asarray(values._values, dtype))
    TAPE.refuse("a copy from the host, whose memory would be read again later")
    traffic.uploads += 1
    return DeviceArray(np.array(values, dtype))


def _asnumpy(values: Any) -> np.ndarray[Any, Any]:
    return values.get() if isinstance(values, DeviceArray) else np.asarray(values)


def _wait() -> None:
    TAPE.refuse("waiting")
    traffic.waits += 1


class _Module(HostModule):
    """`cupy.RawModule`: launches take device arrays and NumPy scalars."""

    def get_function(self, name: str) -> Callable[..., None]:
        kernel = super().get_function(name)
        return lambda *given: TAPE.do(name, lambda: kernel(*given), changes=True)

    def unwrap(self, argument: Any) -> Any:
        return _bare(argument)


class _Cupy(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name in FACE["constant"]:
            return getattr(np, name)
        if name in FACE["function"]:
            return _wrapped(getattr(np, name))
        raise AttributeError(f"the strict cupy has no {name}: does CuPy have it? Then list it.")


def strict_cupy() -> ModuleType:
    """A module to stand in for `cupy`."""
    cupy: Any = _Cupy("cupy")
    cupy.__version__ = "14.0.strict"
    cupy.ndarray, cupy.asarray, cupy.array = DeviceArray, _asarray, _asarray
    cupy.asnumpy, cupy.RawModule = _asnumpy, _Module
    device = SimpleNamespace(
        use=lambda: None,
        synchronize=_wait,
        mem_info=(3 << 30, 8 << 30),
        compute_capability="90",
    )
    runtime = SimpleNamespace(getDeviceProperties=lambda index: {"name": b"Strict array"})
    cupy.cuda = SimpleNamespace(
        Device=lambda index: device,
        runtime=runtime,
        MemoryPool=memory_pool,
        Stream=Stream,
        using_allocator=using_allocator,
        get_current_stream=lambda: SimpleNamespace(ptr=STREAM),
    )
    cupy.get_default_memory_pool = lambda: SimpleNamespace(free_bytes=lambda: 1 << 30)
    module: ModuleType = cupy
    return module


@contextmanager
def cupy_replaced() -> Iterator[ModuleType]:
    """While this lasts, `import cupy` gives the strict stand-in, and traffic counts from zero."""
    before, module = sys.modules.get("cupy"), strict_cupy()
    sys.modules["cupy"] = module
    traffic.reset()
    TAPE.deeds, TAPE.launches = None, 0
    try:
        yield module
    finally:
        del sys.modules["cupy"]
        if before is not None:
            sys.modules["cupy"] = before
