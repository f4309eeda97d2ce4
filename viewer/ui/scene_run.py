"""Makes the pictures of a large view without holding up the window.

A scene is built in a thread. Its picture is painted in the GUI thread, for Qt's painter keeps the
interpreter to itself, but in slices with turns of the event loop between them.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter

from PySide6.QtCore import QObject, QSizeF, QTimer
from PySide6.QtGui import QPainter, QPixmap

from viewer.progress import Cancelled, Progress
from viewer.scene.primitives import Scene
from viewer.ui.painting import strokes
from viewer.ui.post import Post

SLICE = 0.003
"""Seconds of painting in one turn of the event loop."""
OVERDUE = 1.0
"""Seconds without a picture after which one is shown though a newer one is wanted: while time is
played, a picture of a moment ago is better than none."""
_SWITCH = 0.0005
"""Seconds after which the thread lets go of the interpreter when the window wants it."""


@dataclass(frozen=True, eq=False)
class _Order:
    """What is wanted: a function that builds a scene, and pixels of the device to one of it."""

    build: Callable[[Progress], Scene]
    ratio: float
    cancelled: threading.Event = field(default_factory=threading.Event)

    def progress(self, _share: float) -> None:
        """Go on as long as the picture is wanted."""
        if self.cancelled.is_set():
            raise Cancelled


class SceneRun(QObject):
    """Makes one picture after the other; what is no longer wanted is dropped.

    Parameters
    ----------
    parent : QObject
    done : callable
        Called in the GUI thread with a scene and its picture.
    """

    def __init__(self, parent: QObject, done: Callable[[Scene, QPixmap], None]) -> None:
        super().__init__(parent)
        self._done = done
        self._next: _Order | None = None
        self._building: _Order | None = None
        self._painting: tuple[Scene, QPixmap, QPainter, Iterator[None]] | None = None
        self._waiting_since: float | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._paint_on)
        self._post = Post(self)

    @property
    def busy(self) -> bool:
        """Whether a picture is on its way."""
        return any(part is not None for part in (self._building, self._next, self._painting))

    def ask(self, build: Callable[[Progress], Scene], ratio: float) -> None:
        """Want a picture of what `build`, called in a thread, returns, and none asked for before.

        Parameters
        ----------
        build : callable
            A function of frozen inputs; the progress it is given stops it where nobody waits for
            what it makes any more.
        ratio : float
            Pixels of the device to one of the scene.
        """
        if self._waiting_since is None:
            self._waiting_since = perf_counter()
        self._next = _Order(build, ratio)
        if not self._overdue():
            self._stop()
        if self._building is None and self._painting is None:
            self._begin()

    def drop(self) -> None:
        """Want nothing any more."""
        self._next = self._waiting_since = None
        self._stop()

    def _overdue(self) -> bool:
        since = self._waiting_since
        return since is not None and perf_counter() - since > OVERDUE

    def _begin(self) -> None:
        order, self._next = self._next, None
        if order is not None:
            self._building = order
            sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH))
            work = threading.Thread(
                target=self._build, args=(order,), name="entente-scene", daemon=True
            )
            work.start()

    def _build(self, order: _Order) -> None:
        scene = None
        try:
            scene = order.build(order.progress)
        except Cancelled:
            pass
        except Exception:  # noqa: BLE001
            sys.excepthook(*sys.exc_info())
        self._post(partial(self._begin_painting, order, scene))

    def _begin_painting(self, order: _Order, scene: Scene | None) -> None:
        self._building = None
        if scene is None or order.cancelled.is_set():
            self._begin()
            return
        picture = QPixmap((QSizeF(scene.width, scene.height) * order.ratio).toSize())
        picture.setDevicePixelRatio(order.ratio)
        painter = QPainter(picture)
        self._painting = scene, picture, painter, strokes(painter, scene)
        self._timer.start()

    def _paint_on(self) -> None:
        if self._painting is None:
            return
        scene, picture, painter, steps = self._painting
        until = perf_counter() + SLICE
        for _ in steps:
            if perf_counter() > until:
                return
        if painter.isActive():
            # To show it is the work of another turn.
            painter.end()
            return
        self._stop()
        self._waiting_since = None if self._next is None else perf_counter()
        self._done(scene, picture)
        self._begin()

    def _stop(self) -> None:
        """Give up what is being made."""
        if self._building is not None:
            self._building.cancelled.set()
        self._timer.stop()
        if self._painting is not None:
            if self._painting[2].isActive():
                self._painting[2].end()
            self._painting = None
