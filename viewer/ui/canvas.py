"""The surface that map, graph and timeline are drawn on.

A canvas holds one pyqtgraph view box, which keeps the visible part of the plane, and one item in
it, which paints the current scene. Gestures become calls: what they mean is decided by `Actions`,
which the window connects to the store.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QCursor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QStyleOptionGraphicsItem, QWidget

from viewer.model.schema import Ref
from viewer.model.selection import Mode
from viewer.scene.frame import Camera
from viewer.scene.primitives import Box, Item, Rect, Scene, Target, Text
from viewer.scene.style import LIGHT, RADIUS, SMALL, Theme
from viewer.scene.text import elide, text_width
from viewer.ui import painting
from viewer.ui.modifiers import mode_of

_CLICK = 4.0
"""Pixels the pointer may move between press and release of a click."""
_UNMOVED = 0.2
"""Pixels by which the view box may be off the camera it was given."""
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


class _Item(pg.GraphicsObject):  # type: ignore[misc]
    """Paints the canvas's scene in the view box's own pixels."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self._canvas = canvas

    def boundingRect(self) -> QRectF:
        return QRectF(self._canvas.viewport().rect())

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        self._canvas.paint_scene(painter)


class Canvas(pg.GraphicsView):  # type: ignore[misc]
    """Shows a scene, and turns mouse and keys into actions.

    A click selects, Shift adds, Ctrl toggles; a drag on empty ground draws a lasso, one that
    begins on something moves that where the view allows it; a drag with
    the middle or right button, or with Space held, moves the view; the wheel zooms at the
    pointer; a double click focuses. Arrow keys step from target to target, Enter selects.

    Signals
    -------
    rearranged
        The visible part of the plane or the size has changed: a new scene is wanted.
    pointed
        The pointer has moved: its place in pixels, or None when it left.
    """

    rearranged = Signal()
    pointed = Signal(object)

    def __init__(self, name: str, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setMinimumSize(120, 80)
        self.actions = actions
        self.theme: Theme = LIGHT
        self.scene_shown: Scene | None = None
        self._picture: QPixmap | None = None
        self.painting_took = 0.0
        self._lit: tuple[Item, ...] = ()
        self.hand = False
        self.camera: Camera | None = None
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self._box.setAspectLocked(True)
        self._box.disableAutoRange()
        self.setCentralItem(self._box)
        self._item = _Item(self)
        self._item.setParentItem(self._box)
        self._press: QPointF | None = None
        self._press_target: Target | None = None
        self._moving = False
        self._lasso: list[QPointF] | None = None
        self._dragging = False
        self._space = False
        self._focus = -1
        self._pointer: QPointF | None = None
        self._tip: Target | None = None

    # -- showing -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(480, 360)

    def show_scene(self, scene: Scene, theme: Theme) -> None:
        """Show a scene; its camera becomes the view box's range."""
        self.scene_shown = scene
        self._picture = None
        self.theme = theme
        camera = getattr(scene, "camera", None)
        if camera is not None:
            self._look(camera)
        if self._focus >= len(scene.targets):
            self._focus = -1
        self._retarget()
        self.setAccessibleDescription(scene.summary)
        self.viewport().update()

    def light_up(self, items: tuple[Item, ...]) -> None:
        """Draw these over the scene, from now on instead of those before."""
        if items or self._lit:
            self._lit = items
            self.viewport().update()

    def paint_scene(self, painter: QPainter) -> None:
        """Paint the scene and what only the window shows: lights, lasso and tip."""
        scene = self.scene_shown
        if scene is None:
            return
        away = self.moved_to()
        if away is not None:
            self._paint_moved(painter, scene, away)
            return
        painter.drawPixmap(QPointF(0, 0), self._picture_of(scene))
        lit = Scene(scene.width, scene.height, scene.background, self._lit)
        painting.paint(painter, lit, ground=False)
        self._paint_lasso(painter)
        self._paint_tip(painter, scene)
        if self.hasFocus() and self._focus >= 0:
            self._paint_focus(painter, scene.targets[self._focus])

    def moved_to(self) -> Rect | None:
        """Return where the last picture belongs now that the view has moved on; None: in place."""
        scene, now = self.scene_shown, self._camera()
        drawn: Camera | None = getattr(scene, "camera", None)
        if scene is None or drawn is None or now is None:
            return None
        share = drawn.scale / now.scale
        x = scene.width / 2 * (1 - share) + (drawn.x - now.x) / now.scale
        y = scene.height / 2 * (1 - share) - (drawn.y - now.y) / now.scale
        if max(abs(x), abs(y), abs(share - 1) * scene.width) < _UNMOVED:
            return None
        return Rect(x, y, scene.width * share, scene.height * share)

    def _paint_moved(self, painter: QPainter, scene: Scene, to: Rect) -> None:
        """Paint the last picture where it belongs, until there is a new one."""
        picture = self._picture_of(scene)
        painter.fillRect(self.viewport().rect(), painting.brush(scene.background))
        if abs(to.width - scene.width) < _UNMOVED:
            # To the pixel it is many times as quick.
            painter.drawPixmap(round(to.x), round(to.y), picture)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(painting.rect(to), picture, QRectF(picture.rect()))

    def _picture_of(self, scene: Scene) -> QPixmap:
        """Return the scene painted; kept, as tips and lights come and go more often than scenes."""
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            size = QSizeF(scene.width, scene.height) * ratio
            began = perf_counter()
            self._picture = QPixmap(size.toSize())
            self._picture.setDevicePixelRatio(ratio)
            painter = QPainter(self._picture)
            painting.paint(painter, scene)
            painter.end()
            self.painting_took = perf_counter() - began
        return self._picture

    def _paint_lasso(self, painter: QPainter) -> None:
        if self._lasso and len(self._lasso) > 1:
            accent = self.theme.accent
            painter.setPen(painting.pen(accent, 1.2, "dashed"))
            painter.setBrush(painting.brush(accent.faded(0.10)))
            painter.drawPolygon(QPolygonF(self._lasso))

    def _paint_focus(self, painter: QPainter, target: Target) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(painting.pen(self.theme.accent, 2.0, "dotted"))
        reach = max(target.reach, 8.0) + 4
        painter.drawEllipse(QPointF(target.x, target.y), reach, reach)

    def _paint_tip(self, painter: QPainter, scene: Scene) -> None:
        target, pointer = self._tip, self._pointer
        if target is None or pointer is None or not target.label or self._press is not None:
            return
        lines = [elide(line, 320, SMALL, 500) for line in target.label.splitlines()[:4]]
        width = max(text_width(line, SMALL, 500) for line in lines) + 16
        height = 16.0 * len(lines) + 8
        x = min(pointer.x() + 14, scene.width - width - 4)
        y = pointer.y() + 18
        if y + height > scene.height - 4:
            y = pointer.y() - height - 10
        theme = self.theme
        box = Box(Rect(max(x, 4), max(y, 4), width, height), theme.ground, theme.divider, RADIUS)
        texts = [
            Text(line, box.rect.x + 8, box.rect.y + 16 + 16 * i, theme.text, SMALL, 500)
            for i, line in enumerate(lines)
        ]
        tip = Scene(scene.width, scene.height, theme.ground, (box, *texts))
        painting.paint(painter, tip, ground=False)

    # -- the visible part ----------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is None:
            # pyqtgraph calls this itself while it is being made.
            return
        self._item.prepareGeometryChange()
        self.rearranged.emit()

    def fit(self) -> None:
        """Show everything again, and keep doing so until the view is moved by hand."""
        self.camera = None
        self.rearranged.emit()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom by a factor, above 1 closer, keeping the point `at` (pixels) in place."""
        if self._camera() is None:
            return
        at = QPointF(self.width() / 2, self.height() / 2) if at is None else at
        centre = self._box.mapToView(at)
        self._box.scaleBy((1 / factor, 1 / factor), center=centre)
        self._moved()

    def pan(self, dx: float, dy: float) -> None:
        """Move what is shown by pixels to the right and down."""
        camera = self._camera()
        if camera is None:
            return
        self._box.translateBy(x=-dx * camera.scale, y=dy * camera.scale)
        self._moved()

    def centre_on(self, target: Target, factor: float = 2.0) -> None:
        """Bring a target to the middle, closer by `factor`."""
        self.pan(self.width() / 2 - target.x, self.height() / 2 - target.y)
        self.zoom(factor)

    def _camera(self) -> Camera | None:
        """The camera as the view box has it."""
        if self.scene_shown is None or getattr(self.scene_shown, "camera", None) is None:
            return None
        (xmin, xmax), (ymin, ymax) = self._box.viewRange()
        return Camera((xmin + xmax) / 2, (ymin + ymax) / 2, (xmax - xmin) / max(self.width(), 1))

    def _moved(self) -> None:
        found = self._camera()
        self.camera = None if found is None else self.bounded(found)
        if self.camera is not None and self.camera != found:
            self._look(self.camera)
        self.rearranged.emit()
        self.viewport().update()

    def bounded(self, camera: Camera) -> Camera:
        """Return the camera nearest to this one that the view can have."""
        return camera

    def _look(self, camera: Camera) -> None:
        xmin, ymin, xmax, ymax = camera.extent(self.width(), self.height())
        self._box.setRange(
            QRectF(xmin, ymin, xmax - xmin, ymax - ymin), padding=0, disableAutoRange=True
        )

    # -- mouse -----------------------------------------------------------------------------------

    def target_at(self, at: QPointF) -> Target | None:
        """Return what lies under a point in pixels."""
        return None if self.scene_shown is None else self.scene_shown.at(at.x(), at.y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._press = event.position()
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
            area = QPolygonF(lasso)
            self._select_inside(area, mode)
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
            self.actions.select(target.refs, mode)

    def _select_inside(self, area: QPolygonF, mode: Mode) -> None:
        scene = self.scene_shown
        if scene is None:
            return
        rule = Qt.FillRule.OddEvenFill
        refs = dict.fromkeys(
            ref
            for target in scene.targets
            if target.line is None
            and not target.action
            and area.containsPoint(QPointF(target.x, target.y), rule)
            for ref in target.refs
        )
        if refs or mode == "replace":
            self.actions.select(tuple(refs), mode)

    def _retarget(self) -> None:
        """Find what is under the pointer now that it or the scene has changed."""
        target = self.target_at(self._pointer) if self._pointer is not None else None
        changed = target is not self._tip
        before, self._tip = self._tip, target
        if self._press is None:
            self._set_cursor(target)
        if changed:
            self.viewport().update()
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
            self._set_cursor(self._tip)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._set_cursor(self._tip)
        else:
            event.ignore()

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self._space = False
        self._focus = -1
        self.viewport().update()
