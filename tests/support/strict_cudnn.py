"""A stand-in for cuDNN's Python frontend: as particular about order and pointers, and it computes.

A plan reads arrays from their addresses by the sizes and strides that it was made for, computes in
float64 with the reference, and writes the result to its address.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np

from core.backend.numpy import Backend
from core.shapes import Window
from tests.support.strict_array import STREAM

STEPS = ["validate", "build_operation_graph", "create_execution_plans", "check_support"]
ALIGNMENT = 16
WORKSPACE = 48  # bytes that every plan wants


class Tensor:
    """An array of a graph: its name, sizes and strides."""

    def __init__(self, uid: int = 0, dim: Any = (), stride: Any = (), data_type: Any = "") -> None:
        self.uid, self.dim, self.stride, self.data_type = uid, dim, stride, data_type
        self.output = False

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("set_"):
            raise AttributeError(name)

        def put(value: Any) -> Tensor:
            assert name[4:] in vars(self), name
            setattr(self, name[4:], value)
            return self

        return put

    def at(self, address: int) -> np.ndarray[Any, Any]:
        """The array that lies at an address."""
        assert self.data_type == "float"
        assert address % ALIGNMENT == 0, "cuDNN takes aligned arrays"
        count = 1 + sum((n - 1) * step for n, step in zip(self.dim, self.stride, strict=True))
        flat = np.ctypeslib.as_array((ctypes.c_float * count).from_address(address))
        strides = [4 * step for step in self.stride]
        return np.lib.stride_tricks.as_strided(flat, self.dim, strides)


class Graph:
    """`cudnn.pygraph` for one convolution."""

    def __init__(self, *, handle: Any, **types: Any) -> None:
        assert handle is frontend.handle
        assert set(types.values()) == {"float"}
        self.inputs: list[Tensor] = []
        self.done: list[str] = []
        self.notes: list[str] = []

    def tensor(self, **words: Any) -> Tensor:
        self.inputs.append(Tensor(**words))
        return self.inputs[-1]

    def conv_fprop(self, *, image: Tensor, weight: Tensor, **words: Any) -> Tensor:
        return self._operation("conv2d", image, weight, weight, **words)

    def conv_dgrad(self, *, loss: Tensor, **words: Any) -> Tensor:
        filters = words.pop("filter")  # a word that Python has, too
        return self._operation("conv2d_data", loss, filters, filters, **words)

    def conv_wgrad(self, *, image: Tensor, loss: Tensor, **words: Any) -> Tensor:
        return self._operation("conv2d_filter", image, loss, None, **words)

    def _operation(
        self, name: str, one: Tensor, other: Tensor, filters: Tensor | None,
        *, pre_padding: Any, post_padding: Any, stride: Any, dilation: Any,
    ) -> Tensor:  # fmt: skip
        (top, left), (bottom, right) = pre_padding, post_padding
        self.padding = (top, bottom, left, right)
        self.steps, self.name, self.read = (tuple(stride), tuple(dilation)), name, (one, other)
        self.out = Tensor()
        self.filters = filters or self.out
        return self.out

    def create_execution_plans(self, modes: list[str]) -> None:
        assert modes == ["a", "fallback"]
        self._did("create_execution_plans")

    def deselect_numeric_notes(self, notes: list[str]) -> None:
        assert self.done == STEPS[:3], "notes are taken out between making and checking plans"
        self.notes += notes

    def validate(self) -> None:
        self._did("validate")

    def build_operation_graph(self) -> None:
        self._did("build_operation_graph")

    def check_support(self) -> None:
        self._did("check_support")

    def build_plans(self) -> None:
        assert self.done == STEPS, self.done
        assert self.out.output
        if self.filters.dim[2:] == frontend.refused:
            raise frontend.module.cudnnGraphNotSupportedError("no engine")
        frontend.plans.append(self)

    def _did(self, step: str) -> None:
        self.done.append(step)
        assert self.done == STEPS[: len(self.done)], self.done

    def get_workspace_size(self) -> int:
        return WORKSPACE

    def execute(self, pointers: dict[int, int], workspace: int, *, handle: Any) -> None:
        assert frontend.stream == STREAM
        assert handle is frontend.handle
        ctypes.memset(workspace, 255, WORKSPACE)
        arrays = [one.at(pointers[one.uid]).astype(np.float64) for one in self.read]
        maps = self.out if self.name == "conv2d_data" else self.read[0]
        window = Window(tuple(self.filters.dim[2:]), self.steps[0], self.padding, self.steps[1])
        words: dict[str, Any] = {"window": window, "groups": maps.dim[1] // self.filters.dim[1]}
        if self.name == "conv2d":
            arrays.append(None)  # type: ignore[arg-type]
        out = np.empty(self.out.dim)
        getattr(Backend(), self.name)(*arrays, out=out, **words)
        self.out.at(pointers[self.out.uid])[...] = out
        frontend.executed += 1


class Frontend:
    """What the stand-in was asked; `refused` is a size of filters that it has no plan for."""

    def __init__(self) -> None:
        self.plans: list[Graph] = []
        self.executed = 0
        self.stream: int | None = None
        self.handle = object()
        self.refused: list[int] | None = None
        self.module: Any = ModuleType("cudnn")

    def set_stream(self, handle: Any, stream: int) -> None:
        assert handle is self.handle
        self.stream = stream


frontend = Frontend()


@contextmanager
def cudnn_replaced() -> Iterator[Frontend]:
    """While this lasts, `import cudnn` gives the stand-in."""
    frontend.__init__()  # type: ignore[misc]
    module = frontend.module
    module.pygraph, module.set_stream = Graph, frontend.set_stream
    module.create_handle, module.destroy_handle = lambda: frontend.handle, lambda handle: None
    module.cudnnGraphNotSupportedError = type("cudnnGraphNotSupportedError", (Exception,), {})
    for name, values in (
        ("data_type", {"FLOAT": "float"}),
        ("heur_mode", {"A": "a", "FALLBACK": "fallback"}),
        ("numerical_note", {"TENSOR_CORE": "tensor core"}),
    ):
        setattr(module, name, type(name, (), values))
    before = sys.modules.get("cudnn")
    sys.modules["cudnn"] = module
    try:
        yield frontend
    finally:
        del sys.modules["cudnn"]
        if before is not None:
            sys.modules["cudnn"] = before
