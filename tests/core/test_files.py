"""Files are whole or not at all: through failing calls, full disks and kills."""

from __future__ import annotations

import errno
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import files
from core.files import FileError

CALLS = ("open", "write", "fsync", "close", "replace", "link", "fchmod", "stat", "access")
OLD, NEW = b"old " * 30_000, b"new" * 50_000


def leftovers(folder: Path) -> list[str]:
    """Temporary files of ours in a folder."""
    return [path.name for path in folder.iterdir() if path.name.endswith(".tmp")]


# ---- write ----


def test_write_makes_and_replaces_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.striate"
    files.write(path, b"one")
    files.write(path, b"two")
    assert path.read_bytes() == b"two"
    assert [p.name for p in tmp_path.iterdir()] == ["a.striate"]


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    files.write(tmp_path / "a", b"")
    (tmp_path / "b").write_bytes(b"")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_write_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"")
    path.chmod(0o640)
    files.write(path, b"x")
    assert path.stat().st_mode & 0o777 == 0o640


def test_write_follows_links(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "a"
    target.write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(target)
    files.write(link, b"new", keep_previous=True)
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert (tmp_path / "real" / "a~").read_bytes() == b"old"


def test_keep_previous_keeps_exactly_one_version(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for content in (b"1", b"2", b"3"):
        files.write(path, content, keep_previous=True)
    assert (path.read_bytes(), (tmp_path / "a~").read_bytes()) == (b"3", b"2")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "a~"]


def test_previous_is_copied_where_links_are_impossible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1")
    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    files.write(path, b"2", keep_previous=True)
    assert (path.read_bytes(), (tmp_path / "a~").read_bytes()) == (b"2", b"1")


def test_short_writes_are_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:7]))
    files.write(tmp_path / "a", bytes(range(256)))
    assert (tmp_path / "a").read_bytes() == bytes(range(256))


# ---- what stands in the way ----


def failing(code: int) -> Callable[..., Any]:
    """A call that the system refuses with this error number."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return refuse


@pytest.mark.parametrize(
    ("call", "code", "sentence"),
    [
        ("write", errno.ENOSPC, r"The disk is full: .* needs 150 kB, .* are free\. Nothing was"),
        ("fsync", errno.EIO, r"input/output error\. Nothing was changed\."),
        ("open", errno.EACCES, r"you may not write there\. Nothing was changed\."),
        ("open", errno.EROFS, r"the disk is read-only\. Nothing was changed\."),
        ("replace", errno.EDQUOT, r"your share of the disk is used up\. Nothing was changed\."),
    ],
)
def test_refusals_are_one_sentence_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int, sentence: str
) -> None:
    path = tmp_path / "a"
    path.write_bytes(OLD)
    monkeypatch.setattr(os, call, failing(code))
    with pytest.raises(FileError, match=sentence):
        files.write(path, NEW)
    monkeypatch.undo()
    assert path.read_bytes() == OLD
    assert leftovers(tmp_path) == []


def test_write_protected_file_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(OLD)
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for anybody but the root user
    with pytest.raises(FileError, match="you may not write there"):
        files.write(path, NEW)
    assert path.read_bytes() == OLD


def test_missing_folder_and_folder_in_the_way(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="its folder does not exist"):
        files.write(tmp_path / "no" / "a", b"")
    with pytest.raises(FileError, match="a folder has this name"):
        files.write(tmp_path, b"")


def test_folder_that_does_not_sync_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    fsync, calls = os.fsync, itertools.count()
    monkeypatch.setattr(
        os, "fsync", lambda file: failing(errno.EIO)() if next(calls) else fsync(file)
    )
    with pytest.raises(FileError, match="is written, but the disk does not confirm it"):
        files.write(path, NEW)
    assert path.read_bytes() == NEW


class Faults:
    """Makes the k-th system call fail, once or from then on, and counts the calls."""

    def __init__(self, k: int, code: int, *, forever: bool) -> None:
        self.k, self.code, self.forever = k, code, forever
        self.calls = 0

    def wrap(self, name: str) -> Callable[..., Any]:
        """The call of this name, which fails when its turn comes."""
        real = getattr(os, name)

        def call(*args: Any, **named: Any) -> Any:
            self.calls += 1
            if self.calls == self.k or (self.forever and self.calls > self.k):
                if name == "close":
                    real(*args)
                raise OSError(self.code, os.strerror(self.code))
            return real(*args, **named)

        return call


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
@pytest.mark.parametrize("forever", [False, True], ids=["once", "from then on"])
def test_every_failing_call_leaves_old_or_new(tmp_path: Path, code: int, forever: bool) -> None:
    """Each call of a save fails in turn until none is left to fail."""
    for k in itertools.count(1):
        folder = tmp_path / str(k)
        folder.mkdir()
        path = folder / "a"
        path.write_bytes(OLD)
        (folder / "a~").write_bytes(b"older")
        faults = Faults(k, code, forever=forever)
        failed = False
        with pytest.MonkeyPatch.context() as patch:
            for name in CALLS:
                patch.setattr(os, name, faults.wrap(name))
            try:
                files.write(path, NEW, keep_previous=True)
            except FileError as error:
                failed = True
                written = "is written" in str(error)
        if faults.calls < k:
            break
        assert path.read_bytes() == (NEW if not failed or written else OLD)
        assert (folder / "a~").read_bytes() in ((OLD,) if not failed else (OLD, b"older"))
        assert leftovers(folder) == []
    assert k > 10
    assert not failed


LIMITED = """
import resource, sys
from core import files
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    files.write(sys.argv[1], bytes(200_000))
except files.FileError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_real_limit_of_the_system(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(OLD)
    command = [sys.executable, "-c", LIMITED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "larger than the system allows" in done.stdout
    assert path.read_bytes() == OLD
    assert leftovers(tmp_path) == []


SAVING = """
import itertools, sys
from core import files
print("ready", flush=True)
for i in itertools.count():
    files.write(sys.argv[1], b"%c" % (97 + i % 26) * (200_000 + i % 26), keep_previous=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is not known there")
def test_killed_saves_are_never_torn(tmp_path: Path) -> None:
    """30 kills without a torn file: at most 10 % of kills tear, with 95 % confidence."""
    path = tmp_path / "a"
    orphans = 0
    moments = random.Random(1)
    for _ in range(30):
        command = [sys.executable, "-c", SAVING, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(moments.uniform(0.0, 0.03))
            child.send_signal(signal.SIGKILL)
        for version in (path, tmp_path / "a~"):
            if version.exists():
                content = version.read_bytes()
                assert len(set(content)) == 1
                assert len(content) == 200_000 + content[0] - 97
        orphans += len(leftovers(tmp_path))
        assert files.clean_stale(tmp_path) == len(leftovers(tmp_path)) + orphans_now(tmp_path)
        assert leftovers(tmp_path) == []
    assert path.exists()
