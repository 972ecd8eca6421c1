"""Convolutions by NVIDIA's cuDNN, through its Python frontend; an optional extra.

For each operation and its sizes a plan is made once, which takes up to half a second, and kept.
What cuDNN does not take goes the way it goes without cuDNN.
"""

from __future__ import annotations

import logging
import math
from functools import cache
from typing import Any

import numpy as np

from core.backend.cupy import CupyBackend
from core.backend.numpy import Array
from core.backend.probe import EXTRAS, installed_cupy
from core.shapes import Window

ALIGNMENT = 16  # bytes: cuDNN takes for granted that arrays begin at a multiple
# What an operation is called there, and what it calls its two arrays.
OPERATIONS = {
    "forward": ("conv_fprop", "image", "weight"),
    "data": ("conv_dgrad", "loss", "filter"),
    "filter": ("conv_wgrad", "image", "loss"),
}
_FIRST, _SECOND, _OUT = 1, 2, 3  # names of a plan's arrays

_log = logging.getLogger(__name__)


@cache
def is_usable() -> bool:
    """Whether cuDNN and its frontend load; where not, the log says once what to install."""
    try:
        import cudnn

        cudnn.destroy_handle(cudnn.create_handle())
    except (ImportError, OSError, RuntimeError) as problem:
        found = [extra for extra, wheel in EXTRAS.items() if wheel in installed_cupy()]
        extra = (found or ["cuda13"])[0].replace("cuda", "cudnn")
        reason = str(problem).partition("\n")[0].rstrip(".")
        _log.info(
            'convolutions are computed without cuDNN (%s); to use it: pip install ".[%s]"',
            reason,
            extra,
        )
        return False
    return True


class CudnnBackend(CupyBackend):
    """One GPU whose convolutions of float32 arrays are cuDNN's."""

    def __init__(self, index: int = 0, *, tf32: bool = True) -> None:
        import cudnn

        super().__init__(index, tf32=tf32)
        self._cudnn = cudnn
        self._handle = cudnn.create_handle()
        self._plans: dict[tuple[Any, ...], Any] = {}

    def conv2d(
        self, x: Array, w: Array, b: Array | None, *, window: Window, groups: int, out: Array
    ) -> Array:
        """x convolved with w, plus b; see the reference."""
        if not self._run("forward", x, w, out, window):
            return super().conv2d(x, w, b, window=window, groups=groups, out=out)
        if b is not None:
            out += b.reshape(1, -1, 1, 1)
        return out

    def conv2d_data(self, dy: Array, w: Array, *, window: Window, groups: int, out: Array) -> Array:
        """Gradient by x; see the reference."""
        if not self._run("data", dy, w, out, window):
            return super().conv2d_data(dy, w, window=window, groups=groups, out=out)
        return out

    def conv2d_filter(
        self, x: Array, dy: Array, *, window: Window, groups: int, out: Array
    ) -> Array:
        """Gradient by w; see the reference."""
        if not self._run("filter", x, dy, out, window):
            return super().conv2d_filter(x, dy, window=window, groups=groups, out=out)
        return out

    def _run(self, name: str, first: Array, second: Array, out: Array, window: Window) -> bool:
        """Do an operation; False where there is no plan for it."""
        if out.dtype != np.float32:
            return False
        key = (name, first.shape, second.shape, out.shape, window)
        if key not in self._plans:
            self._plans[key] = self._plan(*key)
        plan = self._plans[key]
        if plan is None:
            return False
        first, second = self._aligned(first), self._aligned(second)
        target = out if _is_aligned(out) else self.xp.empty(out.shape, out.dtype)
        workspace = self.xp.empty(max(plan.get_workspace_size(), 1), np.uint8)
        self._cudnn.set_stream(self._handle, self.xp.cuda.get_current_stream().ptr)
        arrays = {_FIRST: first, _SECOND: second, _OUT: target}
        pointers = {name: array.data.ptr for name, array in arrays.items()}
        plan.execute(pointers, workspace.data.ptr, handle=self._handle)
        if target is not out:
            out[...] = target
        return True

    def _aligned(self, array: Array) -> Array:
        """The array, or a copy that lies as cuDNN wants it; a weight may begin anywhere."""
        return array if _is_aligned(array) else array.copy(order="C")

    def _plan(self, name: str, first: Any, second: Any, out: Any, window: Window) -> Any:
        """A plan for an operation on arrays of these shapes; None where cuDNN has none."""
        cudnn = self._cudnn
        real, (top, bottom, left, right) = cudnn.data_type.FLOAT, window.padding
        graph = cudnn.pygraph(
            io_data_type=real,
            intermediate_data_type=real,
            compute_data_type=real,
            handle=self._handle,
        )
        operation, one, other = OPERATIONS[name]
        tensors = {
            word: graph.tensor(uid=uid, dim=list(shape), stride=_strides(shape), data_type=real)
            for word, uid, shape in ((one, _FIRST, first), (other, _SECOND, second))
        }
        result = getattr(graph, operation)(
            **tensors,
            pre_padding=[top, left],
            post_padding=[bottom, right],
            stride=list(window.stride),
            dilation=list(window.dilation),
        )
        result.set_uid(_OUT).set_output(True).set_data_type(real)
        result.set_dim(list(out)).set_stride(_strides(out))
        try:
            graph.validate()
            graph.build_operation_graph()
            graph.create_execution_plans([cudnn.heur_mode.A, cudnn.heur_mode.FALLBACK])
            if not self.tf32:
                graph.deselect_numeric_notes([cudnn.numerical_note.TENSOR_CORE])
            graph.check_support()
            graph.build_plans()
        except (cudnn.cudnnGraphNotSupportedError, RuntimeError) as problem:
            _log.info("cuDNN has no plan for %s of %s and %s: %s", name, first, second, problem)
            return None
        return graph


def _strides(shape: tuple[int, ...]) -> list[int]:
    """How many values lie between neighbours along each axis of an array that is in order."""
    return [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]


def _is_aligned(array: Array) -> bool:
    return bool(array.flags.c_contiguous and array.data.ptr % ALIGNMENT == 0)
