"""Saved runs that answer together: one or several networks, each asked once or about several views.

    jury = Jury([open_run(run)], votes="ten")
    probabilities = jury.hear(jury.seen(pictures)).mean

N items, M networks, V views, K classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.fitting import Fitting, PictureFitting
from core.data.testtime import PATCHES, flips, ten_patches
from core.data.words import listed
from core.network_errors import NetworkError
from core.tongue import tr
from core.training.evaluate import class_count
from core.training.saved import Saved
from core.training.vote import Votes, vote

Host = NDArray[Any]

VOTES = ("flips", "ten")
_VIEWS = {
    "": ("whole",),
    "flips": ("whole", "whole, mirrored"),
    "ten": (*PATCHES, *(f"{place}, mirrored" for place in PATCHES)),
}
_WIDER = 8 / 7  # 256 for 224, the picture from which Krizhevsky et al. (2012) cut their patches
_MEMORY = 64_000_000  # bytes of views in memory at once
_MOST = 64  # items at once


class Jury:
    """Saved runs whose answers count the same; `votes` is "flips", "ten" or "" for one view.

    NetworkError where they do not answer the same question, or cannot vote.
    """

    def __init__(self, members: Sequence[Saved], votes: str = "") -> None:
        self.members, self.votes = tuple(members), votes
        first = self.members[0]
        for other in self.members[1:]:
            if other.classes != first.classes:
                raise NetworkError(
                    tr(
                        "Run {name} tells other classes apart than run {name2} ({classes};"
                        " {classes2}): only equal answers can be averaged.",
                        name=other.run.path.name,
                        name2=first.run.path.name,
                        classes=listed(other.classes),
                        classes2=listed(first.classes),
                    )
                )
        for member in self.members:
            if votes and not isinstance(member.fitting, PictureFitting):
                raise NetworkError(
                    tr(
                        "Run {name} does not look at pictures: there is one view of an item.",
                        name=member.run.path.name,
                    )
                )
            if not self.is_one and not class_count(member.network):
                raise NetworkError(
                    tr(
                        "Run {name} answers with values: only classes can be voted on.",
                        name=member.run.path.name,
                    )
                )

    @property
    def names(self) -> tuple[str, ...]:
        """What each number of an answer stands for; empty where they are values."""
        first = self.members[0]
        count = class_count(first.network)
        more = (str(number) for number in range(len(first.classes), count))
        return (*first.classes[:count], *more)

    @property
    def views(self) -> tuple[str, ...]:
        """What each network is asked about, in the order of the votes."""
        return _VIEWS[self.votes]

    @property
    def is_one(self) -> bool:
        """Whether there is a single vote."""
        return len(self.members) == len(self.views) == 1

    @property
    def items_at_once(self) -> int:
        """How many items may be heard together, so that their views take little memory."""
        largest = max(prod(member.network.input_shape) for member in self.members)
        size = len(self.views) * largest * np.dtype(np.float32).itemsize
        return max(1, min(_MOST, _MEMORY // size))

    def seen(self, items: Iterable[Host]) -> list[Host]:
        """Items of any size, fitted for each network: an array (N, …) for each, values as kept.

        One item after the other is taken, so that of large pictures one alone lies in memory.
        """
        fittings = [self._fitting(member) for member in self.members]
        rows = [[fitting.fitted(item[None]) for fitting in fittings] for item in items]
        return [np.concatenate(column) for column in zip(*rows, strict=True)]

    def hear(self, seen: Sequence[Host]) -> Votes:
        """What every network says to every view of items that were `seen`."""
        said = []
        for member, fitted in zip(self.members, seen, strict=True):
            views = [member.fitting.values(view) for view in self._views(member, fitted)]
            said.append(vote(member.network, views).single)
        return Votes(np.concatenate(said))

    def _fitting(self, member: Saved) -> Fitting:
        """How a network's items are prepared; wider than its Input where patches are cut."""
        fitting = member.fitting
        if self.votes != "ten":
            return fitting
        channels, height, width = fitting.kept_shape
        return replace(
            fitting, kept_shape=(channels, round(height * _WIDER), round(width * _WIDER))
        )

    def _views(self, member: Saved, fitted: Host) -> Host:
        """The views (V, N, …) of fitted items."""
        if self.votes == "flips":
            return flips(fitted)
        if self.votes == "ten":
            _, height, width = member.fitting.kept_shape
            return ten_patches(fitted, (height, width))
        return fitted[None]
