"""U-Net: down to small maps and up again, with what was seen on the way down beside it."""

from __future__ import annotations

from core.layers import Concat, Conv2d, ConvTranspose2d, Flatten, Input, MaxPool2d, Output
from core.losses import BinaryCrossEntropy
from core.zoo.blocks import conv
from core.zoo.template import Builder


def unet_small() -> Builder:
    """Three levels for 32×32 color pictures; says of every cell whether it belongs to the shape."""
    build = Builder()
    build(Input((3, 32, 32)), id="input")
    skips = {}
    for filters in (8, 16):
        skips[filters] = _twice(build, filters, "down")
        build(MaxPool2d(), id=f"pool_{filters}")
    _twice(build, 32, "deep")
    for filters in (16, 8):
        build.part = ""
        build(ConvTranspose2d(filters, 2, 2), id=f"grow_{filters}")
        build(Concat(), skips[filters], build.last, id=f"join_{filters}")
        _twice(build, filters, "up")
    build(Conv2d(1, 1), id="inside")
    build(Flatten(), id="flatten")
    build(Output(BinaryCrossEntropy(), target="mask"), id="output")
    return build


def _twice(build: Builder, filters: int, way: str) -> str:
    build.part = f"{way}{filters}"
    conv(build, filters, 3, 1, 1)
    return conv(build, filters, 3, 1, 1)
