"""Asking for a place by a click on the map."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from viewer.scene.map import lonlat_at
from viewer.scene.style import Theme
from viewer.ui.guard import guarded
from viewer.ui.plain import label
from viewer.ui.views import SceneView

_CLICK = 4.0
_FINEST = 6
_TOP = 44
"""Pixels from the top of the map, below its title."""


class SpotPicker(QWidget):
    """Lies over the map until it is clicked, or Esc is pressed.

    The wheel and the other buttons of the mouse move the map as ever.

    Parameters
    ----------
    view : SceneView
        The map.
    owner : QObject
        Who asks; when that is gone, so is the question.
    hint : str
        What is to be clicked.
    theme : Theme
    done : callable
        Called with longitude and latitude, written no finer than a pixel of the map; with None
        when it was given up.
    """

    def __init__(
        self,
        view: SceneView,
        owner: QObject,
        hint: str,
        theme: Theme,
        done: Callable[[tuple[str, str] | None], None],
    ) -> None:
        super().__init__(view.viewport())
        self._view, self._done = view, done
        self._press: QPointF | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(hint)
        box = QFrame(self)
        box.setObjectName("popup")
        text = label(f"{hint}   Esc: leave as it was")
        row = QHBoxLayout(box)
        row.setContentsMargins(12, 7, 12, 7)
        row.addWidget(text)
        self._box = box
        view.viewport().installEventFilter(self)
        owner.destroyed.connect(self._drop)
        self._fill()
        self.show()
        self.raise_()

    def _fill(self) -> None:
        self.setGeometry(self._view.viewport().rect())
        self._box.adjustSize()
        self._box.move((self.width() - self._box.width()) // 2, _TOP)

    @guarded(bool)
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fill()
        elif event.type() == QEvent.Type.Hide:
            self._end(None)
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._press = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        # So the status bar goes on to say where the pointer is.
        event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        press, self._press = self._press, None
        if event.button() != Qt.MouseButton.LeftButton or press is None:
            event.ignore()
            return
        if math.dist(event.position().toTuple(), press.toTuple()) < _CLICK:
            spot = self._spot(event.position())
            if spot is not None:
                self._end(spot)

    def _spot(self, at: QPointF) -> tuple[str, str] | None:
        scene = self._view.scene_shown
        if scene is None:
            return None
        here, beside, below = (
            lonlat_at(scene, at.x() + dx, at.y() + dy)  # type: ignore[arg-type]
            for dx, dy in ((0, 0), (1, 0), (0, 1))
        )
        if here is None:
            return None
        near = [other for other in (beside, below) if other is not None]
        return tuple(  # type: ignore[return-value]
            _written(here[axis], max((abs(o[axis] - here[axis]) for o in near), default=1.0))
            for axis in (0, 1)
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._end(None)
        else:
            event.ignore()

    @guarded(bool)
    def event(self, event: QEvent) -> bool:
        # Esc is ours now, not the window's command.
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def _drop(self) -> None:
        self._done = lambda _spot: None
        self._end(None)

    def _end(self, spot: tuple[str, str] | None) -> None:
        done, self._done = self._done, lambda _spot: None
        self._view.viewport().removeEventFilter(self)
        self.hide()
        self.deleteLater()
        done(spot)


def _written(degrees: float, pixel: float) -> str:
    """Return degrees with as many decimals as a pixel is worth, and no more."""
    places = min(max(math.ceil(-math.log10(max(pixel, 1e-9))), 0), _FINEST)
    return f"{degrees:.{places}f}"
