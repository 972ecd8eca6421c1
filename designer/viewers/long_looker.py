"""What viewers have in common whose answers take a while: progress, and a way to give up."""

from __future__ import annotations

from core.tongue import tr
from designer.engine.client import Engine
from designer.viewers.errand import Errand
from designer.viewers.looker import Looker
from designer.viewers.selection import Selection


class LongLooker(Looker):
    """Says how far an answer is; one that is of no use any more, or not wanted, is given up.

    Attributes: `errand`, to be hidden when the answer is there. `again` is what to do after a
    cancel that left nothing to look at.
    """

    again = tr("Cancelled. Choose another layer or item, or train, to ask again.")

    def __init__(
        self, selection: Selection, engine: Engine, *, picture: str, sentence: str, doing: str
    ) -> None:
        super().__init__(selection, engine, picture=picture, sentence=sentence)
        self.errand = Errand(self.engine, self.kind, doing)
        self.errand.ended.connect(self._ended)

    def give_up(self) -> None:
        self.errand.give_up()

    def _ended(self, by_hand: bool) -> None:
        """The engine has given up; where something else is wanted it is asked now."""
        self.asking.answered()
        if not by_hand:
            self.asking.want(soon=True)
        elif self.is_empty:
            self.say(self.again)
