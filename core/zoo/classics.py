"""The section "Classics"."""

from __future__ import annotations

from functools import partial

from core.optimizers import SGD, Adam
from core.plan import Plan
from core.shapes import Shape
from core.tongue import tr
from core.zoo.alexnet import alexnet, zfnet
from core.zoo.efficient import all_cnn
from core.zoo.inception import googlenet
from core.zoo.template import CLASSICS, Template
from core.zoo.vgg import vgg

_KRIZHEVSKY = "Krizhevsky et al. 2012"
_ZEILER = "Zeiler and Fergus 2014"
_SIMONYAN = "Simonyan and Zisserman 2015"
_SMALL: Shape = (3, 32, 32)
# Rate, momentum and weight decay of AlexNet and VGG: lecture 004, O4. Faster, without batch
# normalization, they learn nothing.
_RECIPE = Plan(optimizer=SGD(lr=0.01, momentum=0.9, weight_decay=5e-4))


def _vgg(letter: str, sentence: str, parameters: int, *, lrn: bool = False) -> Template:
    suffix = "-LRN" if lrn else ""
    return Template(
        id=f"vgg-{letter.lower()}{suffix.lower()}",
        title=tr("VGG {letter}{suffix}", letter=letter, suffix=suffix),
        sentence=sentence,
        make=partial(vgg, letter, lrn=lrn),
        parameters=parameters,
        group=CLASSICS,
        source=_SIMONYAN,
        small=_SMALL,
        plan=_RECIPE,
    )


TEMPLATES: tuple[Template, ...] = (
    Template(
        id="alexnet",
        title="AlexNet",
        sentence="The network that won ImageNet in 2012, in two groups as on its two GPUs.",
        make=alexnet,
        parameters=60_965_224,
        group=CLASSICS,
        source=_KRIZHEVSKY,
        small=(3, 67, 67),
        plan=_RECIPE,
    ),
    Template(
        id="alexnet-ungrouped",
        title="AlexNet, one group",
        sentence="AlexNet whose filters see all maps below them.",
        make=partial(alexnet, groups=1),
        parameters=62_378_344,
        group=CLASSICS,
        source=_KRIZHEVSKY,
        small=(3, 67, 67),
        plan=_RECIPE,
    ),
    Template(
        id="zfnet",
        title="ZFNet",
        sentence="AlexNet with finer first filters, found by looking inside it.",
        make=zfnet,
        parameters=62_357_608,
        group=CLASSICS,
        source=_ZEILER,
        small=(3, 64, 64),
        plan=_RECIPE,
    ),
    Template(
        id="zfnet-512",
        title="ZFNet, wide",
        sentence="ZFNet with 512, 1024 and 512 filters in its last convolutions.",
        make=partial(zfnet, deep=(512, 1024, 512)),
        parameters=107_627_624,
        group=CLASSICS,
        source=_ZEILER,
        small=(3, 64, 64),
        plan=_RECIPE,
    ),
    _vgg("A", tr("Eight 3×3 convolutions and three dense layers."), 132_863_336),
    _vgg(
        "A",
        tr("VGG A with local response normalization, which did not help."),
        132_863_336,
        lrn=True,
    ),
    _vgg("B", tr("Ten 3×3 convolutions, two before each pooling."), 133_047_848),
    _vgg("C", tr("VGG B with a 1×1 convolution at the end of three stages."), 133_638_952),
    _vgg("D", tr("Thirteen 3×3 convolutions: the one that everybody uses."), 138_357_544),
    _vgg("E", tr("Sixteen 3×3 convolutions, the deepest of the table."), 143_667_240),
    Template(
        id="all-cnn-c",
        title="All-CNN-C",
        sentence="Convolutions only: where others pool, a filter moves by two.",
        make=all_cnn,
        parameters=1_369_738,
        group=CLASSICS,
        source="Springenberg et al. 2015",
        small=_SMALL,
        small_plan=Plan(batch_size=8, optimizer=Adam(lr=0.002)),  # dropout leaves it little
        plan=Plan(optimizer=Adam(lr=0.002)),
    ),
    Template(
        id="googlenet",
        title="GoogLeNet",
        sentence="Nine Inception modules: filters of several sizes side by side.",
        make=googlenet,
        parameters=6_998_552,
        group=CLASSICS,
        source="Szegedy et al. 2015",
        small=_SMALL,
        plan=Plan(optimizer=Adam(lr=0.001)),
    ),
    Template(
        id="googlenet-aux",
        title="GoogLeNet, three heads",
        sentence="GoogLeNet with the two helping outputs that its training used.",
        make=partial(googlenet, aux=True),
        parameters=13_378_280,
        group=CLASSICS,
        source="Szegedy et al. 2015",
        small=(3, 96, 96),
        plan=Plan(optimizer=Adam(lr=0.001)),
    ),
)
