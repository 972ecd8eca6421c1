"""The application changes its look while it runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from designer.stylesheet import style_sheet
from designer.theme import DARK, LIGHT, Tokens, fixed_font, font, palette, theme

Role, Group = QPalette.ColorRole, QPalette.ColorGroup


@pytest.fixture(autouse=True)
def light_again(qapp: QApplication) -> Iterator[None]:
    theme.apply("light")
    yield
    theme.apply("light")


def test_switch_reaches_palette_tokens_and_widgets(qtbot: QtBot, qapp: QApplication) -> None:
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
    with qtbot.waitSignal(theme.theme_changed):
        theme.apply("dark")
    assert theme.tokens is DARK
    assert qapp.palette().color(Role.Window).name().upper() == DARK.ground
    assert label.palette().color(Role.WindowText).name().upper() == DARK.text
    theme.apply("light")
    assert label.palette().color(Role.WindowText).name().upper() == LIGHT.text


def test_same_look_twice_says_nothing(qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(theme.theme_changed):
        theme.apply("light")


def test_system_without_a_word_is_light() -> None:
    theme.apply("dark")
    theme.apply("system")
    assert theme.choice == "system"
    dark = QApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert theme.tokens is (DARK if dark else LIGHT)


def test_system_is_followed_only_while_it_is_chosen(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hints:
        def colorScheme(self) -> Qt.ColorScheme:  # noqa: N802
            return Qt.ColorScheme.Dark

    monkeypatch.setattr(QApplication, "styleHints", Hints)
    theme._follow_system()
    assert theme.tokens is LIGHT
    monkeypatch.setattr(theme, "_choice", "system")
    theme._follow_system()
    assert theme.tokens is DARK


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)
def test_palette_is_complete(tokens: Tokens) -> None:
    made = palette(tokens)
    roles = [role for role in Role if role not in (Role.NoRole, Role.NColorRoles)]
    assert [role for role in roles if not made.isBrushSet(Group.Active, role)] == []
    for role in (Role.WindowText, Role.Text, Role.ButtonText):
        assert made.color(Group.Disabled, role) == QColor(tokens.disabled)
    assert made.color(Role.Accent) == QColor(tokens.accent)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)
def test_style_sheet_has_no_blank_left(tokens: Tokens) -> None:
    sheet = style_sheet(tokens)
    assert "$" not in sheet.replace("$name", "")
    assert tokens.accent in sheet
    assert sheet.count("{") == sheet.count("}")


def test_primary_button_is_filled_with_the_accent(qtbot: QtBot) -> None:
    button = QPushButton("")
    button.setProperty("primary", True)
    qtbot.addWidget(button)
    button.resize(80, 30)
    for choice, tokens in (("light", LIGHT), ("dark", DARK)):
        theme.apply(choice)
        button.show()
        assert button.grab().toImage().pixelColor(40, 15).name().upper() == tokens.accent


def test_fonts() -> None:
    assert font(14, bold=True).pixelSize() == 14
    assert font(14, bold=True).weight() == font().Weight.DemiBold
    assert font().featureValue(font().Tag("tnum")) == 1
    assert QFontInfo(fixed_font()).fixedPitch()
