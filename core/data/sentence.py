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

_SCALING = {
    "unit": "values are scaled to 0…1",
    "standardize": "values are standardized to mean 0 and deviation 1",
    "none": "values stay 0…255",
}
_MIXED = {
    "fit": "scaled to fit, with black around it",
    "resize": "stretched to {size}",
    "pad": "shrunk where it is too large, with black around it",
    "crop": "scaled to fill the Input, and its middle is kept",
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
        steps = [*_size_steps(came, fitting), *_channel_steps(came, fitting)]
    else:
        noun, shape = "item", shape_text(came.size)
        steps = _time_steps(came.size[-1], fitting.kept_shape[-1])
        scaling = scaling if policy.scaling == "standardize" else "values stay as they are"
    if fitting.input_shape != fitting.kept_shape:
        steps.append("flattened")
    first = f"The {noun}s of {dataset.name} are {shape}"
    if steps:
        first += f"; the network wants {shape_text(fitting.input_shape)}: each is {_joined(steps)}"
    else:
        first += ", as the network wants"
    trains, validates = len(dataset.train), len(dataset.validation)
    verb = "trains" if trains == 1 else "train"
    split = f"{number(trains, noun)} {verb}, {validates:,} validate"
    return "; ".join([first, scaling, *augment_text(augment), split]) + "."


def source_text(image: Field) -> str:
    """`28 × 28 gray`, or `color of 20 × 30 to 600 × 800` for mixed sizes."""
    kind = "gray" if image.channels == 1 else "color"
    if image.smallest == image.largest:
        return f"{_size_text(image.largest)} {kind}"
    return f"{kind} of {_size_text(image.smallest)} to {_size_text(image.largest)}"


def shape_text(shape: Shape) -> str:
    """A shape for people: `32 × 32 × 3` for (3, 32, 32), `784 values` for (784,)."""
    if len(shape) == 1:
        return number(shape[0], "value")
    return " × ".join(str(size) for size in (*shape[1:], shape[0]))


def _size_text(size: Pair) -> str:
    return f"{size[0]} × {size[1]}"


def _joined(steps: list[str]) -> str:
    return " and ".join(steps) if len(steps) < 3 else f"{', '.join(steps[:-1])} and {steps[-1]}"


def _time_steps(length: int, target: int) -> list[str]:
    """What is done to the last axis of signals, which is time."""
    before, after = sides(length, target)
    if before == after == 0:
        return []
    if length < target:
        return [f"filled with {before} zeros before and {after} after"]
    return [f"cut by {-before} before and {-after} after"]


def _size_steps(image: Field, fitting: PictureFitting) -> list[str]:
    target = fitting.target
    if image.shape is None:
        return [_MIXED[fitting.size].format(size=_size_text(target))]
    steps = []
    scaled = scaled_size(image.largest, target, fitting.size)
    if scaled != image.largest:
        steps.append(f"{_scaling_verb(image.largest, scaled)} to {_size_text(scaled)}")
    added = (*sides(scaled[0], target[0]), *sides(scaled[1], target[1]))
    if max(added) > 0:
        steps.append(f"padded by {_sides_text([max(n, 0) for n in added])}")
    if min(added) < 0:
        steps.append(f"cut by {_sides_text([max(-n, 0) for n in added])}")
    return steps


def _scaling_verb(size: Pair, scaled: Pair) -> str:
    # Kept proportions, up to rounding to whole pixels.
    if abs(scaled[0] * size[1] - scaled[1] * size[0]) > max(*size, *scaled):
        return "stretched"
    return "enlarged" if scaled > size else "shrunk"


def _sides_text(cells: list[int]) -> str:
    """Cells (top, bottom, left, right) in words."""
    if len(set(cells)) == 1:
        return f"{cells[0]} on every side"
    places = ("above", "below", "left", "right")
    return ", ".join(f"{n} {place}" for n, place in zip(cells, places, strict=True) if n)


def _channel_steps(image: Field, fitting: Fitting) -> list[str]:
    channels = fitting.kept_shape[0]
    if channels == image.channels:
        return []
    if channels == 1:
        return ["made gray by its brightness"]
    return [f"its gray channel is repeated {channels} times"]
