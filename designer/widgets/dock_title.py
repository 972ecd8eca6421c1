"""The title of a dock, in the hand of everything else."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QToolButton, QWidget

from core.tongue import tr
from designer.resources import icon
from designer.tokens import Tokens
from designer.widgets.elided_label import ElidedLabel


class DockTitle(QWidget):
    """Name, float and close; give it to `QDockWidget.setTitleBarWidget`. It is dragged as usual."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self.setProperty("role", "dock-title")
        self._dock = dock
        self._label = ElidedLabel(dock.windowTitle())
        dock.windowTitleChanged.connect(self._label.setText)
        self._float = self._button("popout", tr("Float"))
        self._float.clicked.connect(self._toggle_floating)
        self._close = self._button("close", tr("Close"))
        self._close.clicked.connect(dock.close)
        dock.featuresChanged.connect(self._show_parts)
        self._folded = False
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._row.addWidget(self._label, 1)
        self._row.addWidget(self._float)
        self._row.addWidget(self._close)
        self._show_parts()

    def _button(self, glyph: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(glyph, "muted"))
        button.setIconSize(QSize(13, 13))
        button.setToolTip(text)
        button.setAccessibleName(f"{text} {self._dock.windowTitle()}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _toggle_floating(self) -> None:
        self._dock.setFloating(not self._dock.isFloating())

    def set_folded(self, folded: bool) -> None:
        """Take no room, since a tab says the name already."""
        if folded != self._folded:
            self._folded = folded
            self._show_parts()
            self.updateGeometry()

    def _show_parts(self) -> None:
        feature, features = QDockWidget.DockWidgetFeature, self._dock.features()
        self._label.setVisible(not self._folded)
        floats = bool(features & feature.DockWidgetFloatable)
        closes = bool(features & feature.DockWidgetClosable)
        self._float.setVisible(not self._folded and floats)
        self._close.setVisible(not self._folded and closes)
        near = 0 if self._folded else Tokens.TIGHT
        self._row.setContentsMargins(3 * near, near, near, near)
