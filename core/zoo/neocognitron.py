"""The neocognitron, and a decision layer on it: 8,394 parameters."""

from __future__ import annotations

from core.layers import Flatten, Input, Linear, NeoC, NeoS, Output
from core.zoo.template import Builder


def neocognitron() -> Builder:
    """U0 → US1, UC1 → US2, UC2 → US3, UC3 → 10. Lecture 004.

    Planes shrink and their number grows, until each plane of UC3 is one cell that sees the whole
    picture. The paper's own sizes are others; its r and α are kept in the first layer.
    """
    build = Builder()
    build(Input((1, 28, 28)), id="u0")
    build(NeoS(8, (5, 5), padding=(2, 2, 2, 2)), id="us1")
    build(NeoC((4, 4)), id="uc1")
    build(NeoS(16, (5, 5), padding=(2, 2, 2, 2)), id="us2")
    build(NeoC((5, 5)), id="uc2")
    build(NeoS(32, (3, 3)), id="us3")
    build(NeoC((3, 3), (1, 1)), id="uc3")
    build(Flatten(), id="flatten")
    build(Linear(10))
    build(Output(), id="output")
    return build
