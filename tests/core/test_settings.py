"""Declared settings: what is accepted, in which form it is kept, and how a refusal reads."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.initializers import INITIALIZERS, HeNormal, Initializer, Normal
from core.kinds import Bool, Choice, Dimensions, Float, Floats, Int, Ints, Kind, Padding, Text
from core.layers import CATALOGUE, BatchNorm2d, Conv2d, Layer, MaskedConv2d
from core.losses import LOSSES, Loss, SquaredError
from core.optimizers import OPTIMIZERS, Optimizer
from core.settings import Declared, OneOf, SettingError, from_json, setting, settings_of, to_json

EVERYTHING = (*CATALOGUE, *OPTIMIZERS, *INITIALIZERS, *LOSSES)


@dataclass(frozen=True)
class Sample(Declared):
    """One field of every kind."""

    count: int = setting(3, Int(1, 9), brief="{} pieces", help="How many.")
    share: float = setting(0.5, Float(0.0, 1.0), brief="{}", quiet=0.5, help="How much.")
    sure: bool = setting(True, Bool(), label="Is sure", help="Whether.")
    mode: str = setting("fast", Choice(("fast", "slow"), ("Quick", "Patient")), help="How.")
    name: str = setting("", Text(5), help="What it is called.")
    size: tuple[int, int] = setting((1, 1), Ints(2, 1), brief="{}", help="How large.")
    shape: tuple[int, ...] = setting((1, 2), Dimensions(), help="Which shape.")
    ring: Any = setting((0, 0, 0, 0), Padding(), brief="pad {}", help="Which ring.")
    start: Initializer = setting(HeNormal(), OneOf(INITIALIZERS), brief="{}", help="Which start.")
    row: tuple[float, ...] = setting((), Floats(0.0, longest=3), help="Which numbers.")

    def check(self) -> None:
        if self.mode == "slow" and self.count > 5:
            raise SettingError("count", "at most 5 is expected where mode is slow")


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (Int(), 7, 7),
        (Float(), 2, 2.0),
        (Float(0.0, 1.0), 1, 1.0),
        (Bool(), False, False),
        (Choice(("a", "b")), "b", "b"),
        (Text(), "x", "x"),
        (Ints(2, 1), 3, (3, 3)),
        (Ints(2, 1), [3, 4], (3, 4)),
        (Ints(3, 0), (0, 1, 2), (0, 1, 2)),
        (Floats(), [1, 2.5], (1.0, 2.5)),
        (Floats(), (), ()),
        (Dimensions(), [3, 4], (3, 4)),
        (Padding(), 2, (2, 2, 2, 2)),
        (Padding(), (1, 2), (1, 1, 2, 2)),
        (Padding(), [1, 2, 3, 4], (1, 2, 3, 4)),
        (Padding(), "same", "same"),
        (OneOf(INITIALIZERS), {"type": "Normal", "std": 0.2}, Normal(0.2)),
        (OneOf(LOSSES), SquaredError(), SquaredError()),
    ],
)  # fmt: skip
def test_a_value_is_kept_in_one_form(kind: Kind, value: object, kept: object) -> None:
    found = kind.convert(value)
    assert found == kept
    assert type(found) is type(kept)
    assert kind.convert(json.loads(json.dumps(kind.to_json(found)))) == kept


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        (Int(), 1.0, "a whole number is expected, 1.0 came"),
        (Int(), True, "a whole number is expected, True came"),
        (Int(1, 9), 0, "1 or more is expected, 0 came"),
        (Int(1, 9), 10, "9 or less is expected, 10 came"),
        (Float(), "1", "a number is expected, '1' came"),
        (Float(), False, "a number is expected, False came"),
        (Float(), float("inf"), "a finite number is expected, inf came"),
        (Float(0.0, open_low=True), 0.0, "a number above 0 is expected, 0 came"),
        (Float(0.0, 1.0), 1.5, "1 or less is expected, 1.5 came"),
        (Bool(), 1, "true or false is expected, 1 came"),
        (Choice(("a", "b")), "c", "one of a, b is expected, 'c' came"),
        (Choice(("a", "b")), ["a"], "one of a, b is expected, ['a'] came"),
        (Text(3), "four", "at most 3 characters are expected, 4 came"),
        (Text(), None, "text is expected, None came"),
        (Ints(2), (1, 2, 3), "2 whole numbers are expected, (1, 2, 3) came"),
        (Ints(2, 1), (1, 0), "1 or more is expected, 0 came"),
        (Floats(), 1.0, "a row of numbers is expected, 1.0 came"),
        (Floats(longest=2), (1, 2, 3), "at most 2 numbers are expected, 3 came"),
        (Floats(low=0.0), (1, -2), "0 or more is expected, -2 came"),
        (Dimensions(), (), "1 to 3 sizes are expected, () came"),
        (Dimensions(), (1, 0), "1 or more is expected, 0 came"),
        (Padding(), "fill", "one of valid, half, full, same, ceil is expected, 'fill' came"),
        (Padding(), (1, -1), "0 or more is expected, -1 came"),
        (OneOf((SquaredError,)), 3, "one of SquaredError is expected, 3 came"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_was_expected_and_what_came(
    kind: Kind, value: object, sentence: str
) -> None:
    with pytest.raises(ValueError, match="expected") as refused:
        kind.convert(value)
    assert str(refused.value) == sentence


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3),
        st.lists(st.integers(-2, 5), max_size=5), st.dictionaries(st.text(max_size=3), st.none()),
    )
)  # fmt: skip
def test_any_value_is_refused_or_kept_for_good(value: object) -> None:
    for item in settings_of(Sample):
        try:
            kept = item.kind.convert(value)
        except ValueError:
            continue
        assert item.kind.convert(kept) == kept
        assert isinstance(item.kind.show(kept), str)


def test_a_refusal_names_its_setting() -> None:
    with pytest.raises(
        SettingError, match=r"^Sample, share: 1 or less is expected, 2 came$"
    ) as refused:
        Sample(share=2)
    assert (refused.value.setting, refused.value.sentence) == (
        "share", "1 or less is expected, 2 came",
    )  # fmt: skip


def test_a_refusal_inside_a_setting_names_the_path() -> None:
    with pytest.raises(SettingError) as refused:
        Sample(start={"type": "Normal", "std": -1})  # type: ignore[arg-type]
    assert refused.value.setting == "start.std"


def test_rules_between_settings_are_checked() -> None:
    Sample(count=5, mode="slow")
    with pytest.raises(SettingError, match=r"^Sample, count: at most 5"):
        Sample(count=6, mode="slow")
    with pytest.raises(SettingError, match=r"^Sample, count: at most 5"):
        Sample(count=6).replace(mode="slow")


def test_values_do_not_change() -> None:
    value = Sample()
    with pytest.raises(FrozenInstanceError):
        value.count = 4  # type: ignore[misc]
    other = value.replace(size=[2, 3], share=1)
    assert (other.size, other.share, value.size) == ((2, 3), 1.0, (1, 1))
    assert other == Sample(size=(2, 3), share=1.0)
    assert hash(other) == hash(Sample(size=(2, 3), share=1.0))
    with pytest.raises(SettingError, match=r"^color: Sample has no setting of this name$"):
        value.replace(color="red")


def test_json_and_back() -> None:
    value = Sample(4, 0.25, False, "slow", "me", (2, 3), (5,), "same", Normal(0.3))
    data = json.loads(json.dumps(to_json(value)))
    assert next(iter(data)) == "type"
    assert from_json(data, (Sample,)) == value
    assert from_json({"type": "Sample"}, (Sample,)) == Sample()  # an older file


@pytest.mark.parametrize(
    ("data", "setting", "sentence"),
    [
        ({}, "type", "one of Sample is expected, None came"),
        ({"type": "Other"}, "type", "one of Sample is expected, 'Other' came"),
        ({"type": ["Sample"]}, "type", "one of Sample is expected, ['Sample'] came"),
        ({"type": "Sample", "color": 1}, "color", "Sample has no setting of this name"),
        ({"type": "Sample", "count": "3"}, "count", "a whole number is expected, '3' came"),
    ],
)
def test_json_that_does_not_fit(data: dict[str, Any], setting: str, sentence: str) -> None:
    with pytest.raises(SettingError) as refused:
        from_json(data, (Sample,))
    assert (refused.value.setting, refused.value.sentence) == (setting, sentence)


def test_a_node_shows_what_matters() -> None:
    assert Sample().brief() == "3 pieces · 1×1 · pad 0 · He normal"
    assert Sample(share=0.25, ring="same").brief() == "3 pieces · 0.25 · 1×1 · pad same · He normal"
    assert Conv2d(6, 5, padding=2).brief() == "6 filters · 5×5 · pad 2"
    assert Conv2d(6, (3, 5), (2, 1), (1, 2)).brief() == "6 filters · 3×5 · stride 2×1 · pad 1×2"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("same", "same"), ((2,) * 4, "2"), ((1, 1, 2, 2), "1×2"), ((1, 2, 3, 4), "1,2,3,4")],
)
def test_padding_is_shown_as_short_as_it_can_be(value: Any, shown: str) -> None:
    assert Padding().show(value) == shown


def test_labels_follow_the_names() -> None:
    labels = {item.name: item.label for item in settings_of(Sample)}
    assert (labels["count"], labels["sure"]) == ("Count", "Is sure")
    assert settings_of(Conv2d)[0].label == "Filters"


@pytest.mark.parametrize("kind", EVERYTHING, ids=lambda kind: kind.__name__)
def test_every_setting_has_help_and_a_legal_default(kind: type[Declared]) -> None:
    for item in settings_of(kind):
        assert item.help.endswith(".")
        assert item.kind.convert(item.default) == item.default
        assert item.kind.show(item.default)
    assert from_json(to_json(kind()), EVERYTHING) == kind()


@pytest.mark.parametrize("base", [Layer, Loss, Initializer, Optimizer])
def test_bases_are_abstract(base: type[Declared]) -> None:
    with pytest.raises(TypeError):
        base()


def test_no_setting_of_a_layer_hides_a_word_of_the_contract() -> None:
    words = {name for name in vars(Layer) if not name.startswith("__")}
    assert not words & {item.name for kind in CATALOGUE for item in settings_of(kind)}
    assert BatchNorm2d(eps=1e-3).brief() == ""


def test_the_text_of_an_error_names_the_class_and_the_setting() -> None:
    with pytest.raises(SettingError) as unfit:
        Conv2d(4, 0)
    assert str(unfit.value) == "Conv2d, kernel_size: 1 or more is expected, 0 came"
    with pytest.raises(SettingError) as between:  # a rule between two settings
        MaskedConv2d("")
    assert str(between.value).startswith("MaskedConv2d, connections: ")
