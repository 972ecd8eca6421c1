"""The packed names of a folder: where they lie, how much they take, and that nothing is read."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from core.data.policy import DataPolicy
from core.data.sources import Folder, folder, open_source
from core.data.sources.index import pictures_below, read_index


def touch(root: Path, *names: str) -> None:
    """Empty files below a folder."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def test_files_are_numbered_class_by_class_in_natural_order(tmp_path: Path) -> None:
    touch(tmp_path, "b/10.png", "b/9.png", "b/deep/er/1.JPG", "b/Deep/2.png", "a/x.png")
    (tmp_path / "empty").mkdir()
    touch(tmp_path, "z/last.png", "b/notes.txt")
    index = read_index(tmp_path)
    assert index.classes == ("a", "b", "empty", "z")
    assert [os.path.relpath(index.path(i), tmp_path) for i in range(len(index))] == [
        "a/x.png", "b/9.png", "b/10.png", "b/Deep/2.png", "b/deep/er/1.JPG", "z/last.png",
    ]  # fmt: skip
    assert index.places(range(6)).tolist() == [0, 1, 1, 1, 1, 3]
    assert index.others == 1


def test_names_of_any_bytes_come_back(tmp_path: Path) -> None:
    odd = ["ünï 雪.png", "a\nb.png", "²3.png", " .png", "x" * 200 + ".png"]
    touch(tmp_path, *(f"c/{name}" for name in odd))
    try:
        (tmp_path / "c" / os.fsdecode(b"\xff\xfe.png")).write_bytes(b"")
        odd.append(os.fsdecode(b"\xff\xfe.png"))
    except OSError:
        pass  # this file system takes names in Unicode alone
    index = read_index(tmp_path)
    assert {os.path.basename(index.path(i)) for i in range(len(index))} == set(odd)
    assert len(index.digest()) == 32


def test_a_folder_is_walked_as_a_class_is(tmp_path: Path) -> None:
    touch(tmp_path, "2.png", "10.png", "sub/1.png", "text.md")
    closed: list[str] = []
    below = [os.path.relpath(path, tmp_path) for path in pictures_below(str(tmp_path), closed)]
    assert below == ["2.png", "10.png", os.path.join("sub", "1.png")]
    assert list(pictures_below(str(tmp_path / "none"), closed)) == []
    assert closed == [str(tmp_path / "none")]


def test_the_digest_is_of_names_alone(tmp_path: Path) -> None:
    for place in ("one", "two"):
        touch(tmp_path / place, "a/1.png", "a/2.png", "b/1.png")
    (tmp_path / "two" / "a" / "1.png").write_bytes(b"more")
    digests = [read_index(tmp_path / place).digest() for place in ("one", "two")]
    assert digests[0] == digests[1]
    (tmp_path / "two" / "a" / "2.png").rename(tmp_path / "two" / "b" / "2.png")
    assert read_index(tmp_path / "two").digest() != digests[0]


COUNT, CLASSES = 6000, 20


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few thousand names such as ImageNet's, all of one small picture."""
    from PIL import Image

    place = tmp_path_factory.mktemp("many")
    Image.new("RGB", (8, 8), (9, 8, 7)).save(place / "one.JPEG")
    for number in range(COUNT):
        name = f"n{number % CLASSES:08}"
        if number < CLASSES:
            (place / "pictures" / name).mkdir(parents=True)
        os.link(place / "one.JPEG", place / "pictures" / name / f"{name}_{number}.JPEG")
    return place / "pictures"


def test_a_name_takes_less_than_a_hundred_bytes(many: Path) -> None:
    open_source(Folder(str(many)))  # what is imported and cached by others stays out
    tracemalloc.start()
    try:
        data = open_source(Folder(str(many)))
        stays, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(data.train) + len(data.validation) == COUNT
    assert stays / COUNT < 60  # 26 of the name, 8 of its end, 6 of number and label; the rest once


def test_only_a_sample_is_looked_at(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more files are opened, and none of the others is even asked for its size."""
    asked: set[str] = set()
    stat, real_open = os.stat, open

    def counted(path: str, *more: object, **words: object) -> os.stat_result:
        if str(path).endswith(".JPEG"):
            asked.add(str(path))
        return stat(path, *more, **words)  # type: ignore[arg-type]

    def opened(path: str, *more: object, **words: object) -> object:
        if str(path).endswith(".JPEG"):
            asked.add(str(path))
        return real_open(path, *more, **words)  # type: ignore[call-overload]

    monkeypatch.setattr(folder, "LOOKED_AT", 25)
    monkeypatch.setattr(os, "stat", counted)
    monkeypatch.setattr("builtins.open", opened)
    data = open_source(Folder(str(many)), DataPolicy(validation_fraction=0.25))
    monkeypatch.undo()
    assert len(asked) == 25
    assert len(data.validation) == COUNT // 4
    assert set(data.validation.class_counts) == {COUNT // CLASSES // 4}
    numbers = np.arange(0, len(data.train), 997)
    assert [p.shape for p in data.train.items(numbers)] == [(3, 8, 8)] * len(numbers)
    assert data.train.labels(numbers).tolist() == (numbers // 225).tolist()
