"""Map, graph and timeline: canvases that ask their scene builder for a picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from viewer.commands import actions
from viewer.model.store import Store
from viewer.scene.frame import Camera, Frame
from viewer.scene.graph import build_graph_scene
from viewer.scene.map import build_map_scene, format_lonlat, lonlat_at
from viewer.scene.primitives import Scene
from viewer.scene.style import Theme
from viewer.scene.timeline import TimelineScene, build_timeline_scene
from viewer.ui import theming
from viewer.ui.canvas import Actions, Canvas
from viewer.ui.plain import tooltip


class SceneView(Canvas):
    """A canvas tied to a store and a scene builder.

    Signals
    -------
    pointing
        A few words on where the pointer is, for the status line.
    """

    pointing = Signal(str)

    def __init__(
        self,
        name: str,
        store: Store,
        theme: Theme,
        build: Callable[[Frame, Camera | None], Scene],
        parent: QWidget | None = None,
    ) -> None:
        gestures = Actions(
            select=lambda refs, mode: actions.select(store, refs, mode),
            hover=lambda ref: actions.hover(store, ref),
        )
        super().__init__(name, gestures, parent)
        self.store = store
        self.theme = theme
        self._build = build
        self._wanted = QTimer(self)
        self._wanted.setSingleShot(True)
        self._wanted.setInterval(0)
        self._wanted.timeout.connect(self.refresh)
        self.rearranged.connect(self._wanted.start)

    def frame_now(self) -> Frame:
        """Return the frame this view would be built from now."""
        size = self.viewport().size()
        return Frame.of(self.store, self.theme, float(size.width()), float(size.height()))

    def refresh(self) -> None:
        """Build the scene for the current state and show it."""
        self._wanted.stop()
        if self.viewport().width() > 0 and self.viewport().height() > 0:
            self.show_scene(self._build(self.frame_now(), self.camera), self.theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme from now on."""
        self.theme = theme
        self._wanted.start()


