"""A folder of more than a million pictures opens by its names: seconds, memory, bytes a name.

python -m tests.campaigns.many_files [--count 1200000] [--classes 1000]

The files are links to a few small pictures in a temporary folder, so the disk holds names only.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

MOST_BYTES = 100  # a name, in memory
LINKS = 50_000  # to one file: file systems limit them


def fill(root: Path, count: int, classes: int) -> None:
    """`count` names such as n00000042/n00000042_1234.JPEG, evenly over the classes."""
    source = root.parent / "picture.JPEG"
    for number in range(count):
        if number % LINKS == 0:
            source = root.parent / f"picture{number}.JPEG"
            Image.new("RGB", (8, 8), (number // LINKS, 90, 200)).save(source)
        folder = root / f"n{number % classes:08}"
        if number < classes:
            folder.mkdir(parents=True)
        os.link(source, folder / f"{folder.name}_{number // classes}.JPEG")


def peak() -> int:
    """The most memory this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def resident() -> int:
    """The memory it has now, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def opened(root: str) -> None:
    """Open the folder, fit it and go through the order of an epoch; print what it took."""
    from core.data.batches import Batches
    from core.data.fitted import fit
    from core.data.policy import DataPolicy
    from core.data.sources import Folder, open_source

    few = open_source(Folder(str(Path(root).parent / "few")))  # what is imported is not counted
    fit(few, (3, 32, 32), DataPolicy(), memory=0).train.batch([0])
    floor, begin = resident(), time.perf_counter()
    dataset = open_source(Folder(root))
    seconds = time.perf_counter() - begin
    data = fit(dataset, (3, 32, 32), DataPolicy(), memory=0)  # names alone, without the pictures
    batches = Batches(len(data.train), 128).epoch(1)
    x, _ = data.train.batch(next(batches), epoch=1)
    count = dataset.fingerprint.count
    stays, most = resident() - floor, peak() - floor
    assert x.shape == (128, 3, 32, 32)
    print(  # noqa: T201
        f"{count:,} names in {len(dataset.classes):,} classes, {len(data.train):,} train,"
        f" {len(data.validation):,} validate: opened in {seconds:.1f} s\n"
        f"memory that stays: {stays / 1e6:.0f} MB, {stays / count:.0f} bytes a name\n"
        f"memory at most:    {most / 1e6:.0f} MB, {most / count:.0f} bytes a name"
        f" (at most {MOST_BYTES} wanted)"
    )
    raise SystemExit(most / count > MOST_BYTES)


def main() -> None:
    """Make the names, then open them in a process of its own, so that nothing else is counted."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--count", type=int, default=1_200_000)
    words.add_argument("--classes", type=int, default=1000)
    words.add_argument("--folder", help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.folder:
        opened(given.folder)
    with tempfile.TemporaryDirectory() as place:
        root = Path(place, "pictures")
        begin = time.perf_counter()
        fill(root, given.count, given.classes)
        fill(Path(place, "few"), 8, 2)
        print(f"made in {time.perf_counter() - begin:.0f} s")  # noqa: T201
        command = [sys.executable, "-m", "tests.campaigns.many_files", "--folder", str(root)]
        raise SystemExit(subprocess.run(command, check=False).returncode)


if __name__ == "__main__":
    main()
