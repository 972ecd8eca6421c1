"""Files that are whole or not at all, and one clear sentence when something stands in the way."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from core.tongue import tr

FilePath = str | os.PathLike[str]

_TEMPORARY = re.compile(r"\.striate-(\d{1,10})-[0-9a-f]{8}\.tmp")
_STALE_AFTER = 3600.0  # seconds: no write of ours takes an hour
_LINE_BLOCK = 65_536

_REASONS = {
    errno.EACCES: tr("you may not write there"),
    errno.EPERM: tr("you may not write there"),
    errno.EROFS: tr("the disk is read-only"),
    errno.EIO: tr("the disk reports an input/output error"),
    errno.ENOENT: tr("its folder does not exist"),
    errno.ENOTDIR: tr("its folder does not exist"),
    errno.EISDIR: tr("a folder has this name"),
    errno.ENAMETOOLONG: tr("the name is too long"),
    errno.EFBIG: tr("the file would be larger than the system allows"),
    errno.EDQUOT: tr("your share of the disk is used up"),
}


class FileError(Exception):
    """A file that cannot be read or written; the text is one clear sentence for the user."""


def write(
    path: FilePath, data: bytes, *, keep_previous: bool = False, lasting: bool = True
) -> None:
    """Replace a file by `data`, whole or not at all, even through a crash or a power cut.

    Writes a temporary file in the same folder, syncs it, moves it over the file and syncs the
    folder. Keeps the file's mode, follows symbolic links. `keep_previous` keeps the version before
    as `name~`. Without `lasting` the disk is not waited for: a power cut may lose a new file, or
    leave it empty. FileError where it cannot be done; the file is then as it was.
    """
    try:
        target = Path(os.path.realpath(path))
        mode = _mode_of(target)
        with _temporary_beside(target) as temporary:
            _write_new(temporary, data, mode, lasting=lasting)
            if keep_previous and mode is not None:
                _keep(target)
            os.replace(temporary, target)
    except OSError as error:
        raise FileError(_write_sentence(path, len(data), error)) from error
    if not lasting:
        return
    try:
        _sync_folder(target.parent)
    except OSError as error:
        raise FileError(
            tr(
                "{path} is written, but the disk does not confirm it: {error}. Save it once more,"
                " perhaps to another disk.",
                path=path,
                error=_reason(error),
            )
        ) from error


def read(path: FilePath, *, limit: int) -> bytes:
    """The content of a file of at most `limit` bytes, checked before anything is read.

    FileError where it is missing, larger, not a regular file, or cannot be read.
    """
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise FileError(tr("{path} is not a file.", path=path))
        data = b""
        if found.st_size <= limit:
            with open(path, "rb") as file:
                data = file.read(limit + 1)
    except OSError as error:
        raise FileError(
            tr("{path} cannot be read: {error}.", path=path, error=_read_reason(error))
        ) from error
    if max(found.st_size, len(data)) > limit:
        size = size_text(max(found.st_size, len(data)))
        raise FileError(
            tr(
                "{path} has {size}; at most {limit} are expected.",
                path=path,
                size=size,
                limit=size_text(limit),
            )
        )
    return data


def append_line(path: FilePath, line: bytes) -> None:
    """Add one line to the end of a file, which is made if it is missing.

    A line that an earlier crash left unfinished is removed first; where the disk is full nothing
    of the new line stays. FileError where it cannot be written.
    """
    if b"\n" in line:
        raise ValueError(tr("one line is expected, without a line break"))
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        try:
            end = _end_of_lines(file)
            os.ftruncate(file, end)
            os.lseek(file, end, os.SEEK_SET)
            _append_whole(file, line + b"\n", end)
        finally:
            os.close(file)
    except OSError as error:
        raise FileError(_write_sentence(path, len(line) + 1, error)) from error


def read_lines(path: FilePath, *, limit: int) -> list[bytes]:
    """The finished lines that `append_line` wrote; a torn last line is left out.

    A file that does not exist has no lines. FileError as in `read`.
    """
    if not os.path.exists(path):
        return []
    return read(path, limit=limit).split(b"\n")[:-1]


def clean_stale(folder: FilePath) -> int:
    """Remove temporary files that a killed process left in a folder; gives how many.

    Only files of our own name pattern, whose process is gone or which are older than an hour.
    """
    removed = 0
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = _TEMPORARY.fullmatch(entry.name)
            if match and _is_stale(entry, int(match[1])):
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)
                    removed += 1
    return removed


def size_text(size: int) -> str:
    """A number of bytes for people: `812 bytes`, `3.2 MB`."""
    if size < 1000:
        return tr("{size} bytes", size=size)
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    if size < 1_000_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{size / 1_000_000_000:,.1f} GB"


def _mode_of(target: Path) -> int | None:
    """The permission bits of the file to replace, None where there is none yet."""
    try:
        found = os.stat(target)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    # A move would replace a write-protected file, or a device, without asking.
    if not stat.S_ISREG(found.st_mode) or not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return stat.S_IMODE(found.st_mode)


@contextlib.contextmanager
def _temporary_beside(target: Path) -> Iterator[Path]:
    """A free name in the same folder; no file of this name is left afterwards."""
    temporary = target.parent / f".striate-{os.getpid()}-{secrets.token_hex(4)}.tmp"
    try:
        yield temporary
    finally:
        # Also after success: moving a name over another name of the same file does nothing.
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def _write_new(path: Path, data: bytes, mode: int | None, *, lasting: bool) -> None:
    """Make a new file with this content and mode; `lasting` waits until the disk has it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    file = os.open(path, flags, 0o666)
    try:
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(file, mode)
        _write_all(file, data)
        if lasting:
            os.fsync(file)
    finally:
        os.close(file)


