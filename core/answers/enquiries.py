"""Questions whose answer takes a while: each is a generator that tells how far it is.

The last message is the answer, every one before it a `Going`. Between two of them the engine may
do something else, or end it: nothing in the network is held meanwhile.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.answers.pieces import Pieces
from core.data.fitted import FittedData
from core.data.fitted_split import FittedSplit
from core.data.fitting import PictureFitting
from core.explain.deletion import deletion
from core.explain.gradcam import GradCam, gradcam
from core.explain.mistakes import judge
from core.explain.occlusion import occlusion
from core.explain.saliency import Sight, gradient, gradient_times_input, likeness
from core.explain.score import Score, choices, class_count, score
from core.messages import Going
from core.network import Network
from core.network_errors import NetworkError
from core.questions.viewing import MistakesShown, SaliencyShown, ShowMistakes, ShowSaliency
from core.tongue import tr

Host = NDArray[Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Enquiry:
    """What a question is put to: a network whose weights stay meanwhile, and the data it takes."""

    network: Network
    data: FittedData

    def random_network(self) -> Network:
        """The same layers with weights that were drawn anew and have learned nothing."""
        own = self.network
        return Network(own.whole, seed=own.seed + 1, device=own.backend, dtype=own.dtype)

    def output(self, wanted: str) -> str:
        """The Output that is meant: the one that is named if there is one, else the first."""
        return wanted if wanted in self.network.outputs else self.network.outputs[0]

    def names(self, output: str) -> tuple[str, ...]:
        """What the choices of an Output are called."""
        count = choices(self.network, output)
        if class_count(self.network, output) and count == len(self.data.classes):
            return self.data.classes
        kind = "class" if class_count(self.network, output) else "value"
        return tuple(f"{kind} {number}" for number in range(count))

    def item(self, sample: int, own: Host | None) -> Host:
        """A validation item as the network takes it, or one's own; numbers start again."""
        split = self.data.validation
        found: Host = split.batch([sample % len(split)])[0][0] if own is None else own
        return found

    def split(self, *, train: bool) -> FittedSplit:
        """The training items, or the validation items."""
        return self.data.train if train else self.data.validation

    def labels(self, items: list[int], *, train: bool = False) -> tuple[str, ...]:
        """The classes of validation items, or of training items, by name."""
        numbers = self.split(train=train).labels(items).tolist()
        return tuple(self.data.classes[number] for number in numbers)

    def answer(self, x: Host, output: str) -> Host:
        """What an Output says to one item, a share or a value for each choice."""
        network = self.network
        z = network.run_forward(network.upload(x[None]), every=False)[output]
        backend = network.backend
        loss = network.output(output).loss
        said: Host = backend.asnumpy(loss.predict(backend.xp, z))[0].copy()
        if len(said) < choices(network, output):  # the probability of yes
            return np.array([1 - said[0], said[0]], said.dtype)
        return said


def all_mistakes(enquiry: Enquiry, request: ShowMistakes) -> Pieces:
    """The answers to all items of a split, and the confusion matrix that they make."""
    network = enquiry.network
    telling = tuple(id for id in network.outputs if class_count(network, id))
    output = request.output if request.output in telling else (telling or network.outputs)[0]
    split = enquiry.split(train=request.train)
    found = yield from told(request.kind, judge(network, split, output))
    counts = found.counts(class_count(network, output))
    names = enquiry.names(output)
    yield MistakesShown(network.clock, output, telling, names, counts, found, request.train)


def where_it_looks(
    enquiry: Enquiry, other: Network, request: ShowSaliency, item: tuple[int, Host, str]
) -> Pieces:
    """A method's picture of an item (number, values, class), and that of an `other` network.

    Or, in place of that, the network's own picture for another class.
    """
    network, (sample, x, label) = enquiry.network, item
    shape = _picture_shape(enquiry.data, x)
    output = enquiry.output(request.output)
    said = enquiry.answer(x, output)
    choice = request.choice if 0 <= request.choice < len(said) else int(np.argmax(said))
    of = score(network, output, choice)
    own, cam = yield from _looked(network, x, of, request, shape)
    against = request.against if 0 <= request.against < len(said) else -1
    if against >= 0:
        other, of = network, score(network, output, against)
    random, _ = yield from _looked(other, x, of, request, shape)
    checked = None
    if request.check:
        work = deletion(
            lambda item: float(enquiry.answer(item, output)[choice]), x, own.unsigned, shape
        )
        checked = yield from told(request.kind, work)
    yield SaliencyShown(
        node=request.node,
        method=request.method,
        step=network.clock,
        sample=sample,
        label=label,
        output=output,
        outputs=network.outputs,
        names=enquiry.names(output),
        choice=choice,
        said=said,
        item=x.reshape(shape),
        sight=own,
        random=random,
        likeness=likeness(own.signed, random.signed),
        cam=cam,
        against=against,
        deletion=checked,
    )


def _looked(
    network: Network, x: Host, of: Score, request: ShowSaliency, shape: tuple[int, ...]
) -> Generator[Going, None, tuple[Sight, GradCam | None]]:
    """One picture, and what it is made of where that is Grad-CAM."""
    match request.method:
        case "gradient":
            return gradient(network, x, of, shape), None
        case "gradient × input":
            return gradient_times_input(network, x, of, shape), None
        case "Grad-CAM":
            cam = gradcam(network, x, of, request.node)
            return cam.sight, cam
    work = occlusion(network, x, of, patch=request.patch, stride=request.stride, shape=shape)
    return (yield from told(request.kind, work)).sight, None


def told(kind: str, work: Generator[tuple[int, int], None, T]) -> Generator[Going, None, T]:
    """Do some work, telling how far it is."""
    while True:
        try:
            done, total = next(work)
        except StopIteration as end:
            found: T = end.value
            return found
        yield Going(kind, done, total)


def _picture_shape(data: FittedData, x: Host) -> tuple[int, ...]:
    """The (C, H, W) of an item; NetworkError where items are no pictures."""
    if isinstance(data.fitting, PictureFitting):
        return data.fitting.kept_shape
    if x.ndim == 3:
        return x.shape
    raise NetworkError(
        tr(
            "Where it looks is drawn over pictures, and this network takes signals or plain values."
            " Choose a data set of pictures."
        )
    )
