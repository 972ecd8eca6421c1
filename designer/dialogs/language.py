"""Which language Striate speaks from its next start on."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from core import languages
from core.tongue import tr
from designer.tokens import Tokens

_WIDTH = 380


class LanguageDialog(QDialog):
    """Asks for `language`: a name such as "de", or "" for the system's."""

    def __init__(self, now: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Language"))
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("Language"))
        self.choice.addItem(tr("System language"), "")
        for name in (languages.ENGLISH, *languages.found()):
            self.choice.addItem(own_name(name), name)
        self.choice.setCurrentIndex(max(0, self.choice.findData(now)))
        question = QLabel(tr("Striate speaks"))
        question.setBuddy(self.choice)
        row = QHBoxLayout()
        row.setSpacing(Tokens.SMALL)
        row.addWidget(question)
        row.addWidget(self.choice, 1)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(Tokens.LARGE, Tokens.LARGE, Tokens.LARGE, Tokens.LARGE)
        column.setSpacing(Tokens.MEDIUM)
        column.addLayout(row)
        for sentence in _told():
            label = QLabel(sentence)
            label.setProperty("role", "muted")
            label.setWordWrap(True)
            label.setMinimumWidth(_WIDTH)
            column.addWidget(label)
        column.addWidget(self.buttons)

    @property
    def language(self) -> str:
        """What is chosen."""
        return str(self.choice.currentData())


def own_name(name: str) -> str:
    """What speakers of a language call it: "Deutsch", "Português (Brasil)"; else its short name."""
    if languages.is_english(name):
        return "English"
    known = QLocale(name)
    language, country = known.nativeLanguageName(), known.nativeTerritoryName()
    if not language:
        return name
    language = language[0].upper() + language[1:]
    return f"{language} ({country})" if "_" in name and country else language


def _told() -> list[str]:
    """When the choice takes effect, and what comes before it."""
    sentences = [
        tr("It takes effect at the next start. Numbers and dates stay as the system writes them.")
    ]
    if languages.TOLD:
        sentences.append(
            tr(
                "STRIATE_LANGUAGE is set to {languages} in the environment and comes before"
                " this choice.",
                languages=languages.TOLD,
            )
        )
    return sentences
