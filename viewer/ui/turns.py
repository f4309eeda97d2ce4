"""Brings slow panels up to date one after the other, so that a drag is not held up by them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

_FIRST = 0.01
"""Seconds for what followed at once to be painted."""
_STILL = 0.12
"""Seconds without a change after which the state has come to rest."""
_SLOW = 0.05
"""Seconds that are too long for one frame."""
_SHARE = 3.0
"""How much longer than a panel took it leaves the others in peace."""
_LONGEST = 2.0
"""Most seconds between two panels while the state changes on."""
_MOST_BEHIND = 5.0
"""Seconds after which even a panel that is to wait for rest has its turn."""


def pause_after(took: float) -> float:
    """Return the seconds of peace after a panel that took so many seconds to show a change.

    Up to a frame it is three times as long, so that most frames of a drag are free of it; the
    slower, the more.
    """
    return min(_SHARE * took + took * took / _SLOW, _LONGEST)


class Turns(QObject):
    """A queue of panels, one of which shows the newest state in each turn of the event loop.

    While the state changes on, as in a drag, they get no more than a quarter of the time, and less
    when they are slow: see `pause_after`. None is passed over.

    Parameters
    ----------
    parent : QObject
    refresh : callable
        Shows the current state in the panel of a name.
    at_rest : callable, optional
        Whether a panel had better wait until the state has come to rest: what it does in a thread
        would slow down all others.
    """

    def __init__(
        self,
        parent: QObject,
        refresh: Callable[[str], None],
        at_rest: Callable[[str], bool] = lambda _name: False,
    ) -> None:
        super().__init__(parent)
        self._refresh, self._at_rest = refresh, at_rest
        self._waiting: dict[str, float] = {}
        self._changed = self._free = 0.0
        self._began: float | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._turn)

    def ask(self, names: Iterable[str]) -> None:
        """Let these panels show the current state in their turn; those that wait stay in place."""
        self._changed = perf_counter()
        for name in names:
            self._waiting.setdefault(name, self._changed)
        if not self._timer.isActive():
            self._timer.start(round(_FIRST * 1000))

    def finish(self) -> None:
        """Let all that wait have their turn now."""
        while self._waiting:
            self._refresh(self._taken(next(iter(self._waiting))))

    def drop(self) -> None:
        """Let nothing wait any more: all panels are up to date, or gone."""
        self._waiting.clear()

    def _turn(self) -> None:
        now = perf_counter()
        if self._began is not None:
            # What was refreshed in the last turn has been painted by now. What came in meanwhile
            # has not been heard of yet, so that rest begins now at the earliest.
            self._free = now + pause_after(now - self._began)
            self._changed, self._began = now, None
        rest = self._changed + _STILL
        ready = [name for name, since in self._waiting.items() if self._may(name, since, now, rest)]
        if not self._waiting:
            return
        due = min(self._free, rest) if ready else rest
        if now < due:
            self._timer.start(math.ceil((due - now) * 1000))
            return
        self._began = now
        self._timer.start(0)
        self._refresh(self._taken(ready[0]))

    def _may(self, name: str, since: float, now: float, rest: float) -> bool:
        return now >= rest or now >= since + _MOST_BEHIND or not self._at_rest(name)

    def _taken(self, name: str) -> str:
        del self._waiting[name]
        return name
