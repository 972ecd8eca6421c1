"""Several processes behind one command: starting them, ending them, speaking with one voice.

`striate train … --processes 4` starts itself four times under mpiexec. Each of the four finds out
by itself that it is one of them, so mpiexec may as well be called by hand.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click
import numpy as np

from core.backend.communicator import INSTALL, Communicator
from core.cli.status import status_of
from core.cli.telling import Tell, told
from core.cores import physical_cores, thread_limits
from core.tongue import tr
from core.training.events import Event, Failed, event_from_json

GRACE = 2.0  # seconds in which process 0 may say for all what went wrong in all
# The file for what a failing process says: MPI may end all before its last lines came through.
LAST_WORDS = "STRIATE_LAST_WORDS"

_KILLED = re.compile(r"\(signal (\d+)\)")
_NOISE = ("Abort(", "[mpiexec@")  # lines with which MPI itself takes its leave


# ---- outside: the process that starts the others ----------------------------------------


def launched(words: Sequence[str], *, processes: int, hosts: str | None, as_json: bool) -> int:
    """Start this command in several processes and tell what the first of them tells.

    Gives the exit status. A signal to stop goes on to all of them, a second one ends them at once.
    """
    command = [_mpiexec(), "-n", str(processes), *(["-hosts", hosts] if hosts else [])]
    command += [sys.executable, "-m", "core.cli", *words, *([] if as_json else ["--json"])]
    environment = dict(os.environ)
    if not hosts:  # elsewhere, each process sees to it itself
        environment = {**thread_limits(physical_cores() // processes), **environment}
    with tempfile.TemporaryDirectory() as folder:
        last_words = Path(folder) / "last-words"
        status, lines = _spoken(command, {**environment, LAST_WORDS: str(last_words)}, as_json)
    for line in lines:
        click.echo(line, err=True)
    return status if status in (0, 2, 130) else 1


def _spoken(
    command: Sequence[str], environment: Mapping[str, str], as_json: bool
) -> tuple[int, list[str]]:
    """Run mpiexec and tell the events that come; gives its status and what is left to say."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True,
        start_new_session=True,  # Ctrl+C is for this process, which hands it on
    )  # fmt: skip
    assert process.stderr
    with process, ThreadPoolExecutor(1) as pool, _ended(process):
        complaints = pool.submit(process.stderr.read)
        with stopped_by_signals(process.terminate), told(as_json) as tell:
            last, strange = _followed(process, tell)
        status = process.wait()
    last_words = Path(environment[LAST_WORDS])
    said = last_words.read_text(encoding="utf-8") if last_words.exists() else ""
    return status, _left_to_say(complaints.result() + said, last, strange if status else "")


def _mpiexec() -> str:
    """The mpiexec that belongs to this Python, or one on the path."""
    beside = Path(sys.executable).with_name("mpiexec")
    found = str(beside) if beside.exists() else shutil.which("mpiexec")
    if found is None:
        raise click.ClickException(tr("Several processes need mpiexec: {cure}.", cure=INSTALL))
    return found


def _followed(process: subprocess.Popen[str], tell: Tell) -> tuple[Event | None, str]:
    """Tell the events that come; gives the last one, and what mpiexec itself had to say."""
    last, strange = None, ""
    assert process.stdout
    for line in process.stdout:
        event = _event(line)
        if event is None:
            strange += line
        else:
            tell(event)
            last = event
    return last, strange


def _event(line: str) -> Event | None:
    """The event in a line; None where there is none."""
    with contextlib.suppress(ValueError):
        data = json.loads(line)
        return event_from_json(data) if isinstance(data, dict) else None
    return None


def _left_to_say(complaints: str, last: Event | None, strange: str) -> list[str]:
    """The lines for standard error; `strange` is what mpiexec said of a failure."""
    lines = [line for line in complaints.splitlines() if not line.startswith(_NOISE)]
    lines = list(dict.fromkeys(lines))  # last words may have come both ways
    if isinstance(last, Failed):
        return [line for line in lines if line != last.sentence]
    if strange and not lines:
        killed = _KILLED.search(strange)
        if not killed:
            return [tr("A process was ended, and all others with it. Go on with --resume.")]
        return [
            tr(
                "A process was ended by signal {number}, and all others with it. Go on with"
                " --resume.",
                number=killed[1],
            )
        ]
    return lines


@contextlib.contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """The process does not outlive this."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.kill()


@contextlib.contextmanager
def stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Ctrl+C and a polite kill call `stop`; a second one ends this process at once."""
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in signals]

    def restore() -> None:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)

    def hear(_: int, __: FrameType | None) -> None:
        stop()
        restore()

    for number in signals:
        signal.signal(number, hear)
    try:
        yield
    finally:
        restore()


# ---- inside: one of the processes -------------------------------------------------------


def limit_threads(count: int, *, always: bool) -> None:
    """Have the libraries that compute use so many threads: `always`, or where nothing was chosen.

    They read it when they are loaded, so this process begins again where it says otherwise.
    """
    wanted = thread_limits(count)
    if not always:
        wanted |= {name: os.environ[name] for name in wanted if name in os.environ}
    if all(os.environ.get(name) == value for name, value in wanted.items()):
        return
    os.environ.update(wanted)
    again = [sys.executable, *sys.orig_argv[1:]]
    if os.name == "nt":  # there, what takes a process's place is not waited for
        sys.exit(subprocess.call(again))
    os.execv(sys.executable, again)


def as_one(together: Communicator, work: Callable[[], int]) -> int:
    """Do one process's part of the work; gives the exit status. Where one fails, all end.

    Process 0 speaks for all. What another has to say is heard only if that was its trouble alone.
    """
    if together.size == 1:
        return status_of(work)
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        status = status_of(work)
    if status:
        _end_all(together, said.getvalue(), status)
    sys.stderr.write("" if together.rank else said.getvalue())
    return status


def _end_all(together: Communicator, words: str, status: int) -> NoReturn:
    """End all processes, in a while where another may have more to say."""
    if together.rank:
        time.sleep(GRACE)
        words = tr(
            "Process {number} of {count}: {words}",
            number=together.rank + 1,
            count=together.size,
            words=words,
        )
    # On another host the file's folder is not there; standard error must do.
    lost = contextlib.suppress(KeyError, OSError)
    with lost, open(os.environ[LAST_WORDS], "a", encoding="utf-8") as file:
        file.write(words)
    together.abort(words, status)


def from_first(together: Communicator, text: str) -> str:
    """The text that process 0 has, in every process."""
    size = np.array([len(text.encode())])
    together.broadcast(size)
    whole = np.zeros(size[0], np.uint8)
    if together.rank == 0:
        whole[:] = np.frombuffer(text.encode(), np.uint8)
    together.broadcast(whole)
    return whole.tobytes().decode()
