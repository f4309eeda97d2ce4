"""From a step of the time window to what it changes on the screen, with a million events.

The window is the real one, filtered to seven years, and its span moves by a day with every step,
as in a drag along the overview. Timeline, facets and the status line follow every step; map, graph
and evidence follow as there is time, which is part of what is measured.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from functools import cache
from itertools import count
from statistics import median
from typing import TYPE_CHECKING, Any

from tests.bench import Bench
from tests.bench.masses import make
from viewer.model.dates import day_number

if TYPE_CHECKING:
    from viewer.ui.window import MainWindow

EVENTS = 1_000_000
WIDTH, HEIGHT = 1600, 1000
FIRST, LENGTH = day_number(2003, 1, 1), 7 * 365
STEPS = 40
BETWEEN = 8
"""Milliseconds from one picture to the next step of the pointer."""
FRAME, ALL = 33.0, 1000.0
"""Milliseconds allowed for what follows every step, and for all views once the drag rests."""
AT_ONCE = ("timeline", "facets")
EVERY = (*AT_ONCE, "map", "graph", "evidence")

steps = count(1)


@cache
def window() -> MainWindow:
    """Return the window with such a dossier, all its views painted."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    from viewer.commands import actions
    from viewer.settings import Settings
    from viewer.ui.window import MainWindow

    QApplication.instance() or QApplication([])
    made = MainWindow(Settings(theme="light"))
    made.resize(WIDTH, HEIGHT)
    made.show_dossier(make(EVENTS, claims=True))
    loop = QEventLoop()
    made.ready.connect(loop.quit)
    made.show()
    made.build_views()
    loop.exec()
    assert made.desk is not None
    # Nothing else is under way.
    made.desk.find_field.prepare().result()
    actions.filter_by_window(made.store, (FIRST, FIRST + LENGTH))
    for _ in range(3):
        step(made, EVERY)
    return made


def step(shown: MainWindow, panels: Iterable[str]) -> float:
    """Move the window by one step; return the milliseconds until these panels are painted."""
    from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer

    from viewer.commands import actions

    desk = shown.desk
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


def dragged() -> float:
    """Return the milliseconds of one step in the midst of a drag."""
    from PySide6.QtCore import QEventLoop, QTimer

    shown, took = window(), []
    for _ in range(STEPS):
        took.append(step(shown, AT_ONCE))
        pause = QEventLoop()
        QTimer.singleShot(BETWEEN, pause.quit)
        pause.exec()
    return median(took)


def rested() -> float:
    """Return the milliseconds until every view shows the last step."""
    return step(window(), EVERY)


BENCHES = (
    Bench(
        "brush.frame", ours=dragged, peer=lambda: FRAME, budget=1.0, against="a frame in", runs=3
    ),
    Bench("brush.rest", ours=rested, peer=lambda: ALL, budget=1.0, against="allowed", runs=3),
)
