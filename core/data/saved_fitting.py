"""A fitting as plain JSON data, so that a trained network looks at items without its data set."""

from __future__ import annotations

import math
from collections.abc import Mapping
from math import prod
from typing import Any

from core.data.fitting import Fitting, PictureFitting, Shape
from core.data.policy import SIZINGS
from core.data.values_fitting import ValuesFitting

_PICTURES, _VALUES = "pictures", "values"


def fitting_to_json(fitting: Fitting) -> dict[str, Any]:
    """What `fitting_from_json` reads back."""
    data: dict[str, Any] = {
        "of": _VALUES,
        "kept_shape": list(fitting.kept_shape),
        "offset": list(fitting.offset),
        "scale": list(fitting.scale),
    }
    if isinstance(fitting, PictureFitting):
        data |= {"of": _PICTURES, "size": fitting.size}
    return data


def fitting_from_json(data: Any, input_shape: Shape) -> Fitting | None:
    """The fitting that was written, for the Input of this shape; None where the data are none."""
    if not isinstance(data, Mapping):
        return None
    kept, offset, scale = (_numbers(data.get(name)) for name in ("kept_shape", "offset", "scale"))
    shape = tuple(int(size) for size in kept)
    fits = (
        shape == kept
        and min(shape, default=0) >= 1
        and prod(shape) == prod(input_shape)
        and len(offset) == len(scale) == shape[0]
        and all(scale)
    )
    if fits and data.get("of") == _VALUES:
        return ValuesFitting(input_shape, shape, offset, scale)
    if fits and data.get("of") == _PICTURES and len(shape) == 3 and data.get("size") in SIZINGS:
        return PictureFitting(input_shape, shape, offset, scale, data["size"])
    return None


def _numbers(given: Any) -> tuple[float, ...]:
    """A list of finite numbers; empty where it is none."""
    if not isinstance(given, list):
        return ()
    good = [isinstance(one, int | float) and math.isfinite(one) for one in given]
    return tuple(given) if all(good) else ()
