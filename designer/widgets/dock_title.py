"""The title of a dock, in the hand of everything else."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QToolButton, QWidget

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
        self._float = self._button("popout", "Float")
        self._float.clicked.connect(self._toggle_floating)
        self._close = self._button("close", "Close")
        self._close.clicked.connect(dock.close)
        dock.featuresChanged.connect(self._on_features)
        row = QHBoxLayout(self)
        row.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.TIGHT, Tokens.TIGHT)
        row.setSpacing(0)
        row.addWidget(self._label, 1)
        row.addWidget(self._float)
        row.addWidget(self._close)
        self._on_features(dock.features())

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

    def _on_features(self, features: QDockWidget.DockWidgetFeature) -> None:
        feature = QDockWidget.DockWidgetFeature
        self._float.setVisible(bool(features & feature.DockWidgetFloatable))
        self._close.setVisible(bool(features & feature.DockWidgetClosable))
