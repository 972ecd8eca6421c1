"""The wheel is whole: installed into a clean environment it works far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.house.tree import ROOT

PACKAGES = ("core", "designer", "resources")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without a network."""
    hatchling = pytest.importorskip("hatchling.build")
    folder = tmp_path_factory.mktemp("wheel")
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        return folder / str(hatchling.build_wheel(str(folder)))
    finally:
        os.chdir(before)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of a clean environment with the wheel and this one's libraries."""
    pytest.importorskip("pip")
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    scripts = home / ("Scripts" if sys.platform == "win32" else "bin")
    python = scripts / Path(sys.executable).name
    own = run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], home)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps"]
    run([*pip, "--no-index", str(wheel)], home)
    # After its own packages the environment finds the libraries of this one, no network needed.
    libraries = sysconfig.get_path("purelib")
    (Path(own.strip()) / "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    return scripts


def run(command: list[str], folder: Path) -> str:
    """What a command prints, started in `folder` without the checkout on any path."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_wheel_has_every_file_of_the_packages(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    here = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert here - packed == set()


def test_wheel_has_nothing_but_the_packages(wheel: Path) -> None:
    roots = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {root for root in roots if not root.endswith(".dist-info")} <= set(PACKAGES)


def test_wheel_carries_the_licenses(wheel: Path) -> None:
    names = {Path(name).name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" in name}
    assert {"LICENSE", "NOTICE.md"} <= names


def test_installed_package_is_found_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    program = "import core, sys; print(core.__file__)"
    place = run([str(installed / "python"), "-c", program], tmp_path)
    assert str(ROOT) not in place


@pytest.mark.skipif(
    not (ROOT / "designer" / "__main__.py").exists(), reason="the command does not exist yet"
)
@pytest.mark.parametrize("command", [["--version"], ["doctor"]], ids=" ".join)
def test_command_works_outside_the_checkout(
    installed: Path, tmp_path: Path, command: list[str]
) -> None:
    assert run([str(installed / "striate"), *command], tmp_path).strip()


@pytest.mark.skipif(
    not (ROOT / "designer" / "demo.py").exists(), reason="the demo does not exist yet"
)
def test_demo_draws_pictures_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    run([str(installed / "striate"), "demo", "--out", "demo"], tmp_path)
    assert list((tmp_path / "demo").rglob("*.png"))
