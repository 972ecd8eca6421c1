"""The sentence that says, before training, what is done to the items."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.augment import Augmentation
from core.data.augment.sentence import augment_text
from core.data.dataset import Dataset, Field
from core.data.fitting import Fitting, PictureFitting, Shape, scaled_size, sides
from core.data.policy import DataPolicy
from core.data.words import number
from core.kinds import Pair
from core.tongue import tr

_SCALING = {
    "unit": tr("values are scaled to 0…1"),
    "standardize": tr("values are standardized to mean 0 and deviation 1"),
    "none": tr("values stay 0…255"),
}
_MIXED = {
    "fit": tr("scaled to fit, with black around it"),
    "resize": tr("stretched to {size}"),
    "pad": tr("shrunk where it is too large, with black around it"),
    "crop": tr("scaled to fill the Input, and its middle is kept"),
}


def fit_sentence(
    dataset: Dataset,
    fitting: Fitting,
    policy: DataPolicy,
    augment: Sequence[Augmentation] = (),
) -> str:
    """What comes, what the network wants, what is done about it, and how many items there are.

    The pictures of digits are 28 × 28 gray; the network wants 32 × 32 × 3: each is padded by 2 on
    every side and its gray channel is repeated 3 times; values are scaled to 0…1; 4,000 pictures
    train, 1,000 validate.
    """
    came = dataset.looked_at
    scaling = _SCALING[policy.scaling]
    if isinstance(fitting, PictureFitting):
        noun, shape = "picture", source_text(came)
        first = tr("The pictures of {name} are {shape}", name=dataset.name, shape=shape)
        steps = [*_size_steps(came, fitting), *_channel_steps(came, fitting)]
    else:
        noun, shape = "item", shape_text(came.size)
        first = tr("The items of {name} are {shape}", name=dataset.name, shape=shape)
        steps = _time_steps(came.size[-1], fitting.kept_shape[-1])
        scaling = scaling if policy.scaling == "standardize" else tr("values stay as they are")
    if fitting.input_shape != fitting.kept_shape:
        steps.append(tr("flattened"))
    if steps:
        first += tr(
            "; the network wants {input_shape}: each is {steps}",
            input_shape=shape_text(fitting.input_shape),
            steps=_joined(steps),
        )
    else:
        first += tr(", as the network wants")
    trains, validates = len(dataset.train), len(dataset.validation)
    verb = tr("trains") if trains == 1 else tr("train")
    split = tr(
        "{trains} {verb}, {validates:,} validate",
        trains=number(trains, noun),
        verb=verb,
        validates=validates,
    )
    return "; ".join([first, scaling, *augment_text(augment), split]) + "."


def source_text(image: Field) -> str:
    """`28 × 28 gray`, or `color of 20 × 30 to 600 × 800` for mixed sizes."""
    kind = tr("gray") if image.channels == 1 else tr("color")
    if image.smallest == image.largest:
        return f"{_size_text(image.largest)} {kind}"
    return tr(
        "{kind} of {smallest} to {largest}",
        kind=kind,
        smallest=_size_text(image.smallest),
        largest=_size_text(image.largest),
    )


def shape_text(shape: Shape) -> str:
    """A shape for people: `32 × 32 × 3` for (3, 32, 32), `784 values` for (784,)."""
    if len(shape) == 1:
        return number(shape[0], "value")
    return " × ".join(str(size) for size in (*shape[1:], shape[0]))


def _size_text(size: Pair) -> str:
    return f"{size[0]} × {size[1]}"


def _joined(steps: list[str]) -> str:
    return (
        tr(" and ").join(steps)
        if len(steps) < 3
        else tr("{steps} and {step}", steps=", ".join(steps[:-1]), step=steps[-1])
    )


def _time_steps(length: int, target: int) -> list[str]:
    """What is done to the last axis of signals, which is time."""
    before, after = sides(length, target)
    if before == after == 0:
        return []
    if length < target:
        return [
            tr("filled with {before} zeros before and {after} after", before=before, after=after)
        ]
    return [tr("cut by {before} before and {after} after", before=-before, after=-after)]


def _size_steps(image: Field, fitting: PictureFitting) -> list[str]:
    target = fitting.target
    if image.shape is None:
        return [_MIXED[fitting.size].format(size=_size_text(target))]
    steps = []
    scaled = scaled_size(image.largest, target, fitting.size)
    if scaled != image.largest:
        steps.append(
            tr(
                "{largest} to {scaled}",
                largest=_scaling_verb(image.largest, scaled),
                scaled=_size_text(scaled),
            )
        )
    added = (*sides(scaled[0], target[0]), *sides(scaled[1], target[1]))
    if max(added) > 0:
        steps.append(tr("padded by {added}", added=_sides_text([max(n, 0) for n in added])))
    if min(added) < 0:
        steps.append(tr("cut by {added}", added=_sides_text([max(-n, 0) for n in added])))
    return steps


def _scaling_verb(size: Pair, scaled: Pair) -> str:
    # Kept proportions, up to rounding to whole pixels.
    if abs(scaled[0] * size[1] - scaled[1] * size[0]) > max(*size, *scaled):
        return tr("stretched")
    return tr("enlarged") if scaled > size else tr("shrunk")


def _sides_text(cells: list[int]) -> str:
    """Cells (top, bottom, left, right) in words."""
    if len(set(cells)) == 1:
        return tr("{cell} on every side", cell=cells[0])
    places = (tr("above"), tr("below"), "left", "right")
    return ", ".join(f"{n} {place}" for n, place in zip(cells, places, strict=True) if n)


def _channel_steps(image: Field, fitting: Fitting) -> list[str]:
    channels = fitting.kept_shape[0]
    if channels == image.channels:
        return []
    if channels == 1:
        return [tr("made gray by its brightness")]
    return [tr("its gray channel is repeated {channels} times", channels=channels)]
