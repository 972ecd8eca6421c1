"""A folder of pictures: classes, splits, and everything that people leave lying in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.data.dataset import Dataset
from core.data.fitted import fit
from core.data.policy import DataPolicy
from core.data.sources import Folder, dataset_by_name, folder, open_source
from core.data.sources.index import natural
from core.files import FileError


def save(path: Path, shade: int = 0, *, size: tuple[int, int] = (6, 6), mode: str = "L") -> None:
    """A picture of one shade; `size` is (width, height)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, shade if mode == "L" else (shade, 0, 0)).save(path)


def fill(root: Path, counts: dict[str, int]) -> Path:
    """One subfolder for each class; every picture has a shade of its own."""
    shade = 0
    for name, count in counts.items():
        for i in range(count):
            save(root / name / f"{i}.png", shade)
            shade += 1
    return root


def shades(data: Dataset, part: str) -> list[int]:
    """The shade of every picture of a split."""
    split = data.train if part == "train" else data.validation
    return [int(image[0, 0, 0]) for image in split.items(range(len(split)))]


def test_subfolders_are_classes(tmp_path: Path) -> None:
    data = dataset_by_name(str(fill(tmp_path / "pets", {"cat": 10, "dog": 20})))
    assert (data.name, data.classes) == ("pets", ("cat", "dog"))
    assert (data.train.class_counts, data.validation.class_counts) == ((8, 16), (2, 4))
    assert data.fields["image"].shape == (1, 6, 6)
    assert data.notes == ("20% of each class validate.",)
    assert sorted(shades(data, "train") + shades(data, "validation")) == list(range(30))


def test_labels_belong_to_their_pictures(tmp_path: Path) -> None:
    data = open_source(Folder(str(fill(tmp_path, {"cat": 10, "dog": 20}))))
    for split in (data.train, data.validation):
        labels = split.labels(range(len(split)))
        seen = [int(image[0, 0, 0]) >= 10 for image in split.items(range(len(split)))]
        assert labels.tolist() == [int(is_dog) for is_dog in seen]


def test_split_follows_policy_and_seed(tmp_path: Path) -> None:
    source = Folder(str(fill(tmp_path, {"a": 20, "b": 20})))
    half = DataPolicy(validation_fraction=0.5)
    first = shades(open_source(source, half), "validation")
    assert len(first) == 20
    assert shades(open_source(source, half), "validation") == first
    assert shades(open_source(source, half.replace(split_seed=1)), "validation") != first


@pytest.mark.parametrize("name", ["validation", "val", "valid", "test"])
def test_given_split_is_taken(tmp_path: Path, name: str) -> None:
    fill(tmp_path / "train", {"a": 3, "b": 4})
    fill(tmp_path / name, {"a": 1, "b": 2, "c": 1})
    data = open_source(Folder(str(tmp_path)))
    assert (data.train.class_counts, data.validation.class_counts) == ((3, 4), (1, 2))
    assert data.notes == ("Only among the validation pictures and left out: c.",)


def test_train_alone_is_divided(tmp_path: Path) -> None:
    data = open_source(Folder(str(fill(tmp_path / "train", {"a": 5, "b": 5}).parent)))
    assert data.classes == ("a", "b")
    assert (len(data.train), len(data.validation)) == (8, 2)


def test_a_class_may_be_called_train(tmp_path: Path) -> None:
    data = open_source(Folder(str(fill(tmp_path, {"train": 2, "plane": 2}))))
    assert data.classes == ("plane", "train")


def test_broken_files_are_left_out_and_named(tmp_path: Path) -> None:
    fill(tmp_path, {"a": 4, "b": 4})
    (tmp_path / "a" / "empty.png").write_bytes(b"")
    (tmp_path / "b" / "text.jpg").write_text("no picture")
    data = open_source(Folder(str(tmp_path)))
    assert len(data.train) + len(data.validation) == 8
    assert data.notes[0] == (
        "2 files could not be read and were left out: a/empty.png is empty, b/text.jpg is not a"
        " picture in one of the known formats."
    )


