"""The networks of past moments: what a run had learned after so many of its steps.

They are built beside the network that learns and share nothing with it, so that looking back never
changes what comes out of a training.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from weakref import WeakKeyDictionary

from core.backend import Backend
from core.design import Design
from core.files import FileError
from core.infer import infer
from core.limits import check_network
from core.network import Network
from core.project import design_from_json
from core.tongue import tr
from core.training.checkpoint import load_weights
from core.training.runs import RunFolder
from core.training.snapshots import moments
from core.when import LAST, When

MOST = 6  # networks that are kept
MOST_BYTES = 256_000_000  # of their weights and gradients, together


class Past:
    """Loads the networks of past moments; those that were looked at last stay at hand."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Path, int, str], Network] = OrderedDict()
        self._designs: WeakKeyDictionary[Network, Design] = WeakKeyDictionary()

    def at(self, when: When, device: Backend) -> Network:
        """The network of a moment, its `clock` the steps that were done.

        That is the last kept moment at or before the one that is asked for. Its graph is that of
        the run, which need not be the one that is open. FileError says what cannot be read.
        """
        step, path = _file_of(when)
        key = (path, _written(path), device.name)
        if key not in self._kept:
            design = design_of(when.run)
            check_network(infer(design.graph))
            network = Network(design.graph, seed=design.plan.seed, device=device, drawn=False)
            load_weights(path, network)
            network.clock = step
            self._kept[key] = network
            self._designs[network] = design
        self._kept.move_to_end(key)
        self._let_go()
        return self._kept[key]

    def design_of(self, network: Network) -> Design | None:
        """The design of a network that was given, forgotten since or not; None for another one."""
        return self._designs.get(network)

    def _let_go(self) -> None:
        """Forget those that were not looked at for longest."""
        sizes = [2 * network.parameters.nbytes for network in self._kept.values()]
        while len(sizes) > MOST or (len(sizes) > 1 and sum(sizes) > MOST_BYTES):
            sizes.pop(0)
            self._kept.popitem(last=False)


def design_of(run: str) -> Design:
    """What a run trains, as it was frozen; FileError where that cannot be read."""
    about = RunFolder(run).about()
    return design_from_json(about.get("design", {}))


def _file_of(when: When) -> tuple[int, Path]:
    """The kept moment at or before one: its step and its file."""
    run = RunFolder(when.run)
    found = moments(run)
    if not found:
        raise FileError(tr("Run {name} has kept no weights.", name=run.path.name))
    before = [step for step in found if when.step == LAST or step <= when.step]
    step = before[-1] if before else min(found)
    return step, found[step]


def _written(path: Path) -> int:
    """When a file was written, in ns: another start may write the same name anew."""
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        raise FileError(
            tr("{name} cannot be read: {strerror}.", name=path.name, strerror=error.strerror)
        ) from error
