"""What a network still says when pictures are shifted, turned or scaled about their middle."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.data.augment import Rotate, ScaleBy, Shift
from core.data.augment.affine import resampled
from core.data.augment.base import Maps
from core.data.fitted import FittedData
from core.data.fitting import PictureFitting
from core.explain.pace import Pace
from core.explain.score import class_count
from core.metrics import answers
from core.network import Network
from core.network_errors import NetworkError
from core.tongue import tr

Move = Literal["right", "down", "turn", "scale", "both"]
Floats = NDArray[np.float64]
Act = Callable[[NDArray[np.uint8]], NDArray[Any]]
_AT_ONCE = 8  # items, at most: what a layer gives for them is kept meanwhile

AMOUNTS = MappingProxyType(
    {
        "right": np.arange(-10.0, 11.0),
        "down": np.arange(-10.0, 11.0),
        "turn": np.arange(-180.0, 181.0, 15.0),
        "scale": 2.0 ** np.linspace(-1, 1, 17),
    }
)
"""How far pictures are moved: pixels, degrees counterclockwise, and times as large."""

REACH = 8  # pixels that pictures are shifted to all sides in both directions at once


@dataclass(frozen=True, eq=False)
class Invariance:
    """What is left, a value for each amount (A,), the mean over `count` items.

    Shifted both ways there is a value for each pair of them, (A, A), rows down, columns right.

    Attributes:
        amounts: how far the pictures were moved.
        right: share of right answers of the first Output; nan where it tells no classes apart.
        share: what it gives for the right class, 0 to 1; nan likewise.
        likeness: cosine between what the node gives and what it gives for the unmoved item.
    """

    count: int
    amounts: Floats
    right: Floats
    share: Floats
    likeness: Floats


def moved(pictures: NDArray[np.uint8], move: Move, amount: float) -> NDArray[np.float32]:
    """Pictures (N, C, H, W) moved by an amount, black where nothing was."""
    return resampled(pictures, np.repeat(_map(move, amount), len(pictures), axis=0))


def shifted(pictures: NDArray[np.uint8], down: int, right: int) -> NDArray[np.uint8]:
    """Pictures (N, C, H, W) shifted by whole pixels, black where nothing was."""
    (h, w), high, wide = pictures.shape[2:], abs(down), abs(right)
    padded = np.pad(pictures, ((0, 0), (0, 0), (high, high), (wide, wide)))
    return padded[:, :, high - down : high - down + h, wide - right : wide - right + w]


def invariance(
    network: Network, data: FittedData, node: str, *, move: Move, count: int
) -> Generator[tuple[int, int], None, Invariance]:
    """Move validation items, spread over all, by every amount; yields steps done and in all.

    NetworkError where the items are no pictures.
    """
    if not isinstance(data.fitting, PictureFitting):
        raise NetworkError(tr("Only pictures can be shifted, turned and scaled. Choose such data."))
    split = data.validation
    moves, amounts = _moves(move)
    total = min(count, len(split))
    chosen = np.linspace(0, len(split) - 1, total).astype(np.intp)
    sums, done, pace = np.zeros((len(moves), 3)), 0, Pace(_AT_ONCE)
    while done < total:
        part = chosen[done : done + pace.size]
        pictures, labels = split.pictures(part), split.labels(part)
        plain, *_ = _looked(network, data.fitting.values(pictures), node, labels)
        for number, act in enumerate(moves):
            with pace.piece():
                x = data.fitting.values(act(pictures))
                found, right, share = _looked(network, x, node, labels)
                sums[number] += (right.sum(), share.sum(), _cosines(found, plain).sum())
            yield done * len(moves) + (number + 1) * len(part), total * len(moves)
        done += len(part)
    form = (len(amounts),) * (2 if move == "both" else 1)
    right, share, likeness = ((one / max(1, total)).reshape(form) for one in sums.T)
    return Invariance(total, amounts, right, share, likeness)


def _moves(move: Move) -> tuple[list[Act], Floats]:
    """What is done to pictures, one after another, and the amounts that this goes over."""
    if move == "both":
        far = range(-REACH, REACH + 1)
        acts = [partial(shifted, down=down, right=right) for down in far for right in far]
        return list[Act](acts), np.arange(-REACH, REACH + 1.0)
    amounts = AMOUNTS[move]
    return [partial(moved, move=move, amount=float(amount)) for amount in amounts], amounts


def _map(move: Move, amount: float) -> Maps:
    one = np.array([amount])
    if move == "turn":
        return Rotate().maps({"degrees": one})
    if move == "scale":
        return ScaleBy().maps({"factor": one})
    still = np.zeros(1)
    return Shift().maps(
        {"right": one if move == "right" else still, "down": one if move == "down" else still}
    )


def _looked(
    network: Network, x: NDArray[Any], node: str, labels: NDArray[np.int64]
) -> tuple[NDArray[Any], Floats, Floats]:
    """What a node gives as vectors (N, F), and for each item: is it right, and how sure of it."""
    node, output = network.whole.giver(node) or node, network.outputs[0]
    host, values = network.backend.asnumpy, network.run_forward(network.upload(x))
    found = np.array(host(values[node])).reshape(len(x), -1)
    if class_count(network, output) <= int(labels.max(initial=0)):
        nothing = np.full(len(x), np.nan)
        return found, nothing, nothing
    right = np.asarray(host(answers(values[output])) == labels, np.float64)
    shares = host(network.output(output).loss.predict(network.backend.xp, values[output]))
    if shares.shape[1] == 1:  # the probability of yes
        return found, right, np.where(labels == 1, shares[:, 0], 1 - shares[:, 0])
    return found, right, np.asarray(shares[np.arange(len(x)), labels], np.float64)


def _cosines(a: NDArray[Any], b: NDArray[Any]) -> Floats:
    """The cosine between each row of a and of b (N, F); 0 where one is zero everywhere."""
    products = np.einsum("nf,nf->n", a, b, dtype=np.float64)
    sizes = np.linalg.norm(a, axis=1).astype(np.float64) * np.linalg.norm(b, axis=1)
    return np.asarray(np.divide(products, sizes, out=np.zeros(len(a)), where=sizes > 0))
