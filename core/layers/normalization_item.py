"""Normalization of each item by itself: the batch plays no part, training and use are alike."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from core.initializers import Constant
from core.kinds import Bool, Float, Int
from core.layers.base import Array, Arrays, Layer, Run, Weight, maps
from core.settings import setting
from core.shapes import Shape, ShapeError, shape_text
from core.tongue import tr


@dataclass(frozen=True)
class ItemNorm(Layer):
    """What these layers share: an item is cut into G groups of equal size, each normalized.

    The M values of a group lie side by side in the item: (N, G, M) is a mere view of it.
    """

    family: ClassVar[str] = "normalization"

    eps: float = setting(
        1e-5,
        Float(0.0, 1.0, log=True, open_low=True),
        label="ε",
        keras="epsilon",
        advanced=True,
        help="Added to the variance so that nothing is divided by 0.",
    )
    affine: bool = setting(
        True,
        Bool(),
        label="Learn scale and shift",
        keras="scale",
        advanced=True,
        help="Multiply by learned weights afterwards and add learned biases.",
    )

    @abstractmethod
    def groups(self, shape: Shape) -> int:
        """Into how many groups an item is cut; ShapeError where it cannot be."""

    @abstractmethod
    def learned_axes(self, shape: Shape) -> tuple[int, ...]:
        """The axes of an item along which weight and bias differ."""

    def infer(self, *inputs: Shape) -> Shape:
        self.groups(inputs[0])
        return inputs[0]

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        if not self.affine:
            return {}
        shape = tuple(inputs[0][axis] for axis in self.learned_axes(inputs[0]))
        return {"weight": Weight(shape, Constant(1.0)), "bias": Weight(shape)}

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        xp, groups = run.backend.xp, self.groups(x.shape[1:])
        values = x.reshape(len(x), groups, -1)  # (N, G, M)
        grouped = run.empty("normal", values.shape)
        mean = values.mean(axis=2, keepdims=True, dtype=xp.float64).astype(x.dtype)
        xp.subtract(values, mean, out=grouped)
        var = (grouped * grouped).mean(axis=2, keepdims=True, dtype=xp.float64)
        scale = (1 / xp.sqrt(var + self.eps)).astype(x.dtype)
        grouped *= scale
        normal = grouped.reshape(x.shape)
        if not self.affine:
            return normal, (normal, scale)
        y = xp.multiply(normal, self._spread(w["weight"], x), out=run.empty("y", x.shape))
        y += self._spread(w["bias"], x)
        return y, (normal, scale)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        normal, scale = saved
        xp = run.backend.xp
        grouped = run.gradient((*scale.shape[:2], dy[0].size // scale.shape[1]))  # (N, G, M)
        dx = grouped.reshape(dy.shape)
        if self.affine:
            summed = self._summed_axes(dy)
            xp.multiply(dy, normal, out=dx)
            dw["weight"][...] = dx.sum(axis=summed, dtype=xp.float64)
            dw["bias"][...] = dy.sum(axis=summed, dtype=xp.float64)
        if not run.wants_dx:
            return (None,)
        if self.affine:
            xp.multiply(dy, self._spread(w["weight"], dy), out=dx)
        else:
            dx[...] = dy
        normal = normal.reshape(grouped.shape)
        along = (grouped * normal).mean(axis=2, keepdims=True, dtype=xp.float64)
        grouped -= grouped.mean(axis=2, keepdims=True, dtype=xp.float64).astype(dy.dtype)
        grouped -= normal * along.astype(dy.dtype)
        grouped *= scale
        return (dx,)

    def _spread(self, values: Array, x: Array) -> Array:
        """Weights shaped to meet x (N, C, …)."""
        learned = self.learned_axes(x.shape[1:])
        sizes = (size if axis in learned else 1 for axis, size in enumerate(x.shape[1:]))
        return values.reshape(1, *sizes)

    def _summed_axes(self, x: Array) -> tuple[int, ...]:
        """The axes of x (N, C, …) along which the weights are the same."""
        learned = self.learned_axes(x.shape[1:])
        return (0, *(axis for axis in range(1, x.ndim) if axis - 1 not in learned))


@dataclass(frozen=True)
class LayerNorm(ItemNorm):
    """Give all values of an item together mean 0 and variance 1.

    Formula:
        y = (x − μ)/√(σ² + ε) · weight + bias; μ and σ² over the last axes of the item, all of
        them unless you choose fewer.
    Shape:
        stays the same. Weights: weight and bias for each value of those axes.
    Backward:
        dx = 1/√(σ² + ε) · (d − mean(d) − x̂·mean(d·x̂)) with d = weight · dy; dweight = Σ dy·x̂;
        dbias = Σ dy.
    Source:
        Ba et al. 2016.
    See also:
        GroupNorm, BatchNorm2d. PyTorch: torch.nn.LayerNorm, whose normalized_shape is the end of
        the item's shape, whose affine is elementwise_affine. Keras: LayerNormalization.
    """

    keras_name: ClassVar[str] = "LayerNormalization"

    last_axes: int = setting(
        0,
        Int(0, 3),
        label="Last axes",
        keras="axis",
        brief="last {} axes",
        quiet=0,
        advanced=True,
        help="How many of the last axes are normalized together; 0 takes the whole item.",
    )

    def groups(self, shape: Shape) -> int:
        if self.last_axes > len(shape):
            sentence = tr(
                "normalizes the {last_axes} last axes, it gets {shape}, which has {count}.",
                last_axes=self.last_axes,
                shape=shape_text(shape),
                count=len(shape),
            )
            whole = ((tr("Normalize the whole item"), {"last_axes": 0}),)
            raise ShapeError("last_axes", sentence, whole)
        return math.prod(shape[: self.learned_axes(shape)[0]])

    def learned_axes(self, shape: Shape) -> tuple[int, ...]:
        return tuple(range(len(shape) - (self.last_axes or len(shape)), len(shape)))


@dataclass(frozen=True)
class GroupNorm(ItemNorm):
    """Give each group of channels of an item mean 0 and variance 1; good for small batches.

    Formula:
        y = (x − μ)/√(σ² + ε) · weight + bias; μ and σ² over all places of the group's channels.
    Shape:
        stays the same. Weights: weight and bias a channel.
    Backward:
        dx = 1/√(σ² + ε) · (d − mean(d) − x̂·mean(d·x̂)) with d = weight · dy; dweight = Σ dy·x̂;
        dbias = Σ dy.
    Source:
        Wu and He 2018.
    See also:
        BatchNorm2d, LayerNorm, InstanceNorm2d. PyTorch: torch.nn.GroupNorm. Keras:
        GroupNormalization.
    """

    keras_name: ClassVar[str] = "GroupNormalization"

    num_groups: int = setting(
        4,
        Int(1, 65_536),
        label="Groups",
        keras="groups",
        brief="{} groups",
        help="The channels are split into so many groups of equal size.",
    )

    def groups(self, shape: Shape) -> int:
        channels, groups = shape[0], self.num_groups
        if channels % groups:
            fits = max(n for n in range(1, min(groups, channels) + 1) if channels % n == 0)
            text = tr("Use 1 group") if fits == 1 else tr("Use {fits} groups", fits=fits)
            sentence = tr(
                "cannot split {channels} channels into {groups} equal groups.",
                channels=channels,
                groups=groups,
            )
            raise ShapeError("num_groups", sentence, ((text, {"num_groups": fits}),))
        return groups

    def learned_axes(self, shape: Shape) -> tuple[int, ...]:
        return (0,)


@dataclass(frozen=True)
class InstanceNorm2d(ItemNorm):
    """Give every single map of every item mean 0 and variance 1: contrast is taken away.

    Formula:
        y = (x − μ)/√(σ² + ε), · weight + bias where these are learned; μ and σ² over one map.
    Shape:
        stays the same. Weights: none, or weight and bias a map.
    Backward:
        dx = 1/√(σ² + ε) · (d − mean(d) − x̂·mean(d·x̂)) with d = weight · dy; dweight = Σ dy·x̂;
        dbias = Σ dy.
    Source:
        Ulyanov et al. 2016.
    See also:
        GroupNorm, BatchNorm2d. PyTorch: torch.nn.InstanceNorm2d. Keras: GroupNormalization with
        one group a channel.
    """

    keras_name: ClassVar[str] = "GroupNormalization"

    affine: bool = setting(
        False,
        Bool(),
        label="Learn scale and shift",
        keras="scale",
        advanced=True,
        help="Multiply each map by a learned weight afterwards and add a learned bias.",
    )

    def groups(self, shape: Shape) -> int:
        c, h, w = maps(shape)
        if h * w == 1:
            raise ShapeError(
                "", tr("needs maps of more than one cell: a single one would become 0.")
            )
        return c

    def learned_axes(self, shape: Shape) -> tuple[int, ...]:
        return (0,)


@dataclass(frozen=True)
class LocalResponseNorm(Layer):
    """Quiet each value by what the neighboring channels say at the same place.

    Formula:
        y[c] = x[c] · d[c]^−β with d[c] = k + α/n · Σ x[j]² over the n channels j around c, from
        c − ⌊n/2⌋ to c + ⌊(n − 1)/2⌋; channels that do not exist count as 0.
    Shape:
        (C, H, W) stays the same.
    Backward:
        dx[c] = dy[c]·d[c]^−β − 2·α·β/n · x[c] · Σ dy[j]·x[j]·d[j]^(−β−1) over the channels j that
        c quiets.
    Source:
        Krizhevsky et al. 2012 (AlexNet), lecture 004; VGG found that it changes little. Theirs
        are n = 5, k = 2, β = 0.75 and α = 1e-4 without the 1/n: the default α = 5e-4 is the same.
    See also:
        BatchNorm2d. PyTorch: torch.nn.LocalResponseNorm (α = 1e-4, k = 1 unless told). Keras has
        none; TensorFlow: tf.nn.local_response_normalization.
    """

    family: ClassVar[str] = "normalization"

    size: int = setting(
        5,
        Int(1, 1024),
        label="Channels",
        brief="{} channels",
        help="Number of channels that are looked at together, n.",
    )
    alpha: float = setting(5e-4, Float(0.0, 1e3), label="α", help="How much the others count.")
    beta: float = setting(0.75, Float(0.0, 10.0), label="β", help="How sharply they quiet.")
    k: float = setting(
        2.0, Float(0.0, 1e3, open_low=True), label="k", help="What is there without any others."
    )

    def infer(self, *inputs: Shape) -> Shape:
        return maps(inputs[0])

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        xp = run.backend.xp
        before, after = self.size // 2, (self.size - 1) // 2
        base = self.k + self.alpha / self.size * _neighbors(xp, x * x, before, after)
        scale = base**-self.beta
        return xp.multiply(x, scale, out=run.empty("y", x.shape)), (x, base, scale)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        x, base, scale = saved
        if not run.wants_dx:
            return (None,)
        xp, before, after = run.backend.xp, self.size // 2, (self.size - 1) // 2
        # The channels that c quiets are those around it, counted from the other side.
        others = _neighbors(xp, dy * x * scale / base, after, before)
        dx = xp.multiply(dy, scale, out=run.gradient(x.shape))
        dx -= (2 * self.alpha * self.beta / self.size) * x * others
        return (dx,)


def _neighbors(xp: Any, x: Array, before: int, after: int) -> Array:
    """For each channel of x (N, C, H, W) the sum of those from c − before to c + after."""
    total, channels = xp.zeros_like(x), x.shape[1]
    for offset in range(-min(before, channels - 1), min(after, channels - 1) + 1):
        here = slice(max(0, -offset), channels - max(0, offset))
        there = slice(max(0, offset), channels - max(0, -offset))
        total[:, here] += x[:, there]
    return total
