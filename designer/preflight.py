"""Before Qt is touched: why can no window open here, and what helps?

Qt ends the process where a display, a plugin or a library is missing. So the command `striate` asks
here first, prints a sentence and a cure, and ends with `NO_WINDOW`. Nothing here imports Qt.
"""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from core import system
from core.tongue import tr, trn

NO_WINDOW = 3  # the exit status of `striate` where no window can open

WITHOUT_SCREEN = tr(
    "Without a screen these work: {commands}.",
    commands="striate train lenet5, striate demo --out demo, striate summary lenet5",
)


@dataclass(frozen=True)
class Trouble:
    """Why no window can open: `sentence` says what is wrong, `cure` what to do about it."""

    sentence: str
    cure: str

    def __str__(self) -> str:
        return f"{self.sentence}\n{self.cure}"


def check(platform: str | None = None) -> Trouble | None:
    """The first reason why Qt would not open a window, or None if it will.

    `platform` is a chosen Qt platform such as "offscreen"; None takes QT_QPA_PLATFORM, then what
    the display variables name.
    """
    trouble = _qt()
    if trouble or sys.platform != "linux":
        return trouble
    wanted = system.platforms_to_try(platform)
    if not wanted:
        return Trouble(
            tr("There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set."),
            WITHOUT_SCREEN,
        )
    troubles = [_platform(name) for name in wanted]
    return troubles[0] if all(troubles) else _fonts()


def _qt() -> Trouble | None:
    """Is PySide6 here, in a version that this Python bears?"""
    version = system.qt_version()
    if version is None:
        line = "pip install PySide6-Essentials"
        return Trouble(tr("PySide6 is not installed."), tr("Install it: {line}", line=line))
    clash = system.qt_clash(version)
    if clash:
        line = 'pip install "PySide6-Essentials<6.12"'
        return Trouble(clash, tr("Install the one before it: {line}", line=line))
    return None


def _platform(name: str) -> Trouble | None:
    """Would this Qt platform start on this Linux?"""
    known = _platforms()
    if known and name not in known:
        return Trouble(
            tr('Qt has no platform "{name}"; it has {known}.', name=name, known=", ".join(known)),
            tr("Choose one of them in QT_QPA_PLATFORM, or unset it."),
        )
    missing = system.missing_libraries(name)
    if missing:
        return Trouble(
            trn(
                "Qt cannot open a window: {libraries} is missing on this computer.",
                "Qt cannot open a window: {libraries} are missing on this computer.",
                len(missing),
                libraries=", ".join(missing),
            ),
            tr("Install with: {line}", line=system.install_line(missing)),
        )
    broken = next(filter(None, (system.opens(str(file)) for file in system.qt_files(name))), "")
    if broken:
        return Trouble(
            tr("Qt does not load on this computer: {reason}.", reason=broken), WITHOUT_SCREEN
        )
    return _screen(name)


def _screen(name: str) -> Trouble | None:
    """Does the display that the environment names answer?"""
    variable = {"xcb": "DISPLAY", "wayland": "WAYLAND_DISPLAY"}.get(name)
    if variable is None:
        return None
    display = os.environ.get(variable, "")
    answers = _x_answers() if name == "xcb" else _wayland_answers(display)
    if answers:
        return None
    sentence = tr(
        "The screen named in {variable} ({display}) does not answer.",
        variable=variable,
        display=display,
    )
    return Trouble(sentence, WITHOUT_SCREEN)


def _x_answers() -> bool:
    """Open and close a connection to the X server that DISPLAY names."""
    library = ctypes.CDLL("libxcb.so.1")
    library.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(library.xcb_connect(None, None))
    error = library.xcb_connection_has_error(connection)
    library.xcb_disconnect(connection)
    return not error


def _wayland_answers(display: str) -> bool:
    """Is there a Wayland socket of this name?"""
    return (Path(os.environ.get("XDG_RUNTIME_DIR", "")) / display).exists()


def _platforms() -> list[str]:
    """The platforms that the installed Qt has plugins for; empty if its files are elsewhere."""
    folder = system.qt_folder()
    if folder is None:
        return []
    plugins = (folder / "Qt" / "plugins" / "platforms").glob("libq*.so")
    return sorted(file.stem.removeprefix("libq") for file in plugins)


def _fonts() -> Trouble | None:
    """Is there a font? Without one Qt draws every letter as an empty box."""
    if system.has_fonts():
        return None
    return Trouble(
        tr("No font is installed, so no text can be drawn."),
        tr("Run: {line}", line=system.fonts_line()),
    )
