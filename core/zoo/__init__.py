"""The templates, in the order of the welcome page."""

from __future__ import annotations

from core.zoo.largenet import largenet
from core.zoo.lenet import lenet5
from core.zoo.residual import resnet_small
from core.zoo.template import Template
from core.zoo.vgg import vgg_small

TEMPLATES: tuple[Template, ...] = (
    Template(
        "lenet5",
        "LeNet-5",
        "The classic for digits: two convolutions, two poolings, three dense layers.",
        lenet5,
    ),
    Template("largenet", "LargeNet", "Lecture 001's first network: small and in color.", largenet),
    Template(
        "vgg-small",
        "Small VGG",
        "3×3 convolutions in pairs with batch normalization.",
        vgg_small,
    ),
    Template(
        "resnet-small",
        "Small ResNet",
        "Residual blocks: each adds to what came before.",
        resnet_small,
    ),
)

BY_ID: dict[str, Template] = {template.id: template for template in TEMPLATES}

__all__ = ["BY_ID", "TEMPLATES", "Template"]
