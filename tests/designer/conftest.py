"""The window that these tests drive."""

from tests.support.windows import open_window, own_state, window

__all__ = ["open_window", "own_state", "window"]
