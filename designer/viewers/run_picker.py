"""A button that opens the list of runs: check those that shall be laid side by side."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
)

from core.explain.side_by_side import Ran
from core.files import FileError
from core.shelf import home_near
from core.tongue import tr
from designer.resources import icon
from designer.tokens import Tokens
from designer.viewers.beside_words import end_of, score_text, title_of
from designer.viewers.run_choice import MOST, RunChoice
from designer.widgets.numbers import count

_PATH = Qt.ItemDataRole.UserRole
_SIZE = (380, 320)


class RunPicker(QToolButton):
    """Which runs are laid side by side; the newest are at the top of the list.

    Attributes: `sheet`, the list with what is below it. Signals: `told(sentence)`.
    """

    told = Signal(str)

    def __init__(self, choice: RunChoice) -> None:
        super().__init__()
        self._choice = choice
        self.setIcon(icon("runs"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAccessibleName(tr("Runs"))
        self.setToolTip(tr("Choose the runs that are laid side by side"))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Runs"))
        self.list.itemChanged.connect(self._choose)
        self.note = QLabel()
        self.note.setProperty("role", "caption")
        self.note.setWordWrap(True)
        self.other = QPushButton(tr("Runs of another project …"))
        self.other.clicked.connect(self.ask)
        self.sheet = QFrame(self, Qt.WindowType.Popup)
        self.sheet.setFrameShape(QFrame.Shape.StyledPanel)
        column = QVBoxLayout(self.sheet)
        column.setContentsMargins(*[Tokens.SMALL] * 4)
        column.setSpacing(Tokens.SMALL)
        column.addWidget(self.list, 1)
        column.addWidget(self.note)
        column.addWidget(self.other)
        self.sheet.resize(*_SIZE)
        self.clicked.connect(self.open)
        choice.changed.connect(self.refresh)
        self.refresh()

    def open(self) -> None:
        """Show the list below the button."""
        self._choice.refresh()
        self.sheet.move(self.mapToGlobal(QPoint(0, self.height())))
        self.sheet.show()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def ask(self) -> None:
        """Offer the runs below a folder that a person chooses."""
        self.sheet.hide()
        chosen = QFileDialog.getExistingDirectory(self, tr("Runs of another project"))
        if chosen:
            self.add(Path(chosen))

    def add(self, path: Path) -> None:
        """Offer the runs of a project or a folder; `told` says so where it has none."""
        try:
            self._choice.add_home(home_near(path))
        except FileError as error:
            self.told.emit(str(error))

    def refresh(self) -> None:
        """Show the runs as they are now."""
        choice = self._choice
        chosen = [run.path for run in choice.columns]
        number = count(len(chosen))
        self.setText(tr("Runs: {number}", number=number))
        self.list.blockSignals(True)
        self._match(len(choice.shelf.runs))
        for row, run in enumerate(choice.shelf.runs):
            self._fill(self.list.item(row), run, run.path in chosen, len(chosen) >= MOST)
        self.list.blockSignals(False)
        full = tr("Six runs fit: uncheck one to choose another.") if len(chosen) >= MOST else ""
        notes = [*choice.shelf.troubles, full]
        self.note.setText("\n".join(note for note in notes if note))
        self.note.setVisible(any(notes))

    def _match(self, rows: int) -> None:
        """As many lines as there are runs: none goes while it is being clicked."""
        while self.list.count() > rows:
            self.list.takeItem(self.list.count() - 1)
        while self.list.count() < rows:
            self.list.addItem(QListWidgetItem())

    def _fill(self, item: QListWidgetItem, run: Ran, is_chosen: bool, is_full: bool) -> None:
        flag = Qt.ItemFlag
        item.setText(self._words(run))
        item.setData(_PATH, run.path)
        item.setToolTip(run.path)
        item.setCheckState(Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked)
        can_change = flag.ItemIsUserCheckable | flag.ItemIsSelectable
        is_open = is_chosen or not is_full
        item.setFlags(can_change | flag.ItemIsEnabled if is_open else can_change)

    def _words(self, run: Ran) -> str:
        choice = self._choice
        title = title_of(run, choice.homes[0])
        score, seed = score_text(run, run.score), count(run.seed)
        end = end_of(run, live=choice.is_live(run))
        return tr(
            "{title} · {score} · seed {seed} · {end}", title=title, score=score, seed=seed, end=end
        )

    def _choose(self) -> None:
        items = [self.list.item(row) for row in range(self.list.count())]
        checked = [one for one in items if one.checkState() == Qt.CheckState.Checked]
        self._choice.choose(str(one.data(_PATH)) for one in checked)