def _write_all(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def _keep(target: Path) -> None:
    """Make `name~` a second name of the present version, or a copy where links are impossible."""
    with _temporary_beside(target) as temporary:
        try:
            os.link(target, temporary)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise
            shutil.copy2(target, temporary)
        os.replace(temporary, target.with_name(target.name + "~"))


def _sync_folder(folder: Path) -> None:
    """Wait until the disk has the folder's names, without which a new name may be lost."""
    if os.name == "nt":
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # file systems without such a call
            raise
    finally:
        os.close(file)


def _end_of_lines(file: int) -> int:
    """The position after the last line break."""
    end = os.fstat(file).st_size
    while end > 0:
        first = max(0, end - _LINE_BLOCK)
        os.lseek(file, first, os.SEEK_SET)
        at = os.read(file, end - first).rfind(b"\n")
        if at >= 0:
            return first + at + 1
        end = first
    return 0


def _append_whole(file: int, data: bytes, end: int) -> None:
    try:
        _write_all(file, data)
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(file, end)
        raise


def _is_stale(entry: os.DirEntry[str], pid: int) -> bool:
    with contextlib.suppress(OSError):
        age = time.time() - entry.stat(follow_symlinks=False).st_mtime
        return age > _STALE_AFTER or not _runs(pid)
    return False


def _runs(pid: int) -> bool:
    if os.name == "nt":  # there the question itself would end the process
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _write_sentence(path: FilePath, size: int, error: OSError) -> str:
    """What stood in the way of writing `size` bytes, and what to do."""
    if error.errno == errno.ENOSPC:
        return tr(
            "The disk is full: {path} needs {size}{path2}. Nothing was changed; free some space"
            " and try again.",
            path=path,
            size=size_text(size),
            path2=_free_beside(path),
        )
    return tr(
        "{path} cannot be written: {error}. Nothing was changed.", path=path, error=_reason(error)
    )


def _free_beside(path: FilePath) -> str:
    with contextlib.suppress(OSError):
        free = shutil.disk_usage(os.path.dirname(os.path.realpath(path))).free
        return tr(", {free} are free", free=size_text(free))
    return ""


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0, error.strerror or tr("the system refused"))


def _read_reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return tr("it does not exist")
    if isinstance(error, PermissionError):
        return tr("you may not read it")
    return _reason(error)
