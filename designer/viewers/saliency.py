"""Where the network looks: a class's score, asked back to the picture in four ways."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.explain.deletion import DRAWS, SHARE, Deletion
from core.layers import Output
from core.questions.viewing import Method, SaliencyShown, ShowSaliency
from core.tongue import tr
from core.training.events import Event, Progress
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.choice import Choice
from designer.viewers.explorer import number_field
from designer.viewers.long_looker import LongLooker
from designer.viewers.nearest import nearest
from designer.viewers.sample import Picture
from designer.viewers.selection import Selection, Spot
from designer.viewers.sights import MOST_MAPS, Sights
from designer.viewers.tools import ViewTools
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.flow_row import FlowRow
from designer.widgets.numbers import percent, value

METHODS: tuple[tuple[str, Method], ...] = (
    (tr("Gradient"), "gradient"),
    (tr("Gradient × input"), "gradient × input"),
    (tr("Occlusion"), "occlusion"),
    ("Grad-CAM", "Grad-CAM"),
)
_RANDOM = tr("Random weights")
_SAID = -1  # the choice that the network makes itself
_LIKENESS = tr(
    "Correlation of the amounts in the pictures with learned and with random weights: near 1 the"
    " method shows the picture itself and not what was learned."
)
_HOW: dict[Method, str] = {
    "gradient": tr(
        "g = ∂s/∂x by one backward pass for one item, s the score before softmax. Left: Σ g"
        " over the colors; right: the largest |g| of a pixel."
    ),
    "gradient × input": tr(
        "∂s/∂x · x by one backward pass for one item, s the score before softmax,"
        " summed over the colors. Left with its sign, right its amount."
    ),
    "occlusion": tr(
        "For each place of a square patch of zeros: the score before softmax of the whole"
        " picture minus that of the covered one. A pixel shows the mean over the patches that"
        " cover it;"
        " on the right only falls count. How large the patch is matters: it is a heuristic."
    ),
    "Grad-CAM": tr(
        "a_k = mean of ∂s/∂A_k over the cells of map k, for one item; left: Σ a_k·A_k, in the"
        " layer's own cells and not smoothed; right: ReLU of it. Beside them the maps A_k with the"
        " largest |a_k|, {most_maps} at most, and their a_k.",
        most_maps=MOST_MAPS,
    ),
}
_CHECK = tr(
    "*Delete and ask again*: the hottest 10 % of the pixels become zero; if the answer rests on"
    " them it falls further than without as many by chance (mean of {draws} draws).",
    draws=DRAWS,
)


class SaliencyView(LongLooker):
    """A method's picture of an item for one class, beside that of random weights."""

    kind = "saliency"
    watches = ("sample", "own")

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            picture="eye",
            sentence=tr("Add layers to see where they look."),
            doing=tr("Covering"),
        )
        self._shown: SaliencyShown | None = None
        self._method: Method = "gradient"
        self._output, self._choice = "", _SAID
        self.title = ElidedLabel()
        self.title.setProperty("role", "caption")
        self.methods = Choice(tr("Method"), tr("How the picture is asked for"))
        self.methods.offer(METHODS, self._method)
        self.outputs = Choice(tr("Output"), tr("Which Output is asked"))
        self.classes = Choice(tr("Class"), tr("The class, or value, that is asked about"))
        self.beside = Choice(
            tr("Beside"), tr("What stands beside it: random weights, or another class")
        )
        self.beside.offer([(_RANDOM, -1)], -1)
        self.check = QCheckBox(tr("Delete and ask again"))
        self.check.setToolTip(
            tr("Set the hottest tenth of the pixels to zero, and as many by chance, and ask again")
        )
        self._against = -1
        self.checked = ElidedLabel()
        self.checked.hide()
        self.patch = number_field("Size", 5, "Side of the patch that covers, in pixels")
        self.stride = number_field("Step", 2, "How far the patch moves, in pixels")
        self.item = Picture()
        self.sights = Sights()
        self.words = QLabel()
        self.words.setProperty("role", "caption")
        self.words.setToolTip(_LIKENESS)
        self.set_content(self._content(), self.errand)
        self.setAccessibleName(tr("Where it looks"))
        self._connect()
        self._show_settings()
        self.follow()

    def _connect(self) -> None:
        self.methods.chosen.connect(self._set_method)
        self.outputs.chosen.connect(self._set_output)
        self.classes.chosen.connect(self._set_choice)
        for field in (self.patch, self.stride):
            field.valueChanged.connect(self.follow)
        self.beside.chosen.connect(self._set_against)
        self.check.toggled.connect(self.follow)
        self.sights.map_chosen.connect(self._choose_map)
        self.engine.saliency_received.connect(self._take)

    def _content(self) -> QWidget:
        body, controls, content = QWidget(), QWidget(), QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Tokens.MEDIUM)
        row.addWidget(self.item, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.sights, 1)
        self.tools = ViewTools(tr("Where it looks"), "saliency", picture=body, numbers=self.numbers)
        flow = FlowRow(controls)
        row_of = (self.methods, self.outputs, self.classes, self.beside, self.patch, self.stride)
        for widget in (*row_of, self.check):
            flow.addWidget(widget)
        head = QHBoxLayout()
        head.setSpacing(Tokens.SMALL)
        head.addWidget(controls, 1)
        head.addWidget(self.tools, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(content)
        column.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.TIGHT, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addLayout(head)
        line = QHBoxLayout()
        line.setSpacing(Tokens.MEDIUM)
        line.addWidget(self.title, 1)
        line.addWidget(self.words)
        column.addLayout(line)
        column.addWidget(self.checked)
        column.addWidget(body, 1)
        column.addWidget(self.tools.how)
        return content

    # ---- what is asked ------------------------------------------------------------------

    @property
    def node(self) -> str:
        """The layer that is selected if it gives maps, else the nearest one that does."""
        graph, node = self.document.design.graph, self.selection.spot.node
        if node not in graph.nodes:
            outputs = graph.of_type(Output)
            node = outputs[0].id if outputs else ""
        if node in graph.nodes and not self._gives_maps(node):
            return nearest(graph, node, self._gives_maps) or node
        return node

    def fits(self, node: str) -> bool:
        return self._method != "Grad-CAM" or self._gives_maps(node)

    def _gives_maps(self, node: str) -> bool:
        info = self.document.inference.nodes.get(node)
        return info is not None and info.output is not None and len(info.output) == 3

    def lack(self, node: str) -> str:
        return tr("No layer gives maps, and Grad-CAM is made of maps. Choose another method.")

    def ask(self, node: str) -> None:
        spot = self.selection.spot
        self.engine.request_saliency(
            ShowSaliency(
                node=node,
                method=self._method,
                sample=spot.sample,
                output=self._output,
                choice=self._choice,
                patch=self.patch.value(),
                stride=self.stride.value(),
                item=spot.item,
                against=self._against,
                check=self.check.isChecked(),
            )
        )

    def _spot_changed(self, before: Spot) -> None:
        super()._spot_changed(before)
        if self._method == "Grad-CAM" and self.selection.spot.node != before.node:
            self.follow()

    def _set_method(self, method: Method) -> None:
        self._method = method
        self._show_settings()
        self.follow()

    def _set_output(self, output: str) -> None:
        self._output, self._choice, self._against = output, _SAID, -1
        self.follow()

    def _set_against(self, against: int) -> None:
        self._against = against
        self.follow()

    def _set_choice(self, choice: int) -> None:
        self._choice = choice
        self.follow()

    def _show_settings(self) -> None:
        """Only what the method takes."""
        for field in (self.patch, self.stride):
            field.setVisible(self._method == "occlusion")
        self.tools.set_how(f"{_HOW[self._method]} {_CHECK}")

    def _choose_map(self, channel: int) -> None:
        if self._shown is not None:
            self.selection.set(node=self._shown.node, channel=channel)

    # ---- answers ------------------------------------------------------------------------

    def _take(self, shown: SaliencyShown) -> None:
        self.asking.answered()
        self.errand.hide()
        stale = shown.method != self._method or shown.node not in self.document.design.graph.nodes
        if stale:
            self.asking.want(soon=True)
            return
        if self.selection.spot.own is None and shown.sample != self.selection.spot.sample:
            self.selection.set(sample=shown.sample)
        self._shown, self._output = shown, shown.output
        self.outputs.offer([(self.title_of(one), one) for one in shown.outputs], shown.output)
        self.outputs.setVisible(len(shown.outputs) > 1)
        said = tr("What it says: {name}", name=shown.names[int(np.argmax(shown.said))])
        choices = [(said, _SAID), *((name, at) for at, name in enumerate(shown.names))]
        self.classes.offer(choices, self._choice)
        others = [(tr("Beside {name}", name=name), at) for at, name in enumerate(shown.names)]
        self.beside.offer([(_RANDOM, -1), *others], self._against)
        self.item.set_values(np.asarray(shown.item, np.float32))
        self.sights.show_sights(shown)
        self._tell(shown)
        self.show_content()

    def _tell(self, shown: SaliencyShown) -> None:
        """What the picture is of, and whether it depends on what was learned."""
        who = (
            tr("item {sample}, class {label}", sample=shown.sample, label=shown.label)
            if shown.label
            else tr("your own item")
        )
        share = shown.said[shown.choice]
        layer = self.document.design.graph[shown.output].layer
        is_share = isinstance(layer, Output) and layer.loss.classifies
        amount = percent(float(share)) if is_share else value(float(share))
        about = tr(
            "score of {name}, said with {amount}", name=shown.names[shown.choice], amount=amount
        )
        words = [who, about, self.moment.words(shown.step)]
        if shown.cam is not None:
            words.insert(0, self.title_of(shown.node))
        self.checked.setVisible(shown.deletion is not None)
        if shown.deletion is not None:
            self.checked.setText(self._deletion_words(shown.deletion, is_share=is_share))
        self.title.setText(" · ".join(words))
        if np.isnan(shown.likeness):
            self.words.setText(tr("nothing to compare: one picture is the same everywhere"))
        else:
            other = tr("random") if shown.against < 0 else shown.names[shown.against]
            self.words.setText(
                tr(
                    "likeness to {other} {likeness}",
                    other=other,
                    likeness=value(shown.likeness, figures=2),
                )
            )

    @staticmethod
    def _deletion_words(found: Deletion, *, is_share: bool) -> str:
        """What is left of the answer without the hottest pixels, and without others."""
        hottest, chance = (
            percent(one) if is_share else value(one, figures=3)
            for one in (found.hottest, found.by_chance)
        )
        tenth = percent(SHARE, decimals=0)
        return tr(
            "Without the hottest {tenth}: {hottest}, without {tenth} by chance: {chance}",
            tenth=tenth,
            hottest=hottest,
            chance=chance,
        )

    def _ended(self, by_hand: bool) -> None:
        super()._ended(by_hand)
        if by_hand and not self.is_empty:
            self.words.setText(tr("cancelled: this is the picture before"))

    def _take_event(self, event: Event) -> None:
        """What takes long is asked after each epoch only."""
        if not (self._method == "occlusion" and isinstance(event, Progress)):
            super()._take_event(event)

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The pictures, and what Grad-CAM is made of, by name."""
        shown = self._shown
        if shown is None:
            return {}
        found = {
            "item": shown.item,
            "signed": shown.sight.signed,
            "unsigned": shown.sight.unsigned,
            "random_signed": shown.random.signed,
            "random_unsigned": shown.random.unsigned,
            "said": shown.said,
        }
        if shown.deletion is not None:
            told = shown.deletion
            found["deletion"] = np.array([told.whole, told.hottest, told.by_chance])
        if shown.cam is not None:
            found |= {"weights": shown.cam.weights, "maps": shown.cam.maps}
        return found
