"""Looks for garbage in the GUI thread alone.

Left to itself, Python looks for cycles in whichever thread happens to make an object. What is freed
there may be Qt's, and in use in the GUI thread at that moment: now and then that ends below Python.
"""

from __future__ import annotations

import gc
from time import monotonic

from PySide6.QtCore import QObject, QTimer

_OFTEN = 100
"""Milliseconds between two looks: what was made in the meantime is soon looked through."""
_SELDOM = 20.0
"""Seconds at least between two looks at everything, which take the longest."""


class Collector(QObject):
    """Takes the place of Python's own looking for garbage, from `start` on.

    Parameters
    ----------
    parent : QObject
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._everything = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_OFTEN)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Look from now on, but never among what has been made so far."""
        gc.disable()
        if gc.get_freeze_count():
            # There was a window before: what is left of it is not to stay for good.
            gc.unfreeze()
            gc.collect()
        gc.freeze()
        self._everything = monotonic()
        self._timer.start()

    def _look(self) -> None:
        young, middle, old = gc.get_count()
        few, some, many = gc.get_threshold()
        if young <= few:
            return
        if middle <= some:
            gc.collect(0)
        elif old <= many or monotonic() - self._everything < _SELDOM:
            gc.collect(1)
        else:
            gc.collect()
            self._everything = monotonic()
