"""A surface that shows a scene: the picture kept of it, and the part of the plane it looks at.

A surface holds one pyqtgraph view box, which keeps the visible part of the plane, and one item in
it, which paints the current scene. Where the view has moved on since a scene was made, its last
picture is moved along until there is a new one.
"""

from __future__ import annotations

from time import perf_counter

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QPainter, QPixmap, QRegion, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QStyleOptionGraphicsItem, QWidget

from viewer.scene.extent import NOTHING, extent
from viewer.scene.frame import Camera
from viewer.scene.primitives import Item, Rect, Scene
from viewer.scene.style import LIGHT, Theme
from viewer.scene.targets import Target
from viewer.ui import painting
from viewer.ui.guard import guarded
from viewer.ui.pens import brush, rect

_UNMOVED = 0.2
"""Pixels by which the view box may be off the camera it was given."""


class _Item(pg.GraphicsObject):  # type: ignore[misc]
    """Paints the surface's scene in the view box's own pixels."""

    def __init__(self, surface: Surface) -> None:
        super().__init__()
        self._surface = surface

    def boundingRect(self) -> QRectF:
        return QRectF(self._surface.viewport().rect())

    @guarded(lambda: None)
    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        self._surface.paint_scene(painter)


class Surface(pg.GraphicsView):  # type: ignore[misc]
    """Shows a scene, and looks at a part of its plane.

    Signals
    -------
    rearranged
        The visible part of the plane or the size has changed: a new scene is wanted.
    """

    rearranged = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setMinimumSize(120, 80)
        self.theme: Theme = LIGHT
        self.scene_shown: Scene | None = None
        self._picture: QPixmap | None = None
        self.painting_took = 0.0
        self._lit: tuple[Item, ...] = ()
        self._lit_in = NOTHING
        self.camera: Camera | None = None
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self._box.setAspectLocked(True)
        self._box.disableAutoRange()
        self.setCentralItem(self._box)
        self._item = _Item(self)
        self._item.setParentItem(self._box)

    # -- showing -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(480, 360)

    def show_scene(self, scene: Scene, theme: Theme, picture: QPixmap | None = None) -> None:
        """Show a scene; its camera becomes the view box's range.

        Parameters
        ----------
        scene : Scene
        theme : Theme
        picture : QPixmap, optional
            The scene painted already, while the view may have moved on; else that is done when it
            is first seen.
        """
        self.scene_shown = scene
        self._picture = picture
        self.theme = theme
        camera = getattr(scene, "camera", None)
        if camera is not None and (picture is None or self.camera in (None, camera)):
            self._look(camera)
        self.setAccessibleDescription(scene.summary)
        self.viewport().update()

    def light_up(self, items: tuple[Item, ...]) -> None:
        """Draw these over the scene, from now on instead of those before."""
        before, self._lit, self._lit_in = self._lit_in, items, extent(items)
        self.repaint_in(before)
        self.repaint_in(self._lit_in)

    def repaint_in(self, part: Rect) -> None:
        """Have a part of the view painted again; the less it is, the less time it takes."""
        port = self.viewport()
        # What is far outside may be beyond the numbers that Qt counts pixels in.
        inside = rect(part).intersected(QRectF(port.rect())).toAlignedRect()
        if not inside.isEmpty():
            port.update(inside)

    def paint_scene(self, painter: QPainter) -> None:
        """Paint the scene with its lights, or its last picture where the view has moved on."""
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
        self.paint_over(painter, scene)

    def paint_over(self, painter: QPainter, scene: Scene) -> None:
        """Paint what only the window shows, on top of all else."""

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

    def in_scene(self, at: QPointF) -> QPointF:
        """Return a point in pixels of the view as one of the scene, which may have moved."""
        scene, away = self.scene_shown, self.moved_to()
        if scene is None or away is None:
            return at
        share = away.width / scene.width
        return QPointF((at.x() - away.x) / share, (at.y() - away.y) / share)

    def _paint_moved(self, painter: QPainter, scene: Scene, to: Rect) -> None:
        """Paint the last picture where it belongs, until there is a new one."""
        picture, port = self._picture_of(scene), self.viewport().rect()
        # Far from what was drawn it may be beyond the numbers that Qt counts pixels in.
        seen = rect(to).intersected(QRectF(port))
        inside = seen.toAlignedRect().adjusted(2, 2, -2, -2)
        for bare in QRegion(port).subtracted(QRegion(inside)):  # type: ignore[attr-defined]
            painter.fillRect(bare, brush(scene.background))
        if seen.isEmpty():
            return
        if abs(to.width - scene.width) < _UNMOVED:
            # To the pixel it is many times as quick.
            painter.drawPixmap(round(to.x), round(to.y), picture)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        wide, high = picture.width() / to.width, picture.height() / to.height
        part = QRectF(
            (seen.x() - to.x) * wide,
            (seen.y() - to.y) * high,
            seen.width() * wide,
            seen.height() * high,
        )
        painter.drawPixmap(seen, picture, part)

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

    # -- the visible part ----------------------------------------------------------------------

    @guarded(lambda: None)
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
