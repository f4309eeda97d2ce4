"""From a step of the time window to what it changes on the screen, with a million events.

The window is the real one, filtered to seven years, and its span moves by a day with every step,
as in a drag along the overview.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.bench.masses import make
from viewer.model.dates import day_number

if TYPE_CHECKING:
    from viewer.ui.window import MainWindow

EVENTS = 1_000_000
WIDTH, HEIGHT = 1600, 1000
FIRST, LENGTH = day_number(2003, 1, 1), 7 * 365
STEPS = 30
FRAME = 33.0
"""Milliseconds from a step to the panels that follow a drag."""
ALL = 500.0
"""Milliseconds until every view has come along, once the drag rests."""
FOLLOWING = ("timeline", "facets")

steps = count()


@cache
def window(events: int = EVENTS) -> MainWindow:
    """Return the window with such a dossier, all its views painted."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    from viewer.commands import actions
    from viewer.settings import Settings
    from viewer.ui.window import MainWindow

    app = QApplication.instance() or QApplication([])
    made = MainWindow(Settings(theme="light"))
    made.resize(WIDTH, HEIGHT)
    made.show_dossier(make(events, claims=True))
    loop = QEventLoop()
    made.ready.connect(loop.quit)
    made.show()
    made.build_views()
    loop.exec()
    app.processEvents()
    actions.filter_by_window(made.store, (FIRST, FIRST + LENGTH))
    return made


def step(panels: Iterable[str], events: int = EVENTS) -> float:
    """Move the window by one step; return the milliseconds until these panels are painted."""
    from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer

    from viewer.commands import actions

    desk = window(events).desk
    assert desk is not None
    loop = QEventLoop()
    waiting: set[Any] = set()

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and watched in waiting:
                waiting.discard(watched)
                if not waiting:
                    # After the picture, not before it.
                    QTimer.singleShot(0, loop.quit)
            return False

    watch = Watch()
    for name in panels:
        panel = desk.panels[name]
        surface = getattr(panel, "list", panel).viewport()
        waiting.add(surface)
        surface.installEventFilter(watch)
    watched = tuple(waiting)
    at = FIRST + float(next(steps) % 3000)
    began = time.perf_counter()
    actions.set_window(desk.store, (at, at + LENGTH), "drag")
    loop.exec()
    took = (time.perf_counter() - began) * 1000
    for surface in watched:
        surface.removeEventFilter(watch)
    return took
