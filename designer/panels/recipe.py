"""The recipe of a training: one choice that fills in the rest, and says what it changed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.recipes import RECIPES, Recipe, changes, recipe_of
from core.tongue import tr
from designer.document.document import Document
from designer.forms.editors import CalmCombo
from designer.widgets.when_seen import WhenSeen

_CUSTOM = tr("Custom")


class RecipeRow(QWidget):
    """A combo with the recipe that the design is trained by, and below it what that means."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._told = ("", "")  # the recipe chosen last, by its id, and what it changed
        self.combo = CalmCombo([_CUSTOM, *(recipe.title for recipe in RECIPES)])
        self.combo.setAccessibleName(tr("Recipe"))
        self.combo.setItemData(0, tr("Settings of your own."), Qt.ItemDataRole.ToolTipRole)
        for place, recipe in enumerate(RECIPES, start=1):
            self.combo.setItemData(place, recipe.sentence, Qt.ItemDataRole.ToolTipRole)
        self.combo.activated.connect(self._chosen)
        label = QLabel(tr("Recipe"))
        label.setBuddy(self.combo)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setProperty("role", "caption")
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.combo, 0, 1)
        grid.addWidget(self.note, 1, 0, 1, 2)
        document.design_changed.connect(WhenSeen(self, self.refresh).do)
        self.refresh()

    def refresh(self) -> None:
        """Show the recipe that the design is trained by."""
        recipe = recipe_of(self._document.design)
        self.combo.setCurrentIndex(0 if recipe is None else 1 + RECIPES.index(recipe))
        chosen, changed = self._told
        parts = [changed if recipe and recipe.id == chosen else "", _advice(recipe)]
        text = " ".join(part for part in parts if part)
        self.combo.setToolTip(f"<p>{recipe.sentence}</p>" if recipe else "")
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _chosen(self, place: int) -> None:
        if place == 0:  # custom is what one edits, not what one chooses
            self.refresh()
            return
        recipe = RECIPES[place - 1]
        design = self._document.design
        changed = changes(design, recipe.applied(design))
        self._told = (
            recipe.id,
            tr("Changed: {changed}.", changed="; ".join(changed)) if changed else "",
        )
        self._document.attempt(tr("Recipe {title}", title=recipe.title), recipe.applied)


def _advice(recipe: Recipe | None) -> str:
    return (
        tr("First weights of its authors: {start}.", start=recipe.start)
        if recipe and recipe.start
        else ""
    )
