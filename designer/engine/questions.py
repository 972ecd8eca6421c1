"""What can be asked of the engine, and the signals that tell the answers."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from core import messages
from core.design import DataChoice
from core.kinds import Pair
from core.messages import Answer, Cancelled, Going, Refused, Request, View
from core.questions import viewing
from core.questions.exploring import Exploration, Explored
from core.shapes import Shape
from core.when import When


class Questions(QObject):
    """Somewhere to ask; signals tell answers, values of `core.messages` and `core.questions`.

    `answered(answer)` tells each that there is. `answer_progressed(going)` says how far one is that
    takes a while, `request_cancelled` and `request_refused` that none will come, `forgot()` that
    none will come to anything that was asked: the engine is gone.
    """

    filters_received = Signal(object)
    maps_received = Signal(object)
    tensors_received = Signal(object)
    data_received = Signal(object)
    prediction_received = Signal(object)
    devices_received = Signal(object)
    items_received = Signal(object)
    canvas_received = Signal(object)
    drawn_received = Signal(object)
    mistakes_received = Signal(object)
    saliency_received = Signal(object)
    explored = Signal(object)
    answered = Signal(object)
    answer_progressed = Signal(object)
    request_cancelled = Signal(object)
    request_refused = Signal(object)
    forgot = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answers = {
            "filters": self.filters_received,
            "maps": self.maps_received,
            "tensors": self.tensors_received,
            "data": self.data_received,
            "prediction": self.prediction_received,
            "devices": self.devices_received,
            "items": self.items_received,
            "canvas": self.canvas_received,
            "drawn": self.drawn_received,
            "mistakes": self.mistakes_received,
            "saliency": self.saliency_received,
            "cancelled": self.request_cancelled,
        }

    @abstractmethod
    def ask(self, request: Request) -> None:
        """Send a request, or keep it until its turn comes: the newest of a kind wins."""

    @abstractmethod
    def cancel(self, kind: str) -> None:
        """Give up a question that takes a while; `request_cancelled` tells Cancelled.

        What was asked after it goes on its way then. Nothing happens if none is on its way.
        """

    @abstractmethod
    def under_way(self, kind: str) -> Request | None:
        """The question of a kind that was asked here and is on its way; None where none is."""

    def tell(self, answer: Answer) -> None:
        """Tell an answer to those who listen here."""
        if isinstance(answer, Going):
            signal = self.answer_progressed
        elif isinstance(answer, Explored):
            signal = self.explored
        else:
            signal = self._answers.get(answer.kind, self.request_refused)
        signal.emit(answer)
        if not isinstance(answer, Going | Cancelled | Refused):
            self.answered.emit(answer)

    def request_filters(
        self,
        node: str,
        *,
        weight: str = "",
        at: Pair = (0, 0),
        gradients: bool = False,
        sample: int = 0,
        by_norm: bool = False,
        change: bool = False,
    ) -> None:
        """Ask for the filters of a node; `filters_received` tells FiltersShown."""
        self.ask(viewing.ShowFilters(node, weight, at, gradients, sample, by_norm, change))

    def request_maps(
        self,
        node: str,
        sample: int = 0,
        *,
        gradients: bool = False,
        sources_of: int | None = None,
        item: NDArray[Any] | None = None,
    ) -> None:
        """Ask what a node makes of a validation item, or of an `item` of one's own.

        `maps_received` tells MapsShown.
        """
        self.ask(viewing.ShowMaps(node, sample, gradients, sources_of, item))

    def request_tensors(
        self, node: str, sample: int, wants: tuple[str, ...], item: NDArray[Any] | None = None
    ) -> None:
        """Ask for tensors of a node for an item; `tensors_received` tells TensorsShown."""
        self.ask(viewing.ShowTensors(node, sample, wants, item))

    def request_data(self, choice: DataChoice, input_shape: Shape, count: int = 8) -> None:
        """Ask for `count` fitted items of each class; `data_received` tells DataShown."""
        self.ask(messages.ShowData(choice, input_shape, count))

    def request_prediction(self, item: NDArray[Any]) -> None:
        """Ask what the network says to an item; `prediction_received` tells Predicted."""
        self.ask(viewing.Predict(item))

    def request_devices(self) -> None:
        """Ask which devices there are; `devices_received` tells DevicesShown."""
        self.ask(messages.ShowDevices())

    def request_items(self, items: tuple[int, ...], *, train: bool = False) -> None:
        """Ask for pictures of validation or training items; `items_received` tells ItemsShown."""
        self.ask(viewing.ShowItems(items, train))

    def request_canvas(self, sample: int) -> None:
        """Ask for a validation item to draw on; `canvas_received` tells CanvasShown."""
        self.ask(viewing.ShowCanvas(sample))

    def request_drawn(self, picture: NDArray[np.uint8]) -> None:
        """Ask what every Output says to a drawing; `drawn_received` tells DrawnShown."""
        self.ask(viewing.PredictDrawn(picture))

    def request_mistakes(
        self, output: str = "", *, items: bool = False, train: bool = False
    ) -> None:
        """Ask which classes are taken for one another; `mistakes_received` tells MistakesShown."""
        self.ask(viewing.ShowMistakes(output, items, train))

    def request_saliency(self, request: viewing.ShowSaliency) -> None:
        """Ask where the network looks; `saliency_received` tells SaliencyShown."""
        self.ask(request)

    def explore(self, request: Exploration) -> None:
        """Ask what a view that explores wants to know; `explored` tells the answer of its kind."""
        self.ask(request)


def at(when: When | None, request: Request) -> Request:
    """A request about a moment of a run, unless it names one already or is about no network."""
    if when is None or not isinstance(request, View) or request.when is not None:
        return request
    return replace(request, when=when)
