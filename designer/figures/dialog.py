"""Asks how a figure shall look, shows it at once, and gives the look and the kind of file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from core.design import Design
from core.tongue import tr
from designer.figures.figure import Figure, figure_of
from designer.figures.look import PAGES, STYLES, FigureLook
from designer.figures.preview import Preview
from designer.figures.write import FileKind
from designer.tokens import Tokens

FILES: Mapping[FileKind, str] = {
    "svg": tr("SVG drawing"),
    "pdf": tr("PDF document"),
    "png": tr("PNG picture"),
}
OWN_FONT = tr("As in Striate")
_SIDE = 300

_V = TypeVar("_V")

# Of each switch: its text, its tool tip, and the styles it has a meaning for.
SWITCHES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "names": (tr("Names"), tr("What each layer is called"), ("blocks", "compact")),
    "settings": (tr("Kinds and settings"), tr("Conv2d, 6 filters, 5×5"), ("blocks", "compact")),
    "sizes": (tr("Sizes"), tr("The size of what each layer gives"), ("blocks", "compact")),
    "every": (
        tr("Every layer by itself"),
        tr(
            "Also activations, normalizations and dropout, which"
            " are"
            " otherwise told with the layer before"
        ),
        ("blocks", "compact"),
    ),
    "linear": (
        tr("In proportion"),
        tr(
            "Otherwise sides are drawn by their square roots, and small"
            " maps"
            " can be seen beside large ones"
        ),
        ("blocks",),
    ),
}


class FigureDialog(QDialog):
    """A live preview beside the choices.

    Attributes: `look` and `file_kind` (what is chosen), `figure` (what is shown), `carries`
    (whether the file shall hold the project).
    """

    def __init__(
        self, design: Design, *, inside: str = "", look: FigureLook, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export figure"))
        self._design, self._inside = design, inside
        self.look = look
        self.preview = Preview()
        self._make_fields()
        row = QHBoxLayout()
        row.setSpacing(Tokens.LARGE)
        row.addWidget(self.preview, 1)
        row.addWidget(self._side())
        column = QVBoxLayout(self)
        column.setContentsMargins(Tokens.LARGE, Tokens.LARGE, Tokens.LARGE, Tokens.LARGE)
        column.setSpacing(Tokens.LARGE)
        column.addLayout(row, 1)
        column.addWidget(self._buttons())
        self.resize(1060, 620)
        self._show()

    @property
    def figure(self) -> Figure:
        """The figure as it is shown."""
        assert self.preview.figure is not None
        return self.preview.figure

    @property
    def file_kind(self) -> FileKind:
        """The kind of file."""
        found: FileKind = self.kind.currentData()
        return found

    @property
    def carries(self) -> bool:
        """Whether the file shall hold the project."""
        return self.carrying.isEnabled() and self.carrying.isChecked()

    # ---- parts --------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.style_box = _choice(STYLES, self.look.style, tr("Style"))
        self.page = _choice(PAGES, self.look.page, tr("Shape of the page"))
        self.ground = _choice({False: tr("Light"), True: tr("Dark")}, self.look.dark, tr("Colors"))
        families = {"": OWN_FONT} | {one: one for one in _families()}
        self.family = _choice(families, self.look.family, tr("Font"))
        self.caption = QLineEdit(self.look.caption)
        self.caption.setPlaceholderText(tr("None"))
        self.switches = {name: QCheckBox(words[0]) for name, words in SWITCHES.items()}
        for name, switch in self.switches.items():
            switch.setToolTip(SWITCHES[name][1])
            switch.setChecked(bool(getattr(self.look, name)))
            switch.toggled.connect(self._choose)
        self.kind = _choice(FILES, "svg", tr("File"))
        self.carrying = QCheckBox(tr("The file holds the project too"))
        self.carrying.setToolTip(
            tr("Opened or dropped in Striate, the picture is the network again")
        )
        self.carrying.setChecked(True)
        for box in (self.style_box, self.page, self.ground, self.family):
            box.currentIndexChanged.connect(self._choose)
        self.caption.textChanged.connect(self._choose)
        self.kind.currentIndexChanged.connect(self._show_choices)

    def _side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(_SIDE)
        form = QFormLayout(side)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(Tokens.SMALL)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.addRow(tr("Style"), self.style_box)
        form.addRow(tr("Shape"), self.page)
        form.addRow(tr("Colors"), self.ground)
        form.addRow(tr("Font"), self.family)
        form.addRow(tr("Caption"), self.caption)
        form.addRow(_heading(tr("Beside the layers")))
        for box in self.switches.values():
            form.addRow(box)
        form.addRow(_heading(tr("File")))
        form.addRow(tr("Kind"), self.kind)
        form.addRow(self.carrying)
        return side

    def _buttons(self) -> QDialogButtonBox:
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Save | kinds.Cancel)
        self.buttons.button(kinds.Save).setText(tr("Save …"))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        return self.buttons

    # ---- what is chosen -----------------------------------------------------------------

    def _choose(self) -> None:
        chosen = {name: box.isChecked() for name, box in self.switches.items()}
        self.look = replace(
            self.look,
            style=self.style_box.currentData(),
            page=self.page.currentData(),
            dark=self.ground.currentData(),
            family=self.family.currentData(),
            caption=self.caption.text().strip(),
            **chosen,
        )
        self._show()

    def _show(self) -> None:
        self.preview.show_figure(figure_of(self._design, self.look, inside=self._inside))
        self._show_choices()

    def _show_choices(self) -> None:
        """Only what has a meaning can be chosen."""
        self.page.setEnabled(self.look.style != "canvas")
        for name, box in self.switches.items():
            box.setEnabled(self.look.style in SWITCHES[name][2])
        self.carrying.setEnabled(self.file_kind != "pdf")


def _choice(words: Mapping[_V, str], now: _V, name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for value, text in words.items():
        box.addItem(text, value)
    box.setCurrentIndex(list(words).index(now) if now in words else 0)
    box.setMinimumContentsLength(12)
    return box


def _heading(text: str) -> QLabel:
    made = QLabel(text)
    made.setProperty("role", "heading")
    made.setContentsMargins(0, Tokens.MEDIUM, 0, 0)
    return made


def _families() -> list[str]:
    """The fonts that one can read, by name."""
    return [one for one in QFontDatabase.families() if QFontDatabase.isScalable(one)]
