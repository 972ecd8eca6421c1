"""The strings by which a running training is pulled: pause, stop, learning rate, views.

Training looks at them between two batches, so nothing here interrupts a computation. Views are
questions to the network; the newest of a kind wins, and a governor keeps their share of the time
small.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Condition

from core.network import Network

SHARE = 0.05  # of the time may go to views while training

View = Callable[[Network | None], None]
Listen = Callable[[float], None]


class Control:
    """Pull from any thread; the training thread calls `attend` and `wait`.

    `listen(seconds)` is how requests come in where they come from another process: it takes what
    is there, waiting at most so long for the first. Without it, threads call the methods directly.
    """

    def __init__(
        self, listen: Listen | None = None, *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._listen, self._clock = listen, clock
        self._changed = Condition()
        self._views: dict[str, View] = {}
        self._next_view = -float("inf")
        self.paused = False
        self.stopped = False
        self._lr: float | None = None

    # ---- from any thread ----------------------------------------------------------------

    def pause(self) -> None:
        """Wait after the step that is being computed."""
        self._set(paused=True)

    def resume(self) -> None:
        """Go on."""
        self._set(paused=False)

    def stop(self) -> None:
        """End after the step that is being computed; a checkpoint is written."""
        self._set(stopped=True, paused=False)

    def set_learning_rate(self, lr: float) -> None:
        """Use this learning rate from the next step on."""
        self._set(_lr=lr)

    def ask(self, kind: str, view: View) -> None:
        """Call `view(network)` between two batches, in place of an older question of the kind."""
        with self._changed:
            self._views[kind] = view
            self._changed.notify_all()

    def drop(self, kind: str) -> bool:
        """Forget the question of a kind; gives whether there was one."""
        with self._changed:
            return self._views.pop(kind, None) is not None

    # ---- from the training thread -------------------------------------------------------

    @property
    def has_time(self) -> bool:
        """Whether views have left time for something else between two steps."""
        return self._clock() >= self._next_view

    def spend(self, seconds: float) -> None:
        """Count the time of something else as if a view had taken it."""
        self._next_view = max(self._next_view, self._clock()) + seconds * (1 / SHARE - 1)

    def attend(self, network: Network) -> None:
        """Take in what has come, and answer a view if the governor has time for one."""
        if self._listen:
            self._listen(0.0)
        if self._views and self._clock() >= self._next_view:
            cost = self._answer(network)
            self._next_view = self._clock() + cost * (1 / SHARE - 1)

    def take_learning_rate(self) -> float | None:
        """The learning rate that was asked for since the last look, or None."""
        with self._changed:
            lr, self._lr = self._lr, None
        return lr

    def wait(self, network: Network) -> bool:
        """While paused: sleep until something comes, answer views at once; gives `paused`.

        A view that asks again, to go on, has its turn in the next call.
        """
        if self._listen:
            self._listen(0.0 if self._views else 0.2)
        else:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._views) or not self.paused, 0.2)
        for _ in tuple(self._views):
            self._answer(network)
        return self.paused

    def finish(self, network: Network | None) -> None:
        """Training has ended: answer what is left, without a network where none was made."""
        while self._views:
            self._answer(network)

    def _answer(self, network: Network | None) -> float:
        """Answer the oldest question; gives the seconds it took."""
        with self._changed:
            view = self._views.pop(next(iter(self._views)))
        start = self._clock()
        view(network)
        return self._clock() - start

    def _set(self, **values: bool | float) -> None:
        with self._changed:
            vars(self).update(values)
            self._changed.notify_all()
