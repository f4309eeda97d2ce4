"""Map, graph and timeline: canvases that ask their scene builder for a picture."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from time import perf_counter

from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from viewer.commands import actions
from viewer.errors import EntenteError
from viewer.model.dossier import Dossier
from viewer.model.store import Store
from viewer.scene.frame import Camera, Frame
from viewer.scene.lights import Lights
from viewer.scene.map import MapScene, build_map_scene, format_lonlat, handle, lonlat_at
from viewer.scene.map_basemap import Detail
from viewer.scene.map_inset import Inset, placed_at
from viewer.scene.map_view import bounded, carried, map_projection
from viewer.scene.primitives import Box, Rect, Scene
from viewer.scene.style import RADIUS, Theme
from viewer.scene.targets import Target
from viewer.scene.timeline import Grip, TimelineScene, build_timeline_scene
from viewer.ui import theming
from viewer.ui.canvas import Actions, Canvas
from viewer.ui.guard import guarded
from viewer.ui.plain import tooltip
from viewer.ui.post import Post

PATIENCE = 0.1
"""Seconds a picture waits for what takes long; then it shows how far that has got."""
_QUICK = 0.016
"""Seconds in which a scene must be built and painted to be made anew at every move."""
_COVERED = 0.6
"""Part of the view that the last picture must cover to do for a while."""


class SceneView(Canvas):
    """A canvas tied to a store and a scene builder.

    Signals
    -------
    pointing
        A few words on where the pointer is, for the status line.
    """

    pointing = Signal(str)
    rest = 80
    """Milliseconds without a move after which the view has come to rest."""

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
        self._lights: Lights | None = None
        self._pictured: Dossier | None = None
        self._took = 0.0
        self._wanted = QTimer(self)
        self._wanted.setSingleShot(True)
        self._wanted.setInterval(0)
        self._wanted.timeout.connect(self.refresh)
        self.rearranged.connect(self._ask)

    def frame_now(self) -> Frame:
        """Return the frame this view would be built from now."""
        size = self.viewport().size()
        width, height = float(size.width()), float(size.height())
        return Frame.of(self.store, self.theme, width, height, PATIENCE)

    def refresh(self) -> None:
        """Build the scene for the current state and show it."""
        self._wanted.stop()
        if self.viewport().width() > 0 and self.viewport().height() > 0:
            began = perf_counter()
            scene = self._build(self.frame_now(), self.camera)
            self._took = perf_counter() - began
            self._lights, self._pictured = None, self.store.state.dossier
            self.show_scene(scene, self.theme)
            self.show_hover()

    def _ask(self) -> None:
        """Want a new scene: at once if that is quick, else when the view comes to rest.

        Until then the last picture is moved along, as long as it covers most of the view.
        """
        away = self.moved_to()
        waits = away is not None and self.is_slow()
        if away is not None and waits:
            across = min(away.right, self.width()) - max(away.x, 0.0)
            down = min(away.bottom, self.height()) - max(away.y, 0.0)
            waits = across * down > _COVERED * self.width() * self.height()
        self._wanted.start(self.rest if waits else 0)

    def is_slow(self) -> bool:
        """Whether a picture takes too long to be made anew at every move."""
        return self._took + self.painting_took > _QUICK

    def show_hover(self) -> None:
        """Light up what is under the pointer, here or in another view."""
        glow, state = self.store.glow, self.store.state
        # A picture of another dossier knows nothing of the rows of this one.
        if self.scene_shown is None or self._pictured is not state.dossier:
            return
        if glow is not None and self._lights is None:
            self._lights = Lights.of(self.scene_shown, state.dossier)
        lights = self._lights
        self.light_up(() if lights is None else lights.over(glow, state.selection, self.theme))

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

    @guarded(lambda: None)
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None:
            self._tools.place(self.width(), self.height())

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._tools.set_theme(theme)


class MapView(PlaneView):
    """The map; says the coordinates under the pointer."""

    def __init__(self, store: Store, theme: Theme) -> None:
        super().__init__("Map", store, theme, self._follow, Qt.Corner.TopRightCorner)
        self.pointed.connect(self._say_where)
        self._taken: Inset | None = None
        self._post = Post(self)
        # What is being made, and what could not be: that is told once and not tried again.
        self._ordered: set[Detail] = set()

    def _follow(self, frame: Frame, camera: Camera | None) -> Scene:
        return build_map_scene(frame, camera, self.scene_shown)

    def refresh(self) -> None:
        shown = self.scene_shown
        if self.camera is not None and isinstance(shown, MapScene):
            # On another projection it looks at the same spot.
            now = map_projection(self.store.state)
            if now != shown.projection:
                self.camera = carried(self.camera, shown.projection, now)
        super().refresh()
        self._fill_in()

    def _fill_in(self) -> None:
        """Have made in a thread what the picture had to do without."""
        shown = self.scene_shown
        wanting = shown.wanting if isinstance(shown, MapScene) else None
        if wanting is not None and wanting not in self._ordered:
            self._ordered.add(wanting)
            threading.Thread(
                target=self._make, args=(wanting,), name="entente-basemap", daemon=True
            ).start()

    def _make(self, wanting: Detail) -> None:
        try:
            wanting.make()
            self._post(partial(self._made, wanting))
        except EntenteError:
            # Once more in the GUI thread, where it is told.
            self._post(wanting.make)

    def _made(self, wanting: Detail) -> None:
        self._ordered.remove(wanting)
        self._wanted.start()

    # An inset is dragged by its title: its frame goes along, and on release it is there.

    def take(self, target: Target) -> bool:
        scene = self.scene_shown
        insets = scene.insets if isinstance(scene, MapScene) else ()
        self._taken = next((inset for inset in insets if handle(inset) == target.rect), None)
        return self._taken is not None

    def drag_to(self, at: QPointF) -> None:
        if self._taken is not None:
            frame = Box(self._put(self._taken, at), None, self.theme.accent, RADIUS, 2.0)
            self.light_up((frame,))

    def drop(self, at: QPointF | None) -> None:
        inset, self._taken = self._taken, None
        self.light_up(())
        if at is not None and inset is not None:
            view = Rect(0.0, 0.0, float(self.width()), float(self.height()))
            actions.move_inset(self.store, inset.title, placed_at(self._put(inset, at), view))

    def _put(self, inset: Inset, at: QPointF) -> Rect:
        """Return where an inset is that is held at its title."""
        grip, rect = handle(inset), inset.panel.rect
        x, y = at.x() - grip.width / 2, at.y() - grip.height / 2
        x = min(max(x, 0.0), max(self.width() - rect.width, 0.0))
        y = min(max(y, 0.0), max(self.height() - rect.height, 0.0))
        return Rect(x, y, rect.width, rect.height)

    def bounded(self, camera: Camera) -> Camera:
        projection = map_projection(self.store.state)
        return bounded(camera, projection, float(self.width()), float(self.height()))

    def _say_where(self, at: QPointF | None) -> None:
        text = ""
        if at is not None and self.scene_shown is not None:
            lonlat = lonlat_at(self.scene_shown, at.x(), at.y())  # type: ignore[arg-type]
            text = "" if lonlat is None else format_lonlat(*lonlat)
        self.pointing.emit(text)


class TimelineView(SceneView):
    """The timeline: the wheel zooms, the window in the overview is dragged and resized."""

    def __init__(self, store: Store, theme: Theme) -> None:
        super().__init__("Timeline", store, theme, lambda frame, _: build_timeline_scene(frame))
        self._drag: tuple[Grip, float, TimelineScene] | None = None

    @property
    def timeline(self) -> TimelineScene | None:
        """The scene shown, if there is one."""
        scene = self.scene_shown
        return scene if isinstance(scene, TimelineScene) else None

    def set_window(self, window: tuple[float, float], merge: str = "window") -> None:
        """Show a span in days; moves with the same `merge` in a row are one step of undo."""
        actions.set_window(self.store, window, merge)

    def fit(self) -> None:
        if self.timeline is not None:
            self.set_window(self.timeline.full, "")

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        scene = self.timeline
        if scene is not None:
            x = at.x() if at is not None else scene.main.x + scene.main.width / 2
            self.set_window(scene.zoomed(x, 1 / factor), "zoom time")

    def pan(self, dx: float, dy: float) -> None:
        if self.timeline is not None:
            self.set_window(self.timeline.panned(dx), "pan time")

    def centre_on(self, target: Target, factor: float = 2.0) -> None:
        scene = self.timeline
        if scene is not None:
            self.set_window(scene.panned(self.width() / 2 - target.x), "")
            self.refresh()
            self.zoom(factor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        sideways = event.angleDelta().x() / 120.0
        if sideways:
            self.pan(sideways * 60, 0)
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        scene, at = self.timeline, event.position()
        self.store.end_merge()
        if scene is None or not self._on_overview(scene, at):
            super().mousePressEvent(event)
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        grip = scene.grip_at(at.x(), at.y())
        if grip is None:
            # A press beside the window brings it there, and the drag goes on from there.
            self.set_window(scene.centred(at.x()))
            self.refresh()
            grip, scene = "move", self.timeline or scene
        self._drag = grip, at.x(), scene
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._drag is not None:
            grip, start, scene = self._drag
            self.set_window(scene.dragged(grip, start, at.x()))
            return
        super().mouseMoveEvent(event)
        now = self.timeline
        if now is not None and not event.buttons() and self._on_overview(now, at):
            grip_here = now.grip_at(at.x(), at.y())
            sides = Qt.CursorShape.SizeHorCursor
            hand = Qt.CursorShape.OpenHandCursor
            self.viewport().setCursor(sides if grip_here in ("left", "right") else hand)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            super().mouseReleaseEvent(event)
        self._drag = None
        self.store.end_merge()

    @staticmethod
    def _on_overview(scene: TimelineScene, at: QPointF) -> bool:
        return (
            scene.overview.inset(-4).contains(at.x(), at.y())
            or scene.grip_at(at.x(), at.y()) is not None
        )
