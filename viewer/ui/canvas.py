"""What map, graph and timeline are drawn on and worked with.

Gestures become calls: what they mean is decided by `Actions`, which the window connects to the
store.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import (
    QCursor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPixmap,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from viewer.model.schema import Ref
from viewer.model.selection import Mode
from viewer.scene.extent import extent
from viewer.scene.primitives import Item, Scene
from viewer.scene.style import Theme
from viewer.scene.targets import Target
from viewer.scene.tip import tip
from viewer.ui import painting
from viewer.ui.modifiers import mode_of
from viewer.ui.pens import brush, pen
from viewer.ui.surface import Surface

_CLICK = 4.0
"""Pixels the pointer may move between press and release of a click."""
_ZOOM = 1.2
"""Factor of one notch of the wheel."""


@dataclass(frozen=True, slots=True)
class Actions:
    """What gestures on a canvas do to the model.

    Parameters
    ----------
    select : callable
        Called with the rows and the mode of a click or lasso; no rows and ``replace`` clears.
    hover : callable
        Called with the row under the pointer, or None.
    """

    select: Callable[[tuple[Ref, ...], Mode], None]
    hover: Callable[[Ref | None], None]


class Canvas(Surface):
    """A surface on which mouse and keys become actions.

    A click selects, Shift adds, Ctrl toggles; a drag on empty ground draws a lasso, one that
    begins on something moves that where the view allows it; a drag with
    the middle or right button, or with Space held, moves the view; the wheel zooms at the
    pointer; a double click focuses. Arrow keys step from target to target, Enter selects.

    Signals
    -------
    pointed
        The pointer has moved: its place in pixels, or None when it left.
    """

    pointed = Signal(object)

    def __init__(self, name: str, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.actions = actions
        self.hand = False
        self._press: QPointF | None = None
        self._press_target: Target | None = None
        self._moving = False
        self._lasso: list[QPointF] | None = None
        self._dragging = False
        self._space = False
        self._focus = -1
        self._pointer: QPointF | None = None
        self._under: Target | None = None
        self._tip: tuple[Item, ...] = ()

    def show_scene(self, scene: Scene, theme: Theme, picture: QPixmap | None = None) -> None:
        """Show a scene; see `Surface.show_scene`."""
        super().show_scene(scene, theme, picture)
        if self._focus >= 0 and self._focus >= len(scene.targets):
            self._focus = -1
        self._retarget()

    # -- over the scene --------------------------------------------------------------------------

    def paint_over(self, painter: QPainter, scene: Scene) -> None:
        """Paint lasso, tip and what has the focus of the keyboard."""
        self._paint_lasso(painter)
        said = Scene(scene.width, scene.height, scene.background, self._tip)
        painting.paint(painter, said, ground=False)
        if self.hasFocus() and self._focus >= 0:
            self._paint_focus(painter, scene.targets[self._focus])

    def _paint_lasso(self, painter: QPainter) -> None:
        if self._lasso and len(self._lasso) > 1:
            accent = self.theme.accent
            painter.setPen(pen(accent, 1.2, "dashed"))
            painter.setBrush(brush(accent.faded(0.10)))
            painter.drawPolygon(QPolygonF(self._lasso))

    def _paint_focus(self, painter: QPainter, target: Target) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.theme.accent, 2.0, "dotted"))
        reach = max(target.reach, 8.0) + 4
        painter.drawEllipse(QPointF(target.x, target.y), reach, reach)

    def _say(self, target: Target | None) -> None:
        """Say beside the pointer what is there; None: nothing."""
        scene, at, said = self.scene_shown, self._pointer, self._tip
        if target is None or at is None or scene is None:
            self._tip = ()
        else:
            self._tip = tip(target.label, at.x(), at.y(), scene, self.theme)
        self.repaint_in(extent(said))
        self.repaint_in(extent(self._tip))

    # -- mouse -----------------------------------------------------------------------------------

    def target_at(self, at: QPointF) -> Target | None:
        """Return what lies under a point in pixels."""
        scene = self.scene_shown
        return None if scene is None else scene.at(*self.in_scene(at).toTuple())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._press = event.position()
        self._say(None)
        self._press_target = self.target_at(event.position())
        self._moving = (
            event.button() != Qt.MouseButton.LeftButton
            or self._space
            or (self.hand and self._press_target is None)
        )
        self._lasso = None
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        last, self._pointer = self._pointer, at
        self.pointed.emit(at)
        if self._press is None:
            self._retarget()
            return
        if math.dist(at.toTuple(), self._press.toTuple()) < _CLICK and self._lasso is None:
            return
        if self._moving:
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            if last is not None:
                self.pan(at.x() - last.x(), at.y() - last.y())
        elif self._lasso is not None:
            self._lasso.append(at)
            self.viewport().update()
        elif self._dragging:
            self.drag_to(at)
        elif self._press_target is None:
            self._lasso = [self._press, at]
        elif event.buttons() == Qt.MouseButton.LeftButton:
            self._dragging = self.take(self._press_target)
            if self._dragging:
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                self.drag_to(at)
            elif self._press_target.line is not None:
                # Among many lines there is hardly any empty ground.
                self._lasso = [self._press, at]

    # -- dragging what is drawn: for views in which it can be moved ----------------------------

    def take(self, _target: Target) -> bool:
        """Begin to drag a target; return whether it can be."""
        return False

    def drag_to(self, at: QPointF) -> None:
        """Show what is dragged with its middle at a point in pixels."""

    def drop(self, at: QPointF | None) -> None:
        """End the drag at a point in pixels; None: leave all as it was."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        press, self._press = self._press, None
        lasso, self._lasso = self._lasso, None
        if press is None:
            return
        mode = mode_of(event.modifiers())
        if self._dragging:
            self._dragging = False
            self.drop(event.position())
        elif lasso is not None:
            self._select_inside(lasso, mode)
        elif (
            event.button() == Qt.MouseButton.LeftButton
            and math.dist(event.position().toTuple(), press.toTuple()) < _CLICK
        ):
            self._click(self._press_target, mode)
        self._moving = False
        self._retarget()
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        target = self.target_at(event.position())
        if target is not None and target.refs and event.button() == Qt.MouseButton.LeftButton:
            self.centre_on(target)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120.0
        if notches:
            self.zoom(_ZOOM**notches, event.position())
        event.accept()

    def leaveEvent(self, event: Any) -> None:
        super().leaveEvent(event)
        self._pointer = None
        self._retarget()
        self.pointed.emit(None)

    def click_at(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Do what a click at a point does."""
        self._click(self.target_at(at), mode_of(modifiers))

    def _click(self, target: Target | None, mode: Mode) -> None:
        if target is None:
            if mode == "replace":
                self.actions.select((), "replace")
            return
        if target.refs:
            self.actions.select(tuple(target.refs), mode)

    def _select_inside(self, lasso: list[QPointF], mode: Mode) -> None:
        if self.scene_shown is None:
            return
        corners = np.array([self.in_scene(at).toTuple() for at in lasso])
        refs = self.scene_shown.inside(corners)
        if refs or mode == "replace":
            self.actions.select(refs, mode)

    def _retarget(self) -> None:
        """Find what is under the pointer now that it or the scene has changed."""
        target = self.target_at(self._pointer) if self._pointer is not None else None
        before, self._under = self._under, target
        if self._press is None:
            self._set_cursor(target)
        if target is not before or not self._tip:
            self._say(target if self._press is None else None)
        if target is not before:
            ref = target.refs[0] if target and target.refs else None
            old = before.refs[0] if before and before.refs else None
            if ref != old:
                self.actions.hover(ref)

    def _set_cursor(self, target: Target | None) -> None:
        if target is not None:
            shape = Qt.CursorShape.PointingHandCursor
        elif self.hand or self._space:
            shape = Qt.CursorShape.OpenHandCursor
        else:
            shape = Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(QCursor(shape))

    # -- keys ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, scene = event.key(), self.scene_shown
        if key == Qt.Key.Key_Escape and self._dragging:
            self._dragging, self._press = False, None
            self.drop(None)
            return
        steps = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Up: -1,
        }
        if key in steps and scene is not None and scene.targets:
            first = 0 if steps[Qt.Key(key)] > 0 else -1
            count = len(scene.targets)
            at = first if self._focus < 0 else self._focus + steps[Qt.Key(key)]
            self._focus = at % count
            target = scene.targets[self._focus]
            self.setAccessibleDescription(target.label)
            self.actions.hover(target.refs[0] if target.refs else None)
            self.viewport().update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and scene is not None:
            if self._focus >= 0:
                self._click(scene.targets[self._focus], mode_of(event.modifiers()))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / _ZOOM)
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self._set_cursor(self._under)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._set_cursor(self._under)
        else:
            event.ignore()

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self._space = False
        self._focus = -1
        self.viewport().update()