def test_classes_without_pictures_are_named(tmp_path: Path) -> None:
    fill(tmp_path, {"a": 3, "b": 3})
    (tmp_path / "void").mkdir()
    save(tmp_path / "lost" / "0.png")
    (tmp_path / "lost" / "0.png").write_bytes(b"")
    data = open_source(Folder(str(tmp_path)))
    assert data.classes == ("a", "b")
    assert "Without readable pictures and left out: lost, void." in data.notes


def test_hidden_and_other_files(tmp_path: Path) -> None:
    fill(tmp_path, {"a": 3, "b": 3})
    save(tmp_path / "a" / ".hidden.png")
    save(tmp_path / ".cache" / "0.png")
    save(tmp_path / "__MACOSX" / "0.png")
    (tmp_path / "a" / "notes.txt").write_text("x")
    data = open_source(Folder(str(tmp_path)))
    assert data.classes == ("a", "b")
    assert data.fingerprint.count == 6
    assert data.notes[0] == "1 file of other kinds is ignored."


def test_pictures_in_deeper_folders_belong_to_their_class(tmp_path: Path) -> None:
    fill(tmp_path, {"a": 1, "b": 1})
    save(tmp_path / "a" / "summer" / "2024" / "x.PNG")
    assert open_source(Folder(str(tmp_path))).fingerprint.count == 3


def test_mixed_sizes_and_channels(tmp_path: Path) -> None:
    save(tmp_path / "a" / "0.png", 9, size=(8, 4))
    save(tmp_path / "b" / "0.png", 7, size=(5, 9), mode="RGB")
    data = open_source(Folder(str(tmp_path)))
    image = data.fields["image"]
    assert (image.shape, image.channels) == (None, 3)
    assert (image.smallest, image.largest) == ((4, 5), (9, 8))
    assert [p.shape for p in data.train.items([0, 1])] == [(3, 4, 8), (3, 9, 5)]
    fitted = fit(data, (3, 6, 6), DataPolicy())
    assert "are color of 4 × 5 to 9 × 8; the network wants 6 × 6 × 3: each is" in fitted.sentence
    x, labels = fitted.train.batch([0, 1])
    assert x.shape == (2, 3, 6, 6)
    assert labels.tolist() == [0, 1]


def test_links_never_make_a_loop(tmp_path: Path) -> None:
    root = fill(tmp_path / "root", {"a": 2, "b": 2})
    elsewhere = fill(tmp_path / "elsewhere", {"c": 2})
    (root / "c").symlink_to(elsewhere / "c")
    (root / "up").symlink_to(tmp_path)
    (root / "self").symlink_to(root)
    (root / "a" / "back").symlink_to(root)
    (root / "b" / "nowhere.png").symlink_to(root / "none")
    (root / "round").symlink_to(root / "round")
    (root / "b" / "round.png").symlink_to(root / "b" / "round.png")
    data = open_source(Folder(str(root)))
    assert data.classes == ("a", "b", "c")
    assert data.fingerprint.count == 6


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_no_picture(tmp_path: Path) -> None:
    fill(tmp_path, {"a": 1, "b": 1})
    os.mkfifo(tmp_path / "a" / "pipe.png")
    assert open_source(Folder(str(tmp_path))).fingerprint.count == 2


