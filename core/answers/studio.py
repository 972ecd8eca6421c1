"""What the engine process has at hand for views: the network, the data, the design they are of."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from numpy.typing import NDArray

from core.answers.enquiries import Enquiry
from core.answers.past import Past
from core.answers.samples import opened
from core.convert import carried_weights
from core.data.fitted import FittedData
from core.data.kept import allowance
from core.design import DataChoice, Design
from core.files import FileError
from core.graph import Graph
from core.infer import infer
from core.limits import KEPT, check_network
from core.messages import View
from core.network import Network
from core.network_errors import NetworkError
from core.plan import Plan
from core.tongue import tr
from core.training import checkpoint
from core.training.evaluate import Evaluation
from core.training.organizer import Organizer
from core.training.runs import RunFolder
from core.training.trainer import Trainer
from core.when import LAST, NOW, When

Learned = tuple[Graph, dict[str, NDArray[Any]]]  # a graph with its weights by name

_DATA_KEPT = 3  # data sets: runs that are compared may have learned from several


class Studio:
    """The network and the data that views are about.

    While nothing is trained that is the last trained network; one with the run's last weights; or
    one with fresh weights. An edit of the design keeps every weight that still fits, and undoing it
    brings the learned ones back. Views of a past moment are answered by a network of their own.
    """

    def __init__(self) -> None:
        self._design: Design | None = None
        self._run = ""
        self._network: Network | None = None
        self._learned: Learned | None = None  # as it was before the design was edited
        self._trainer: Trainer | Organizer | None = None
        self._past = Past()
        self._data: list[tuple[DataChoice, FittedData]] = []  # the one used last first
        self._copied: WeakKeyDictionary[Network, FittedData] = WeakKeyDictionary()
        self._judged: tuple[Evaluation, int] | None = None  # the last validation, and its step
        self._random: Network | None = None

    def show(self, design: Design, run: str = "") -> None:
        """Take a design for the views to come, and the folder of its last run.

        With another run, or none where one was, it is of another document: what was learned for
        the one before is none of its business.
        """
        if run != self._run:
            self._network, self._learned, self._run = None, None, run
        self._design = design

    def follow(self, trainer: Trainer | Organizer) -> None:
        """Take over the network and the data of a training; call it again after every event."""
        if trainer.network is None or trainer.data is None:
            return
        if trainer is not self._trainer:
            self._judged = None
            self._trainer, self._design = trainer, trainer.design
            self._run = str(trainer.run.path) if trainer.run else ""
        self._network, self._learned = trainer.network, None
        if not self._data or self._data[0][1] is not trainer.data:
            self._keep_data(trainer.design.data, trainer.data)
        found = getattr(trainer, "evaluation", None)
        if found is not None and (self._judged is None or self._judged[0] is not found):
            self._judged = (found, trainer.network.clock)

    def let_go(self) -> None:
        """The training has ended; its network stays."""
        self._trainer = None

    # ---- what is at hand ----------------------------------------------------------------

    @property
    def judged(self) -> tuple[Evaluation, int] | None:
        """The last validation of what is being trained, and its step; None where there is none."""
        return self._judged if self._trainer else None

    def network(self) -> Network:
        """The network of the design; NetworkError where it cannot run."""
        if self._design is None:
            raise NetworkError(tr("No network is open."))
        graph, plan, old = self._design.graph, self._design.plan, self._network
        if old is None or old.whole != graph:
            check_network(infer(graph))
            if old is not None and not old.clock:  # one that has not learned draws anew
                self._network = old = None
            self._random = None
            fresh = Network(graph, seed=plan.seed, device=plan.backend())
            if old is not None:
                fresh.set_weights(self._carried(old, fresh))
                fresh.clock = old.clock
            elif self._run:
                _load_last(self._run, fresh)
            self._network = fresh
        assert self._network is not None
        return self._network

    def _carried(self, old: Network, fresh: Network) -> dict[str, NDArray[Any]]:
        """What the network before an edit knows, and what the edit before it had taken away."""
        now: Learned = (old.whole, old.weights())
        found = matching(now, fresh)
        if self._learned is None:
            self._learned = now
            return found
        learned, then = matching(self._learned, fresh), self._learned[0]
        back = {name for name in learned if _is_back(name, old.whole, then, fresh.whole)}
        return {**learned, **found, **{name: learned[name] for name in back}}

    def at(self, when: When | None) -> Network | None:
        """The network of a moment of any run; None for the one at hand.

        NetworkError or FileError where there is none.
        """
        when = when or NOW
        run = when.run or self._run
        if when.step == LAST and run == self._run:
            return None
        if self._design is None or not run:
            raise NetworkError(tr("There is no run to look back in: train the network first."))
        return self._past.at(When(run, when.step), self._design.plan.backend())

    def looked_at(self, request: View) -> Network | None:
        """The past network that a view of the open design is about; None for the one at hand."""
        past, design = self.at(request.when), self._design
        node = getattr(request, "node", "")
        if past is None or design is None or past.whole == design.graph:
            return past
        if node and not _same_in(past, design.graph, node):
            raise NetworkError(
                tr(
                    "In the run that is looked at this layer was another one, or took something"
                    " else."
                    " Go back to now, or undo what was changed since."
                )
            )
        return past

    def data_of(self, network: Network) -> FittedData:
        """What a network is trained on, or would be."""
        if self._trainer and self._trainer.data and self._trainer.network is network:
            return self._trainer.data
        if network in self._copied:
            return self._copied[network]
        design = self._past.design_of(network) or self._design
        assert design is not None
        for choice, data in self._data:
            if choice == design.data and data.fitting.input_shape == network.input_shape:
                return self._keep_data(choice, data)
        shape = network.input_shape
        return self._keep_data(
            design.data, opened(design.data, shape, memory=min(KEPT, allowance()))
        )

    def _keep_data(self, choice: DataChoice, data: FittedData) -> FittedData:
        others = [one for one in self._data if one[1] is not data]
        self._data = [(choice, data), *others][:_DATA_KEPT]
        return data

    # ---- networks that stay ----------------------------------------------------------------

    def of_run(self, when: When) -> Enquiry:
        """The network of a moment of a run, of the design that the run has."""
        live = self._trainer.network if self._trainer and when.run == self._run else None
        if live is not None and when.step == LAST:
            return Enquiry(self._still(live), self.data_of(live))
        design = self._design
        network = self._past.at(when, (design.plan if design else Plan()).backend())
        return Enquiry(network, self.data_of(network))

    def enquiry(self, training: Network | None, request: View) -> Enquiry:
        """The network at hand, a copy of the one in training as it is now, or a past one."""
        past = self.looked_at(request)
        network = past or training or self.network()
        data = self.data_of(network)
        return Enquiry(self._still(training) if training and not past else network, data)

    def random_network(self, enquiry: Enquiry) -> Network:
        """The network of an enquiry with random weights; the last one is kept."""
        known, own = self._random, enquiry.network
        if known is None or known.whole != own.whole or known.backend.name != own.backend.name:
            self._random = known = enquiry.random_network()
        return known

    def _still(self, network: Network) -> Network:
        """A copy of a network as it is now, whose weights stay while it goes on learning."""
        copy = network.copy()
        self._copied[copy] = self.data_of(network)
        return copy


def matching(old: Learned, new: Network) -> dict[str, NDArray[Any]]:
    """The weights of a graph that a network has under the same name, in the same shape.

    Where S-cells have become a Conv2d, they are its filters.
    """
    there = carried_weights(old[0], new.whole, old[1])
    return {
        name: there[name]
        for name, values in new.weights().items()
        if name in there and there[name].shape == values.shape
    }


def _is_back(name: str, now: Graph, learned: Graph, fresh: Graph) -> bool:
    """Whether the layer of a weight is again what it was when it learned, and was another since."""
    node = name.partition(".")[0]
    then, before, layer = learned.nodes.get(node), now.nodes.get(node), fresh[node].layer
    was_another = before is None or before.layer != layer
    return then is not None and then.layer == layer and was_another


def _same_in(past: Network, graph: Graph, node: str) -> bool:
    """Whether a node of a network is the same layer in a graph, and takes the same."""
    whole = past.whole
    if node not in whole.nodes or node not in graph.nodes or whole[node].layer != graph[node].layer:
        return False
    found, wanted = past.inference.nodes[node], infer(graph).nodes[node]
    return found.output == wanted.output and found.inputs == wanted.inputs


def _load_last(run: str, network: Network) -> None:
    """The newest weights of a run that fit; fresh ones stay where none do."""
    for path in reversed(RunFolder(Path(run)).checkpoints()):
        try:
            found = checkpoint.read(path, network)
        except FileError:
            continue
        network.set_weights(found.weights)
        network.clock = found.steps
        return
