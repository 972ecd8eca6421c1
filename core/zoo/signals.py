"""The section "Signals and more"."""

from __future__ import annotations

from core.data.sources import ShapesWithBoxes, ShapesWithMasks, Sticks, Tones
from core.design import DataChoice
from core.optimizers import SGD, Adam
from core.plan import Plan
from core.zoo.neocognitron import neocognitron
from core.zoo.places import box_and_class, pose
from core.zoo.sounds import spectrogram_cnn, tdnn
from core.zoo.template import SIGNALS, Template
from core.zoo.unet import unet_small

TEMPLATES: tuple[Template, ...] = (
    Template(
        id="neocognitron",
        title="Neocognitron",
        sentence="S-cells find features, C-cells let them move a little: where it all began.",
        make=neocognitron,
        parameters=8_394,
        group=SIGNALS,
        source="after Fukushima 1980",
        plan=Plan(optimizer=Adam(lr=0.01)),
    ),
    Template(
        id="tdnn",
        title="Time-delay network",
        sentence="One small network moved along a sound; its delays grow wider and wider.",
        make=tdnn,
        parameters=9_534,
        group=SIGNALS,
        source="after Waibel et al. 1989",
        data=DataChoice(Tones()),
    ),
    Template(
        id="spectrogram-cnn",
        title="Spectrogram CNN",
        sentence="Filters along frequency, then along time, to tell kinds of sounds apart.",
        make=spectrogram_cnn,
        parameters=130_726,
        group=SIGNALS,
        source="after lecture 004, CNNs on spectrograms",
        data=DataChoice(Tones(view="spectrogram")),
        plan=Plan(optimizer=SGD(lr=0.01)),  # at 0.05 it leaps about and may end no better
    ),
    Template(
        id="box-and-class",
        title="Box and class",
        sentence="Two outputs from the same maps: what it is, and its four corners.",
        make=box_and_class,
        parameters=157_106,
        group=SIGNALS,
        source="Lecture 004, bounding boxes",
        data=DataChoice(ShapesWithBoxes()),
        plan=Plan(optimizer=SGD(lr=0.02)),  # at 0.05 it forgets all in its third epoch
    ),
    Template(
        id="pose",
        title="Pose",
        sentence="Eleven joints of a stick figure, two numbers each.",
        make=pose,
        parameters=321_174,
        group=SIGNALS,
        source="Lecture 004, joints of a stick model",
        data=DataChoice(Sticks()),
    ),
    Template(
        id="unet-small",
        title="Small U-Net",
        sentence="Down to small maps and up again: which pixels belong to the shape.",
        make=unet_small,
        parameters=29_465,
        group=SIGNALS,
        source="after Ronneberger et al. 2015",
        data=DataChoice(ShapesWithMasks()),
    ),
)
