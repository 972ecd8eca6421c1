"""What views of one kind of data have in common: where there is none they lead to some."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from PySide6.QtCore import Signal

from core.design import DataChoice
from core.graph import Graph
from core.questions.exploring import Explored
from core.tongue import tr
from core.zoo import BY_ID
from designer.engine.client import Engine
from designer.viewers.explorer import Explorer
from designer.viewers.selection import Selection


class Particular(Explorer):
    """Shows data of one kind; answers about others have nothing `found`.

    `template` is the id of a network on data of the kind, `needs` says in one sentence what kind.
    Signals: `template_wanted(id)`.
    """

    template_wanted = Signal(str)
    template = ""
    needs = ""

    def __init__(
        self, selection: Selection, engine: Engine, *, name: str, picture: str, sentence: str
    ) -> None:
        super().__init__(selection, engine, name=name, picture=picture, sentence=sentence)
        self._asked_of: tuple[Graph, DataChoice] | None = None
        self._without: tuple[Graph, DataChoice] | None = None  # known to have nothing of the kind
        self._offers_template = False

    @abstractmethod
    def draw(self, shown: Any) -> None:
        """Show an answer that has found something."""

    def say(self, sentence: str, *, offer: str = "") -> None:
        self._offers_template = False
        super().say(sentence, offer=offer)

    def ask(self, node: str) -> None:
        self._asked_of = (self.document.design.graph, self.document.design.data)
        super().ask(node)

    def _can_ask(self) -> bool:
        design = self.document.design
        if design.graph.nodes and (design.graph, design.data) == self._without:
            self._offer_template()
            return False
        return super()._can_ask()

    def _take_answer(self, shown: Explored) -> None:
        if shown.kind == self.kind and getattr(shown, "found", None) is None:
            self.asking.answered()
            self.errand.hide()
            self.shown, self._without = None, self._asked_of
            self.asking.want(soon=True)  # of a network that came meanwhile
            return
        super()._take_answer(shown)

    def _offer_template(self) -> None:
        self.say(self.needs)
        self._offers_template = True
        title = BY_ID[self.template].title
        self.empty.button.setText(tr("Open {title}", title=title))
        self.empty.button.setAccessibleName(self.empty.button.text())
        self.empty.button.show()

    def _accept_offer(self) -> None:
        if self._offers_template:
            self.template_wanted.emit(self.template)
        else:
            super()._accept_offer()
