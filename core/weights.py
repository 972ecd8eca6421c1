"""The weights of a network: flat vectors on its device, each layer's views of them, first values.

All trained weights lie in one flat vector, `parameters`, and their gradients in another of the
same order, `gradients`; what layers keep without training it, such as running means, in a third.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backend import Backend
from core.infer import Inference
from core.layers import Weight
from core.network_errors import NetworkError
from core.shapes import volume
from core.tongue import tr

Array = Any
Host = NDArray[Any]


class Weights:
    """The weights of these nodes, by names such as "conv1.weight".

    Attributes:
        specs: what each is, in the order of the flat vectors.
        parameters, gradients, kept: flat vectors on the device.
        of, gradients_of: the views of them by node and by the layer's own name.
    """

    def __init__(
        self, nodes: tuple[str, ...], known: Inference, *, backend: Backend, dtype: np.dtype[Any]
    ) -> None:
        self._nodes, self._backend, self._dtype = nodes, backend, dtype
        self.specs: dict[str, Weight] = {
            f"{id}.{name}": weight
            for id in nodes
            for name, weight in known.nodes[id].weights.items()
        }
        self.of: dict[str, dict[str, Array]] = {}
        self.gradients_of: dict[str, dict[str, Array]] = {}
        self._lay_out()

    def _lay_out(self) -> None:
        """One flat vector for trained weights, one for kept ones, and the layers' views."""
        xp = self._backend.xp
        sizes = [0, 0]
        for weight in self.specs.values():
            sizes[weight.trained] += volume(weight.shape)
        self.kept = xp.zeros(sizes[False], self._dtype)
        self.parameters = xp.zeros(sizes[True], self._dtype)
        self.gradients = xp.zeros(sizes[True], self._dtype)
        ends = [0, 0]
        for full, weight in self.specs.items():
            id, name = full.split(".")
            start = ends[weight.trained]
            ends[weight.trained] = end = start + volume(weight.shape)
            flat = self.parameters if weight.trained else self.kept
            self.of.setdefault(id, {})[name] = flat[start:end].reshape(weight.shape)
            if weight.trained:
                view = self.gradients[start:end].reshape(weight.shape)
                self.gradients_of.setdefault(id, {})[name] = view

    def draw(self, seed: int) -> None:
        """First values, from a stream of its own for each node: other nodes do not disturb it."""
        streams = {id: stream_of(seed, id) for id in self._nodes}
        for full, weight in self.specs.items():
            id, name = full.split(".")
            values = weight.initializer.draw(streams[id], weight.shape, weight.fan)
            self.of[id][name][...] = self._backend.asarray(values, self._dtype)

    def value(self, name: str) -> Host:
        """A copy of one weight; NetworkError where there is none of this name."""
        return self._backend.asnumpy(self._view(name)).copy()

    def gradient(self, name: str) -> Host:
        """A copy of the gradient of one trained weight; NetworkError as above."""
        node, _, weight = name.partition(".")
        if weight not in self.gradients_of.get(node, {}):
            raise NetworkError(
                tr("there is no trained weight {name!r} in this network.", name=name)
            )
        return self._backend.asnumpy(self.gradients_of[node][weight]).copy()

    def put(self, values: Mapping[str, Host]) -> None:
        """Put values in place of weights; all names and shapes are checked before any changes."""
        for name, value in values.items():
            want = self._view(name).shape
            if np.shape(value) != want:
                raise NetworkError(
                    tr(
                        "{name} has the shape {want}, the values {shape}.",
                        name=name,
                        want=want,
                        shape=np.shape(value),
                    )
                )
        for name, value in values.items():
            self._view(name)[...] = self._backend.asarray(value, self._dtype)

    def _view(self, name: str) -> Array:
        node, _, weight = name.partition(".")
        if weight not in self.of.get(node, {}):
            raise NetworkError(tr("there is no weight {name!r} in this network.", name=name))
        return self.of[node][weight]


def stream_of(seed: int, id: str, step: int = 0, lane: int = 0) -> np.random.Generator:
    """A random stream that follows from seed, node, step and process; step 0 draws the weights."""
    key = np.array([seed % 2**64, zlib.crc32(id.encode())], np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=[0, 0, step, lane]))
