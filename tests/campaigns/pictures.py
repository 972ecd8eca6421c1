"""A picture of every state of the window, in both looks and several sizes, to be looked at.

    python -m tests.campaigns.pictures OUT [--only NAME,NAME] [--sizes 1280x800,1920x1080@1.5]

Each look and size is played in a process of its own. A picture of each scene lies in
OUT/look-size/scene.png afterwards. No screen is needed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import traceback
from itertools import product
from pathlib import Path

import click

LOOKS = ("light", "dark")
SIZES = "1280x800,1920x1080,1280x800@1.5"


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--only", default="", help="Names of scenes, with commas.")
@click.option(
    "--sizes", default=SIZES, show_default=True, help="WIDTHxHEIGHT[@SCALE], with commas."
)
@click.option("--looks", default=",".join(LOOKS), show_default=True)
@click.option("--here", is_flag=True, hidden=True)
def main(out: Path, only: str, sizes: str, looks: str, here: bool) -> None:
    """Take the pictures."""
    if here:
        return _play(out, only.split(",") if only else [], looks, sizes)
    failed = False
    for look, size in product(looks.split(","), sizes.split(",")):
        folder = out / f"{look}-{size}"
        folder.mkdir(parents=True, exist_ok=True)
        _, _, scale = size.partition("@")
        with tempfile.TemporaryDirectory() as state:
            environment = {
                **os.environ, "QT_QPA_PLATFORM": "offscreen", "STRIATE_STATE": state,
                "QT_SCALE_FACTOR": scale or "1",
            }  # fmt: skip
            command = [
                sys.executable, "-m", "tests.campaigns.pictures", str(folder), "--here",
                "--looks", look, "--sizes", size, "--only", only,
            ]  # fmt: skip
            failed |= bool(subprocess.run(command, env=environment, check=False).returncode)
        click.echo(f"{folder}: {len(list(folder.glob('*.png')))} pictures")
    sys.exit(failed)


def _play(out: Path, only: list[str], look: str, size: str) -> None:
    from tests.campaigns.scenes import SCENES
    from tests.campaigns.stage import Stage

    width, height = (int(side) for side in size.partition("@")[0].split("x"))
    stage, failed = Stage(out, look=look, size=(width, height)), False
    for name, play in SCENES.items():
        if only and name not in only:
            continue
        try:
            play(stage)
            if name not in stage.taken:
                stage.take(name)
        except Exception:
            failed = True
            click.echo(f"{name}:\n{traceback.format_exc()}")
    stage.close()
    sys.stdout.flush()
    os._exit(failed)  # whatever is still open has been taken


if __name__ == "__main__":
    main()
