"""Brings slow panels up to date one after the other, so that a drag is not held up by them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

_STILL = 0.12
"""Seconds without a change after which the state has come to rest."""
_LONGEST = 0.5
"""Most seconds between two panels while it changes on."""


class Turns(QObject):
    """A queue of panels, one of which shows the newest state in each turn of the event loop.

    While the state changes on, as in a drag, they get no more than half of the time: after one of
    them all others wait for as long as it took to refresh and to paint. None is passed over.

    Parameters
    ----------
    parent : QObject
    refresh : callable
        Shows the current state in the panel of a name.
    """

    def __init__(self, parent: QObject, refresh: Callable[[str], None]) -> None:
        super().__init__(parent)
        self._refresh = refresh
        self._waiting: list[str] = []
        self._asked = self._free = 0.0
        self._began: float | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._turn)

    def ask(self, names: Iterable[str]) -> None:
        """Let these panels show the current state in their turn; those that wait stay in place."""
        self._waiting += [name for name in names if name not in self._waiting]
        self._asked = perf_counter()
        if not self._timer.isActive():
            self._timer.start(0)

    def finish(self) -> None:
        """Let all that wait have their turn now."""
        while self._waiting:
            self._refresh(self._waiting.pop(0))

    def drop(self) -> None:
        """Let nothing wait any more: all panels are up to date, or gone."""
        self._waiting.clear()

    def _turn(self) -> None:
        now = perf_counter()
        if self._began is not None:
            # What was refreshed in the last turn has been painted by now.
            self._free = now + min(now - self._began, _LONGEST)
            self._began = None
        if not self._waiting:
            return
        due = min(self._free, self._asked + _STILL)
        if now < due:
            self._timer.start(math.ceil((due - now) * 1000))
            return
        self._began = now
        self._timer.start(0)
        self._refresh(self._waiting.pop(0))
