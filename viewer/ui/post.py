"""Calls from other threads, made in the GUI thread as long as there is whom they are for.

A thread must not emit the signals of an object that the GUI thread may be deleting: now and then
that ends below Python. So all calls go through one object that is never deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid


class Post:
    """Takes calls for an object; made in the GUI thread, used in any.

    Parameters
    ----------
    owner : QObject
        When it is gone, so are the calls that are still under way.
    """

    def __init__(self, owner: QObject) -> None:
        self._owner, self._office = owner, _office()
        self._dropped = False

    @property
    def reaches(self) -> bool:
        """Whether there still is whom the calls are for."""
        return isValid(self._owner) and not self._dropped

    def drop(self) -> None:
        """Make no more calls, those that are under way included."""
        self._dropped = True

    def __call__(self, call: Callable[[], None]) -> None:
        """Have something called in the GUI thread, in the order in which it is asked for."""
        self._office.came.emit(self, call)


class _Office(QObject):
    came = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.came.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def _deliver(self, post: Post, call: Callable[[], None]) -> None:
        if post.reaches:
            call()


@cache
def _office() -> _Office:
    return _Office()
