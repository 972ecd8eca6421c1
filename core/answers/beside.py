"""The same of several runs: each is asked by itself, and what one cannot say stops no other."""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np

from core.answers.enquiries import Enquiry, all_mistakes
from core.answers.pieces import Pieces
from core.backend import DeviceError
from core.data.fitted import FitError
from core.files import FileError
from core.graph import GraphError
from core.messages import Going
from core.network_errors import NetworkError
from core.questions.exploring import (
    BesideItemsShown,
    BesideShown,
    OfRun,
    ShowBeside,
    ShowBesideItems,
)
from core.questions.viewing import FiltersShown, MapsShown, MistakesShown, ShowMistakes
from core.tongue import tr

_KNOWN = (NetworkError, FitError, FileError, DeviceError, GraphError)

OpenRun = Callable[[str], Enquiry]
Look = Callable[[Enquiry], FiltersShown | MapsShown]


def of_each(request: ShowBeside, open_run: OpenRun, look: Look) -> Pieces:
    """What `open_run` finds at the moment of each run that is asked for, by what `look` sees.

    One that cannot be read, or whose design has no such layer, says so in one sentence.
    """
    found: list[OfRun] = []
    clock = 0
    for at, run in enumerate(request.runs):
        yield Going(request.kind, at, len(request.runs))
        try:
            enquiry = open_run(run)
            clock = max(clock, enquiry.network.clock)
            told: OfRun = yield from _told(request, enquiry, look, at)
        except _KNOWN as error:
            told = str(error)
        except MemoryError:
            told = tr("There is not enough memory to show this run.")
        found.append(told)
    yield BesideShown(clock, request, tuple(found))


def _told(
    request: ShowBeside, enquiry: Enquiry, look: Look, at: int
) -> Generator[Going, None, OfRun]:
    """What one run says; on the way how many runs were asked before it."""
    if request.look == "mistakes":
        for piece in all_mistakes(enquiry, ShowMistakes(items=True)):
            if isinstance(piece, MistakesShown):
                return piece
            yield Going(request.kind, at, len(request.runs))
    if not request.node:
        raise NetworkError(tr("Select a layer to see it in every column."))
    if request.node not in enquiry.network.whole.nodes:
        raise NetworkError(tr("The design of this run has no {node}.", node=request.node))
    return look(enquiry)


def items_of_each(request: ShowBesideItems, open_run: OpenRun) -> Pieces:
    """Pictures of items from the data that each run learns from."""
    found = []
    for at, (run, items) in enumerate(zip(request.runs, request.items, strict=True)):
        yield Going(request.kind, at, len(request.runs))
        try:
            split = open_run(run).data.validation
            known = [item for item in items if 0 <= item < len(split)]
            found.append(split.pictures(np.array(known, np.intp)))
        except _KNOWN:
            found.append(np.zeros((0, 1, 1, 1), np.uint8))
    yield BesideItemsShown(0, request, tuple(found))
