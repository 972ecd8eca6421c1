"""Where compiled kernels are kept: beside their sources, or in the cache folder.

Numba notices when the file of a kernel changes, but not when a file does that the kernel calls;
so every state of the sources has a folder of its own.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

from core.places import cache_folder

SOURCES = Path(__file__).parent


@cache
def folder() -> Path:
    """The folder of these sources; a read-only installation has it in the cache folder."""
    parent = SOURCES / "__pycache__" if os.access(SOURCES, os.W_OK) else cache_folder()
    return parent / f"kernels-{_digest()}"


def _digest() -> str:
    """A name for the sources as they are."""
    found = hashlib.sha256()
    for source in sorted(SOURCES.glob("*.py")):
        found.update(source.read_bytes())
    return found.hexdigest()[:16]
