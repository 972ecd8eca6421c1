"""A row of declared values as a setting: the augmentation of a data choice, also in files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.augment import AUGMENTATIONS, PLANKTON, PRESETS, Augmentation, Flip, Noise, Rotate
from core.design import DataChoice, Design
from core.files import FileError
from core.project import VERSION, Project, design_from_json, design_to_json, load, save
from core.settings import SettingError, Several, from_json, settings_of, to_json

KIND = Several(AUGMENTATIONS, PRESETS)


def test_a_list_becomes_a_tuple_and_objects_become_values() -> None:
    assert KIND.convert([]) == ()
    data = KIND.to_json(PLANKTON)
    assert [item["type"] for item in data] == [type(one).__name__ for one in PLANKTON]
    assert KIND.convert(json.loads(json.dumps(data))) == PLANKTON
    assert KIND.convert([Flip(), {"type": "Noise", "std": 0.5}]) == (Flip(), Noise(0.5))
    assert KIND.show(PLANKTON) == "Rotate, Shift, Scale, Flip, Shear, Stretch"
    assert KIND.show(()) == "none"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (Flip(), "a list of at most 32 is expected, Flip"),
        ([Flip()] * 33, "a list of at most 32 is expected"),
        (["Flip"], "one of Rotate, Shift, ScaleBy, "),
        ([{"type": "Digits"}], "one of Rotate, Shift, "),
        ([{"type": "Flip", "sideways": 1}], "Flip has no setting of this name"),
    ],
)
def test_a_refusal_says_what_was_expected(value: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"expected|no setting") as refused:
        KIND.convert(value)
    assert sentence in str(refused.value)


def test_a_refusal_names_its_setting() -> None:
    with pytest.raises(SettingError) as refused:
        DataChoice(augment=[{"type": "Rotate", "low": 5, "high": 1}])  # type: ignore[arg-type]
    assert refused.value.setting == "augment.high"


@given(st.lists(st.sampled_from([cls() for cls in AUGMENTATIONS]), max_size=8))
def test_json_and_back(augment: list[Augmentation]) -> None:
    choice = DataChoice(augment=tuple(augment))
    assert from_json(json.loads(json.dumps(to_json(choice))), (DataChoice,)) == choice
    assert hash(choice) == hash(DataChoice(augment=tuple(augment)))
    design = Design(data=choice)
    assert design_from_json(json.loads(json.dumps(design_to_json(design)))) == design


@pytest.mark.parametrize("cls", AUGMENTATIONS, ids=lambda cls: cls.__name__)
def test_every_augmentation_has_words(cls: type[Augmentation]) -> None:
    assert cls.title
    assert cls.verb
    assert (cls.__doc__ or "").strip()
    for one in settings_of(cls):
        assert one.help.endswith(".")
        assert one.kind.convert(one.default) == one.default


def test_files_without_augmentation_still_open() -> None:
    data = design_to_json(Design())
    del data["data"]["augment"]
    assert design_from_json(data) == Design()


def test_a_project_keeps_its_augmentation(tmp_path: Path) -> None:
    design = replace(Design(), data=DataChoice(augment=(Rotate(-5, 5), Noise())))
    path = tmp_path / "net.striate"
    save(path, Project(design))
    assert load(path).design == design


def test_what_a_newer_version_wrote_within_the_list_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "net.striate"
    save(path, Project(replace(Design(), data=DataChoice(augment=(Flip(), Noise())))))
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    data["version"] = [VERSION[0], VERSION[1] + 1]
    data["data"]["augment"][1]["color"] = "pink"
    path.write_text(json.dumps(data), encoding="utf-8")
    project = load(path)
    assert project.design.data.augment == (Flip(), Noise())
    save(path, project)
    again = json.loads(path.read_text(encoding="utf-8"))
    assert again["data"]["augment"][1]["color"] == "pink"
    assert "color" not in again["data"]["augment"][0]


def test_an_unknown_augmentation_is_named(tmp_path: Path) -> None:
    data = design_to_json(Design())
    data["data"]["augment"] = [{"type": "Swirl"}]
    with pytest.raises(FileError, match=r"data: augment\.type: one of Rotate.* 'Swirl' came"):
        design_from_json(data)
