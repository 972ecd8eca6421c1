"""The confusion matrix: which classes are taken for one another, and the items behind each cell."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.explain.calibration import BINS, calibration
from core.layers import Output
from core.metrics import per_class
from core.questions.viewing import ItemsShown, MistakesShown
from core.tongue import tr
from core.training.events import EpochDone, Event, Finished, Started
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.calibration_page import CalibrationPage
from designer.viewers.choice import Choice
from designer.viewers.doubts import Doubts
from designer.viewers.long_looker import LongLooker
from designer.viewers.matrix import Matrix
from designer.viewers.mistake_tables import ClassTable, MistakeTable
from designer.viewers.selection import Selection, Spot
from designer.viewers.tools import ViewTools
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import count, percent
from designer.widgets.save_as import save_as

_MISTAKES, _CLASSES, _IMAGES, _SURE = range(4)
_BESIDE = (
    (tr("Largest mistakes"), _MISTAKES),
    (tr("Each class"), _CLASSES),
    (tr("Images"), _IMAGES),
    (tr("How sure it is"), _SURE),
)
_PARTS = ((tr("Validation items"), False), (tr("Training items"), True))
_MOST = 120  # images of a cell
_HOW = tr(
    "Every item is asked about once, as after training: {{items}}; training items without their"
    " augmentation. Rows are the classes as labelled, columns the likeliest class; shares are"
    " parts of a row. Colors go from 0 to the largest mistake; the diagonal, right answers, has"
    " none. Precision = right / said, recall = right / items, F1 = 2·right / (said + items). How"
    " sure it is: answers in {bins} bins by their probability, and the share of right ones in"
    " each.",
    bins=BINS,
)


class MistakesView(LongLooker):
    """Matrix, lists and images of one Output."""

    again = tr("Cancelled. Train, or choose another Output, to ask again.")
    kind = "mistakes"
    watches = ()

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            picture="matrix",
            sentence=tr("Add an Output to see which classes it confuses."),
            doing=tr("Asking"),
        )
        self._shown: MistakesShown | None = None
        self._output, self._with_items = "", False
        self._items: tuple[int, ...] = ()  # those whose images are shown
        self._awaited = self._items  # those whose images are asked for
        self.title = ElidedLabel()
        self.title.setProperty("role", "caption")
        self.outputs = Choice(tr("Output"), tr("Which Output is judged"))
        self.beside = Choice(tr("Beside the matrix"), tr("What stands beside the matrix"))
        self.beside.offer(_BESIDE, _MISTAKES)
        self.part = Choice(tr("Items"), tr("Which items the network is asked about"))
        self.part.offer(_PARTS, False)
        self.calibration, self.doubts = CalibrationPage(), Doubts()
        self.doubt = QPushButton(tr("Label is wrong"))
        self.doubt.setToolTip(tr("Mark the image with the ring as wrongly labelled, or unmark it"))
        self.save = QPushButton(tr("Save list …"))
        self.save.setToolTip(tr("Save the marked items: number, label, what is said, how sure"))
        self.shares = QCheckBox(tr("Shares"))
        self.shares.setToolTip(
            tr("Shares of the items of each class, in percent, instead of counts")
        )
        self.matrix = Matrix()
        self.largest, self.classes = MistakeTable(), ClassTable()
        self.images = Mosaic(name=tr("Images"), empty=tr("Click a cell to see its images."))
        self.images.name_of = lambda tile: tr("item {item}", item=self._items[tile])
        self.set_content(self._content(), self.errand)
        self.setAccessibleName(tr("Mistakes"))
        self._connect()
        self.follow()

    def _connect(self) -> None:
        self.outputs.chosen.connect(self._set_output)
        self.beside.chosen.connect(self._set_beside)
        self.part.chosen.connect(self._set_part)
        self.doubt.clicked.connect(self._turn_doubt)
        self.save.clicked.connect(lambda: save_as(self, "wrong-labels.csv", self.doubts.write))
        self.shares.toggled.connect(self.matrix.show_shares)
        for chooser in (self.matrix, self.largest, self.classes):
            chooser.cell_chosen.connect(self._choose)
        self.matrix.pointed.connect(self._tell)
        self.images.tile_clicked.connect(self._choose_item)
        self.engine.mistakes_received.connect(self._take)
        self.engine.items_received.connect(self._take_items)

    def _content(self) -> QWidget:
        self._pages = QStackedWidget()
        for page in (self.largest, self.classes, self._gallery(), self.calibration):
            self._pages.addWidget(page)
        body = QSplitter()
        body.setChildrenCollapsible(False)
        body.addWidget(self.matrix)
        body.addWidget(self._pages)
        body.setSizes([300, 270])
        self.tools = ViewTools(tr("Mistakes"), "mistakes", picture=body, numbers=self.numbers)
        head = QHBoxLayout()
        head.setSpacing(Tokens.SMALL)
        head.addWidget(self.title, 1)
        for widget in (self.outputs, self.part, self.shares, self.beside, self.tools):
            head.addWidget(widget)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.TIGHT, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addLayout(head)
        column.addWidget(body, 1)
        column.addWidget(self.tools.how)
        return content

    def _gallery(self) -> QWidget:
        """The images of a cell, and what can be said about one of them."""
        gallery = QWidget()
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.doubt, self.save):
            button.setEnabled(False)
            buttons.addWidget(button)
        column = QVBoxLayout(gallery)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addWidget(self.images, 1)
        column.addLayout(buttons)
        return gallery

    # ---- what is asked ------------------------------------------------------------------

    @property
    def _is_train(self) -> bool:
        """Whether training items are looked at."""
        return bool(self.part.currentData())

    @property
    def node(self) -> str:
        """The Output that is judged: the one that was chosen, else the first that can be."""
        found = [one.id for one in self.document.design.graph.of_type(Output)]
        telling = [id for id in found if self.fits(id)]
        if self._output in telling:
            return self._output
        return next(iter(telling or found), "")

    def fits(self, node: str) -> bool:
        info = self.document.inference.nodes.get(node)
        layer = self.document.design.graph[node].layer
        if info is None or info.output is None or not isinstance(layer, Output):
            return False
        return layer.loss.classes(info.output[0]) > 0

    def lack(self, node: str) -> str:
        return tr(
            "{node} gives values and no classes, so there are none to confuse.",
            node=self.title_of(node),
        )

    def ask(self, node: str) -> None:
        self.engine.request_mistakes(self._output, items=self._with_items, train=self._is_train)

    def _set_output(self, output: str) -> None:
        self._output = output
        self._close_cell()
        self.follow()

    def _set_part(self) -> None:
        self._close_cell()
        self.follow()

    def _set_beside(self, page: int) -> None:
        """Show another page; what needs every answer asks for them."""
        self._pages.setCurrentIndex(page)
        if page == _SURE:
            self._need_items()

    def _need_items(self) -> None:
        """While training the answer to every item has to be asked for."""
        if self._shown is not None and self._shown.answered is None:
            self._with_items = True
            self.images.clear(tr("The network is asked about every item."))
            self.calibration.show_answers(None)
            self.follow()

    # ---- answers ------------------------------------------------------------------------

    def _take(self, shown: MistakesShown) -> None:
        self.asking.answered()
        self.errand.hide()
        elsewhere = shown.train != self._is_train
        if elsewhere or shown.output not in self.document.design.graph.nodes:
            self.asking.want(soon=True)
            return
        self._shown, self._output = shown, shown.output
        self.outputs.offer([(self.title_of(one), one) for one in shown.outputs], shown.output)
        self.outputs.setVisible(len(shown.outputs) > 1)
        for part in (self.matrix, self.largest, self.classes):
            part.set_counts(shown.counts, shown.names)
        self.tools.set_how(
            _HOW.format(items=tr("{sum} samples", sum=count(int(shown.counts.sum()))))
        )
        if shown.answered is not None:
            self.calibration.show_answers(shown.answered)
        self._tell("")
        self._show_images()
        self.show_content()

    def _tell(self, pointed: str) -> None:
        """The cell under the mouse, or what the matrix is of."""
        shown = self._shown
        if shown is None:
            return
        total = int(shown.counts.sum())
        right = int(shown.counts.trace())
        whole = tr(
            "{share} right · {right} of {total}",
            share=percent(right / max(1, total)),
            right=count(right),
            total=count(total),
        )
        self.title.setText(pointed or f"{whole} · {self.moment.words(shown.step)}")

    # ---- the items of a cell ------------------------------------------------------------

    def _choose(self, label: int, said: int) -> None:
        """Show the images of a cell; while training they have to be asked for."""
        self.matrix.choose((label, said))
        self.beside.setCurrentIndex(_IMAGES)
        self._pages.setCurrentIndex(_IMAGES)
        self._show_images()
        self._need_items()

    def _close_cell(self) -> None:
        self.matrix.choose(None)
        self._items = self._awaited = ()
        self.images.clear(tr("Click a cell to see its images."))

    def _show_images(self) -> None:
        """Ask for the images of the cell that is chosen."""
        shown, cell = self._shown, self.matrix.chosen
        if shown is None or shown.answered is None or cell is None:
            return
        self._awaited = tuple(shown.answered.items(*cell)[:_MOST].tolist())
        if self._awaited:
            self.engine.request_items(self._awaited, train=self._is_train)
        else:
            self._items = ()
            self.images.clear(
                tr(
                    "No {name} is said to be {name2}.",
                    name=shown.names[cell[0]],
                    name2=shown.names[cell[1]],
                )
            )

    def _take_items(self, shown: ItemsShown) -> None:
        found = self._shown
        if shown.items != self._awaited or found is None or found.answered is None:
            return
        self._items = shown.items
        cell = self.matrix.chosen
        colors = np.broadcast_to(shown.pictures, (len(shown.items), 3, *shown.pictures.shape[2:]))
        sure = found.answered.sure[list(shown.items)]
        self.images.set_tiles(
            colors.transpose(0, 2, 3, 1),
            signed=False,
            total=int(found.counts[cell]) if cell is not None else None,
            captions=[percent(float(share), decimals=0) for share in sure],
            badges=self._badges(),
        )
        self._ring()

    def _badges(self) -> dict[int, str]:
        """A word on the images whose label is marked as wrong."""
        part = self.part.currentText()
        return {at: "wrong" for at, item in enumerate(self._items) if (part, item) in self.doubts}

    def _turn_doubt(self) -> None:
        """Mark the image with the ring, or take its mark away."""
        shown, at = self._shown, self.images.selected
        if shown is None or shown.answered is None or at < 0:
            return
        part = self.part.currentText()
        self.doubts.turn(part, self._items[at], shown.answered, shown.names)
        self.images.grid.badges = self._badges()
        self.images.grid.viewport().update()
        self.save.setEnabled(len(self.doubts) > 0)

    def _choose_item(self, tile: int) -> None:
        """An item for all views, which look at validation items alone."""
        if not self._is_train:
            self.selection.set(sample=self._items[tile])
            self._ring()
        self.doubt.setEnabled(True)

    def _ring(self) -> None:
        """A ring around the item that all views look at."""
        sample = self.selection.spot.sample
        own = self.selection.spot.own is not None
        here = sample in self._items and not own and not self._is_train
        self.images.select(self._items.index(sample) if here else -1)
        self.doubt.setEnabled(self.images.selected >= 0)

    def _spot_changed(self, before: Spot) -> None:
        super()._spot_changed(before)
        self._ring()

    # ---- what is told -------------------------------------------------------------------

    def _take_event(self, event: Event) -> None:
        """After each epoch; between them nothing is validated."""
        if isinstance(event, Started | Finished):
            self._with_items = False
        if isinstance(event, Started | EpochDone | Finished):
            super()._take_event(event)

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The matrix, what it says of each class, and the answer to each item, by name."""
        shown = self._shown
        if shown is None:
            return {}
        each = per_class(shown.counts)
        found: dict[str, NDArray[Any]] = {
            "counts": shown.counts,
            "precision": each.precision,
            "recall": each.recall,
            "f1": each.f1,
        }
        if shown.answered is not None:
            answered = shown.answered
            found |= {"labels": answered.labels, "said": answered.said, "sure": answered.sure}
            known = calibration(answered)
            found |= {"bin_sure": known.sure, "bin_right": known.right, "bin_counts": known.counts}
        return found
