"""The figures of a run under their captions: epoch, loss and accuracy, or what planes learn."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.tongue import tr
from designer.engine.session import Figures, Session
from designer.widgets.numbers import count, percent, value

_MOST = 4  # figures side by side
_NONE = "–"


class RunFigures(QWidget):
    """A row of figures."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._captions = [_label("caption") for _ in range(_MOST)]
        self._values = [_label("heading") for _ in range(_MOST)]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(0)
        for place, (caption, label) in enumerate(zip(self._captions, self._values, strict=True)):
            grid.addWidget(caption, 0, place)
            grid.addWidget(label, 1, place)
        grid.setColumnStretch(_MOST, 1)

    @property
    def shown(self) -> dict[str, str]:
        """Each figure that is shown, by its caption."""
        pairs = zip(self._captions, self._values, strict=True)
        return {caption.text(): label.text() for caption, label in pairs if caption.text()}

    def refresh(self) -> None:
        """Show the run as it is now."""
        known, design = self._session.figures, self._session.design
        nodes = design.graph.nodes if design is not None else {}
        node = str(known.get("node", ""))
        title = nodes[node].title if node in nodes else node
        figures = _of_planes(known, title) if known.by_hebb else _of_losses(known)
        figures += [("", "")] * (_MOST - len(figures))
        for caption, label, (name, text) in zip(self._captions, self._values, figures, strict=True):
            caption.setText(name)
            label.setText(text)


def _of_losses(known: Figures) -> list[tuple[str, str]]:
    """What is known of a training by gradient."""
    validation = _text(known.get("validation_accuracy"), percent)
    if validation == _NONE:
        validation = _text(known.get("validation_loss"), value)
    return [
        (tr("Epoch"), _part(known.get("epoch"), known.get("epochs"))),
        (tr("Loss"), _text(known.get("loss", known.get("train_loss")), value)),
        (tr("Validation"), validation),
        (tr("Best"), _text(known.get("best_accuracy"), percent)),
    ]


def _of_planes(known: Figures, title: str) -> list[tuple[str, str]]:
    """What is known of S-cells that learn by Hebb's rule; `title` is the layer's name."""
    wins = known.get("wins")
    learned = (
        _NONE
        if wins is None
        else tr("{wins} of {count}", wins=sum(one > 0 for one in wins), count=len(wins))
    )
    return [
        (tr("Layer"), title or _NONE),
        (tr("Pictures"), _part(known.get("shown"), known.get("presentations"))),
        (tr("Planes that learned"), learned),
    ]


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    return label


def _part(part: Any, whole: Any) -> str:
    if part is None:
        return _NONE
    return f"{count(part)} / {count(whole)}" if whole is not None else count(part)


def _text(number: Any, write: Any) -> str:
    return _NONE if number is None else str(write(number))
