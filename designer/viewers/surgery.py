"""Surgery: mute maps of a layer and see what the network is worth without them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QPushButton, QSplitter, QStackedWidget

from core.layers import Output
from core.questions.exploring import AblationShown, Exploration, ShowAblation
from core.tongue import tr
from designer.engine.client import Engine
from designer.viewers.bars import ClassBars, Skyline
from designer.viewers.explorer import Explorer, number_field
from designer.viewers.ranking import Ranking
from designer.viewers.selection import Selection, Spot
from designer.viewers.words import plural, worth_words

_HOW = tr(
    "A muted map gives 0 everywhere, and everything after the layer is computed anew, as after"
    " training; no weight changes. The change of the mean loss over the items, and of the share of"
    " right answers of the first Output, is that of muting one more map beside those that are muted"
    " already. On the right, what is said to the item that all views look at."
)


class SurgeryView(Explorer):
    """The maps of a layer by what is lost without them; boxes mute them together."""

    kind = ShowAblation.kind
    page = "surgery"
    doing = tr("Muting map by map")
    watches = ("node", "sample")

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            name=tr("Surgery"),
            picture="surgery",
            sentence=tr("Select a layer to see which of its maps the network needs."),
        )
        self._muted: tuple[int, ...] = ()
        self.items = number_field("Items", 256, "How many validation items are asked", high=9999)
        self.items.setSingleStep(64)
        self.none = QPushButton(tr("Unmute all"))
        self.ranking, self.bars, self.skyline = Ranking(), ClassBars(), Skyline()
        self._answers = QStackedWidget()
        for page in (self.bars, self.skyline):
            self._answers.addWidget(page)
        body = QSplitter()
        body.setChildrenCollapsible(False)
        body.addWidget(self.ranking)
        body.addWidget(self._answers)
        body.setSizes([320, 260])
        self.lay(body, (self.items, self.none), _HOW)
        self.items.valueChanged.connect(self.follow)
        self.none.clicked.connect(lambda: self._mute(()))
        self.ranking.muted_changed.connect(lambda: self._mute(self.ranking.muted))
        self.ranking.map_chosen.connect(lambda channel: self.selection.set(channel=channel))
        self.follow()

    # ---- questions ----------------------------------------------------------------------

    def fits(self, node: str) -> bool:
        info = self.document.inference.nodes.get(node)
        layer = self.document.design.graph[node].layer
        return info is not None and info.output is not None and not isinstance(layer, Output)

    def lack(self, node: str) -> str:
        return tr(
            "{node} is where the answer is read: choose a layer before it.",
            node=self.title_of(node),
        )

    def question(self, node: str) -> Exploration:
        return ShowAblation(node, self._muted, self.items.value(), self.selection.spot.sample)

    def _mute(self, muted: tuple[int, ...]) -> None:
        if muted != self._muted:
            self._muted = muted
            self.follow()

    def _spot_changed(self, before: Spot) -> None:
        if self.selection.spot.node != before.node:
            self._muted = ()
        super()._spot_changed(before)
        self.ranking.mark(self.selection.spot.channel)

    # ---- answers ------------------------------------------------------------------------

    def _is_wanted(self, shown: AblationShown) -> bool:
        return super()._is_wanted(shown) and shown.asked.muted == self._muted

    def draw(self, shown: AblationShown) -> None:
        found, muted = shown.found, shown.asked.muted
        self.ranking.show_ablation(found, muted, self.selection.spot.channel)
        self.none.setEnabled(bool(muted))
        words = [f"{self.title_of(shown.asked.node)}: {worth_words(found.whole)}"]
        if muted:
            words.append(
                tr(
                    "without {maps} {muted}",
                    maps=plural(len(muted), "map"),
                    muted=worth_words(found.muted),
                )
            )
        words += [plural(found.count, "item"), self.moment.words(shown.step)]
        self.title.setText(" · ".join(words))
        if math.isnan(found.whole.accuracy):
            self._answers.setCurrentWidget(self.skyline)
            self.skyline.set_values(shown.said_without)
            return
        self._answers.setCurrentWidget(self.bars)
        label = shown.names.index(shown.label) if shown.label in shown.names else -1
        self.bars.set_answer(shown.said_without, shown.names, label=label)

    def numbers(self) -> dict[str, NDArray[Any]]:
        """Losses and shares of right answers, the muted maps, and what is said, by name."""
        if self.shown is None:
            return {}
        found = self.shown.found
        pairs = ((found.whole.loss, found.whole.accuracy), (found.muted.loss, found.muted.accuracy))
        return {
            "losses": found.losses,
            "accuracies": found.accuracies,
            "whole_and_muted": np.array(pairs),
            "muted": np.array(self.shown.asked.muted, np.int64),
            "said": self.shown.said,
            "said_without": self.shown.said_without,
        }
