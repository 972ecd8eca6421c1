"""Layers on signals (C, T): the layer for maps does the work, on maps of height 1."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import fields, replace
from functools import cached_property
from typing import Any, ClassVar

from core.layers.base import Array, Arrays, Layer, Run, Weight, signal
from core.shapes import Shape, Step, Window, axis_name

BOTH: tuple[int, ...] = (0, 1)
ACROSS = {"kernel_size": 1, "stride": 1, "dilation": 1, "output_size": 1, "output_padding": 0}
"""What a setting along the signal is across it, where maps have one for each axis."""
LENGTH: tuple[int, ...] = (1,)  # a signal is a map of height 1: only its width counts


class MapsLayer(Layer):
    """A layer on maps that can serve signals, too."""

    @abstractmethod
    def output(self, shape: Shape, *, axes: tuple[int, ...] = BOTH) -> Shape:
        """The output shape; ShapeErrors speak of these axes alone."""

    def infer(self, *inputs: Shape) -> Shape:
        return self.output(inputs[0])


class SignalLayer(Layer):
    """A layer on signals: what the layer for maps gives, without the height.

    `on_maps` is that layer's class. `filters` names the weights that reach along the signal; there
    these have a height of 1, all others are the same.
    """

    on_maps: ClassVar[type[MapsLayer]]
    filters: ClassVar[tuple[str, ...]] = ()

    @cached_property
    def plane(self) -> MapsLayer:
        """The layer that does the same to maps of height 1: settings have the same names there."""
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        return self.on_maps(**{name: _on_maps(name, value) for name, value in own.items()})

    def infer(self, *inputs: Shape) -> Shape:
        shape = self.plane.output(_flat(inputs[0]), axes=LENGTH)
        return (*shape[:1], *shape[2:])

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        along = self.plane.explain(_flat(inputs[0]))[1:]
        return tuple(replace(step, axis=axis_name(1, LENGTH)) for step in along)

    def window(self, *inputs: Shape) -> Window | None:
        return self.plane.window(_flat(inputs[0]))

    def window_backwards(self, *inputs: Shape) -> Window | None:
        return self.plane.window_backwards(_flat(inputs[0]))

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        found = self.plane.weights(_flat(inputs[0]))
        narrow = {
            name: replace(found[name], shape=(*found[name].shape[:-2], found[name].shape[-1]))
            for name in self.filters
        }
        return {**found, **narrow}

    def macs(self, *inputs: Shape) -> int:
        return self.plane.macs(_flat(inputs[0]))

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        y, saved = self.plane.forward(run, self._heightened(w), x[:, :, None])
        return (y[:, :, 0] if y.ndim > 2 else y), saved

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        dy = dy[:, :, None] if dy.ndim > 2 else dy
        grads = self._heightened(dw)  # views: what is written there is written into dw
        (dx,) = self.plane.backward(run, self._heightened(w), saved, dy, grads)
        return (None if dx is None else dx[:, :, 0],)

    def _heightened(self, arrays: Arrays) -> dict[str, Array]:
        """Filters (…, k) as (…, 1, k); all others as they are."""
        return {
            name: one[..., None, :] if name in self.filters else one for name, one in arrays.items()
        }


def _on_maps(name: str, value: Any) -> Any:
    """A setting along a signal as that of maps of height 1."""
    if name == "padding":
        return value if isinstance(value, str) else (0, 0, *value)
    return (ACROSS[name], value) if name in ACROSS else value


def _flat(shape: Shape) -> Shape:
    channels, length = signal(shape)
    return (channels, 1, length)
