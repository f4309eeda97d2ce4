"""The relationship graph: nodes are dragged, and what takes long is worked out in a thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal

from viewer.commands import graph
from viewer.model.schema import Ref
from viewer.model.store import Store
from viewer.scene.graph import GraphScene, Lifted, build_graph_scene
from viewer.scene.graph_layout import keep, under_way
from viewer.scene.graph_parts import aspect_of
from viewer.scene.primitives import Floats, Target
from viewer.scene.style import Theme
from viewer.ui.layout_run import LayoutRun
from viewer.ui.views import PlaneView

if TYPE_CHECKING:
    from viewer.ui.jobs import Job


class GraphView(PlaneView):
    """The relationship graph.

    Signals
    -------
    settled
        A layout has come to its end.
    """

    settled = Signal()

    def __init__(self, store: Store, theme: Theme) -> None:
        corner = Qt.Corner.BottomRightCorner
        super().__init__("Relationships", store, theme, build_graph_scene, corner)
        self._lifted: Lifted | None = None
        self._taken: Ref | None = None
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
        super().refresh()
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
        if not self._wanted.isActive() and self._lifted is None:
            self._wanted.start(round(1000 * (self._took + self.painting_took)))

    def end(self) -> None:
        """Stop what is running; the window is closing."""
        if self._run is not None:
            self._run.cancel()
            self._run = None

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
        if ref.table != "actors" or target.line is not None:
            return False
        row = dossier.row(ref)
        frame, camera = self.frame_now(), self.camera or self._camera()
        self._lifted, self._taken = Lifted(frame, camera, row), ref
        self.show_scene(build_graph_scene(frame, camera, row), self.theme)
        return True

    def drag_to(self, at: QPointF) -> None:
        if self._lifted is not None:
            self.light_up(self._lifted.items_at(at.x(), at.y()))

    def drop(self, at: QPointF | None) -> None:
        scene, ref = self.scene_shown, self._taken
        self._lifted = self._taken = None
        self.light_up(())
        if at is not None and ref is not None and isinstance(scene, GraphScene):
            # The view stays where it is: it would be fitted anew to where the node has gone.
            self.camera = scene.camera
            xy = np.array([[at.x(), at.y()]])
            ((x, y),) = scene.camera.to_world(xy, scene.width, scene.height).tolist()
            graph.pin(self.store, ref, (x, y))
        self.refresh()
