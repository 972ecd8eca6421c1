"""The section "Deep"."""

from __future__ import annotations

from functools import partial

from core.optimizers import SGD, Adam
from core.plan import Plan
from core.shapes import Shape
from core.tongue import tr
from core.zoo.efficient import densenet, mobilenet, squeezenet
from core.zoo.residual import resnet
from core.zoo.template import DEEP, NORMALIZED_PLAN, Template

_SMALL: Shape = (3, 64, 64)  # they halve it five times


def _resnet(
    layers: int, blocks: tuple[int, int, int, int], parameters: int, *, bottleneck: bool = False
) -> Template:
    kind = tr("bottlenecks of three layers") if bottleneck else tr("blocks of two 3×3 layers")
    return Template(
        id=f"resnet{layers}",
        title=f"ResNet-{layers}",
        sentence=tr(
            "{layers} layers deep: {blocks} {kind}, each with a shortcut.",
            layers=layers,
            blocks=sum(blocks),
            kind=kind,
        ),
        make=partial(resnet, blocks, bottleneck=bottleneck),
        parameters=parameters,
        group=DEEP,
        source="He et al. 2016",
        small=_SMALL,
        small_plan=NORMALIZED_PLAN,
        plan=Plan(optimizer=SGD(lr=0.01, momentum=0.9, weight_decay=1e-4)),
    )


TEMPLATES: tuple[Template, ...] = (
    _resnet(18, (2, 2, 2, 2), 11_689_512),
    _resnet(34, (3, 4, 6, 3), 21_797_672),
    _resnet(50, (3, 4, 6, 3), 25_557_032, bottleneck=True),
    _resnet(152, (3, 8, 36, 3), 60_192_808, bottleneck=True),
    Template(
        id="densenet121",
        title="DenseNet-121",
        sentence="Every layer sees the maps of all layers before it in its block.",
        make=densenet,
        parameters=7_978_856,
        group=DEEP,
        source="Huang et al. 2017",
        small=_SMALL,
        small_plan=NORMALIZED_PLAN,
    ),
    Template(
        id="mobilenet-v1",
        title="MobileNet",
        sentence="Depthwise and 1×1 convolutions in turn: light enough for a phone.",
        make=mobilenet,
        parameters=4_231_976,
        group=DEEP,
        source="Howard et al. 2017",
        small=_SMALL,
        small_plan=NORMALIZED_PLAN,
    ),
    Template(
        id="squeezenet",
        title="SqueezeNet",
        sentence="As right as AlexNet with a fiftieth of its weights.",
        make=squeezenet,
        parameters=1_248_424,
        group=DEEP,
        source="Iandola et al. 2016, version 1.0",
        small=_SMALL,
        small_plan=Plan(batch_size=32, optimizer=Adam(lr=0.002)),
        plan=Plan(optimizer=Adam(lr=0.003)),
    ),
)
