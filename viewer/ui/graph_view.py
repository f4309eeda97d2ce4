"""The relationship graph: nodes are dragged, and what takes long is worked out in a thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPixmap

from viewer.commands import graph
from viewer.model.schema import Ref
from viewer.model.store import Store
from viewer.scene.frame import Camera
from viewer.scene.graph import GraphScene, Lifted, build_graph_scene
from viewer.scene.graph_drawn import MANY_EDGES
from viewer.scene.graph_layout import keep, under_way
from viewer.scene.graph_parts import aspect_of
from viewer.scene.primitives import Floats, Scene
from viewer.scene.style import Theme
from viewer.scene.targets import Target
from viewer.ui.layout_run import LayoutRun
from viewer.ui.scene_run import SceneRun
from viewer.ui.views import PlaneView

if TYPE_CHECKING:
    from viewer.ui.jobs import Job

_FARTHEST, _CLOSEST = 10.0, 1 / 5000
"""How much smaller and larger than the whole graph in view it can be shown."""


class GraphView(PlaneView):
    """The relationship graph.

    Signals
    -------
    settled
        A layout has come to its end.
    """

    settled = Signal()
    rest = 30

    def __init__(self, store: Store, theme: Theme) -> None:
        corner = Qt.Corner.BottomRightCorner
        super().__init__("Relationships", store, theme, build_graph_scene, corner)
        self._lifted: Lifted | None = None
        self._taken: Ref | None = None
        self._put_down = False
        self._scenes = SceneRun(self, self._arrived)
        self._ordered: tuple[object, ...] = ()
        self._measuring: Job | None = None
        self._run: LayoutRun | None = None
        chosen = store.state.layout
        self._laid = chosen.kind, chosen.seed, chosen.focus

    def refresh(self) -> None:
        chosen = self.store.state.layout
        laid = chosen.kind, chosen.seed, chosen.focus
        if laid != self._laid:
            # Where the view was means nothing in another layout.
            self._laid, self.camera = laid, None
        if self.at_once():
            self._scenes.drop()
            super().refresh()
            self._follow_up()
        else:
            self._wanted.stop()
            self._order()

    def at_once(self) -> bool:
        """Whether the graph is so small that its picture is made at every turn."""
        dossier = self.store.state.dossier
        return len(dossier.relations) + len(dossier.tables["participants"]) <= MANY_EDGES

    # -- pictures of a large graph -------------------------------------------------------------

    def _order(self) -> None:
        """Have a picture made without holding up the window."""
        if self.viewport().width() > 0 and self.viewport().height() > 0:
            self._ordered = self._inputs()
            frame, camera = self.frame_now(), self.camera
            build = lambda progress: build_graph_scene(frame, camera, None, progress)  # noqa: E731
            self._scenes.ask(build, self.devicePixelRatioF())

    def _inputs(self) -> tuple[object, ...]:
        """Return what a picture is made from, but for which part of it is seen."""
        state = self.store.state
        return state.dossier, state.filter, state.selection, state.layout, state.look, self.theme

    def bounded(self, camera: Camera) -> Camera:
        scene = self.scene_shown
        if not isinstance(scene, GraphScene) or not len(scene.xy):
            return camera
        ends = np.stack([scene.xy.min(axis=0), scene.xy.max(axis=0)])
        ends = scene.camera.to_world(ends, scene.width, scene.height)
        low, high = ends.min(axis=0), ends.max(axis=0)
        whole = float(max((high - low) / (scene.width, scene.height))) or 1.0
        x, y = np.clip((camera.x, camera.y), low, high).tolist()
        return Camera(x, y, min(max(camera.scale, whole * _CLOSEST), whole * _FARTHEST))

    def is_slow(self) -> bool:
        return not self.at_once() or super().is_slow()

    @property
    def settled_down(self) -> bool:
        """Whether the picture is that of the current state."""
        return not self._scenes.busy and not self._wanted.isActive()

    def _arrived(self, scene: Scene, picture: QPixmap) -> None:
        if not self._scenes.busy and self._ordered != self._inputs():
            # The state has changed just now; another picture is about to be asked for.
            return
        self._lights, self._put_down = None, False
        # One that is overdue may be of what was open before.
        self._pictured = None if self._scenes.busy else self.store.state.dossier
        self.show_scene(scene, self.theme, picture)
        if self._lifted is None:
            self.show_hover()
            self._follow_up()

    def show_hover(self) -> None:
        # What was put down stays in sight until it is in the picture.
        if not self._put_down:
            super().show_hover()

    def _follow_up(self) -> None:
        """Set going what the picture shown is still waiting for."""
        scene = self.scene_shown
        if isinstance(scene, GraphScene) and scene.wanting:
            self._measure(scene.wanting)
        self._drive()

    # -- laying out ----------------------------------------------------------------------------

    @property
    def laying_out(self) -> bool:
        """Whether the nodes are still on their way."""
        return self._run is not None

    def stop_layout(self) -> None:
        """Leave the nodes where they have got to."""
        if self._run is not None:
            self._run.stop()

    def _drive(self) -> None:
        """Go on with a layout that takes longer than a picture may."""
        frame = self.frame_now()
        dossier, chosen = frame.state.dossier, frame.state.layout
        aspect = aspect_of(frame)
        engine = under_way(dossier, chosen, aspect)
        if self._run is not None and self._run.engine is not engine:
            self._run.cancel()
            self._run = None
        if engine is None or self._run is not None:
            return

        def done(found: Floats) -> None:
            self._run = None
            keep(dossier, chosen, aspect, found)
            self.refresh()
            self.settled.emit()

        self._run = LayoutRun(self, engine, self._follow, done)
        self._run.start()

    def _follow(self) -> None:
        """Show where the nodes have got to, no more often than pictures can be made."""
        if not self._wanted.isActive() and self._lifted is None and not self._scenes.busy:
            self._wanted.start(round(1000 * (self._took + self.painting_took)))

    def end(self) -> None:
        """Stop what is running; the window is closing."""
        if self._run is not None:
            self._run.cancel()
            self._run = None
        self._scenes.drop()

    def _measure(self, wanting: tuple[str, ...]) -> None:
        """Work out what takes long in a thread, and show it then."""
        from viewer.ui.jobs import Job
        from viewer.ui.measures import values_of

        if self._measuring is not None:
            self._measuring.cancel()
        work = partial(values_of, self.store.state, self.store.shown, wanting)
        done = lambda _values: self._wanted.start()  # noqa: E731
        self._measuring = Job(self.window(), "Measuring the network", work, done, done)
        self._measuring.destroyed.connect(self._forget)
        self._measuring.start()

    def _forget(self) -> None:
        self._measuring = None

    def take(self, target: Target) -> bool:
        dossier, ref = self.store.state.dossier, target.refs[0]
        if ref.table != "actors" or target.line is not None or self._pictured is not dossier:
            return False
        # It was pressed upon before the dossier was edited.
        if not dossier.has(ref):
            return False
        row = dossier.row(ref)
        frame, camera, scene = self.frame_now(), self.camera or self._camera(), self.scene_shown
        shown = scene.parts if isinstance(scene, GraphScene) else None
        if self.at_once():
            self.show_scene(build_graph_scene(frame, camera, row), self.theme)
        elif self.moved_to() is not None:
            return False
        # Of a large graph the picture stays: one without the node would come too late.
        self._lifted, self._taken = Lifted(frame, camera, row, shown), ref
        return True

    def drag_to(self, at: QPointF) -> None:
        if self._lifted is not None:
            self.light_up(self._lifted.items_at(at.x(), at.y()))

    def drop(self, at: QPointF | None) -> None:
        scene, ref = self.scene_shown, self._taken
        self._lifted = self._taken = None
        self._put_down = not self.at_once()
        if not self._put_down:
            self.light_up(())
        before = self.store.state
        # Another dossier may have been opened while the button was held.
        if ref is not None and not before.dossier.has(ref):
            ref = None
        if at is not None and ref is not None and isinstance(scene, GraphScene):
            # The view stays where it is: it would be fitted anew to where the node has gone.
            self.camera = scene.camera
            xy = np.array([[at.x(), at.y()]])
            ((x, y),) = scene.camera.to_world(xy, scene.width, scene.height).tolist()
            graph.pin(self.store, ref, (x, y))
        if self.store.state is before:
            # Nobody else asks for a picture.
            self.refresh()
