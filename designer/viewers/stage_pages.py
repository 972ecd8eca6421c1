"""What a stage of a worked example shows: the page for its kind, at the number that it means."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from core.explain.loss_steps import LossTable
from core.explain.walk import Walk
from core.layers import RBF, Layer, Linear, Output
from core.lessons import Stage
from core.lessons.showing import Sheets, Shown
from core.questions.viewing import TensorsShown
from core.tongue import tr
from designer.viewers.formulas_page import FormulasPage
from designer.viewers.loss_page import LossPage
from designer.viewers.sheets_page import SheetsPage
from designer.viewers.step_page import StepPage


class StagePages(QStackedWidget):
    """One page of four: a sum, two sheets, the table of a loss, or formulas.

    Signals: `told(words)`, how what is shown is computed.
    """

    told = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.sum, self.sheets = StepPage(), SheetsPage()
        self.loss, self.formulas = LossPage(), FormulasPage()
        self.sum.bar.guide()
        self.sum.told.connect(self.told)
        for page in (self.sum, self.sheets, self.loss, self.formulas):
            self.addWidget(page)

    def show_stage(
        self,
        stage: Stage,
        layer: Layer,
        found: Shown,
        tensors: TensorsShown | None,
        *,
        anew: bool,
        rate: float,
        secret: bool,
    ) -> None:
        """Show what was `found` for a stage; `anew` where it has just begun.

        `tensors` are those that it was made of; `secret` hides the number that the stage means.
        """
        _, row, column = stage.at
        match found:
            case Walk():
                if anew:
                    self.sum.forget()
                if found is not self.sum.walk:
                    dense = isinstance(layer, Linear | RBF)
                    self.sum.show_walk(found, anew=anew, rate=rate, dense=dense)
                self.sum.hide_answer(secret)
                self.setCurrentWidget(self.sum)
            case Sheets():
                self.sheets.show_sheets(found, (row, column), secret=secret)
                self.told.emit(
                    tr("Both sheets are the engine's own tensors, of one item (1 sample).")
                )
                self.setCurrentWidget(self.sheets)
            case LossTable() if isinstance(layer, Output) and tensors is not None:
                self.told.emit(
                    self.loss.show_loss(layer, tensors, cell=(row, column), secret=secret)
                )
                self.setCurrentWidget(self.loss)
            case _:
                assert not isinstance(found, LossTable)
                self.formulas.show_formulas(found, stage.show, secret=secret)
                self.told.emit(tr("Formulas of the layer, from its settings alone (no sample)."))
                self.setCurrentWidget(self.formulas)
