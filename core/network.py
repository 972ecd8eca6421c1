"""A checked graph with weights on a device: forward, backward, predictions.

All trained weights lie in one flat vector, `parameters`, and their gradients in another of the
same order, `gradients`; each layer works on views of them. Buffers are made once for the largest
batch seen and used again at every step.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.backend import Backend, backend
from core.graph import Graph
from core.infer import infer
from core.layers import Input, Output, Weight
from core.shapes import Shape, shape_text, volume
from core.steps import Parts, Step, fused_steps, single_steps
from core.tongue import tr

Array = Any
Host = NDArray[Any]


class NetworkError(ValueError):
    """The graph cannot run, or values do not fit it; one sentence."""


class ValuesError(NetworkError):
    """Items or targets that the network cannot take: a shape, a class or a number that is wrong."""


class Losses(NamedTuple):
    """What a batch costs.

    Attributes:
        total: the weighted sum over the outputs, 0-d on the device.
        gradients: the gradient of `total` by each output, on the device.
        each: the loss of every output by itself, 0-d on the device.
    """

    total: Array
    gradients: dict[str, Array]
    each: dict[str, Array]


class Network:
    """A graph made runnable.

    Attributes:
        whole, inference: what it was made from, bypassed nodes included; their weights rest.
        graph: the graph that computes.
        backend: the device that computes.
        seed: decides the first weights and every random choice of the layers.
        clock: counts training steps; part of every random stream of the layers.
        lane: which of several processes this is, from 0; the same.
        parameters, gradients: flat vectors on the device.
        outputs: the Output nodes; the first is the primary one, which counts most.
    """

    def __init__(
        self,
        graph: Graph,
        *,
        seed: int = 0,
        device: str | Backend = "cpu",
        dtype: Any = np.float32,
    ) -> None:
        self.whole, self.inference = graph, infer(graph)
        self.graph = graph = graph.active
        for problem in self.inference.problems:
            if problem.severity == "error":
                raise NetworkError(problem.sentence)
        self.backend = backend(device) if isinstance(device, str) else device
        self.seed, self.clock, self.lane, self.dtype = seed, 0, 0, np.dtype(dtype)
        self._input = graph.of_type(Input)[0]
        self.input_shape: Shape = self._input.layer.infer()
        self.outputs = _outputs(graph)
        self._runs = {id: _NodeRun(self, id) for id in graph.order}
        self._room = self.backend.room(self.dtype)
        self._singles = single_steps(graph)
        self._fused = fused_steps(graph) if self.backend.fuses else self._singles
        self._steps: tuple[Step, ...] = self._singles  # those of the last forward pass
        self._lay_out()
        self._mark_learners()
        self._parts = {
            id: Parts(run, self._weights.get(id, {}), self._grads.get(id, {}))
            for id, run in self._runs.items()
        }
        self._draw()

    # ---- weights ------------------------------------------------------------------------

    @property
    def weight_names(self) -> tuple[str, ...]:
        """Names such as "conv1.weight", in the order of the flat vectors."""
        return tuple(self._specs)

    def weights(self) -> dict[str, Host]:
        """Copies of all weights on the host, by name, trained and kept."""
        return {name: self.weight(name) for name in self._specs}

    def weight(self, name: str) -> Host:
        """A copy of one weight, for example "conv1.weight"; PyTorch's axis order."""
        return self.backend.asnumpy(self._view(name)).copy()

    def gradient(self, name: str) -> Host:
        """A copy of the last gradient of one trained weight."""
        node, _, weight = name.partition(".")
        if weight not in self._grads.get(node, {}):
            raise NetworkError(
                tr("there is no trained weight {name!r} in this network.", name=name)
            )
        return self.backend.asnumpy(self._grads[node][weight]).copy()

    def set_weights(self, values: Mapping[str, Host]) -> None:
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
            self._view(name)[...] = self.backend.asarray(value, self.dtype)

    def _view(self, name: str) -> Array:
        node, _, weight = name.partition(".")
        if weight not in self._weights.get(node, {}):
            raise NetworkError(tr("there is no weight {name!r} in this network.", name=name))
        return self._weights[node][weight]

    def _lay_out(self) -> None:
        """One flat vector for trained weights, one for kept ones, and the layers' views."""
        self._specs: dict[str, Weight] = {
            f"{id}.{name}": weight
            for id in self.whole.order
            for name, weight in self.inference.nodes[id].weights.items()
        }
        xp = self.backend.xp
        sizes = [0, 0]
        for weight in self._specs.values():
            sizes[weight.trained] += volume(weight.shape)
        self.kept = xp.zeros(sizes[False], self.dtype)
        self.parameters = xp.zeros(sizes[True], self.dtype)
        self.gradients = xp.zeros(sizes[True], self.dtype)
        self._weights: dict[str, dict[str, Array]] = {}
        self._grads: dict[str, dict[str, Array]] = {}
        ends = [0, 0]
        for full, weight in self._specs.items():
            id, name = full.split(".")
            start = ends[weight.trained]
            ends[weight.trained] = end = start + volume(weight.shape)
            flat = self.parameters if weight.trained else self.kept
            self._weights.setdefault(id, {})[name] = flat[start:end].reshape(weight.shape)
            if weight.trained:
                view = self.gradients[start:end].reshape(weight.shape)
                self._grads.setdefault(id, {})[name] = view

    def _draw(self) -> None:
        """First values, from a stream of its own for each node: other nodes do not disturb it."""
        streams = {id: stream_of(self.seed, id) for id in self.whole.order}
        for full, weight in self._specs.items():
            id, name = full.split(".")
            values = weight.initializer.draw(streams[id], weight.shape, weight.fan)
            self._weights[id][name][...] = self.backend.asarray(values, self.dtype)

    def _mark_learners(self) -> None:
        """Which nodes must hand a gradient back: those with something trained before them."""
        learns: dict[str, bool] = {}
        for id in self.graph.order:
            before = any(learns[source] for source in self.graph.inputs_of(id))
            self._runs[id].wants_dx = before
            learns[id] = before or id in self._grads

    # ---- computing on the device --------------------------------------------------------

    def run_forward(
        self,
        x: Array,
        *,
        training: bool = False,
        every: bool = True,
        steps: tuple[Step, ...] = (),
    ) -> dict[str, Array]:
        """Nodes' outputs for a batch on the device; valid until the next call.

        Of every node, or with `every` off of those alone that cost nothing more, the Output nodes
        among them: where the backend computes several layers at once, those between are missing.
        `steps` take the place of the network's own: `singles`, each with something around it.
        """
        values: dict[str, Array] = {}
        self._steps = steps or (self._singles if every else self._fused)
        self._saved: dict[str, Any] = {}
        for run in self._runs.values():
            run.training = training
        for step in self._steps:
            inputs = tuple(values[source] for source in step.sources) or (x,)
            id = step.ids[-1]
            with self.backend.busy:
                values[id], self._saved[id] = step.forward(self.parts, *inputs)
        return values

    def run_backward(
        self, gradients: Mapping[str, Array], *, every: bool = True
    ) -> dict[str, Array]:
        """Fill `gradients` of all weights from those of the outputs; call after `run_forward`.

        Gives the gradient by every node's output that was needed, or with `every` off none of
        them, so that their memory is free again at once.
        """
        dys: dict[str, Array] = dict(gradients)
        for step in reversed(self._steps):
            id = step.ids[-1]
            learns = any(node in self._grads for node in step.ids)
            if id not in dys:  # leads to no output
                for node in step.ids:
                    for grad in self._grads.get(node, {}).values():
                        grad[...] = 0
                continue
            dy = dys[id] if every else dys.pop(id)
            if not learns and not any(self._runs[node].wants_dx for node in step.ids):
                continue
            with self.backend.busy:
                dxs = step.backward(self.parts, self._saved[id], dy)
            for source, dx in zip(step.sources, dxs, strict=False):
                if dx is not None:
                    dys[source] = self._sum(dys.get(source), dx)
        return dys

    def _sum(self, so_far: Array | None, dx: Array) -> Array:
        """Gradients add where an output is used more than once."""
        if so_far is None:
            return dx
        return self.backend.add(so_far, dx, out=self.on_its_way(dx.shape))

    def on_its_way(self, shape: tuple[int, ...]) -> Array:
        """An uninitialised array whose memory is used again once nobody holds it."""
        return self.backend.shaped(self._room(volume(shape)), shape)

    def losses(self, values: Mapping[str, Array], targets: Mapping[str, Array]) -> Losses:
        """What the outputs cost for targets as `encode` gave them."""
        total: Array = 0.0
        gradients: dict[str, Array] = {}
        each: dict[str, Array] = {}
        for id in self.outputs:
            layer = self.output(id)
            value, dz = layer.loss.value_and_gradient(self.backend.xp, values[id], targets[id])
            each[id] = value
            if layer.weight != 1.0:
                value, dz = value * layer.weight, dz * layer.weight
            total, gradients[id] = value + total, dz.astype(self.dtype, copy=False)
        return Losses(total, gradients, each)

    def encode(self, labels: Host | Mapping[str, Host]) -> dict[str, Array]:
        """Labels on the device as each output's loss wants them, by output node.

        `labels` are one array, or arrays by the data set's field names. ValuesError where an
        output cannot learn them.
        """
        encoded = {}
        for id in self.outputs:
            host = self._encoded(id, self.field(id, labels))
            dtype = self.dtype if host.dtype.kind == "f" else None
            encoded[id] = self.backend.asarray(host, dtype)
        return encoded

    def field(self, id: str, labels: Host | Mapping[str, Host]) -> Host:
        """What an output learns from: the field it names, or the one array there is."""
        if not isinstance(labels, Mapping):
            return np.asarray(labels)
        target = self.output(id).target
        if target not in labels:
            have, title = ", ".join(labels), self.graph[id].title
            raise ValuesError(
                tr(
                    "{title} learns from “{target}”, the data have {have}: choose one of these"
                    " under Learns from.",
                    title=title,
                    target=target,
                    have=have,
                )
            )
        return np.asarray(labels[target])

    def _encoded(self, id: str, values: Host) -> Host:
        """Targets of one output as its loss wants them, or ValuesError."""
        layer, title = self.output(id), self.graph[id].title
        (units,) = self.inference.nodes[id].output or (0,)
        count = volume(values.shape[1:])
        if values.ndim == 1 and (units > 1 or layer.loss.takes_classes):
            self._check_classes(id, values, units)
        host = layer.loss.encode(values, units)
        if layer.loss.takes_classes and host.ndim != 1:
            raise ValuesError(
                tr(
                    "{title} tells classes apart, “{target}” holds {count} values for each item:"
                    " choose Squared error as its loss, or another field under Learns from.",
                    title=title,
                    target=layer.target,
                    count=count,
                )
            )
        if not layer.loss.takes_classes and host.shape != (len(host), units):
            raise ValuesError(
                tr(
                    "{title} gives {units} values, “{target}” holds {count} for each item: give"
                    " the layer before it {count} units, or choose another field under Learns"
                    " from.",
                    title=title,
                    units=units,
                    target=layer.target,
                    count=count,
                )
            )
        if host.dtype.kind == "f" and not np.isfinite(host).all():
            raise ValuesError(
                tr(
                    "{title} learns from “{target}”, which holds values that are not finite. Check"
                    " the data set.",
                    title=title,
                    target=layer.target,
                )
            )
        return host

    def _check_classes(self, id: str, numbers: Host, units: int) -> None:
        title, target = self.graph[id].title, self.output(id).target
        if numbers.dtype.kind not in "iu" and len(numbers):
            raise ValuesError(
                tr(
                    "{title} takes class numbers, “{target}” holds {dtype} values: choose another"
                    " field under Learns from.",
                    title=title,
                    target=target,
                    dtype=numbers.dtype,
                )
            )
        if len(numbers) and not 0 <= numbers.min() <= numbers.max() < units:
            worst = numbers.max() if numbers.max() >= units else numbers.min()
            cure = (
                tr("give the layer before it {worst} units", worst=worst + 1)
                if worst > 0
                else tr("check the data")
            )
            raise ValuesError(
                tr(
                    "{title} tells {units} classes apart, 0 to {units2}; label {worst} came:"
                    " {cure}.",
                    title=title,
                    units=units,
                    units2=units - 1,
                    worst=worst,
                    cure=cure,
                )
            )

    # ---- computing from and to the host -------------------------------------------------

    def upload(self, x: Host) -> Array:
        """A batch N C H W on the device, checked against the Input; ValuesError."""
        if np.ndim(x) != len(self.input_shape) + 1 or np.shape(x)[1:] != self.input_shape:
            want, came = shape_text(self.input_shape), shape_text(tuple(np.shape(x)[1:]) or (0,))
            raise ValuesError(
                tr(
                    "{title} takes items of the shape {want}, these are {came}.",
                    title=self._input.title,
                    want=want,
                    came=came,
                )
            )
        if len(x) == 0:
            raise ValuesError(
                tr(
                    "{title} gets an empty batch: at least one item is needed.",
                    title=self._input.title,
                )
            )
        with np.errstate(over="ignore"):  # what is too large for the network is infinite for it
            host = np.asarray(x, self.dtype)
        finite = np.isfinite(host)
        if not finite.all():
            good = int(finite.reshape(len(host), -1).all(axis=1).sum())
            raise ValuesError(
                tr(
                    "{title} takes finite numbers, nan or infinity came in {count} of {count2}"
                    " items: check the data set.",
                    title=self._input.title,
                    count=len(host) - good,
                    count2=len(host),
                )
            )
        return self.backend.asarray(host, self.dtype)

    def prepare(self, x: Host, labels: Host | Mapping[str, Host]) -> tuple[Array, dict[str, Array]]:
        """A batch and its targets on the device; ValuesError where they do not fit."""
        batch, targets = self.upload(x), self.encode(labels)
        for id, target in targets.items():
            if len(target) != len(batch):
                raise ValuesError(
                    tr(
                        "the batch has {count} items but {count2} labels for {title}.",
                        count=len(batch),
                        count2=len(target),
                        title=self.graph[id].title,
                    )
                )
        return batch, targets

    def forward(self, x: Host) -> Host:
        """The raw scores (N, K) of the first output for a batch N C H W."""
        return self.activations(x, self.outputs[:1])[self.outputs[0]]

    def predict(self, x: Host) -> Host:
        """Probabilities or values (N, K) of the first output for a batch N C H W."""
        values = self.run_forward(self.upload(x), every=False)
        first = self.outputs[0]
        said = self.output(first).loss.predict(self.backend.xp, values[first])
        return self.backend.asnumpy(said).copy()

    def activations(self, x: Host, nodes: Iterable[str]) -> dict[str, Host]:
        """Copies of what these nodes give for a batch N C H W, as after training."""
        values = self.run_forward(self.upload(x))
        givers = {id: self.whole.giver(id) or id for id in nodes}
        return {id: self.backend.asnumpy(values[giver]).copy() for id, giver in givers.items()}

    def loss_and_gradients(self, x: Host, labels: Host | Mapping[str, Host]) -> float:
        """The training loss of a batch; fills `gradients`. One half of a training step."""
        batch, targets = self.prepare(x, labels)
        losses = self.losses(self.run_forward(batch, training=True, every=False), targets)
        self.run_backward(losses.gradients, every=False)
        return float(losses.total)

    @property
    def singles(self) -> tuple[Step, ...]:
        """One step for each layer, in the order data flow."""
        return self._singles

    def parts(self, id: str) -> Parts:
        """What the layer of a node computes with."""
        return self._parts[id]

    def buffers(self) -> list[Array]:
        """The arrays that layers work in, as they are now; a larger batch takes larger ones."""
        return [block for run in self._runs.values() for block in run._blocks.values()]

    def output(self, id: str) -> Output:
        """The layer of an Output node."""
        layer = self.graph.nodes[id].layer
        assert isinstance(layer, Output)
        return layer


