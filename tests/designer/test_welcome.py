"""The welcome page: sections of templates, narrow versions, pictures drawn when they are seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core.lessons import EXAMPLES
from core.zoo import GROUPS, TEMPLATES, find
from designer.gallery import Gallery, TemplateCard
from designer.preferences import Preferences
from designer.theme import theme
from designer.thumbnail import thumbnail
from designer.welcome import WelcomePage


@pytest.fixture
def page(qtbot: QtBot, own_state: Path) -> WelcomePage:
    theme.apply("light")
    made = WelcomePage(Preferences())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    return made


def card_of(gallery: Gallery, template: str) -> TemplateCard:
    return next(card for card in gallery.cards if card.template.id == template)


def test_every_template_has_a_card_in_its_section(page: WelcomePage) -> None:
    assert [card.template.id for card in page.cards] == [one.id for one in TEMPLATES]
    for group, section in zip(GROUPS, page.gallery.sections, strict=True):
        assert {card.template.group for card in section.cards} == {group}
    first = [card.template.id for card in page.gallery.sections[0].cards[:4]]
    assert first == ["lenet5", "largenet", "vgg-small", "resnet-small"]


def test_the_first_four_stand_in_one_row(page: WelcomePage) -> None:
    assert len({card.y() for card in page.cards[:4]}) == 1
    assert page.cards[3].geometry().right() < page.gallery.viewport().width()


def test_pictures_come_when_they_are_seen(page: WelcomePage, qtbot: QtBot) -> None:
    first, last = page.cards[0], page.gallery.examples.cards[-1]
    qtbot.waitUntil(lambda: first.is_drawn)
    assert not last.is_drawn
    bar = page.gallery.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: last.is_drawn)


def test_pictures_follow_the_look(page: WelcomePage, qtbot: QtBot) -> None:
    card = page.cards[0]
    qtbot.waitUntil(lambda: card.is_drawn)
    theme.apply("dark")
    assert not card.is_drawn
    qtbot.waitUntil(lambda: card.is_drawn)
    theme.apply("light")


def test_a_click_chooses(page: WelcomePage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.template_chosen) as chosen:
        qtbot.mouseClick(card_of(page.gallery, "largenet"), Qt.MouseButton.LeftButton)
    assert chosen.args == ["largenet"]
    with qtbot.waitSignal(page.template_chosen) as chosen:
        qtbot.mouseClick(page.empty, Qt.MouseButton.LeftButton)
    assert chosen.args == [""]


def test_worked_examples_have_a_section(page: WelcomePage, qtbot: QtBot) -> None:
    cards = page.gallery.examples.cards
    assert [card.objectName() for card in cards] == [one.id for one in EXAMPLES]
    qtbot.mouseClick(page.examples, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not cards[0].visibleRegion().isEmpty())
    with qtbot.waitSignal(page.example_chosen) as chosen:
        qtbot.mouseClick(cards[0], Qt.MouseButton.LeftButton)
    assert chosen.args == [EXAMPLES[0].id]


def test_narrow_versions_take_the_place_of_the_large(page: WelcomePage, qtbot: QtBot) -> None:
    small, classics, *_ = page.gallery.sections
    assert small.narrow.isHidden()
    card = card_of(page.gallery, "vgg-d")
    classics.narrow.setChecked(True)
    assert card.template.id == "vgg-d/8"
    assert "531,634" in card.accessibleDescription()
    with qtbot.waitSignal(page.template_chosen) as chosen:
        card.click()
    found = find(chosen.args[0])
    assert found is not None
    assert found.title == card.text() == "VGG D ÷ 8"
    classics.narrow.setChecked(False)
    assert card.template.id == "vgg-d"


def test_recent_projects_are_offered(page: WelcomePage, tmp_path: Path, qtbot: QtBot) -> None:
    here, gone = tmp_path / "mine.striate", tmp_path / ("long" * 40 + ".striate")
    here.touch()
    for path in (gone, here):
        Preferences().remember(path)
    page.refresh()
    buttons = page.findChildren(QPushButton)
    mine, lost = (one for one in buttons if one.toolTip().startswith(str(tmp_path)))
    qtbot.waitUntil(mine.isVisible)
    assert not lost.isEnabled()
    with qtbot.waitSignal(page.project_chosen) as chosen:
        mine.click()
    assert chosen.args == [here]


@pytest.mark.parametrize("name", ["toy-5x5", "tdnn", "googlenet", "resnet152", "densenet121"])
def test_pictures_lie_inside_their_frame(qtbot: QtBot, name: str) -> None:
    picture = thumbnail(find(name).build(), QSize(200, 112)).toImage()  # type: ignore[union-attr]
    border = [picture.pixelColor(x, y).alpha() for x in range(200) for y in (0, 1, 110, 111)]
    assert max(border) == 0
    middle = [picture.pixelColor(x, 56).alpha() for x in range(200)]
    assert max(middle) > 0
