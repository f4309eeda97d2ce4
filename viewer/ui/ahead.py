"""Loads the rest of the program once the window is in use, so that no click waits for the disk."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages
from threading import Event, Thread

import viewer

LIBRARIES = ("persiantools.jdatetime", "numpy.ma", "numpy.random", "apsw")
"""What modules of the program load in a function, and the window has to wait for."""
_PAUSE = 0.01
"""Seconds between two modules, in which the window goes on unhindered."""


class Ahead:
    """Loads in a thread what a window does without until it is asked for."""

    def __init__(self) -> None:
        self._stopped = Event()
        self._thread = Thread(target=self._load, name="entente-ahead")

    def start(self) -> None:
        """Begin, if that is not done already."""
        if self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        """Load no more, and wait for what is being loaded."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _load(self) -> None:
        ours = (each.name for each in walk_packages(viewer.__path__, "viewer."))
        for name in (*LIBRARIES, *ours):
            if name in sys.modules or name.endswith(".__main__"):
                continue
            if self._stopped.wait(_PAUSE):
                return
            # Whoever needs it tells what is wrong with it.
            with suppress(ImportError):
                import_module(name)
