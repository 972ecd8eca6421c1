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

CALLS = ("open", "write", "fsync", "close", "replace", "link", "fchmod", "stat")
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
        orphans = leftovers(tmp_path)
        assert files.clean_stale(tmp_path) == len(orphans)
        assert leftovers(tmp_path) == []
    assert path.exists()


# ---- read ----


def test_read_gives_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert files.read(tmp_path / "a", limit=5) == b"12345"


def test_read_refuses_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.truncate(10**12)  # a hole: nothing of it may be read
    with pytest.raises(FileError, match=r"has 1,000\.0 GB; at most 16\.0 MB are expected"):
        files.read(path, limit=16_000_000)


def test_read_names_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileError, match="it does not exist"):
        files.read(tmp_path / "a", limit=9)
    with pytest.raises(FileError, match="is not a file"):
        files.read(tmp_path, limit=9)
    monkeypatch.setattr(os, "stat", failing(errno.EACCES))
    with pytest.raises(FileError, match="you may not read it"):
        files.read(tmp_path / "b", limit=9)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_read_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="is not a file"):
        files.read(tmp_path / "pipe", limit=9)


# ---- lines ----


def test_lines_come_back(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    assert files.read_lines(path, limit=1000) == []
    for line in (b"one", b"", b"three"):
        files.append_line(path, line)
    assert files.read_lines(path, limit=1000) == [b"one", b"", b"three"]


@given(st.binary(max_size=200).filter(lambda b: b"\n" not in b), st.integers(0, 200))
def test_torn_line_is_ignored_and_then_removed(
    tmp_path_factory: pytest.TempPathFactory, line: bytes, cut: int
) -> None:
    path = tmp_path_factory.mktemp("lines") / "a"
    files.append_line(path, b"first")
    files.append_line(path, line)
    whole = path.stat().st_size
    size = max(whole - 1 - cut, len(b"first\n"))
    os.truncate(path, size)
    assert files.read_lines(path, limit=1000) == [b"first"]
    files.append_line(path, b"next")
    assert files.read_lines(path, limit=1000) == [b"first", b"next"]


def test_torn_line_longer_than_a_block_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one\n" + b"x" * 200_000)
    files.append_line(path, b"two")
    assert path.read_bytes() == b"one\ntwo\n"


def test_full_disk_leaves_nothing_of_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    files.append_line(path, b"one")
    write, calls = os.write, itertools.count()

    def half_then_full(file: int, data: bytes) -> int:
        return failing(errno.ENOSPC)() if next(calls) else write(file, data[:2])

    monkeypatch.setattr(os, "write", half_then_full)
    with pytest.raises(FileError, match="The disk is full"):
        files.append_line(path, b"two")
    assert path.read_bytes() == b"one\n"


def test_a_line_has_no_line_break(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one line"):
        files.append_line(tmp_path / "a", b"one\ntwo")


# ---- what a killed process left ----


def test_only_own_stale_files_are_removed(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    gone = tmp_path / f".striate-{child.pid}-0123abcd.tmp"
    old = tmp_path / f".striate-{os.getpid()}-0123abcd.tmp"
    fresh = tmp_path / f".striate-{os.getpid()}-0123abce.tmp"
    foreign = tmp_path / ".other-1-0123abcd.tmp"
    for path in (gone, old, fresh, foreign):
        path.write_bytes(b"")
    hours_ago = time.time() - 7200
    os.utime(old, (hours_ago, hours_ago))
    os.utime(foreign, (hours_ago, hours_ago))
    assert files.clean_stale(tmp_path) == 2
    assert sorted(tmp_path.iterdir()) == sorted([fresh, foreign])


def test_a_folder_that_is_not_there_has_nothing_stale(tmp_path: Path) -> None:
    assert files.clean_stale(tmp_path / "no") == 0


@pytest.mark.parametrize(
    ("size", "text"),
    [(999, "999 bytes"), (81_400, "81 kB"), (3_210_000, "3.2 MB"), (2_000_000_000, "2.0 GB")],
)
def test_sizes_read_well(size: int, text: str) -> None:
    assert files.size_text(size) == text
