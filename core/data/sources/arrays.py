"""Data sets from arrays, for scripts, notebooks and tests."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.data.dataset import ArraySplit, Dataset, Fingerprint, dataset_fields, stratified
from core.data.policy import DataPolicy

Labeled = tuple[NDArray[np.uint8], ArrayLike]
"""Pictures, uint8 (N, H, W) or (N, C, H, W), and a class number for each of them."""


def dataset_from_arrays(
    images: NDArray[np.uint8],
    labels: ArrayLike,
    *,
    classes: Sequence[str] = (),
    validation: Labeled | None = None,
    policy: DataPolicy | None = None,
    name: str = "arrays",
) -> Dataset:
    """A data set from uint8 pictures (N, H, W) or (N, C, H, W), C 1 or 3, and class numbers (N,).

    Without `validation` a share of each class validates, as `policy` says. Without `classes` they
    are named by their numbers. ValueError where the arrays do not belong together.
    """
    if validation is None:
        images, numbers = _checked(images, labels)
        policy = policy or DataPolicy()
        kept, held = stratified(numbers, policy.validation_fraction, seed=policy.split_seed)
        parts = [(images[kept], numbers[kept]), (images[held], numbers[held])]
    else:
        parts = [_checked(images, labels), _checked(*validation)]
        if parts[0][0].shape[1:] != parts[1][0].shape[1:]:
            raise ValueError("training and validation pictures of one shape are expected")
    highest = max(int(part.max(initial=0)) for _, part in parts)
    names = tuple(classes) or tuple(str(number) for number in range(highest + 1))
    if highest >= len(names):
        raise ValueError(f"labels below {len(names)} are expected, {highest} came")
    channels, height, width = parts[0][0].shape[1:]
    train, held_out = (ArraySplit(part, part_labels, len(names)) for part, part_labels in parts)
    return Dataset(
        name=name,
        title=name,
        fields=dataset_fields(channels, [(height, width)], names),
        train=train,
        validation=held_out,
        fingerprint=_fingerprint(parts),
    )


def _checked(
    images: NDArray[np.uint8], labels: ArrayLike
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The pictures as (N, C, H, W) and the labels as int64, or ValueError."""
    pictures, numbers = np.asarray(images), np.asarray(labels)
    if pictures.dtype != np.uint8:
        raise ValueError(f"pictures of uint8, 0 to 255, are expected, {pictures.dtype} came")
    if pictures.ndim == 3:
        pictures = pictures[:, None]
    if pictures.ndim != 4 or pictures.shape[1] not in (1, 3) or 0 in pictures.shape[1:]:
        raise ValueError(
            f"(N, H, W) or (N, C, H, W) with C 1 or 3 is expected, {images.shape} came"
        )
    if numbers.shape != pictures.shape[:1] or not np.issubdtype(numbers.dtype, np.integer):
        raise ValueError(
            f"{len(pictures)} whole numbers as labels are expected, {numbers.dtype}"
            f" {numbers.shape} came"
        )
    if numbers.size and numbers.min() < 0:
        raise ValueError(f"labels of 0 or more are expected, {numbers.min()} came")
    return pictures, numbers.astype(np.int64)


def _fingerprint(parts: Sequence[tuple[NDArray[np.uint8], NDArray[np.int64]]]) -> Fingerprint:
    """Over shapes, pixels and labels."""
    digest = hashlib.sha256()
    for images, labels in parts:
        digest.update(repr(images.shape).encode())
        digest.update(np.ascontiguousarray(images).data)
        digest.update(labels.astype("<i8").tobytes())
    count = sum(len(images) for images, _ in parts)
    return Fingerprint(count, sum(images.nbytes for images, _ in parts), digest.hexdigest())
