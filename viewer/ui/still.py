"""A scene painted by a plain widget, while the canvas that takes its place is being loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from viewer.model.store import Store
from viewer.scene.frame import Frame
from viewer.scene.primitives import Scene
from viewer.scene.style import Theme
from viewer.ui import painting

if TYPE_CHECKING:
    from PySide6.QtCore import Qt


class Still(QWidget):
    """Shows what a view will show.

    Parameters
    ----------
    store : Store
    theme : Theme
    build : callable
        Returns the scene of a frame.

    Signals
    -------
    painted
        The first picture is on the screen.
    """

    painted = Signal()

    def __init__(self, store: Store, theme: Theme, build: Callable[[Frame], Scene]) -> None:
        super().__init__()
        self._store, self._theme, self._build = store, theme, build
        self._was_painted = False
        self.clicked_at: tuple[QPointF, Qt.KeyboardModifier] | None = None
        self.setMinimumSize(120, 80)

    def refresh(self) -> None:
        """Show the current state."""
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        # Whoever clicks this early gets an answer as soon as there is one.
        self.clicked_at = event.position(), event.modifiers()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        size = float(self.width()), float(self.height())
        scene = self._build(Frame.of(self._store, self._theme, *size))
        painter = QPainter(self)
        painting.paint(painter, scene)
        painter.end()
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)
