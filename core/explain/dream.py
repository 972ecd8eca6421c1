"""Activation maximization: the picture that a map would like best, found by climbing its gradient.

Two pictures climb side by side from the same faint noise. Each step adds the gradient of the mean
of the map, divided by its root mean square. The naive one is left at that; the regularized one is
moved by a few cells at random before each step and back after it, shrunk a little toward gray and
blurred now and then, so that only what survives all that can grow.

Source: Erhan et al. 2009; Yosinski et al. 2015 (decay, blur); Mordvintsev et al. 2015 (jitter).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.fitting import Fitting
from core.explain.pace import Pace
from core.explain.probe import nothing_moves
from core.layers import Input
from core.network import Network

_AT_ONCE = 16  # steps, at most
_NOISE = 0.02  # of the full range, where it starts
_RATE = 0.02  # of the full range in a step
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Restraint:
    """What holds the regularized picture back.

    Attributes:
        decay: the share of the way to gray that it is taken back in each step.
        blur_every: so many steps lie between two blurs; 0 for none.
        jitter: how many cells it is moved by at random before a step, at most, along each axis.
    """

    decay: float = 0.005
    blur_every: int = 4
    jitter: int = 1


USUAL = Restraint()


@dataclass(frozen=True, eq=False)
class Dream:
    """How far it has come.

    Attributes:
        pictures: the naive and the regularized one (2, C, H, W), values from 0 to 1.
        values: the mean of the map after each step so far (S, 2).
        is_silent: whether no gradient reached the picture, so that it could not climb.
    """

    pictures: Floats
    values: NDArray[np.float64]
    is_silent: bool = False


@dataclass
class _Climb:
    """Two pictures on their way, in the units that the network takes."""

    restraint: Restraint
    x: Floats
    low: Floats
    high: Floats
    random: np.random.Generator
    values: list[NDArray[Any]] = field(default_factory=list)
    is_silent: bool = False

    def shared(self) -> Floats:
        """The pictures with values from 0 to 1."""
        return np.asarray((self.x - self.low) / (self.high - self.low), np.float32)


def dream(
    network: Network,
    fitting: Fitting,
    node: str,
    *,
    channel: int,
    steps: int,
    seed: int,
    restraint: Restraint = USUAL,
) -> Generator[tuple[int, int, Dream], None, Dream]:
    """Climb for so many steps; yields steps done, steps in all, and how far it has come.

    Of a vector the unit `channel` is made as large as possible, of maps the mean of the map.
    """
    node = network.whole.giver(node) or node
    climb = _begun(fitting, seed, restraint)
    done, pace = 0, Pace(_AT_ONCE)
    while done < steps and not climb.is_silent:
        part = min(pace.size, steps - done)
        with pace.piece():
            for step in range(done, done + part):
                _climb_on(network, climb, node, channel, step)
        done += part
        yield done, steps, _told(climb)
    return _told(climb)


def _begun(fitting: Fitting, seed: int, restraint: Restraint) -> _Climb:
    """The same faint noise around gray, twice."""
    random = np.random.default_rng(seed)
    ones = (1,) * (len(fitting.kept_shape) - 1)
    pair = (fitting.offset, fitting.scale)
    offset, scale = (np.array(values, np.float32).reshape(-1, *ones) for values in pair)
    least = 0.0 if fitting.dtype == np.uint8 else -fitting.full
    low, high = (least - offset) / scale, (fitting.full - offset) / scale
    noise = random.normal(0, _NOISE, fitting.kept_shape).astype(np.float32)
    start = (low + high) / 2 + noise * (high - low)
    return _Climb(restraint, np.stack([start, start]), low, high, random)


def _told(climb: _Climb) -> Dream:
    values = np.array(climb.values, np.float64).reshape(-1, 2)
    return Dream(climb.shared(), values, climb.is_silent)


def _climb_on(network: Network, climb: _Climb, node: str, channel: int, step: int) -> None:
    """One step of both pictures; the regularized one is moved about meanwhile."""
    axes, held = tuple(range(1, climb.x[1].ndim)), climb.restraint  # the axes of space
    move = climb.random.integers(-held.jitter, held.jitter + 1, len(axes))
    x = climb.x.copy()
    x[1] = np.roll(x[1], move, axes)
    values, slopes = _slopes(network, x, node, channel)
    climb.values.append(values)
    sizes = np.sqrt((slopes.reshape(2, -1) ** 2).mean(axis=1))
    if not sizes.any():
        climb.is_silent = True
        return
    sizes = np.where(sizes > 0, sizes, 1).reshape(2, *(1,) * (x.ndim - 1))
    x += _RATE * (climb.high - climb.low) * slopes / sizes
    x[1] = np.roll(x[1], -move, axes)
    x[1] += held.decay * ((climb.low + climb.high) / 2 - x[1])
    if held.blur_every and (step + 1) % held.blur_every == 0:
        x[1] = _blurred(x[1], axes)
    climb.x = np.clip(x, climb.low, climb.high).astype(np.float32)


def _slopes(
    network: Network, x: Floats, node: str, channel: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The mean of the map for each picture (N,), and the gradient of each by its picture."""
    host, source = network.backend.asnumpy, network.graph.of_type(Input)[0].id
    with nothing_moves(network):
        batch = network.upload(x.reshape(len(x), *network.input_shape))
        values = network.run_forward(batch)
        y = values[node]
        means = np.array(host(y[:, channel].reshape(len(x), -1).mean(axis=1)))
        ones = np.zeros(y.shape, network.dtype)
        ones[:, channel] = 1 / max(1, int(np.prod(y.shape[2:])))
        found = network.run_backward({node: network.backend.asarray(ones)})
        if source not in found:
            return means, np.zeros_like(x)
        return means, np.array(host(found[source])).reshape(x.shape)


def _blurred(picture: Floats, axes: tuple[int, ...]) -> Floats:
    """Each value with its neighbors along each axis, 1 : 2 : 1, the edge repeated."""
    for axis in axes:
        sides = [(1, 1) if one == axis else (0, 0) for one in range(picture.ndim)]
        ringed = np.pad(picture, sides, mode="edge")
        length = picture.shape[axis]
        before, here, after = (
            np.take(ringed, np.arange(start, start + length), axis) for start in range(3)
        )
        picture = np.asarray((before + 2 * here + after) / 4, np.float32)
    return picture
