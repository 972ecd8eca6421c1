"""What the fixture `striate` gives a test: a command line that can be run."""

from __future__ import annotations

from collections.abc import Callable

Command = Callable[..., tuple[int, str, str]]  # words → the exit status, the answer, the complaints
