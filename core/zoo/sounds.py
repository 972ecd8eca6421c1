"""Networks for sounds: along time, and over a spectrogram."""

from __future__ import annotations

from core.layers import AvgPool1d, Conv1d, Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.zoo.template import Builder


def tdnn() -> Builder:
    """A time-delay network: frames of 4 ms, then ever wider delays, then the mean over time.

    A signal of 1,024 samples; one small network is moved along it. Lecture 004, K1.
    """
    build = Builder()
    build(Input((1, 1024)), id="input")
    build(Conv1d(24, 32, 8), id="frames")
    build(ReLU())
    for delay in (1, 2, 4):
        build(Conv1d(32, 3, dilation=delay))
        build(ReLU())
    build(AvgPool1d(111, 111), id="mean")
    build(Flatten(), id="flatten")
    build(Linear(6))
    build(Output(), id="output")
    return build


def spectrogram_cnn() -> Builder:
    """Filters along frequency, pooled there, then filters along time. Lecture 004, K2.

    Maps of 64 frequencies × 29 moments.
    """
    build = Builder()
    build(Input((1, 64, 29)), id="input")
    build(Conv2d(16, (9, 1)), id="frequency1")
    build(ReLU())
    build(MaxPool2d((3, 1), (3, 1)), id="pool1")
    build(Conv2d(32, (4, 1)), id="frequency2")
    build(ReLU())
    build(MaxPool2d((3, 1), (3, 1)), id="pool2")
    build(Conv2d(32, (1, 5)), id="time1")
    build(ReLU())
    build(MaxPool2d((1, 2), (1, 2)), id="pool3")
    build(Flatten(), id="flatten")
    build(Linear(64))
    build(ReLU())
    build(Linear(6))
    build(Output(), id="output")
    return build
