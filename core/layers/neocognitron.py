"""The neocognitron's cells: S-cells find a feature, C-cells allow it to move a little.

Letters: `e` excitation, `h` inhibition, `v` what the inhibiting cell gives, `a b` the learned
strengths, `c d` fixed ones that fall from the middle of a window to its rim and add up to 1.
`N K P Q` are images, planes and the size of a plane. Cells give 0 or more, and expect that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.initializers import INITIALIZERS, Constant, HeNormal, Initializer
from core.kinds import AsPadding, AsPair, Bool, Float, Int, Ints, Pair
from core.layers.base import Array, Arrays, Layer, Run, Weight, maps
from core.layers.windows import padding_setting, stride_setting
from core.settings import OneOf, setting
from core.shapes import (
    Shape,
    ShapeError,
    Step,
    Window,
    explain_window,
    fit_window,
    resolve_padding,
)
from core.tongue import tr


@dataclass(frozen=True)
class NeoS(Layer):
    """S-cells: each plane looks for one feature everywhere, and inhibition keeps it choosy.

    Formula:
        u[k] = r · φ[(1 + e[k])/(1 + 2r/(1 + r) · b[k] · v) − 1] with φ[x] = max(x, 0),
        e[k] = Σ a[k] · x over the window and all input planes, and
        v = √(mean over input planes of Σ c · x² over the window).
    Shape:
        (C, H, W) → (planes, P, Q) with P = ⌊(H + p_top + p_bottom − k)/s⌋ + 1 and Q alike.
        Weights: a (`weight`), planes × C × kernel, and b (`inhibition`), one a plane. Every cell
        of a plane shares them. Both are used without their sign, so a and b are never below 0.
        Training by gradient starts from `weight_init` and `inhibition_init`, where b is 0 as in
        the paper; Hebb's rule begins with strengths of its own.
    Backward:
        with g = r·dy where u > 0, else 0, and h = 2r/(1 + r)·b·v: de = g/(1 + h) goes through the
        window to x and a as in a convolution; dh = −de·(u/r + 1) gives db = 2r/(1 + r)·Σ dh·v, and
        through v (dv/dx = c·x/(C·v), 0 where v = 0) the rest of dx.
    Source:
        Fukushima 1980, "Neocognitron"; lecture 004. The lecture leaves v open: the weighted
        root mean square is the paper's. There a and b learn without a teacher; that they are
        trained by backpropagation, with their sign dropped for it, is not from the paper.
    See also:
        NeoC, Conv2d, ReLU. PyTorch and Keras have no such layer.
    """

    family: ClassVar[str] = "biological"

    planes: int = setting(
        8, Int(1, 65_536), brief="{} planes", help="Number of features; each has a plane of cells."
    )
    kernel_size: AsPair = setting(
        (5, 5), Ints(2, 1, 1024), brief="{}", help="Height and width of what a cell sees, in cells."
    )
    stride: AsPair = stride_setting()
    padding: AsPadding = padding_setting()
    selectivity: float = setting(
        4.0,
        Float(0.0, 1000.0, open_low=True),
        brief="r {}",
        help="r: how closely the input must match the feature; a larger r makes inhibition"
        " stronger.",
    )
    backprop: bool = setting(
        True,
        Bool(),
        label="Backpropagation",
        help="Train a and b by backpropagation too. Without it only Hebbian learning moves them.",
    )
    weight_init: Initializer = setting(
        HeNormal(),
        OneOf(INITIALIZERS),
        label="Excitation starts as",
        advanced=True,
        help="How the strengths a are drawn before training; their sign does not count.",
    )
    inhibition_init: Initializer = setting(
        Constant(),
        OneOf(INITIALIZERS),
        label="Inhibition starts as",
        advanced=True,
        help="How the strengths b start, one a plane; their sign does not count.",
    )

    def window(self, *inputs: Shape) -> Window:
        """The sliding window, with the padding that a named mode means for this input."""
        _, h, w = maps(inputs[0])
        padding = resolve_padding(self.padding, (h, w), Window(self.kernel_size, self.stride))
        return Window(self.kernel_size, self.stride, padding)

    def infer(self, *inputs: Shape) -> Shape:
        _, h, w = maps(inputs[0])
        return (self.planes, *fit_window(self.window(*inputs), (h, w)))

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        return explain_window(self.window(*inputs), maps(inputs[0])[1:])

    def weights(self, *inputs: Shape) -> dict[str, Weight]:
        channels, (kh, kw) = maps(inputs[0])[0], self.kernel_size
        fan = (channels * kh * kw, self.planes * kh * kw)
        shape = (self.planes, channels, kh, kw)
        return {
            "weight": Weight(shape, self.weight_init, fan, self.backprop),
            "inhibition": Weight((self.planes,), self.inhibition_init, fan, self.backprop),
        }

    def macs(self, *inputs: Shape) -> int:
        planes, p, q = self.infer(*inputs)
        kh, kw = self.kernel_size
        return p * q * kh * kw * (planes * inputs[0][0] + 1)  # 1: the window of v

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        xp, window = run.backend.xp, self.window(x.shape[1:])
        n, p, q = len(x), *window.output(x.shape[2:])
        a, b, c = xp.abs(w["weight"]), xp.abs(w["inhibition"]), bell(xp, self.kernel_size, x.dtype)
        energy = xp.square(x).mean(axis=1, keepdims=True)  # (N, 1, H, W)
        v = run.empty("v", (n, 1, p, q))
        v = xp.sqrt(run.backend.conv2d(energy, c, None, window=window, groups=1, out=v), out=v)
        e = run.empty("y", (n, self.planes, p, q))
        run.backend.conv2d(x, a, None, window=window, groups=1, out=e)
        h = xp.multiply(v, self.inhibiting(b), out=run.empty("h", e.shape))
        return self.fire(xp, e, h, out=e), (x, window, v, h, e)

    def inhibition(self, saved: Any) -> Array:
        """What inhibits, (N, 1, P, Q), of what `forward` saved."""
        v: Array = saved[2]
        return v

    def inhibiting(self, b: Array) -> Array:
        """2r/(1 + r)·b, shaped to meet N K P Q: what v is multiplied by to inhibit."""
        return (2 * self.selectivity / (1 + self.selectivity)) * b.reshape(1, -1, 1, 1)

    def fire(self, xp: Any, e: Array, h: Array, *, out: Array | None = None) -> Array:
        """r · φ[(1 + e)/(1 + h) − 1]: what cells give at an excitation and an inhibition."""
        u = xp.subtract(e, h, out=out)
        u /= 1 + h
        u *= self.selectivity
        return xp.maximum(u, 0, out=out)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        x, window, v, h, u = saved
        xp, backend = run.backend.xp, run.backend
        a, b, c = xp.abs(w["weight"]), xp.abs(w["inhibition"]), bell(xp, self.kernel_size, x.dtype)
        de = xp.multiply(dy, u > 0, out=run.empty("de", u.shape))
        de *= self.selectivity
        de /= 1 + h
        dh = xp.multiply(u, -1 / self.selectivity, out=run.empty("dh", u.shape))
        dh -= 1
        dh *= de
        if self.backprop:
            da = backend.conv2d_filter(x, de, window=window, groups=1, out=dw["weight"])
            da *= _sign(w["weight"])
            db = (dh * v).sum(axis=(0, 2, 3)) * _sign(w["inhibition"])
            dw["inhibition"][...] = self.inhibiting(db).reshape(-1)
        if not run.wants_dx:
            return (None,)
        dx = backend.conv2d_data(de, a, window=window, groups=1, out=run.gradient(x.shape))
        dv = (dh * self.inhibiting(b)).sum(axis=1, keepdims=True)
        dv *= (v > 0) / (v + (v == 0))  # 1/v, and 0 where the cell saw nothing
        share = run.empty("share", (len(x), 1, *x.shape[2:]))
        backend.conv2d_data(dv, c, window=window, groups=1, out=share)
        share /= x.shape[1]
        dx += x * share
        return (dx,)


@dataclass(frozen=True)
class NeoC(Layer):
    """C-cells: each blurs one plane of S-cells, so that a feature may move a little.

    Formula:
        u[k] = ψ[(1 + m[k])/(1 + v) − 1] with ψ[x] = φ[x]/(α + φ[x]), φ[x] = max(x, 0),
        m[k] = Σ d · x[k] over the window, and v = (1/K) Σ_k m[k], the mean over all planes.
    Shape:
        (C, H, W) → (C, P, Q) with P = ⌊(H − k)/s⌋ + 1 and Q alike. Nothing is trained.
    Backward:
        with t = φ[(m − v)/(1 + v)]: dt = dy·α/(α + t)² where t > 0, else 0; dm = dt/(1 + v), less
        the mean over the planes of dt·(1 + m)/(1 + v)²; the window hands dm back as d·dm.
    Source:
        Fukushima 1980, "Neocognitron"; lecture 004. The lecture leaves v open. In the paper it is
        (1/K) Σ_k Σ d · x[k], a plain mean, by which the planes hold each other down; only the v of
        S-cells is a root mean square. One over a plane's own window would never be below m, as
        d adds up to 1, and every C-cell would be 0; so is that of a single plane, which is refused.
        That d is a bell is our choice; the paper asks that it fall outwards.
    See also:
        NeoS, MaxPool2d, AvgPool2d. PyTorch and Keras have no such layer.
    """

    family: ClassVar[str] = "biological"

    kernel_size: AsPair = setting(
        (4, 4), Ints(2, 1, 1024), brief="{}", help="Height and width of what a cell blurs."
    )
    stride: AsPair = setting(
        (2, 2),
        Ints(2, 1, 1024, short=True),
        brief="stride {}",
        quiet=(1, 1),
        help="Cells the window moves between two outputs.",
    )
    alpha: float = setting(
        0.5,
        Float(0.0, 1000.0, open_low=True),
        label="α",
        brief="α {}",
        quiet=0.5,
        help="The strength at which a cell gives half of the most it can, which is 1.",
    )

    def window(self, *inputs: Shape) -> Window:
        """The sliding window; the planes are not padded."""
        return Window(self.kernel_size, self.stride)

    def infer(self, *inputs: Shape) -> Shape:
        planes, h, w = maps(inputs[0])
        if planes == 1:
            raise ShapeError("", tr("needs two planes or more: a single one inhibits itself to 0."))
        size = fit_window(self.window(*inputs), (h, w), settings={"padding": ""})
        return (planes, *size)

    def explain(self, *inputs: Shape) -> tuple[Step, ...]:
        return explain_window(self.window(*inputs), maps(inputs[0])[1:])

    def macs(self, *inputs: Shape) -> int:
        planes, p, q = self.infer(*inputs)
        return planes * p * q * self.kernel_size[0] * self.kernel_size[1]

    def forward(self, run: Run, w: Arrays, *inputs: Array) -> tuple[Array, Any]:
        (x,) = inputs
        xp, window = run.backend.xp, self.window(x.shape[1:])
        n, planes = x.shape[:2]
        p, q = window.output(x.shape[2:])
        d, each = bell(xp, self.kernel_size, x.dtype), x.reshape(n * planes, 1, *x.shape[2:])
        m = run.empty("m", (n * planes, 1, p, q))
        run.backend.conv2d(each, d, None, window=window, groups=1, out=m)
        m = m.reshape(n, planes, p, q)
        v = m.mean(axis=1, keepdims=True)
        held = 1 + xp.maximum(v, 0)  # below 0 only where the input is, which cells never are
        t = xp.subtract(m + 1, held, out=run.empty("t", m.shape))
        t /= held
        xp.maximum(t, 0, out=t)
        y = xp.divide(t, t + self.alpha, out=run.empty("y", m.shape))
        return y, (x.shape, m, v > 0, held, t)

    def inhibition(self, saved: Any) -> Array:
        """What inhibits, (N, 1, P, Q), of what `forward` saved."""
        _, m, _, _, _ = saved
        return m.mean(axis=1, keepdims=True)

    def backward(self, run: Run, w: Arrays, saved: Any, dy: Array, dw: Arrays) -> tuple[Any, ...]:
        shape, m, holds, held, t = saved
        if not run.wants_dx:
            return (None,)
        xp, window = run.backend.xp, self.window(shape[1:])
        dm = xp.multiply(dy, t > 0, out=run.empty("dm", m.shape))
        dm *= self.alpha
        dm /= xp.square(t + self.alpha)
        dm /= held
        dv = (dm * (m + 1)).mean(axis=1, keepdims=True) * holds
        dm -= dv / held
        n, planes, h, wide = shape
        dx = run.gradient((n * planes, 1, h, wide))
        each = dm.reshape(n * planes, 1, *dm.shape[2:])
        d = bell(xp, self.kernel_size, dm.dtype)
        run.backend.conv2d_data(each, d, window=window, groups=1, out=dx)
        return (dx.reshape(shape),)


def bell(xp: Any, kernel: Pair, dtype: Any) -> Array:
    """Fixed strengths (1, 1, kh, kw) that fall from the middle as e^(−t²), with sum 1.

    t is the distance from the middle, in half kernels.
    """
    kh, kw = kernel
    rows, columns = ((2 * xp.arange(k) + 1 - k) / k for k in kernel)
    values = xp.exp(-xp.square(rows)).reshape(kh, 1) * xp.exp(-xp.square(columns))
    return (values / values.sum()).astype(dtype).reshape(1, 1, kh, kw)


def _sign(w: Array) -> Array:
    """The slope of |w|, taken as 1 at 0 so that a strength of 0 can still grow."""
    return 1 - 2 * (w < 0)
