"""T6: deeper is better (VGG A to E), and skips allow depth (plain and residual, 20 and 56)."""

from __future__ import annotations

from collections.abc import Mapping

from core.data.sources import Fashion, Shapes
from core.graph import Graph
from core.layers import (
    Add,
    BatchNorm2d,
    ChannelPad,
    Conv2d,
    GlobalAvgPool2d,
    Input,
    Linear,
    Output,
    ReLU,
    Slice2d,
)
from core.optimizers import Adam
from core.zoo import BY_ID
from core.zoo.template import Builder
from tests.campaigns.claims.claim import LOSS, Claim, Question, Side
from tests.campaigns.claims.learn import Learned
from tests.campaigns.claims.lesson import Lesson, lesson
from tests.campaigns.claims.verdict import SHOWS, UNCLEAR

WIDTHS = (4, 8, 16)  # a quarter of the published ones
NARROW = 16  # VGG's channels are divided by this


def _vgg(column: str) -> Side:
    graph = BY_ID[f"vgg-{column}"].narrow(NARROW).build()
    layers = sum(isinstance(node.layer, Conv2d | Linear) for node in graph.nodes.values())

    def lessons(seed: int) -> Mapping[str, Lesson]:
        return {"": lesson(graph, Shapes(train=2000), items=2000, epochs=10, seed=seed)}

    return Side(f"VGG {column.upper()}", f"{layers} layers, channels ÷ {NARROW}", lessons)


def _net(depth: int, *, skips: bool) -> Graph:
    """He et al.'s nets for small pictures: 3 stages of (depth − 2)/6 blocks of two layers."""
    build = Builder()
    build(Input((1, 28, 28)))
    _normal(build, WIDTHS[0])
    build(ReLU())
    for stage, filters in enumerate(WIDTHS):
        for block in range((depth - 2) // 6):
            before, stride = build.last, 2 if stage and not block else 1
            _normal(build, filters, stride)
            build(ReLU())
            main = _normal(build, filters)
            if skips and stride > 1:
                build(Slice2d(stride=2), before)
                before = build(ChannelPad(filters // 4, filters // 4))
            if skips:
                build(Add(), main, before)
            build(ReLU())
    build(GlobalAvgPool2d())
    build(Linear(10))
    build(Output())
    return build.graph


def _normal(build: Builder, filters: int, stride: int = 1) -> str:
    build(Conv2d(filters, 3, stride, 1, bias=False))
    return build(BatchNorm2d())


def _he(depth: int, *, skips: bool) -> Side:
    graph, name = _net(depth, skips=skips), "residual" if skips else "plain"

    def lessons(seed: int) -> Mapping[str, Lesson]:
        rate = Adam(lr=0.01)
        return {"": lesson(graph, Fashion(), items=800, epochs=8, seed=seed, optimizer=rate)}

    return Side(f"{name} {depth}", "channels 4, 8, 16", lessons)


def _measure(learned: Mapping[str, Learned]) -> Mapping[str, float]:
    return {"accuracy": learned[""].accuracy(), "loss": learned[""].losses[-1]}


CLAIM = Claim(
    id="T6",
    says="Deeper is better, and skips allow depth",
    lectures="004 (N4, N6, M4)",
    data="VGG: 2,000 colored shapes to learn, 1,000 others to answer; plain and residual: 800"
    " pieces of clothing to learn, 2,000 others to answer",
    training="Adam falling to 0, batch 32; VGG 0.002 and 10 epochs, the others 0.01 (at"
    " 0.002 they were far from done) and 8",
    sides=(
        _vgg("a"), _vgg("e"),
        _he(20, skips=False), _he(20, skips=True), _he(56, skips=False), _he(56, skips=True),
    ),
    questions=(
        Question("accuracy", "VGG E", "VGG A", "accuracy"),
        Question("accuracy", "residual 56", "plain 56", "accuracy"),
        Question("accuracy", "residual 56", "residual 20", "accuracy"),
        Question("training loss", "VGG E", "VGG A", "loss", unit=LOSS, aside=True),
        Question("accuracy", "plain 56", "plain 20", "accuracy", aside=True),
        Question("training loss", "plain 56", "plain 20", "loss", unit=LOSS, aside=True),
        Question("training loss", "residual 56", "residual 20", "loss", unit=LOSS, aside=True),
    ),
    measure=_measure,
    reading=(
        "With skips 56 layers learn as well as 20, without them far less, in some runs hardly at"
        " all; but deeper is not better here: 56 layers do no better than 20, and VGG E stays"
        " behind A, in some runs at a guess.",
        (UNCLEAR, SHOWS, UNCLEAR),
    ),
)  # fmt: skip
