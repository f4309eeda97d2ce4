"""A scene as the heading of a panel."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.scene.primitives import Scene
from viewer.scene.targets import Target
from viewer.ui import painting
from viewer.ui.guard import guarded


class Heading(QWidget):
    """Shows a scene that is as high as it needs to be.

    Signals
    -------
    clicked
        For subclasses whose scene has something to click.
    """

    clicked = Signal()

    def __init__(self, name: str, build: Callable[[float], Scene]) -> None:
        super().__init__()
        self._build = build
        self._scene: Scene | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def refresh(self) -> None:
        """Build the scene anew."""
        self._scene = self._build(float(self.width()))
        self.setAccessibleDescription(self._scene.summary)
        self.setFixedHeight(round(self._scene.height))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 40)

    @guarded(lambda: None)
    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        if self._scene is not None and self._scene.width != self.width():
            self.refresh()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._scene is not None:
            painter = QPainter(self)
            painting.paint(painter, self._scene)
            painter.end()

    def target_at(self, at: QPointF) -> Target | None:
        """Return what lies under a point in pixels."""
        return None if self._scene is None else self._scene.at(at.x(), at.y())