class _NodeRun:
    """What one node's layer may use while it computes (see `core.layers.base.Run`)."""

    def __init__(self, network: Network, id: str) -> None:
        self.backend = network.backend
        self.training = False
        self.wants_dx = True
        self._network, self._id = network, id
        self._blocks: dict[str, Array] = {}

    def empty(self, name: str, shape: tuple[int, ...]) -> Array:
        size, block = volume(shape), self._blocks.get(name)
        if block is None or block.size < size:
            block = self._blocks[name] = self.backend.xp.empty(size, self._network.dtype)
        return self.backend.shaped(block, shape)

    def gradient(self, shape: tuple[int, ...]) -> Array:
        return self._network.on_its_way(shape)

    def random(self) -> np.random.Generator:
        network = self._network
        return stream_of(network.seed, self._id, network.clock + 1, network.lane)


def _outputs(graph: Graph) -> tuple[str, ...]:
    """The Output nodes, by their weight and then in the order data flows.

    Helping heads such as GoogLeNet's weigh less, though data reach them earlier.
    """
    found = {node.id: node.layer for node in graph.of_type(Output)}
    return tuple(sorted(found, key=lambda id: -found[id].weight))  # type: ignore[attr-defined]


def stream_of(seed: int, id: str, step: int = 0, lane: int = 0) -> np.random.Generator:
    """A random stream that follows from seed, node, step and process; step 0 draws the weights."""
    key = np.array([seed % 2**64, zlib.crc32(id.encode())], np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=[0, 0, step, lane]))
