"""What viewers of one node have in common: they follow the selection, ask the engine, and wait."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from core.messages import Refused
from core.tongue import tr
from core.training.events import EpochDone, Event, Finished, Presented, Progress, Started
from core.when import LAST
from designer.document.change import Change
from designer.engine.client import Engine
from designer.engine.desk import Desk
from designer.tokens import Tokens
from designer.viewers.asking import Asking
from designer.viewers.nearest import nearest
from designer.viewers.selection import Selection, Spot
from designer.viewers.words import Moment
from designer.widgets.empty_state import EmptyState
from designer.widgets.seen import Seen


class Looker(QWidget):
    """Shows something of the node that is selected, anew while the network learns.

    Where there is nothing to show it says why, and leads to the nearest node that has something.

    Attributes:
        selection: the spot that is looked at, the same for all views.
        engine: where it asks, apart from other views.
        shown_node: the node whose picture is there, or "".
    """

    kind = ""  # of the requests, as in `core.messages`
    watches = ("node",)  # fields of the selection's spot that what is asked depends on

    def __init__(
        self, selection: Selection, engine: Engine, *, picture: str, sentence: str
    ) -> None:
        super().__init__()
        self.selection, self.document = selection, selection.document
        self.engine = Desk(engine, self)
        self.shown_node = ""
        self.empty = EmptyState(picture, sentence)
        self._invitation = sentence
        self._offer = ""
        self._stack = QStackedLayout()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(self._stack, 1)
        self._stack.addWidget(self.empty)  # in a layout of nobody's it would be a window
        self.asking = Asking(self._ask, self, selection.ration)
        self.seen = Seen(self)
        self.seen.changed.connect(self.asking.set_seen)
        self.seen.changed.connect(selection.views_changed)
        self.empty.activated.connect(self._accept_offer)
        selection.listen(engine)
        selection.changed.connect(self._spot_changed)
        selection.run_shown.connect(self.refresh)
        self.document.design_changed.connect(self._design_changed)
        engine.event_received.connect(self._take_event)
        self.engine.request_refused.connect(self._take_refusal)
        self.engine.forgot.connect(self._lose)
        engine.state_changed.connect(self._state_changed)

    @property
    def node(self) -> str:
        """The node that is looked at, or ""."""
        return self.selection.spot.node

    @property
    def moment(self) -> Moment:
        """The run that is looked at, in words."""
        return self.selection.moment

    # ---- what a viewer adds -------------------------------------------------------------

    def fits(self, node: str) -> bool:
        """Whether a node has something to show: what it gives, unless a viewer wants more."""
        info = self.document.inference.nodes.get(node)
        return info is not None and info.output is not None

    def lack(self, node: str) -> str:
        """Why a node has nothing to show, in one sentence."""
        return tr("{node} gives nothing yet: connect what it needs.", node=self.title_of(node))

    @abstractmethod
    def ask(self, node: str) -> None:
        """Ask the engine about a node."""

    def give_up(self) -> None:
        """What was asked is of no use any more; a viewer whose answers take long cancels them."""

    # ---- following ----------------------------------------------------------------------

    def follow(self) -> None:
        """Turn to the spot that is selected.

        Where nobody looks, what there is to say waits with the question.
        """
        if self.asking.waiting:
            self.give_up()
        if not self.seen.is_seen:
            self.asking.want(soon=True)
        elif self._can_ask():
            self._say_it_comes()
            self.asking.want(soon=True)

    def refresh(self) -> None:
        """Show the node anew once the engine has heard of the change, or somebody looks."""
        if self.asking.waiting:
            self.give_up()
        if self.seen.is_seen and self._can_ask():
            self._say_it_comes()
        self.asking.settle()  # also where there is nothing to ask: what is selected next must wait

    def _can_ask(self) -> bool:
        """Whether there is something to ask; if not, a sentence says why."""
        graph = self.document.design.graph
        if self.node not in graph.nodes:
            self.say(self._invitation, offer=nearest(graph, "", self.fits))
        elif not self.document.inference.ok:
            self.say(tr("The network has a problem. Mend it to look inside."))
        elif not self.fits(self.node):
            self.say(self.lack(self.node), offer=nearest(graph, self.node, self.fits))
        else:
            return True
        return False

    def _say_it_comes(self) -> None:
        """What stood there was about something else; the answer is on its way."""
        if self.is_empty:
            self.say(tr("Waiting for {node} …", node=self.title_of(self.node)))

    def title_of(self, node: str) -> str:
        """What people call a node."""
        nodes = self.document.design.graph.nodes
        return nodes[node].title if node in nodes else node

    # ---- showing ------------------------------------------------------------------------

    @property
    def is_empty(self) -> bool:
        """Whether a sentence stands where the picture would be."""
        return not self.shown_node

    def say(self, sentence: str, *, offer: str = "") -> None:
        """Show a sentence, with a button that selects the node `offer`."""
        self._offer = offer
        self.empty.set_sentence(sentence)
        self.empty.button.setText(tr("Show {offer}", offer=self.title_of(offer)))
        self.empty.button.setAccessibleName(self.empty.button.text())
        self.empty.button.setVisible(bool(offer))
        self.shown_node = ""
        self._stack.setCurrentIndex(0)

    def set_content(self, content: QWidget, errand: QWidget | None = None) -> None:
        """The widget that holds the picture; to be given once, before anything is shown.

        Below it stands, while an `errand` is on its way, how far that is: there is no picture yet
        when the first one is.
        """
        self._stack.addWidget(content)
        if errand is not None:
            errand.setContentsMargins(Tokens.MEDIUM, 0, Tokens.TIGHT, 0)
            self._column.addWidget(errand)

    def show_content(self) -> None:
        """Show the picture, which is of the node that is looked at."""
        self.shown_node = self.node
        self._stack.setCurrentIndex(1)

    # ---- what is told -------------------------------------------------------------------

    def _spot_changed(self, before: Spot) -> None:
        """Ask anew where the answer would be another one."""
        spot = self.selection.spot
        if any(getattr(before, name) != getattr(spot, name) for name in (*self.watches, "when")):
            self.follow()

    def _accept_offer(self) -> None:
        self.selection.set(node=self._offer)

    def _ask(self) -> bool:
        if not self._can_ask():
            return False
        if self.empty.sentence == self._invitation:  # it has been looked at for the first time
            self._say_it_comes()
        self.ask(self.node)
        return True

    def _design_changed(self, change: Change) -> None:
        if change.graph or change.data or change.problems or change.whole:
            self.refresh()

    def _take_event(self, event: Event) -> None:
        is_past = self.selection.spot.step != LAST
        if isinstance(event, Started | Progress | Presented | EpochDone | Finished) and not is_past:
            self.asking.want()

    def _take_refusal(self, refused: Refused) -> None:
        if refused.asked != self.kind:
            return
        self.asking.answered()
        more = tr(" Training goes on with the network it was started with.")
        self.say(f"{refused.sentence}{more if self.engine.is_busy else ''}")

    def _state_changed(self, state: str) -> None:
        if state == "idle":
            self.refresh()

    def _lose(self) -> None:
        """The engine is gone; it is not asked again by itself, as that may be what ended it."""
        if self.asking.waiting and self.is_empty:
            self.say(tr("The engine ended before it answered. Select something to ask again."))
        self.asking.lost()

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 100)
