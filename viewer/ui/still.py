"""A scene painted by a plain widget, while the canvas that takes its place is being loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from viewer.scene.frame import Frame
from viewer.scene.primitives import Scene
from viewer.scene.style import Theme
from viewer.ui import painting

if TYPE_CHECKING:
    from viewer.model.store import Store

_PATIENCE = 0.25
"""Seconds the first picture waits for what takes long; then it shows how far that has got."""


class Picture(QWidget):
    """Shows a scene of its own size.

    Parameters
    ----------
    build : callable
        Returns the scene for a width and a height in pixels.

    Signals
    -------
    painted
        The first picture is on the screen.
    """

    painted = Signal()

    def __init__(self, build: Callable[[float, float], Scene]) -> None:
        super().__init__()
        self._draw = build
        self._was_painted = False
        self.setMinimumSize(120, 80)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painting.paint(painter, self._draw(float(self.width()), float(self.height())))
        painter.end()
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)


class Still(Picture):
    """Shows what a view will show.

    Parameters
    ----------
    store : Store
    theme : Theme
    build : callable
        Returns the scene of a frame.
    """

    def __init__(self, store: Store, theme: Theme, build: Callable[[Frame], Scene]) -> None:
        super().__init__(lambda w, h: build(Frame.of(store, self._theme, w, h, _PATIENCE)))
        self._theme = theme
        self.clicked_at: tuple[QPointF, Qt.KeyboardModifier] | None = None

    def refresh(self) -> None:
        """Show the current state."""
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        # Whoever clicks this early gets an answer as soon as there is one.
        self.clicked_at = event.position(), event.modifiers()
