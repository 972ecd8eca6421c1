"""Recipes: ways to train that became known for what was trained with them.

A recipe decides how weights move, the learning rate over time, the batch size and how the training
items are varied; epochs, seed, device and the network stay those of the design it is applied to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

from core.data.augment import Augmentation, Crop, Flip
from core.data.sources.synthetic.base import Synthetic
from core.design import DataChoice, Design
from core.layers import Input
from core.optimizers import SGD, Adam, Optimizer
from core.plan import Gradient, Plan
from core.schedules import Constant, ReduceOnPlateau, Schedule
from core.settings import Declared, settings_of
from core.tongue import tr

MOST_CROP = 1_000  # the widest border that Crop pads


@dataclass(frozen=True)
class Recipe:
    """Optimizer, schedule, batch size and augmentation under a name.

    Attributes:
        id, title: on the command line, and for people.
        sentence: what it is and where it comes from.
        optimizer, schedule, batch_size: what it sets in the plan.
        crop: pictures are cut out at random after padding by 1/crop of their height, and
            mirrored; 0 varies nothing.
        start: how its authors let weights begin: advice, since layers are left as they are.
    """

    id: str
    title: str
    sentence: str
    optimizer: Optimizer
    schedule: Schedule
    batch_size: int
    crop: int = 0
    start: str = ""

    def applied(self, design: Design) -> Design:
        """The design with what the recipe decides."""
        plan = design.plan.replace(
            method=Gradient(),
            optimizer=self.optimizer,
            schedule=self.schedule,
            batch_size=self.batch_size,
        )
        data = design.data.replace(augment=self._augmentation(design))
        return replace(design, plan=plan, data=data)

    def fits(self, design: Design) -> bool:
        """Whether a design is as the recipe has it."""
        return self.applied(design) == design

    def _augmentation(self, design: Design) -> tuple[Augmentation, ...]:
        height = _picture_height(design)
        if not self.crop or not height:
            return ()
        return (Crop(min(MOST_CROP, max(1, height // self.crop))), Flip())


RECIPES: tuple[Recipe, ...] = (
    Recipe(
        "plain",
        tr("Plain SGD"),
        tr(
            "Gradient descent in batches of 32 at a constant rate, without momentum: nothing but"
            " the"
            " rule itself."
        ),
        SGD(lr=0.01, momentum=0.0),
        Constant(),
        32,
    ),
    Recipe(
        "adam",
        tr("Adam"),
        tr("Adam as its authors set it, at a constant rate: a good first try. Kingma and Ba 2015."),
        Adam(lr=0.001),
        Constant(),
        64,
    ),
    Recipe(
        "alexnet",
        tr("AlexNet 2012"),
        tr(
            "SGD in batches of 128 with momentum 0.9 and weight decay 5e-4; the rate begins at 0.01"
            " and is divided by 10 when validation no longer improves. Pictures are shifted by"
            " 1/14 of"
            " their size and mirrored. Krizhevsky et al. 2012."
        ),
        SGD(lr=0.01, momentum=0.9, weight_decay=5e-4),
        ReduceOnPlateau(factor=0.1),
        128,
        crop=14,  # windows of 224 out of 256: 16 pixels to each side
        start=tr("Normal with deviation 0.01, and Dropout 0.5 between the Linear layers"),
    ),
    Recipe(
        "resnet",
        tr("ResNet 2015"),
        tr(
            "SGD in batches of 256 with momentum 0.9 and weight decay 1e-4; the rate begins at 0.1"
            " and"
            " is divided by 10 when validation no longer improves. Pictures are shifted by 1/8 of"
            " their size and mirrored. He et al. 2016; lecture 004 prints a weight decay of 1e-5,"
            " the"
            " paper has 1e-4."
        ),
        SGD(lr=0.1, momentum=0.9, weight_decay=1e-4),
        ReduceOnPlateau(factor=0.1),
        256,
        crop=8,  # 4 pixels around 32, as the paper has it for CIFAR-10
        start=tr("He normal, and BatchNorm2d behind each convolution"),
    ),
)

BY_NAME = MappingProxyType({recipe.id: recipe for recipe in RECIPES})


def recipe_of(design: Design) -> Recipe | None:
    """The recipe that a design is trained by; None where it has a way of its own."""
    return next((recipe for recipe in RECIPES if recipe.fits(design)), None)


def changes(before: Design, after: Design) -> tuple[str, ...]:
    """How the second design is trained otherwise: "batch size 256" and so on, a part each."""
    return (
        *_changes(before.plan, after.plan, Plan),
        *_changes(before.data, after.data, DataChoice),
    )


def _changes(before: Declared, after: Declared, cls: type[Declared]) -> tuple[str, ...]:
    return tuple(
        f"{one.label[:1].lower()}{one.label[1:]} {_told(one.kind.show(value), value)}"
        for one in settings_of(cls)
        if (value := getattr(after, one.name)) != getattr(before, one.name)
    )


def _told(text: str, value: object) -> str:
    """A value with its own settings: all that a form shows first, and those that were set."""
    if not isinstance(value, Declared):
        return text
    usual = type(value)()
    parts = [
        f"{one.label[:1].lower()}{one.label[1:]} {one.kind.show(getattr(value, one.name))}"
        for one in settings_of(type(value))
        if not one.advanced or getattr(value, one.name) != getattr(usual, one.name)
    ]
    return f"{text} ({', '.join(parts)})" if parts else text


def _picture_height(design: Design) -> int:
    """How high the pictures are that the network sees; 0 where it sees none."""
    source = design.data.source
    kinds = (
        {field.kind for field in source.fields.values()} if isinstance(source, Synthetic) else ()
    )
    inputs = [node.layer for node in design.graph.of_type(Input)]
    shape = inputs[0].shape if inputs and isinstance(inputs[0], Input) else ()
    return shape[1] if len(shape) == 3 and "values" not in kinds else 0
