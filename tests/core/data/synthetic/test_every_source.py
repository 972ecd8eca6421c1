"""What holds for every synthetic source: the same items for the same seed, and no others."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.fitted import fit
from core.data.policy import DataPolicy
from core.data.sources import (
    NAMES,
    SOURCES,
    Bars,
    Points,
    Shapes,
    Tones,
    open_source,
    source_by_name,
)
from core.data.sources.synthetic import SYNTHETIC, Synthetic
from core.settings import SettingError, from_json, settings_of, to_json

VARIANTS: tuple[Synthetic, ...] = (
    *(cls() for cls in SYNTHETIC),
    Tones(view="spectrogram"),
    *(Points(pattern=pattern) for pattern in ("spirals", "xor", "moons")),
    Bars(size=(12, 20), orientations=6, jitter=5.0),
    Shapes(size=(24, 40), noise=0.0),
)

every_source = pytest.mark.parametrize(
    "source", VARIANTS, ids=lambda one: f"{one.id}-{VARIANTS.index(one)}"
)


@every_source
def test_items_do_not_depend_on_the_count_or_the_company(source: Synthetic) -> None:
    few = open_source(source.replace(train=30, validation=5))
    many = open_source(source.replace(train=700, validation=50))
    for field in few.targets:
        assert np.array_equal(few.train.target(field, [29, 3]), many.train.target(field, [29, 3]))
    whole = np.asarray(many.train.items(range(700)))
    assert np.array_equal(few.train.items([29, 3]), whole[[29, 3]])
    assert np.array_equal(many.train.items([600, 0, 600]), whole[[600, 0, 600]])


@every_source
def test_seeds_and_splits_differ(source: Synthetic) -> None:
    data = open_source(source)
    other = open_source(source.replace(seed=1))
    first = np.asarray(data.train.items([0, 1])).tobytes()
    assert first != np.asarray(other.train.items([0, 1])).tobytes()
    assert first != np.asarray(data.validation.items([0, 1])).tobytes()
    assert data.fingerprint.sha256 != other.fingerprint.sha256
    assert data.fingerprint == open_source(source).fingerprint
    assert data.fingerprint.count == 5000


@every_source
def test_classes_are_balanced_and_fields_have_their_shapes(source: Synthetic) -> None:
    data = open_source(source.replace(train=203))
    assert max(data.train.class_counts) - min(data.train.class_counts) <= 1
    assert len(data.train.class_counts) == len(data.classes)
    items = np.asarray(data.train.items(range(203)))
    assert items.shape == (203, *(data.looked_at.shape or ()))
    assert items.dtype == (np.uint8 if data.looked_at.kind == "image" else np.float32)
    assert np.isfinite(items).all()
    assert len({item.tobytes() for item in items}) == 203
    assert len(np.asarray(data.train.items([]))) == 0
    for field in data.targets:
        values = data.train.target(field, [5, 6, 7])
        assert values.shape == (3, *(data.fields[field].shape or ()))
    with pytest.raises(KeyError):
        data.train.target("smell", [0])
    with pytest.raises(IndexError):
        data.train.items([203])


@every_source
def test_it_fits_as_it_is_and_is_shown(source: Synthetic) -> None:
    data = fit(open_source(source), open_source(source).looked_at.shape or (), DataPolicy())
    x, targets = data.train.batch([4, 5])
    assert (x.shape, x.dtype) == ((2, *data.fitting.input_shape), np.float32)
    assert isinstance(targets, dict) is (len(data.dataset.targets) > 1)
    assert "as the network wants" in data.sentence
    assert "4,000" in data.sentence
    shown = data.train.pictures([4, 5, 6])
    assert shown.dtype == np.uint8
    assert shown.shape[:2] in ((3, 1), (3, 3))
    assert shown.std(axis=(1, 2, 3)).min() > 5  # something is to be seen


@every_source
def test_it_survives_json_and_has_words(source: Synthetic) -> None:
    assert from_json(to_json(source), SOURCES) == source
    assert source.label == source.title
    assert (type(source).__doc__ or "").strip()
    for one in settings_of(type(source)):
        assert one.help.endswith(".")


def test_names_on_the_command_line() -> None:
    assert [cls.id for cls in SYNTHETIC] == [
        "shapes", "boxes", "masks", "sticks", "bars", "tones", "points",
    ]  # fmt: skip
    assert tuple(cls.id for cls in SOURCES if cls.id) == NAMES
    for cls in SYNTHETIC:
        assert source_by_name(cls.id) == cls()
        assert open_source(cls()).name == cls.id


def test_no_picture_library_is_needed() -> None:
    program = (
        "import sys\nfrom core.data.sources import SOURCES, Folder, open_source\n"
        "for cls in SOURCES:\n"
        "    if cls is not Folder: open_source(cls()).train.items([0])\n"
        "assert 'PIL' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@given(st.integers(8, 40), st.integers(8, 40), st.sampled_from(SYNTHETIC[:2]))
def test_any_size_can_be_drawn(height: int, width: int, cls: type[Synthetic]) -> None:
    data = open_source(cls(size=(height, width), train=12))  # type: ignore[call-arg]
    assert np.asarray(data.train.items(range(12))).shape == (12, 3, height, width)


def test_impossible_settings_are_refused() -> None:
    for cls in SYNTHETIC:
        with pytest.raises(SettingError, match=r"train: 1 or more is expected, 0 came"):
            cls(train=0)
