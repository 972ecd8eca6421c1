"""Show pictures to S-cells, so that they organize themselves.

    for event in organize(network, images, Hebb()):
        show(event)

Layer after layer, from the input on. Classes are never looked at: judge the result by clusters,
not by accuracy.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.fitted import FittedData, fit
from core.data.fitted_split import FittedSplit
from core.data.sources import open_source
from core.design import Design
from core.files import FileError
from core.hebb import Cells, Hebb, strongest, strongest_in_columns
from core.layers import NeoS
from core.network import Network
from core.network_errors import NetworkError
from core.tongue import tr
from core.training import diagnosis
from core.training.checkpoint import Checkpoint
from core.training.control import Control
from core.training.events import (
    Event,
    Failed,
    Finished,
    Paused,
    Presented,
    Resumed,
    Started,
    Warned,
    Winner,
)
from core.training.rate import Rate
from core.training.runs import RunFolder, recorded
from core.training.saved import facts_of
from core.training.tally import Tally

Host = NDArray[Any]

BLOCK = 64  # pictures that go through the layers before at a time
REPORTS = 30  # for each layer


class Images(Protocol):
    """Pictures N C H W by index, such as an array."""

    def __len__(self) -> int: ...

    def __getitem__(self, indices: Any, /) -> Host: ...


def organize(
    network: Network,
    images: Images,
    hebb: Hebb | None = None,
    *,
    nodes: Sequence[str] = (),
    control: Control | None = None,
    reports: int = REPORTS,
    block: int = BLOCK,
) -> Iterator[Event]:
    """Let S-layers learn from pictures N C H W, one layer after another; tells what happens.

    What the layers knew is forgotten first. `nodes` names the layers that are to learn; without it
    all do. The last event is Finished; afterwards the network holds the strengths, and its clock
    has counted the pictures. Each layer tells `reports` times how far it is; `block` pictures go
    through the layers before at a time. NetworkError where there is nothing to learn or to learn
    from.
    """
    hebb, control = hebb or Hebb(), control or Control()
    chosen = _learning(network, nodes)
    if not len(images):
        raise NetworkError(tr("there are no pictures: at least one is needed."))
    begin, number = time.perf_counter(), 0
    for number, node in enumerate(chosen, start=1):
        lesson = _Lesson(network, node, hebb, number, reports=reports, block=block)
        yield from lesson.events(images, control)
        if control.stopped:
            break
    yield Finished(
        reason="stopped" if control.stopped else "done",
        epoch=number,
        step=network.clock,
        loss=None,
        accuracy=None,
        best_epoch=0,
        best_accuracy=None,
        seconds=time.perf_counter() - begin,
    )


def _learning(network: Network, nodes: Sequence[str] = ()) -> tuple[str, ...]:
    """The S-layers that are to learn, in the order in which they do."""
    layers = tuple(node.id for node in network.graph.of_type(NeoS))
    chosen = tuple(id for id in layers if not nodes or id in nodes)
    if not chosen or set(nodes) - set(layers):
        raise NetworkError(tr("there are no S-cells to learn here: add a NeoS layer."))
    return chosen


class _Lesson:
    """One layer learns; `number` says which of them it is, from 1."""

    def __init__(
        self, network: Network, node: str, hebb: Hebb, number: int, *, reports: int, block: int
    ) -> None:
        self.network, self.node, self.hebb, self.number = network, node, hebb, number
        self.reports, self.block = reports, block
        layer = network.graph[node].layer
        assert isinstance(layer, NeoS)
        a, b = (network.weight(f"{node}.{name}") for name in ("weight", "inhibition"))
        self.cells, self.wins = Cells(layer, a, b), np.zeros(len(a), np.int64)
        key = np.array([hebb.seed, zlib.crc32(node.encode())], np.uint64)
        self.random = np.random.Generator(np.random.Philox(key=key))

    def events(self, images: Images, control: Control) -> Iterator[Event]:
        """Show the pictures one by one."""
        total = self.hebb.presentations
        self.hebb.rule.start(self.cells, self.random)
        every = max(1, total // self.reports)
        for shown, (item, x) in enumerate(self._shown(images), start=1):
            yield from self._attend(control, shown - 1)
            if control.stopped:
                self._put_back()
                return
            winners = self._present(x)
            self.network.clock += 1
            if shown % every == 0 or shown == total:
                yield self._report(shown, item, winners)

    def _shown(self, images: Images) -> Iterator[tuple[int, Host]]:
        """Each picture's number, and what this layer gets of it, C H W.

        The layers before have learned already, so pictures go through them a block at a time.
        """
        source = self.network.graph.inputs_of(self.node)[0]
        items = self.random.integers(len(images), size=self.hebb.presentations)
        for first in range(0, len(items), self.block):
            block = items[first : first + self.block]
            given = self.network.activations(images[block], [source])[source]
            yield from zip(block.tolist(), given, strict=True)

    def _present(self, x: Host) -> tuple[Winner, ...]:
        """Learn from one picture; gives the cells that won."""
        patches, v, u = self.cells.see(x)
        found = strongest(u) if self.hebb.winners == "image" else strongest_in_columns(u)
        for at, plane in found:
            value = float(u[at, plane])
            self.hebb.rule.learn(self.cells, plane, patches[at], float(v[at]), value)
            self.wins[plane] += 1
        wide = self.network.inference.nodes[self.node].output or (0, 0, 1)
        return tuple((plane, *divmod(at, wide[2])) for at, plane in found)

    def _attend(self, control: Control, shown: int) -> Iterator[Event]:
        """Look at the controls; wait here while paused."""
        control.attend(self.network)
        if control.paused:
            self._put_back()
            yield Paused(self.number, shown)
            while control.wait(self.network):
                pass
            if not control.stopped:
                yield Resumed(self.number, shown)

    def _report(self, shown: int, item: int, winners: tuple[Winner, ...]) -> Presented:
        self._put_back()
        return Presented(
            node=self.node,
            layer=self.number,
            shown=shown,
            presentations=self.hebb.presentations,
            wins=tuple(self.wins.tolist()),
            item=item,
            winners=winners,
            planes=self.cells.a.reshape(self.cells.shape).astype(np.float32),
        )

    def _put_back(self) -> None:
        """Let the network have the strengths as they are now."""
        a = self.cells.a.reshape(self.cells.shape)
        strengths = {"weight": a, "inhibition": self.cells.b}
        self.network.set_weights({f"{self.node}.{name}": w for name, w in strengths.items()})


class Organizer:
    """A design's S-cells learn from its data: what a Trainer is for learning by gradient.

    Attributes: `network` and `data`, there once Started was told; they stay afterwards.
    """

    def __init__(
        self,
        design: Design,
        *,
        dataset: Dataset | None = None,
        control: Control | None = None,
        run: RunFolder | None = None,
    ) -> None:
        method = design.plan.method
        self.design, self.plan = design, design.plan
        self.hebb = method if isinstance(method, Hebb) else Hebb()
        self.control, self.run = control or Control(), run
        self.network: Network | None = None
        self.data: FittedData | None = None
        self._dataset = dataset
        self._begun = False  # whether Started was told

    def events(self) -> Iterator[Event]:
        """Learn; the last event is Finished or Failed, nothing a user can cause is raised."""
        failed = None
        try:
            for event in self._learn():
                yield from recorded(self.run, event)
        except diagnosis.FORESEEN as error:
            failed = diagnosis.refused(error)
        except MemoryError:
            failed = Failed(tr("There is not enough memory for a network of this size."), "memory")
        if failed and self.run and not self._begun:
            self.run.withdraw()
            self.run = None
        if failed:
            yield from recorded(self.run, failed)

    def _learn(self) -> Iterator[Event]:
        plan, choice = self.plan, self.design.data
        network = Network(self.design.graph, seed=plan.seed, device=plan.backend())
        dataset = self._dataset or open_source(choice.source, choice.policy)
        data = fit(dataset, network.input_shape, choice.policy)
        layers = _learning(network)
        self.network, self.data, self._begun = network, data, True
        yield self._started(network, data, len(layers))
        yield from (Warned(sentence, "data") for sentence in data.notes)
        if self.run:
            self.run.note(**facts_of(data), seed=plan.seed)
        for event in organize(network, FittedImages(data.train), self.hebb, control=self.control):
            if isinstance(event, Finished):
                yield from self._kept(event, network)
            else:
                yield event

    def _started(self, network: Network, data: FittedData, layers: int) -> Started:
        return Started(
            epoch=1,
            step=1,
            epochs=layers,
            steps=self.hebb.presentations,
            device=network.backend.name,
            parameters=network.inference.parameters,
            train_items=len(data.train),
            validation_items=len(data.validation),
            data=data.sentence,
            run=str(self.run.path) if self.run else "",
            method="hebb",
        )

    def _kept(self, last: Finished, network: Network) -> Iterator[Event]:
        """Write what was learned, and tell of the end; first of a disk that does not take it."""
        moment = Checkpoint(
            model=network.weights(),
            optimizer={},
            best={},
            tally=Tally(),
            steps=network.clock,
            lr=self.plan.optimizer.lr,
            batch_size=self.plan.batch_size,
            rate=Rate(self.plan).state(),
        )
        try:
            file = self.run.save(moment, network.graph) if self.run else ""
        except FileError as error:
            yield Warned(str(error), "disk")
            file = ""
        yield replace(last, weights=str(file))


@dataclass(frozen=True)
class FittedImages:
    """The inputs of a fitted split, by index."""

    split: FittedSplit

    def __len__(self) -> int:
        return len(self.split)

    def __getitem__(self, indices: Any, /) -> Host:
        x, _ = self.split.batch(indices)
        return x