class Tools(QFrame):
    """A small stack of buttons over a canvas."""

    def __init__(self, canvas: SceneView, corner: Qt.Corner) -> None:
        super().__init__(canvas)
        self.setObjectName("tools")
        self._corner = corner
        self._buttons: list[tuple[QToolButton, str]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(1)
        for name, text, run in (
            ("plus", "Zoom in", lambda: canvas.zoom(1.5)),
            ("minus", "Zoom out", lambda: canvas.zoom(1 / 1.5)),
            ("fit", "Show everything", canvas.fit),
        ):
            button = QToolButton(self)
            button.setIconSize(QSize(16, 16))
            button.setAccessibleName(text)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            tooltip(button, text)
            button.clicked.connect(run)
            column.addWidget(button)
            self._buttons.append((button, name))
        self.set_theme(canvas.theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in a theme's colours."""
        for button, name in self._buttons:
            button.setIcon(theming.icon(name, theme.muted))

    def place(self, width: int, height: int) -> None:
        """Stand in the corner of a canvas of a size."""
        self.adjustSize()
        top = self._corner == Qt.Corner.TopRightCorner
        self.move(width - self.width() - 12, 40 if top else height - self.height() - 12)


class PlaneView(SceneView):
    """Map or graph: a plane that can be moved and zoomed."""

    def __init__(
        self,
        name: str,
        store: Store,
        theme: Theme,
        build: Callable[[Frame, Camera | None], Scene],
        corner: Qt.Corner,
    ) -> None:
        super().__init__(name, store, theme, build)
        self._tools = Tools(self, corner)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._tools.place(self.width(), self.height())

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._tools.set_theme(theme)


class MapView(PlaneView):
    """The map; says the coordinates under the pointer."""

    def __init__(self, store: Store, theme: Theme) -> None:
        super().__init__("Map", store, theme, build_map_scene, Qt.Corner.TopRightCorner)
        self.pointed.connect(self._say_where)

    def _say_where(self, at: QPointF | None) -> None:
        text = ""
        if at is not None and self.scene_shown is not None:
            lonlat = lonlat_at(self.scene_shown, at.x(), at.y())  # type: ignore[arg-type]
            text = "" if lonlat is None else format_lonlat(*lonlat)
        self.pointing.emit(text)


class GraphView(PlaneView):
    """The relationship graph."""

    def __init__(self, store: Store, theme: Theme) -> None:
        corner = Qt.Corner.BottomRightCorner
        super().__init__("Relationships", store, theme, build_graph_scene, corner)


_EDGE = 6.0
"""Pixels around the overview window's edges that resize it."""
_SHORTEST = 1.0
"""Days: the timeline does not zoom in further than one day."""


class TimelineView(SceneView):
    """The timeline: the wheel zooms, the window in the overview is dragged and resized."""

    def __init__(self, store: Store, theme: Theme) -> None:
        super().__init__("Timeline", store, theme, lambda frame, _: build_timeline_scene(frame))
        self._grip: str | None = None
        self._grip_at = 0.0
        self._grip_window = (0.0, 0.0)

    @property
    def _scene(self) -> TimelineScene | None:
        scene = self.scene_shown
        return scene if isinstance(scene, TimelineScene) else None

    def set_window(self, start: float, end: float, merge: str = "window") -> None:
        """Show a span in days, kept within what the overview shows."""
        scene = self._scene
        if scene is None:
            return
        low, high = scene.full
        length = min(max(end - start, _SHORTEST), high - low)
        start = min(max(start, low), high - length)
        actions.set_window(self.store, (start, start + length), merge)

    def fit(self) -> None:
        scene = self._scene
        if scene is not None:
            self.set_window(*scene.full, merge="")

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        scene = self._scene
        if scene is None:
            return
        start, end = scene.window
        x = at.x() if at is not None else scene.main.x + scene.main.width / 2
        centre = min(max(scene.moment_at(x), start), end)
        self.set_window(centre - (centre - start) / factor, centre + (end - centre) / factor)

    def pan(self, dx: float, dy: float) -> None:
        scene = self._scene
        if scene is not None and scene.main.width > 0:
            start, end = scene.window
            shift = -dx * (end - start) / scene.main.width
            self.set_window(start + shift, end + shift)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        sideways = event.angleDelta().x() / 120.0
        if sideways:
            self.pan(sideways * 60, 0)
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        scene, at = self._scene, event.position()
        if scene is not None and scene.overview.inset(-3).contains(at.x(), at.y()):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._grip = self._part_at(scene, at)
            self._grip_at = scene.overview_moment_at(at.x())
            self._grip_window = scene.window
            if self._grip == "new":
                self._grip_window = (self._grip_at, self._grip_at)
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        scene = self._scene
        if scene is None or self._grip is None:
            super().mouseMoveEvent(event)
            if scene is not None and self._press is None:
                self._show_grip(scene, event.position())
            return
        now = scene.overview_moment_at(event.position().x())
        by = now - self._grip_at
        start, end = self._grip_window
        if self._grip == "move":
            self.set_window(start + by, end + by)
        elif self._grip == "start":
            self.set_window(min(start + by, end - _SHORTEST), end)
        elif self._grip == "end":
            self.set_window(start, max(end + by, start + _SHORTEST))
        elif abs(by) > 0:
            self.set_window(min(start, now), max(start, now))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._grip is None:
            super().mouseReleaseEvent(event)
        else:
            self._grip = None
        self.store.end_merge()

    def _part_at(self, scene: TimelineScene, at: QPointF) -> str:
        window = scene.overview_window
        if abs(at.x() - window.x) <= _EDGE:
            return "start"
        if abs(at.x() - window.right) <= _EDGE:
            return "end"
        return "move" if window.x < at.x() < window.right else "new"

    def _show_grip(self, scene: TimelineScene, at: QPointF) -> None:
        if scene.overview.inset(-3).contains(at.x(), at.y()):
            shape = {
                "start": Qt.CursorShape.SizeHorCursor,
                "end": Qt.CursorShape.SizeHorCursor,
                "move": Qt.CursorShape.OpenHandCursor,
                "new": Qt.CursorShape.CrossCursor,
            }[self._part_at(scene, at)]
            self.viewport().setCursor(shape)
