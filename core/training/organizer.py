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
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.backend import DeviceError
from core.data.dataset import Dataset
from core.data.fitted import FitError, FittedData, FittedSplit, fit
from core.data.sources import open_source
from core.design import Design
from core.files import FileError
from core.layers import NeoS
from core.network import Network, NetworkError
from core.training.control import Control
from core.training.events import Event, Failed, Paused, Resumed
from core.training.hebb import Cells, Hebb, strongest, strongest_in_columns

Host = NDArray[Any]
Winner = tuple[int, int, int]
"""A winning cell: plane, row, column."""

BLOCK = 64  # pictures that go through the layers before at a time
REPORTS = 30  # for each layer


class Images(Protocol):
    """Pictures N C H W by index, such as an array."""

    def __len__(self) -> int: ...

    def __getitem__(self, indices: Any, /) -> Host: ...


@dataclass(frozen=True)
class Presented(Event):
    """A layer was shown some pictures; `planes` is left out of JSON.

    Attributes:
        node, shown, presentations: the layer, pictures so far, and pictures in all.
        wins: how often each plane has learned.
        item, winners: the newest picture, and the cells that learned from it.
        planes: the excitatory strengths a (K, C, kh, kw).
    """

    name = "presented"

    node: str
    shown: int
    presentations: int
    wins: tuple[int, ...]
    item: int
    winners: tuple[Winner, ...]
    planes: Host

    def to_json(self) -> dict[str, Any]:
        names = ("node", "shown", "presentations", "wins", "item", "winners")
        return {"event": self.name, **{name: getattr(self, name) for name in names}}


@dataclass(frozen=True)
class Organized(Event):
    """Learning has ended; `reason` is "done" or "stopped"."""

    name = "organized"

    reason: str
    seconds: float


def organize(
    network: Network,
    images: Images,
    hebb: Hebb | None = None,
    *,
    nodes: Sequence[str] = (),
    control: Control | None = None,
) -> Iterator[Event]:
    """Let S-layers learn from pictures N C H W, one layer after another; tells what happens.

    What the layers knew is forgotten first. `nodes` names the layers that are to learn; without it
    all do. The last event is Organized; afterwards the network holds the strengths. NetworkError
    where there is nothing to learn or to learn from.
    """
    hebb, control = hebb or Hebb(), control or Control()
    layers = tuple(node.id for node in network.graph.of_type(NeoS))
    chosen = tuple(id for id in layers if not nodes or id in nodes)
    if not chosen or set(nodes) - set(layers):
        raise NetworkError("there are no S-cells to learn here: add a NeoS layer.")
    if not len(images):
        raise NetworkError("there are no pictures: at least one is needed.")
    begin = time.perf_counter()
    for number, node in enumerate(chosen, start=1):
        yield from _Lesson(network, node, hebb).events(images, control, number)
        if control.stopped:
            break
    reason = "stopped" if control.stopped else "done"
    yield Organized(reason, time.perf_counter() - begin)


class _Lesson:
    """One layer learns."""

    def __init__(self, network: Network, node: str, hebb: Hebb) -> None:
        self.network, self.node, self.hebb = network, node, hebb
        layer = network.graph[node].layer
        assert isinstance(layer, NeoS)
        a, b = (network.weight(f"{node}.{name}") for name in ("weight", "inhibition"))
        self.cells, self.wins = Cells(layer, a, b), np.zeros(len(a), np.int64)
        key = np.array([hebb.seed, zlib.crc32(node.encode())], np.uint64)
        self.random = np.random.Generator(np.random.Philox(key=key))

    def events(self, images: Images, control: Control, number: int) -> Iterator[Event]:
        """Show the pictures one by one; `number` counts the layers from 1."""
        total = self.hebb.presentations
        self.hebb.rule.start(self.cells, self.random)
        every = max(1, total // REPORTS)
        for shown, (item, x) in enumerate(self._shown(images), start=1):
            yield from self._attend(control, number, shown)
            if control.stopped:
                self._put_back()
                return
            winners = self._present(x)
            if shown % every == 0 or shown == total:
                yield self._report(shown, item, winners)

    def _shown(self, images: Images) -> Iterator[tuple[int, Host]]:
        """Each picture's number, and what this layer gets of it, C H W.

        The layers before have learned already, so pictures go through them a block at a time.
        """
        source = self.network.graph.inputs_of(self.node)[0]
        items = self.random.integers(len(images), size=self.hebb.presentations)
        for first in range(0, len(items), BLOCK):
            block = items[first : first + BLOCK]
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

    def _attend(self, control: Control, number: int, shown: int) -> Iterator[Event]:
        """Look at the controls; wait here while paused."""
        control.attend(self.network)
        if control.paused:
            self._put_back()
            yield Paused(number, shown)
            while control.wait(self.network):
                pass
            if not control.stopped:
                yield Resumed(number, shown)

    def _report(self, shown: int, item: int, winners: tuple[Winner, ...]) -> Presented:
        self._put_back()
        wins, total = tuple(self.wins.tolist()), self.hebb.presentations
        planes = self.cells.a.reshape(self.cells.shape).astype(np.float32)
        return Presented(self.node, shown, total, wins, item, winners, planes)

    def _put_back(self) -> None:
        """Let the network have the strengths as they are now."""
        a = self.cells.a.reshape(self.cells.shape)
        strengths = {"weight": a, "inhibition": self.cells.b}
        self.network.set_weights({f"{self.node}.{name}": w for name, w in strengths.items()})


class Organizer:
    """A design's S-cells learn from its data, as a trainer would: for the engine and for scripts.

    Attributes: `network` and `data`, there once the first event was told; they stay afterwards.
    """

    def __init__(
        self,
        design: Design,
        hebb: Hebb | None = None,
        *,
        dataset: Dataset | None = None,
        control: Control | None = None,
    ) -> None:
        self.design, self.hebb, self.control = design, hebb, control
        self.network: Network | None = None
        self.data: FittedData | None = None
        self._dataset = dataset

    def events(self) -> Iterator[Event]:
        """Learn; the last event is Organized or Failed, nothing a user can cause is raised."""
        plan, choice = self.design.plan, self.design.data
        try:
            self.network = Network(self.design.graph, seed=plan.seed, device=plan.device)
            dataset = self._dataset or open_source(choice.source, choice.policy)
            self.data = fit(dataset, self.network.input_shape, choice.policy)
            images = _FittedImages(self.data.train)
            yield from organize(self.network, images, self.hebb, control=self.control)
        except NetworkError as error:
            yield Failed(str(error), "design")
        except (FitError, FileError) as error:
            yield Failed(str(error), "data")
        except DeviceError as error:
            yield Failed(str(error), "device")


@dataclass(frozen=True)
class _FittedImages:
    """The inputs of a fitted split, by index."""

    split: FittedSplit

    def __len__(self) -> int:
        return len(self.split)

    def __getitem__(self, indices: Any, /) -> Host:
        x, _ = self.split.batch(indices)
        return x
