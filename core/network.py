"""A checked graph with weights on a device: forward, backward, predictions.

How its weights lie on the device is told in `core.weights`, what it takes in `core.values`. Buffers
are made once for the largest batch seen and used again at every step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.backend import Backend, backend
from core.graph import Graph
from core.infer import infer
from core.layers import Input, Output
from core.network_errors import NetworkError, ValuesError
from core.shapes import Shape, volume
from core.steps import Parts, Step, fused_steps, single_steps
from core.tongue import tr
from core.values import checked_items, encoded, field_of
from core.weights import Weights, stream_of

Array = Any
Host = NDArray[Any]


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
        parameters, gradients, kept: its weights' flat vectors on the device.
        outputs: the Output nodes; the first is the primary one, which counts most.
    """

    def __init__(
        self,
        graph: Graph,
        *,
        seed: int = 0,
        device: str | Backend = "cpu",
        dtype: Any = np.float32,
        drawn: bool = True,
    ) -> None:
        """Without `drawn` every weight is 0: for those who put in values at once."""
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
        self._weights = Weights(
            self.whole.order, self.inference, backend=self.backend, dtype=self.dtype
        )
        self.parameters, self.gradients = self._weights.parameters, self._weights.gradients
        self.kept = self._weights.kept
        self._mark_learners()
        of, gradients_of = self._weights.of, self._weights.gradients_of
        self._parts = {
            id: Parts(run, of.get(id, {}), gradients_of.get(id, {}))
            for id, run in self._runs.items()
        }
        if drawn:
            self._weights.draw(seed)

    def copy(self) -> Network:
        """The same network once more, as it is now: what this one learns, that one does not."""
        made = Network(
            self.whole, seed=self.seed, device=self.backend, dtype=self.dtype, drawn=False
        )
        made.parameters[...], made.kept[...] = self.parameters, self.kept
        made.clock, made.lane = self.clock, self.lane
        return made

    # ---- weights ------------------------------------------------------------------------

    @property
    def weight_names(self) -> tuple[str, ...]:
        """Names such as "conv1.weight", in the order of the flat vectors."""
        return tuple(self._weights.specs)

    def weights(self) -> dict[str, Host]:
        """Copies of all weights on the host, by name, trained and kept."""
        return {name: self.weight(name) for name in self.weight_names}

    def weight(self, name: str) -> Host:
        """A copy of one weight, for example "conv1.weight"; PyTorch's axis order."""
        return self._weights.value(name)

    def gradient(self, name: str) -> Host:
        """A copy of the last gradient of one trained weight."""
        return self._weights.gradient(name)

    def set_weights(self, values: Mapping[str, Host]) -> None:
        """Put values in place of weights; all names and shapes are checked before any changes."""
        self._weights.put(values)

    def _mark_learners(self) -> None:
        """Which nodes must hand a gradient back: those with something trained before them."""
        learns: dict[str, bool] = {}
        for id in self.graph.order:
            before = any(learns[source] for source in self.graph.inputs_of(id))
            self._runs[id].wants_dx = before
            learns[id] = before or id in self._weights.gradients_of

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
        grads = self._weights.gradients_of
        for step in reversed(self._steps):
            id = step.ids[-1]
            learns = any(node in grads for node in step.ids)
            if id not in dys:  # leads to no output
                for node in step.ids:
                    for grad in grads.get(node, {}).values():
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
        targets = {}
        for id in self.outputs:
            (units,) = self.inference.nodes[id].output or (0,)
            title, layer = self.graph[id].title, self.output(id)
            host = encoded(self.field(id, labels), layer, title=title, units=units)
            targets[id] = self.backend.asarray(host, self.dtype if host.dtype.kind == "f" else None)
        return targets

    def field(self, id: str, labels: Host | Mapping[str, Host]) -> Host:
        """What an output learns from: the field it names, or the one array there is."""
        return field_of(labels, self.output(id), title=self.graph[id].title)

    # ---- computing from and to the host -------------------------------------------------

    def upload(self, x: Host) -> Array:
        """A batch N C H W on the device, checked against the Input; ValuesError."""
        host = checked_items(x, self.input_shape, title=self._input.title, dtype=self.dtype)
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