def test_relative_paths_start_at_the_project(tmp_path: Path) -> None:
    fill(tmp_path / "pets", {"a": 2, "b": 2})
    assert open_source(Folder("pets"), base=tmp_path).fingerprint.count == 4


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda root: None, "has no readable picture in a subfolder"),
        (lambda root: save(root / "0.png"), "has no readable picture in a subfolder"),
        (lambda root: fill(root, {"a": 2}), "pictures of one class only, a"),
        (lambda root: fill(root / "val", {"a": 1}) and (root / "train" / "a").mkdir(parents=True),
         "has no readable picture"),
        (lambda root: (root / "a").mkdir() or (root / "a" / "x.png").write_bytes(b"x"),
         "left out: a/x.png is not a picture"),
    ],
    ids=["empty", "no classes", "one class", "no training", "only broken"],
)  # fmt: skip
def test_unusable_folders_are_refused(
    tmp_path: Path, prepare: Callable[[Path], Any], sentence: str
) -> None:
    prepare(tmp_path)
    with pytest.raises(FileError, match=sentence):
        open_source(Folder(str(tmp_path)))


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("", "No folder is chosen"), ("none", "There is no folder none"), ("a\0b", "no folder")],
)
def test_folders_that_are_not_there(tmp_path: Path, path: str, sentence: str) -> None:
    with pytest.raises(FileError, match=sentence):
        open_source(Folder(path), base=tmp_path)


def test_closed_folders_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, {"a": 2, "b": 2, "closed": 2})
    scandir = os.scandir

    def guarded(path: Any) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    data = open_source(Folder(str(tmp_path)))
    assert data.classes == ("a", "b")
    assert data.notes[0].startswith("You may not read these folders: ")


# ---- fingerprint ----


def test_fingerprint_is_of_names_and_sizes(tmp_path: Path) -> None:
    prints = [
        open_source(Folder(str(fill(tmp_path / place, {"a": 3, "b": 3}))), policy).fingerprint
        for place, policy in [("one", DataPolicy()), ("two", DataPolicy(split_seed=5))]
    ]
    assert prints[0] == prints[1]
    (tmp_path / "two" / "a" / "0.png").rename(tmp_path / "two" / "a" / "9.png")
    assert open_source(Folder(str(tmp_path / "two"))).fingerprint.sha256 != prints[0].sha256


# ---- read when needed ----


def test_opening_reads_a_few_headers_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, {"a": 30, "b": 30})
    opened = []
    real = Image.open
    monkeypatch.setattr(Image, "open", lambda path, **k: opened.append(path) or real(path, **k))
    monkeypatch.setattr(folder, "LOOKED_AT", 10)
    data = open_source(Folder(str(tmp_path)))
    assert len(opened) == 10
    fitted = fit(data, (1, 6, 6), DataPolicy())
    assert len(opened) == 10
    first = fitted.train.batch(range(5))
    assert len(opened) == 15
    second = fitted.train.batch(range(5))
    assert len(opened) == 15  # kept since the first time
    assert np.array_equal(first[0], second[0])


def test_a_file_broken_later_is_replaced_by_its_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, {"a": 5, "b": 5})
    fitted = fit(open_source(Folder(str(tmp_path))), (1, 6, 6), DataPolicy(scaling="none"))
    (tmp_path / "a" / "0.png").write_bytes(b"x")
    x, labels = fitted.train.batch(range(8))
    assert labels.tolist() == [0] * 4 + [1] * 4
    assert set(x[:4].max(axis=(1, 2, 3)).tolist()) < {0.0, 1.0, 2.0, 3.0, 4.0}
    assert any("0.png is not a picture" in note for note in fitted.notes)


def test_a_folder_that_went_away_is_named(tmp_path: Path) -> None:
    data = open_source(Folder(str(fill(tmp_path, {"a": 3, "b": 3}))))
    for path in tmp_path.rglob("*.png"):
        path.unlink()
    with pytest.raises(FileError, match=r"does not exist, and no other picture of its class"):
        data.train.items([0])


# ---- natural order ----


def test_numbers_sort_as_numbers() -> None:
    names = ["10", "9", "class 2", "Class 10", "a", "B", "1a"]
    assert sorted(names, key=natural) == ["1a", "9", "10", "a", "B", "class 2", "Class 10"]


@given(st.lists(st.text(max_size=12), max_size=8), st.randoms())
def test_any_names_have_one_order(names: list[str], random: Random) -> None:
    shuffled = list(names)
    random.shuffle(shuffled)
    assert sorted(shuffled, key=natural) == sorted(names, key=natural)
