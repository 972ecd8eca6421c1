"""What this computer offers a window: libraries, a display, fonts, and how to get what is missing.

Nothing here imports Qt. Shared libraries are opened by the system's loader, which names the first
one that is absent; the table below turns file names into packages.
"""

from __future__ import annotations

import ctypes
import importlib.metadata
import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.tongue import tr


@dataclass(frozen=True)
class Package:
    """The packages that hold a shared library: `apt` for Debian and Ubuntu, `dnf` for Fedora."""

    apt: str
    dnf: str


BASE: Mapping[str, Package] = {
    "libglib-2.0.so.0": Package("libglib2.0-0", "glib2"),
    "libEGL.so.1": Package("libegl1", "libglvnd-egl"),
    "libGL.so.1": Package("libgl1", "libglvnd-glx"),
    "libX11.so.6": Package("libx11-6", "libX11"),
    "libfontconfig.so.1": Package("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": Package("libfreetype6", "freetype"),
    "libxkbcommon.so.0": Package("libxkbcommon0", "libxkbcommon"),
    "libdbus-1.so.3": Package("libdbus-1-3", "dbus-libs"),
}
XCB: Mapping[str, Package] = {
    "libxcb.so.1": Package("libxcb1", "libxcb"),
    "libX11-xcb.so.1": Package("libx11-xcb1", "libX11-xcb"),
    "libxcb-cursor.so.0": Package("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": Package("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": Package("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": Package("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": Package("libxcb-randr0", "libxcb"),
    "libxcb-render-util.so.0": Package("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-render.so.0": Package("libxcb-render0", "libxcb"),
    "libxcb-shape.so.0": Package("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": Package("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": Package("libxcb-sync1", "libxcb"),
    "libxcb-util.so.1": Package("libxcb-util1", "xcb-util"),
    "libxcb-xfixes.so.0": Package("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": Package("libxcb-xkb1", "libxcb"),
    "libxkbcommon-x11.so.0": Package("libxkbcommon-x11-0", "libxkbcommon-x11"),
}
WAYLAND: Mapping[str, Package] = {
    "libwayland-client.so.0": Package("libwayland-client0", "libwayland-client"),
    "libwayland-cursor.so.0": Package("libwayland-cursor0", "libwayland-cursor"),
}
NEEDED: Mapping[str, Mapping[str, Package]] = {
    "xcb": {**BASE, **XCB},
    "wayland": {**BASE, **WAYLAND},
}
PACKAGES: Mapping[str, Package] = {**BASE, **XCB, **WAYLAND}

# Where Linux keeps fonts; a single file is enough for text to appear.
_FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/run/host/fonts",
)
_FONT_ENDINGS = {".ttf", ".otf", ".ttc", ".pfb"}


def opens(library: str) -> str:
    """Open a shared library (a name or a path): "" if that works, else the loader's message."""
    try:
        ctypes.CDLL(library)
    except OSError as problem:
        return str(problem)
    return ""


def missing_libraries(platform: str) -> list[str]:
    """File names of the shared libraries that Qt's `platform` needs and Linux does not have.

    First every library of our table is tried, so that all missing ones are named at once; then
    Qt's own files, which name what the table does not know.
    """
    if sys.platform != "linux":
        return []
    missing = [name for name in NEEDED.get(platform, BASE) if opens(name)]
    for file in qt_files(platform):
        absent = re.match(r"(\S+): cannot open shared object file", opens(str(file)))
        if absent and absent[1] not in missing:
            missing.append(absent[1])
    return missing


def qt_folder() -> Path | None:
    """The folder of the installed PySide6, found without importing it; None if there is none."""
    found = importlib.util.find_spec("PySide6")
    places = found.submodule_search_locations if found else None
    return Path(next(iter(places))) if places else None


def qt_files(platform: str) -> list[Path]:
    """The two files of Qt (Linux) that must load for a window: drawing, and `platform`'s plugin."""
    folder = qt_folder()
    if folder is None:
        return []
    plugin = folder / "Qt" / "plugins" / "platforms" / f"libq{platform}.so"
    return [file for file in (folder / "Qt" / "lib" / "libQt6Gui.so.6", plugin) if file.exists()]


def qt_version() -> str | None:
    """The installed version of PySide6, such as "6.11.3"; None if there is none."""
    try:
        return importlib.metadata.version("PySide6-Essentials")
    except importlib.metadata.PackageNotFoundError:
        return None


def qt_clash(version: str) -> str:
    """Why this PySide6 must not run on this Python, in one sentence; "" if it may.

    PySide6 6.12 gives away a reference of None at each call, which ends Python 3.11 and older with
    "deallocating None".
    """
    if version.startswith("6.12.") and sys.version_info < (3, 12):
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        return tr(
            "PySide6 {version} ends the program on Python {python} after a while.",
            version=version,
            python=python,
        )
    return ""


def platforms_to_try(chosen: str | None = None) -> list[str]:
    """The Qt platforms that Qt would try on this Linux, in its order; empty without a display.

    `chosen` (else QT_QPA_PLATFORM) may be a list such as "wayland;xcb", each name perhaps with
    options after a colon. Without a choice the display variables decide.
    """
    chosen = chosen or os.environ.get("QT_QPA_PLATFORM")
    if chosen:
        return [name.split(":")[0] for name in chosen.split(";")]
    named = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
    return [platform for platform, variable in named.items() if os.environ.get(variable)]


def has_fonts() -> bool:
    """Whether there is a font file to draw text with. True where the system always has some."""
    if sys.platform != "linux":
        return True
    folders = [Path(folder).expanduser() for folder in _FONT_FOLDERS]
    return any(
        Path(name).suffix.lower() in _FONT_ENDINGS
        for folder in folders
        for _, _, names in os.walk(folder)
        for name in names
    )


def install_line(libraries: Iterable[str]) -> str:
    """The command that installs the packages of these shared libraries on this Linux."""
    known = [PACKAGES[name] for name in libraries if name in PACKAGES]
    unknown = [name for name in libraries if name not in PACKAGES]
    release = _release()
    family = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    if known and family & {"debian", "ubuntu"}:
        names = [_apt_name(package.apt, release) for package in known]
        return f"{_sudo()}apt-get install {' '.join(dict.fromkeys(names))}"
    if known and family & {"fedora", "rhel", "centos"}:
        return f"{_sudo()}dnf install {' '.join(dict.fromkeys(p.dnf for p in known))}"
    names = [package.apt for package in known] + unknown
    return tr("install what your system calls {names}", names=", ".join(dict.fromkeys(names)))


def fonts_line() -> str:
    """The command that installs a font on this Linux."""
    family = {_release().get("ID", ""), *_release().get("ID_LIKE", "").split()}
    if family & {"fedora", "rhel", "centos"}:
        return f"{_sudo()}dnf install dejavu-sans-fonts"
    return f"{_sudo()}apt-get install fonts-dejavu-core"


def _apt_name(name: str, release: Mapping[str, str]) -> str:
    """Debian 13 and Ubuntu 24.04 gave GLib's package a new name."""
    if name != "libglib2.0-0":
        return name
    first = 24 if release.get("ID") == "ubuntu" else 13
    version = re.match(r"\d+", release.get("VERSION_ID", ""))
    return f"{name}t64" if version and int(version[0]) >= first else name


def _sudo() -> str:
    """What stands before an install command: nothing for root, `sudo` for everybody else."""
    return "sudo " if hasattr(os, "geteuid") and os.geteuid() else ""


def _release() -> dict[str, str]:
    """What /etc/os-release says about this Linux: ID, ID_LIKE, VERSION_ID and more."""
    try:
        text = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return {}
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {key: value.strip("\"'") for key, value in pairs}
