"""The section "Small, to train here"."""

from __future__ import annotations

from functools import partial

from core.data.policy import DataPolicy
from core.data.sources import Toy
from core.design import DataChoice
from core.optimizers import SGD
from core.plan import Plan
from core.zoo.convnetjs import convnetjs_cifar10
from core.zoo.largenet import largenet
from core.zoo.lenet import lenet5, lenet5_1998
from core.zoo.residual import resnet_cifar, resnet_small
from core.zoo.template import SMALL, Template
from core.zoo.toy import toy
from core.zoo.vgg import vgg_small

TEMPLATES: tuple[Template, ...] = (
    Template(
        id="lenet5",
        title="LeNet-5",
        sentence="The classic for digits: two convolutions, two poolings, three dense layers.",
        make=lenet5,
        parameters=61_706,
        group=SMALL,
        source="LeCun et al. 1998, as lecture 004 draws it",
    ),
    Template(
        id="largenet",
        title="LargeNet",
        sentence="Lecture 001's first network: small and in color.",
        make=largenet,
        parameters=10_002,
        group=SMALL,
        source="Lecture 001",
    ),
    Template(
        id="vgg-small",
        title="Small VGG",
        sentence="3×3 convolutions in pairs with batch normalization.",
        make=vgg_small,
        parameters=551_018,
        group=SMALL,
        source="after Simonyan and Zisserman 2015",
        plan=Plan(optimizer=SGD(lr=0.01)),  # 0.05 kills nearly all units of its dense layer
    ),
    Template(
        id="resnet-small",
        title="Small ResNet",
        sentence="Residual blocks: each adds to what came before.",
        make=resnet_small,
        parameters=77_754,
        group=SMALL,
        source="after He et al. 2016",
    ),
    Template(
        id="toy-5x5",
        title="Toy 5×5",
        sentence="Lecture 000's network with its weights: small enough to compute by hand.",
        make=toy,
        parameters=23,
        group=SMALL,
        source="Lecture 000",
        data=DataChoice(Toy(), DataPolicy(scaling="none")),
        plan=Plan(epochs=1, batch_size=1, optimizer=SGD(lr=0.1, momentum=0.0)),
    ),
    Template(
        id="lenet5-1998",
        title="LeNet-5 of 1998",
        sentence="As published: a table of connections, trained pooling, drawn digits to compare"
        " with.",
        make=lenet5_1998,
        parameters=60_000,
        group=SMALL,
        source="LeCun et al. 1998",
        plan=Plan(optimizer=SGD(lr=0.002)),
    ),
    Template(
        id="convnetjs-cifar10",
        title="ConvNetJS",
        sentence="Three convolutions of 5×5, the network that trains in a browser.",
        make=convnetjs_cifar10,
        parameters=22_466,
        group=SMALL,
        source="Karpathy 2014",
    ),
    Template(
        id="resnet20-cifar",
        title="ResNet-20",
        sentence="Nine residual blocks for 32×32 pictures; their shortcuts have no weights.",
        make=partial(resnet_cifar, 3),
        parameters=269_722,
        group=SMALL,
        source="He et al. 2016, section 4.2",
        plan=Plan(optimizer=SGD(lr=0.02)),  # at 0.05 validation lags far behind for an epoch
    ),
)
