"""What `striate doctor` prints: is everything here that Striate needs, and what to do if not."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from core import log, memory, places, system
from core.backend.probe import probe
from core.tongue import tr

State = Literal["ok", "note", "problem"]

STATES: Mapping[State, str] = {"ok": tr("ok"), "note": tr("note"), "problem": tr("problem")}

_LEAST_DISK = 2**30  # bytes; a few runs of a small network fit
_LEAST_MEMORY = 2**30


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes: `topic` (a word, in English), `state` ("ok", "note": works but worth knowing,
    "problem": does not work), `text` (what was found), `cure` (what to do, "" where nothing is to
    be done).
    """

    topic: str
    state: State
    text: str
    cure: str = ""


def report() -> list[Finding]:
    """Look at everything; under a second where there is no GPU. Nothing of Qt is imported."""
    checks: tuple[Callable[[], Finding], ...] = (
        _striate,
        _python,
        _qt,
        _libraries,
        _display,
        _fonts,
        _device,
        _blas,
        _compiler,
        _memory,
        _disk,
        _log,
    )
    return [check() for check in checks]


def as_text(findings: Iterable[Finding]) -> str:
    """The findings as lines for a terminal, cures below what they cure."""
    rows = [(STATES[finding.state], tr(finding.topic), finding) for finding in findings]
    state_width = max((len(state) for state, _, _ in rows), default=0)
    topic_width = max((len(topic) for _, topic, _ in rows), default=0)
    lines = []
    for state, topic, finding in rows:
        lines.append(f"{state:<{state_width}}  {topic:<{topic_width}}  {finding.text}")
        if finding.cure:
            cure = tr("To do: {cure}", cure=finding.cure)
            lines.append(f"{'':<{state_width + topic_width}}    {cure}")
    return "\n".join(lines)


def as_json(findings: Iterable[Finding]) -> str:
    """The findings as a JSON list of objects with the keys topic, state, text and cure."""
    return json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False)


def healthy(findings: Iterable[Finding]) -> bool:
    """Whether nothing is a problem; notes are fine."""
    return all(finding.state != "problem" for finding in findings)


def _striate() -> Finding:
    try:
        text = importlib.metadata.version("striate")
    except importlib.metadata.PackageNotFoundError:
        return Finding("Striate", "note", tr("runs from a folder and is not installed"))
    return Finding("Striate", "ok", text)


def _python() -> Finding:
    text = tr(
        "{version} on {system}, {machine}",
        version=platform.python_version(),
        system=platform.platform(),
        machine=platform.machine(),
    )
    return Finding("Python", "ok", text)


def _qt() -> Finding:
    version = system.qt_version()
    if version is None:
        text = tr("PySide6 is not installed; the commands without a window work")
        return Finding("Qt", "problem", text, "pip install PySide6-Essentials")
    clash = system.qt_clash(version)
    if clash:
        return Finding("Qt", "problem", clash, 'pip install "PySide6-Essentials<6.12"')
    return Finding("Qt", "ok", f"PySide6 {version}")


def _libraries() -> Finding:
    """Libraries of the platforms that a window would try here; xcb where no display is named."""
    if sys.platform != "linux" or system.qt_version() is None:
        return Finding("libraries", "ok", tr("none to look for"))
    wanted = system.platforms_to_try() or ["xcb"]
    missing = {name: system.missing_libraries(name) for name in wanted}
    for name, absent in missing.items():
        if not absent:
            text = tr("all that Qt needs for {platform}", platform=name)
            return Finding("libraries", "ok", text)
    first = missing[wanted[0]]
    text = tr(
        "Qt cannot use {platform}, missing {libraries}",
        platform=wanted[0],
        libraries=", ".join(first),
    )
    return Finding("libraries", "problem", text, system.install_line(first))


def _display() -> Finding:
    chosen = os.environ.get("QT_QPA_PLATFORM")
    if chosen:
        return Finding("display", "ok", tr("QT_QPA_PLATFORM chooses {chosen}", chosen=chosen))
    if sys.platform != "linux":
        return Finding("display", "ok", tr("the system's own"))
    named = system.platforms_to_try()
    if not named:
        text = tr("neither DISPLAY nor WAYLAND_DISPLAY is set, so no window can open here")
        cure = tr("striate train, demo and summary work without one")
        return Finding("display", "note", text, cure)
    return Finding("display", "ok", tr(" and ").join(named))


def _fonts() -> Finding:
    if system.has_fonts():
        return Finding("fonts", "ok", tr("text can be drawn"))
    return Finding("fonts", "problem", tr("no font is installed"), system.fonts_line())


def _device() -> Finding:
    found = probe()
    if found.usable:
        return Finding("device", "ok", found.sentence)
    # A GPU that is there and cannot be used deserves a look; no GPU at all is how it is.
    state: State = "note" if found.gpus else "ok"
    return Finding("device", state, tr("CPU. {sentence}", sentence=found.sentence), found.cure)


def _blas() -> Finding:
    """NumPy's linear algebra and its threads."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    threads = os.environ.get("OPENBLAS_NUM_THREADS") or os.environ.get("OMP_NUM_THREADS")
    text = tr(
        "NumPy {version} with {library}, {threads}",
        version=np.__version__,
        library=f"{blas['name']} {blas['version']}",
        threads=tr("{threads} threads by choice", threads=threads)
        if threads
        else tr("up to {threads} threads", threads=_cores()),
    )
    return Finding("BLAS", "ok", text)


def _cores() -> int:
    """Processor cores that this process may use."""
    allowed: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _compiler() -> Finding:
    if importlib.util.find_spec("numba") is None:
        text = tr("numba is not installed; everything works, but slower")
        return Finding("kernels", "note", text, "pip install numba")
    return Finding("kernels", "ok", f"numba {importlib.metadata.version('numba')}")


def _memory() -> Finding:
    free, total = memory.free_and_total()
    if not total:
        return Finding("memory", "ok", tr("not known on this system"))
    text = tr("{free} of {total} GiB free", free=_gib(free), total=_gib(total))
    if free < _LEAST_MEMORY:
        cure = tr("close other programs or train small batches")
        return Finding("memory", "note", text, cure)
    return Finding("memory", "ok", text)


def _disk() -> Finding:
    folder = places.state_folder()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(there).free
    text = tr("{free} GiB free in {folder}", free=_gib(free), folder=folder)
    if not os.access(there, os.W_OK):
        cure = tr("name another folder in STRIATE_STATE")
        return Finding("disk", "problem", tr("{folder} cannot be written", folder=folder), cure)
    if free < _LEAST_DISK:
        cure = tr("make room, or choose another folder in STRIATE_STATE")
        return Finding("disk", "note", text, cure)
    return Finding("disk", "ok", text)


def _log() -> Finding:
    file = log.path("window")
    text = str(file) if file.exists() else tr("{file} (not written yet)", file=file)
    return Finding("log", "ok", text)


def _gib(size: int) -> str:
    """Bytes as GiB with one decimal."""
    return f"{size / 2**30:.1f}"
