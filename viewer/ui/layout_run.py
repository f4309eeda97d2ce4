"""Drives the layout of a graph in a thread while it is looked at."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QTimer

from viewer.scene.layouts.engine import Engine
from viewer.scene.primitives import Floats

_AT_A_TIME = 0.03
"""Seconds of work after which the thread looks whether it is to stop."""
_TICK = 40
"""Milliseconds between two looks at where the nodes have got to."""


class LayoutRun(QObject):
    """One layout under way.

    Parameters
    ----------
    parent : QObject
    engine : Engine
        Driven by this run alone from now on.
    moved : callable
        Called in the GUI thread when nodes have moved.
    done : callable
        Called in the GUI thread with the last positions, when it is done or was stopped.
    """

    def __init__(
        self,
        parent: QObject,
        engine: Engine,
        moved: Callable[[], None],
        done: Callable[[Floats], None],
    ) -> None:
        super().__init__(parent)
        self.engine = engine
        self._moved, self._done = moved, done
        self._stop = threading.Event()
        self._seen = engine.positions
        self._thread = threading.Thread(target=self._work, name="entente-layout", daemon=True)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._timer.start()

    def stop(self) -> None:
        """Leave the nodes where they have got to."""
        self._stop.set()

    def cancel(self) -> None:
        """Stop, and tell nobody."""
        self._stop.set()
        self._timer.stop()
        self.deleteLater()

    def _work(self) -> None:
        try:
            while not self._stop.is_set() and not self.engine.done:
                self.engine.advance(_AT_A_TIME)
        except Exception:  # noqa: BLE001
            sys.excepthook(*sys.exc_info())

    def _look(self) -> None:
        if not self._thread.is_alive():
            self._timer.stop()
            self._done(self.engine.positions)
            self.deleteLater()
            return
        now = self.engine.positions
        if not np.array_equal(now, self._seen):
            self._seen = now
            self._moved()
