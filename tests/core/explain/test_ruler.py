"""The ruler's figures, each worked out by hand."""

from __future__ import annotations

from core.explain.ruler import blocks, largest_batch
from core.graph import chain
from core.infer import infer
from core.layers import Conv1d, Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU

NET = chain(Input((3, 8, 6)), Conv2d(4, 3), MaxPool2d(), Flatten(), Linear(5), Output())


def test_every_layer_is_as_large_as_its_output() -> None:
    found = blocks(NET, infer(NET))
    assert [(b.height, b.width, b.depth) for b in found] == [
        (8, 6, 3), (6, 4, 4), (3, 2, 4), (1, 1, 24), (1, 1, 5), (1, 1, 5),
    ]  # fmt: skip
    conv = found[1]
    assert (conv.parameters, conv.macs) == (4 * 27 + 4, 6 * 4 * 4 * 27)
    assert (conv.forward, conv.training) == (4 * 96, 8 * 96)
    assert (conv.title, conv.family) == ("conv1", "convolution")


def test_a_signal_is_as_wide_as_it_is_long() -> None:
    graph = chain(Input((2, 40)), Conv1d(6, 5), Flatten(), Output())
    conv = blocks(graph, infer(graph))[1]
    assert (conv.height, conv.width, conv.depth) == (1, 36, 6)


def test_what_is_unknown_or_bypassed_is_left_out() -> None:
    graph = chain(Input((1, 4, 4)), Conv2d(2, 9), Flatten(), Output())
    assert [b.node for b in blocks(graph, infer(graph))] == ["input1"]
    graph = chain(Input((1, 4, 4)), ReLU(), Flatten(), Output()).with_bypass(["relu1"], True)
    assert [b.node for b in blocks(graph, infer(graph))] == ["input1", "flatten1", "output1"]


def test_the_largest_batch_fits_and_one_more_does_not() -> None:
    known = infer(NET)
    values = 144 + 96 + 24 + 24 + 5 + 5
    weights = 112 + 125
    for training, copies in ((False, 1), (True, 2)):
        most = largest_batch(known, 1_000_000, training=training)
        held = weights * (2 * copies - 1)
        assert 4 * (most * values * copies + held) <= 1_000_000
        assert 4 * ((most + 1) * values * copies + held) > 1_000_000
    assert largest_batch(known, 100, training=True) == 0
    assert largest_batch(infer(chain()), 100, training=True) == 0
