"""What `resources/` holds: icons that follow the theme, and texts.

`icon("train")` reads `resources/icons/train.svg`; `icon("layers/relu")` the glyph of a layer. The
drawings are made of `currentColor`, which is replaced when they are painted, so an icon on a tool
bar changes with the theme and turns pale when its action is disabled.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from core.tongue import tr_page
from designer.theme import theme


@cache
def text(name: str) -> str:
    """The text of a file in `resources/`, such as "icons/train.svg"."""
    return files("resources").joinpath(name).read_text(encoding="utf-8")


def help_page(name: str) -> str:
    """The page `help/NAME.md` in the language of the window, paragraph by paragraph."""
    return tr_page(text(f"help/{name}.md").strip())


def question(page: str) -> str:
    """What a view answers: the words in bold that its page `help/views/PAGE.md` begins with."""
    try:
        return help_page(f"views/{page}").split("**")[1]
    except (FileNotFoundError, IndexError):
        return ""


def has_icon(name: str) -> bool:
    """Whether there is a drawing of this name."""
    return files("resources").joinpath(f"icons/{name}.svg").is_file()


def icon(name: str, color: str = "") -> QIcon:
    """The icon `resources/icons/NAME.svg` in the color of the text beside it.

    `color` gives it one of its own: a token ("accent", "on_accent", "problem"), a family
    ("pooling") or "#rrggbb". FileNotFoundError if there is no such drawing.
    """
    text(f"icons/{name}.svg")  # a wrong name is found here, not while painting
    return _kept(name, color)


@cache
def _kept(name: str, color: str) -> QIcon:
    """One icon for all who want it. It must stay: where Python's collector takes an icon and its
    engine in one cycle, Qt deletes the engine twice.
    """
    return QIcon(_Engine(name, color))


def application_icon() -> QIcon:
    """The mark of Striate, for the window and the welcome page."""
    return icon("striate")


def paint(painter: QPainter, rect: QRectF, name: str, *, color: QColor) -> None:
    """Draw an icon into `rect` of any painter, as lines and not as pixels."""
    renderer(name, color.name()).render(painter, rect)


@lru_cache(maxsize=512)
def renderer(name: str, color: str) -> QSvgRenderer:
    """The drawing `resources/icons/NAME.svg` in this "#rrggbb", ready to be painted."""
    drawing = text(f"icons/{name}.svg").replace("currentColor", color)
    return QSvgRenderer(QByteArray(drawing.encode()))


class _Engine(QIconEngine):
    """Paints an SVG in the color that palette and tokens have at that moment."""

    def __init__(self, name: str, color: str) -> None:
        super().__init__()
        self._name = name
        self._color = color

    def _shade(self, mode: QIcon.Mode) -> QColor:
        palette = QApplication.palette()
        if mode == QIcon.Mode.Disabled:
            return palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
        if self._color:
            return theme.color(self._color)
        selected = mode == QIcon.Mode.Selected
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.ButtonText
        return palette.color(QPalette.ColorGroup.Active, role)

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._color)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, QRectF(rect), self._name, color=self._shade(mode))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        if made.isNull():  # a button that has no room yet asks too
            return made
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        # `size` is in logical pixels, the pixmap in those of the screen.
        made = self.pixmap(size * scale, mode, state)
        made.setDevicePixelRatio(scale)
        return made
