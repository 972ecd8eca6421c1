"""What goes wrong in an override of Qt, such as a `paintEvent`, is told, and ends nothing.

Before Python 3.12 an error that C code raises (`[][0]`, `int("x")`, a deleted widget) is only a
type and a text until somebody catches it. Shiboken takes the text for an exception when such an
error leaves an override that was called in the midst of other Python code, and the process dies:
seen with PySide 6.11.3 and Python 3.11.7. Caught and raised again it is whole.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any

from shiboken6 import Shiboken


def guard() -> None:
    """Let the error of any override leave it whole, in every class there is and in later ones."""
    if sys.version_info >= (3, 12) or "__init_subclass__" in vars(Shiboken.Object):
        return
    for kind in _below(Shiboken.Object):
        if not _is_qt(kind):
            _guard_class(kind)
    Shiboken.Object.__init_subclass__ = classmethod(_guard_class)  # type: ignore[assignment]


def _below(kind: type) -> set[type]:
    """Every class that descends from another."""
    direct = set(kind.__subclasses__())
    return direct.union(*map(_below, direct))


def _guard_class(kind: type) -> None:
    """Wrap the methods of one class that have the name of a method of Qt."""
    of_qt = {name for base in kind.__mro__ if _is_qt(base) for name in vars(base)}
    for name, method in list(vars(kind).items()):
        if isinstance(method, FunctionType) and name in of_qt and name != "__init__":
            setattr(kind, name, _whole(method))


def _is_qt(kind: type) -> bool:
    return kind.__module__.startswith("PySide6.")


def _whole(method: Callable[..., Any]) -> Callable[..., Any]:
    """The same method, whose errors are caught once and raised again."""

    @wraps(method)
    def override(*args: object, **named: object) -> object:
        try:
            return method(*args, **named)
        except BaseException:  # to be caught is what makes it whole
            raise

    return override
